"""Answers to the exercises on Spark, wrong and right."""


def slow(flights, airlines):
    joined = flights.hint("merge").join(airlines, "carrier")
    spread = joined.repartition(8).filter("month = 7")
    return spread.groupBy("name").avg("bad")


def still_spread(flights, airlines):
    joined = flights.join(airlines.hint("broadcast"), "carrier")
    return joined.filter("month = 7").repartition(8).groupBy("name").avg("bad")


def all_year(flights, airlines):
    joined = flights.join(airlines.hint("broadcast"), "carrier")
    return joined.groupBy("name").avg("bad")


def by_pandas(flights, airlines):
    return slow(flights, airlines).toPandas()


def in_one_process(flights, airlines):
    joined = flights.filter("month = 7").join(airlines.hint("broadcast"), "carrier")
    return joined.coalesce(1).groupBy("name").avg("bad")


def mean_of_means(flights, airlines):
    rates = flights.filter("month = 7").groupBy("carrier").avg("bad")
    named = rates.join(airlines.hint("broadcast"), "carrier")
    return named.groupBy("name").avg("avg(bad)")


def with_the_nameless(flights, airlines):
    july = flights.filter("month = 7")
    named = july.join(airlines.hint("broadcast"), "carrier", "left")
    return named.groupBy("name").avg("bad")


def by_sql(flights, airlines):
    flights.createOrReplaceTempView("f")
    airlines.createOrReplaceTempView("a")
    return flights.sparkSession.sql("""
        SELECT /*+ BROADCAST(a) */ name, AVG(bad) AS share
        FROM f JOIN a ON f.carrier = a.carrier WHERE month = 7 GROUP BY name
    """)


def by_itself(flights, airlines):
    # Spark sees that the airlines are few.
    july = flights.filter("month = 7").join(airlines, "carrier")
    return july.groupBy("name").avg("bad")


def both_moved(flights, airlines):
    july = flights.filter("month = 7").hint("merge").join(airlines, "carrier")
    return july.groupBy("name").avg("bad")


def salted(requests, contracts, left, right):
    return (
        requests.selectExpr("*", f"{left} AS salt"),
        contracts.selectExpr("*", f"{right} AS salt"),
    )


def everybody(requests, contracts, hot, salts):
    last = f"explode(sequence(0, {salts - 1}))"
    return salted(requests, contracts, f"request % {salts}", last)


def contracts_once(requests, contracts, hot, salts):
    return salted(
        requests, contracts, f"IF(customer = {hot}, request % {salts}, 0)", "0"
    )


def one_too_many(requests, contracts, hot, salts):
    right = f"explode(sequence(0, IF(customer = {hot}, {salts}, 0)))"
    return salted(
        requests, contracts, f"IF(customer = {hot}, request % {salts}, 0)", right
    )


def one_salt_gets_most(requests, contracts, hot, salts):
    right = f"explode(sequence(0, IF(customer = {hot}, {salts - 1}, 0)))"
    left = f"IF(customer = {hot} AND request < 40, request % {salts}, 0)"
    return salted(requests, contracts, left, right)


def by_division(requests, contracts, hot, salts):
    right = f"explode(sequence(0, IF(customer = {hot}, {salts - 1}, 0)))"
    left = f"IF(customer = {hot}, (request DIV 3) % {salts}, 0)"
    return salted(requests, contracts, left, right)


def both_sides(requests, contracts, hot, salts):
    right = f"explode(sequence(0, IF(customer = {hot}, {salts - 1}, 0)))"
    return salted(requests, contracts, right, right)


def all_requests(requests, contracts, hot, salts):
    _, right = by_division(requests, contracts, hot, salts)
    return requests.selectExpr("*", f"request % {salts} AS salt"), right


def one_too_few(requests, contracts, hot, salts):
    left, _ = by_division(requests, contracts, hot, salts - 1)
    return left, by_division(requests, contracts, hot, salts)[1]


def from_one(requests, contracts, hot, salts):
    left, right = by_division(requests, contracts, hot, salts)
    return left, right.selectExpr(
        "customer", "price", f"salt + INT(customer = {hot}) AS salt"
    )


def joined(requests, contracts, hot, salts):
    left, right = by_division(requests, contracts, hot, salts)
    return left.join(right, ["customer", "salt"])


WRONG = {
    "lazy-lines": [
        {4, 6, 7},
        {2, 4, 7},
        {1, 4, 6, 7},
        {4},
        {2, 7},
        {3, 5},
        {7},
        {4, 8},
        4,
    ],
    "fewer-shuffles": [
        slow,
        both_moved,
        still_spread,
        all_year,
        by_pandas,
        in_one_process,
        mean_of_means,
        with_the_nameless,
        lambda *frames: by_sql(*frames).selectExpr("*", "100 * share AS percent"),
        1,
    ],
    "hot-salt": [
        everybody,
        contracts_once,
        one_too_many,
        one_salt_gets_most,
        both_sides,
        all_requests,
        one_too_few,
        from_one,
        lambda *asked: [frame.drop("price") for frame in by_division(*asked)],
        joined,
        8,
    ],
    "store-layout": [
        {"requests": ["day", "customer"], "claims": ["country", "year"], "flights": []},
        {"requests": ["customer"], "claims": ["country", "year"], "flights": []},
        {"requests": ["day"], "claims": ["country", "day"], "flights": []},
        {"requests": ["day"], "claims": ["year"], "flights": []},
        {"requests": ["day"], "claims": ["country", "year"], "flights": ["month"]},
        {"requests": "day", "claims": ["country", "year"], "flights": []},
        {"requests": ["day"]},
        ["day"],
    ],
}
ALSO_RIGHT = {
    "lazy-lines": [[4, 7]],
    "fewer-shuffles": [by_sql, by_itself],
    "hot-salt": [by_division],
    "store-layout": [
        {"requests": ["day"], "claims": ["year", "country"], "flights": ()}
    ],
}
