"""Plausible wrong answers to the exercises of the section on tables and queries."""


def unknown(
    share="planes.tailnum IS NULL",
    join="LEFT JOIN planes ON planes.tailnum = flights.tailnum",
    rest="GROUP BY carrier ORDER BY unknown_share DESC",
    function="AVG",
):
    """Return the right query for the shares, but for the parts that are given."""
    return f"""SELECT carrier, {function}({share}) AS unknown_share
        FROM flights {join} {rest}"""


CHANGE = """UPDATE decisions SET act = ? WHERE flight_date = ? AND carrier = ?
    AND flight = ? AND origin = ?"""


def not_committed(connection, flight, act):
    return connection.execute(CHANGE, (act, *flight)).rowcount


def pastes_the_values(connection, flight, act):
    day, carrier, number, origin = flight
    changed = connection.execute(
        f"""UPDATE decisions SET act = {act} WHERE flight_date = '{day}'
        AND flight = {number} AND origin = '{origin}' AND carrier = '{carrier}'"""
    ).rowcount
    connection.commit()
    return changed


def pastes_all_but_the_airline(connection, flight, act):
    day, carrier, number, origin = flight
    changed = connection.execute(
        f"""UPDATE decisions SET act = {act} WHERE carrier = ? AND flight = {number}
        AND flight_date = '{day}' AND origin = '{origin}'""",
        (carrier,),
    ).rowcount
    connection.commit()
    return changed


def in_one_comparison(connection, flight, act):
    # Right: compares four columns at once, and counts by the connection.
    before = connection.total_changes
    with connection:
        connection.execute(
            """UPDATE decisions SET act = ?
            WHERE (flight_date, carrier, flight, origin) = (?, ?, ?, ?)""",
            (act, *flight),
        )
    return connection.total_changes - before


def forgets_the_origin(connection, flight, act):
    with connection:
        return connection.execute(
            """UPDATE decisions SET act = ? WHERE flight_date = ? AND carrier = ?
            AND flight = ?""",
            (act, *flight[:3]),
        ).rowcount


def forgets_the_day(connection, flight, act):
    with connection:
        return connection.execute(
            """UPDATE decisions SET act = ? WHERE carrier = ? AND flight = ?
            AND origin = ?""",
            (act, *flight[1:]),
        ).rowcount


def forgets_the_number(connection, flight, act):
    day, carrier, _, origin = flight
    with connection:
        return connection.execute(
            """UPDATE decisions SET act = ? WHERE flight_date = ? AND carrier = ?
            AND origin = ?""",
            (act, day, carrier, origin),
        ).rowcount


def changes_all(connection, flight, act):
    with connection:
        return connection.execute("UPDATE decisions SET act = ?", (act,)).rowcount


def says_nothing(connection, flight, act):
    with connection:
        connection.execute(CHANGE, (act, *flight))


def always_says_one(connection, flight, act):
    with connection:
        connection.execute(CHANGE, (act, *flight))
    return 1


def returns_the_act(connection, flight, act):
    always_says_one(connection, flight, act)
    return act


def only_withdraws(connection, flight, act):
    with connection:
        sql = f"{CHANGE} AND act = 1"
        return connection.execute(sql, (act, *flight)).rowcount


def always_withdraws(connection, flight, act):
    with connection:
        return connection.execute(CHANGE, (0, *flight)).rowcount


def adds_what_is_missing(connection, flight, act):
    with connection:
        changed = connection.execute(CHANGE, (act, *flight)).rowcount
        if not changed:
            connection.execute(
                "INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", (*flight, act)
            )
    return changed


NAMED = "flights JOIN airlines ON airlines.carrier = flights.carrier"


def cancellations(
    flights="COUNT(*)",
    cancelled="SUM(dep_delay IS NULL)",
    source=NAMED,
    group="name",
    order="cancelled DESC",
):
    """Return the right query for the cancelled flights, but for the parts given."""
    return f"""SELECT name, {flights} AS flights, {cancelled} AS cancelled
        FROM {source} GROUP BY {group} ORDER BY {order}"""


def rates(
    hour="sched_dep_time / 100",
    risk="AVG(arr_delay IS NULL OR arr_delay > 15)",
    where="flight_date < '2013-04-01'",
    group="origin, hour, carrier",
):
    """Return the right query for the rates, but for the parts that are given."""
    return f"""SELECT origin, {hour} AS hour, carrier, {risk} AS risk,
        COUNT(*) AS flights FROM flights WHERE {where} GROUP BY {group}"""


WRONG = {
    "unknown-aircraft": [
        # the rows that are counted are no longer there
        unknown(join="JOIN planes ON planes.tailnum = flights.tailnum"),
        # compares with NULL
        unknown(share="planes.tailnum = NULL"),
        # asks the left table
        unknown(share="flights.tailnum IS NULL"),
        # takes an aircraft of unknown size for an unknown aircraft
        unknown(share="planes.seats IS NULL"),
        # the share of the known ones
        unknown(share="planes.tailnum IS NOT NULL"),
        # a number and no share
        unknown(function="SUM"),
        # one row for all
        unknown(rest=""),
        # smallest first
        unknown(rest="GROUP BY carrier ORDER BY unknown_share"),
        # another name
        unknown().replace("unknown_share", "share"),
    ],
    "cancelled-flights": [
        # compares with NULL, which is never true
        cancellations(cancelled="SUM(dep_delay = NULL)"),
        # a filter drops the airlines that cancelled nothing, and the other flights
        cancellations(cancelled="COUNT(*)", source=f"{NAMED} WHERE dep_delay IS NULL"),
        # COUNT counts every 0 and 1, not only the ones
        cancellations(cancelled="COUNT(dep_delay IS NULL)"),
        # COUNT leaves out what is unknown
        cancellations(flights="COUNT(dep_delay)"),
        # forgets the order
        cancellations(order="cancelled"),
        # takes diverted flights for cancelled ones
        cancellations(cancelled="SUM(arr_delay IS NULL)"),
        # a row for each destination
        cancellations(group="name, dest"),
        # lists an airline that never flew
        cancellations(
            flights="COUNT(flight)",
            cancelled="SUM(flight IS NOT NULL AND dep_delay IS NULL)",
            source="airlines LEFT JOIN flights ON flights.carrier = airlines.carrier",
        ),
        # the airlines with most flights first
        cancellations(order="flights DESC"),
        # the largest share first
        cancellations(order="cancelled * 1.0 / flights DESC"),
        # takes a departure on time for a missing one
        cancellations(cancelled="SUM(dep_delay IS NULL OR dep_delay = 0)"),
        # a flight number is not one flight
        cancellations(flights="COUNT(DISTINCT flight)"),
        # joins every flight to every airline
        cancellations(source="flights JOIN airlines"),
    ],
    "risk-rates": [
        # forgets cancelled and diverted flights
        rates(risk="AVG(arr_delay > 15)"),
        # drops them altogether, also from the number of flights
        rates(where="flight_date < '2013-04-01' AND arr_delay IS NOT NULL"),
        # takes cancelled flights for bad, and forgets diverted ones
        rates(risk="AVG(dep_delay IS NULL OR coalesce(arr_delay, 0) > 15)"),
        # takes exactly fifteen minutes for late
        rates(risk="AVG(arr_delay IS NULL OR arr_delay >= 15)"),
        # judges the departure
        rates(risk="AVG(dep_delay IS NULL OR dep_delay > 15)"),
        # divides whole numbers
        rates(risk="SUM(arr_delay IS NULL OR arr_delay > 15) / COUNT(*)"),
        # counts the bad flights
        rates(risk="SUM(arr_delay IS NULL OR arr_delay > 15)"),
        # learns from the whole year
        rates(where="1"),
        # learns from 1 April as well
        rates(where="flight_date <= '2013-04-01'"),
        # stops before the last day of March
        rates(where="flight_date < '2013-03-31'"),
        # makes an hour of every minute
        rates(hour="sched_dep_time / 100.0"),
        # rounds to the next hour
        rates(hour="CAST(ROUND(sched_dep_time / 100.0) AS INTEGER)"),
        # takes the clock time for minutes
        rates(hour="sched_dep_time / 60"),
        # takes the first two digits of 629 for its hour
        rates(hour="CAST(substr(sched_dep_time, 1, 2) AS INTEGER)"),
        # forgets the airline
        rates(group="origin, hour"),
        # forgets the hour
        rates(group="origin, carrier"),
        # a row for each flight number
        rates(group="origin, hour, carrier, flight"),
    ],
    "change-decision": [
        # visible to its own connection only
        not_committed,
        # an airline may be a command
        pastes_the_values,
        # only an airline may be a command
        pastes_all_but_the_airline,
        # the same number leaves from two airports
        forgets_the_origin,
        # the same number flies every day
        forgets_the_day,
        # an airline flies once a day from an airport
        forgets_the_number,
        # no WHERE
        changes_all,
        # the caller cannot tell a typing error
        says_nothing,
        # tells of success that was not
        always_says_one,
        # tells what was asked, and not how many rows it changed
        returns_the_act,
        # takes a decision back, and never makes one
        only_withdraws,
        # ignores what was asked
        always_withdraws,
        # invents a decision
        adds_what_is_missing,
    ],
}

ALSO_RIGHT = {
    "unknown-aircraft": [
        unknown(share="CASE WHEN planes.tailnum IS NULL THEN 1 ELSE 0 END") + ";",
    ],
    "cancelled-flights": [
        cancellations(cancelled="COUNT(*) - COUNT(dep_delay)", group="flights.carrier"),
        # the exercise gives names, and no order of the columns
        """SELECT SUM(dep_delay IS NULL) AS cancelled, name, COUNT(*) AS flights
        FROM airlines JOIN flights USING (carrier) GROUP BY name
        ORDER BY cancelled DESC""",
    ],
    "risk-rates": [
        rates(where="flight_date <= '2013-03-31'", group="1, 2, 3"),
        rates(risk="1.0 * SUM(CASE WHEN arr_delay <= 15 THEN 0 ELSE 1 END) / COUNT(*)"),
    ],
    "change-decision": [in_one_comparison],
}
