"""Answers to the exercises on error analysis, wrong and right."""

import math

import numpy as np

CODES = {
    "02-08-LGA": "NA",
    "02-10-EWR": "LA",
    "02-21-EWR": "",
    "02-21-JFK": "LD",
    "02-24-EWR": "A",
    "02-24-LGA": "N",
    "04-09-JFK": "L",
    "04-25-JFK": "L",
    "06-15-EWR": "A",
    "06-28-EWR": "",
}
TEXT = (
    "On 9 February, 118 of 179 flights from LaGuardia (LGA) were cancelled and 7 "
    "arrived late. American Airlines had the most late flights, 4."
)
LONGER = f"{TEXT} Please call your airline."
QUESTION = "Does the text have at most 25 words?"


def criterion(question=QUESTION, yes=TEXT, no=LONGER):
    return {"question": question, "yes": yes, "no": no}


def texts_needed(rate, share, half_width, spread=1.96**2, three=3, up=math.ceil):
    return up(three / rate), up(spread * share * (1 - share) / half_width**2)


def without_square(rate, share, half_width):
    return math.ceil(3 / rate), math.ceil(1.96 * share * (1 - share) / half_width**2)


def rounded_down(rate, share, half_width):
    return texts_needed(rate, share, half_width, up=int)


def other_way(rate, share, half_width):
    return texts_needed(rate, share, half_width)[::-1]


def as_list(rate, share, half_width):
    return [float(number) for number in texts_needed(rate, share, half_width)]


def by_strata(table, population, skip=False):
    total, weighted, worst = 0, 0, None
    for stratum, size in population.items():
        good = table.loc[table["stratum"] == stratum, "good"]
        if good.empty:
            if skip:
                continue
            raise ValueError(stratum)
        total, weighted = total + size, weighted + size * good.mean()
        if worst is None or good.mean() < worst[1]:
            worst = stratum, good.mean()
    return weighted / total, *worst


def skips_unread(table, population):
    return by_strata(table, population, skip=True)


def plain_mean(table, population):
    return table["good"].mean(), *by_strata(table, population)[1:]


def equal_weights(table, population):
    return by_strata(table, dict.fromkeys(population, 1))


def only_estimate(table, population):
    return by_strata(table, population)[0]


def best_stratum(table, population):
    shares = table.groupby("stratum")["good"].mean()
    return by_strata(table, population)[0], shares.idxmax(), shares.max()


WRONG = {
    "code-ten-bulletins": [
        dict.fromkeys(CODES, ""),
        dict.fromkeys(CODES, "L"),
        {**CODES, "02-21-EWR": "L"},
        {**CODES, "02-08-LGA": "N"},
        {**CODES, "02-21-JFK": "L"},
        {key: CODES[key] for key in list(CODES)[:5]},
        {**CODES, "02-21-EWR": "good"},
        {**CODES, "02-21-EWR": None},
        list(CODES.values()),
    ],
    "sharpen-criterion": [
        criterion("Is the text short enough?"),
        criterion("Is it professional?"),
        criterion("How many words has the text?"),
        criterion("Does it have at most 25 words and no bracket?"),
        criterion("The text has at most 25 words."),
        criterion(no=TEXT),
        criterion(no=None),
        {"question": QUESTION, "yes": TEXT},
        criterion(yes=LONGER, no=TEXT),
        criterion("Does the text have more than 25 words?"),
        criterion("Is it easy to read?"),
        criterion("Is the text no longer than 28 words?"),
        criterion("Does it have at most 40 words?", no=f"{TEXT} {'Sorry. ' * 20}"),
        criterion(no=f"{TEXT} Sorry."),
        criterion("Does the text have fewer than 24 words?"),
        criterion(no=TEXT.replace("118", "119")),
        criterion(yes="Nearly all was cancelled."),
        criterion(
            "Has the text fewer than three sentences?",
            no=f"{TEXT} {'We are sorry for this day. ' * 12}",
        ),
        QUESTION,
    ],
    "size-golden-set": [
        without_square,
        rounded_down,
        other_way,
        lambda *asked: texts_needed(*asked)[0],
        (60, 246),
    ],
    "weigh-strata": [
        skips_unread,
        plain_mean,
        equal_weights,
        only_estimate,
        best_stratum,
    ],
}
ALSO_RIGHT = {
    "code-ten-bulletins": [
        CODES,
        {key: set(codes) for key, codes in CODES.items()},
        {key: list(codes) for key, codes in CODES.items()},
    ],
    "sharpen-criterion": [
        criterion(),
        criterion("Is the text at most 25 words long?"),
        criterion("Does the text have 25 words or fewer?"),
        criterion("Does the text have fewer than 25 words?"),
        criterion("Will it be 25 words or shorter?"),
        criterion("Has each sentence at most 16 words?"),
        criterion(
            "Has the text fewer than three sentences?",
            no=LONGER,
        ),
    ],
    "size-golden-set": [
        texts_needed,
        as_list,
        lambda *asked: np.array(texts_needed(*asked)),
    ],
    "weigh-strata": [by_strata],
}
