"""Invented bookings of invented persons on the real flights of July 2013.

Everything is drawn with a fixed seed, so that pages can show what happens to data about
persons without using any.
"""

import numpy as np
import pandas as pd

from nordlys.data import load_flights

FIRST = (
    *("agnes", "birgit", "carl", "dorte", "emil", "gustav", "hanne", "inger", "jens"),
    *("karen", "lars", "mette", "niels", "ole", "pia", "rasmus", "signe", "thomas"),
)
LAST = (
    *("jensen", "nielsen", "hansen", "pedersen", "andersen", "christensen", "larsen"),
    *("soerensen", "rasmussen", "petersen", "madsen", "olsen", "moeller", "lund"),
)
HOSTS = ("mail.example", "post.example", "work.example")
POSTCODES = (2100, 8000, 9000, 9200, 9220, 9400, 9440, 9800)
KAREN = "karen.moeller7@mail.example"
"""The address of the one person whom the pages follow; she has six bookings."""


def invented_bookings(persons: int = 3000, bookings: int = 5000) -> pd.DataFrame:
    """Return the same invented bookings at every call.

    Args:
        persons: how many persons are drawn; Karen is one of them.
        bookings: how many bookings they make, at least six.

    Returns:
        One row a booking: ``email``, ``sex``, ``postcode``, ``born`` (a year), ``day``
        (of July 2013), ``origin``, ``dest``, ``flight`` such as ``"UA 1545"``, and
        ``claim``, 1 if the passenger asked for money afterwards.

    Raises:
        ValueError: if there are fewer than two persons or six bookings.
    """
    if persons < 2 or bookings < 6:
        raise ValueError("There must be at least two persons and six bookings.")
    rng = np.random.default_rng(11)
    first, last, host = (rng.choice(names, persons) for names in (FIRST, LAST, HOSTS))
    number = rng.integers(10, 100, persons)  # two digits, so nobody else is Karen
    people = pd.DataFrame(
        {
            "email": [
                f"{first[i]}.{last[i]}{number[i]}@{host[i]}" for i in range(persons)
            ],
            "sex": rng.choice(["f", "m"], persons),
            "postcode": rng.choice(POSTCODES, persons),
            "born": rng.integers(1940, 2005, persons),
        }
    )
    people.loc[0] = [KAREN, "f", 9220, 1961]
    flights = load_flights(["month", "day", "origin", "dest", "carrier", "flight"])
    july = flights[flights["month"] == 7]
    july = july.sample(bookings, replace=True, random_state=11)
    trips = july[["day", "origin", "dest"]].astype({"origin": str, "dest": str})
    trips["flight"] = july["carrier"].astype(str) + " " + july["flight"].astype(str)
    owner = rng.integers(1, persons, bookings)
    owner[:6] = 0  # Karen
    table = people.iloc[owner].reset_index(drop=True)
    table = table.join(trips.reset_index(drop=True))
    table["claim"] = (rng.random(bookings) < 0.12).astype(int)
    table.loc[:5, "claim"] = [1, 1, 0, 1, 1, 0]
    return table
