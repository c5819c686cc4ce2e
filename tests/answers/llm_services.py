"""Answers to the exercises on language models as services, wrong and right."""

import re

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator


def last_question_only(turns, question, answer, read, written):
    return turns * (question * read + answer * written) / 1e6


def without_answers(turns, question, answer, read, written):
    tokens = turns * (turns + 1) / 2 * question
    return (tokens * read + turns * answer * written) / 1e6


def answer_too_early(turns, question, answer, read, written):
    tokens = turns * (turns + 1) / 2 * (question + answer)
    return (tokens * read + turns * answer * written) / 1e6


def a_thousand(turns, question, answer, read, written):
    return 1000 * in_one_formula(turns, question, answer, read, written)


def written_grows(turns, question, answer, read, written):
    tokens = turns * (turns + 1) / 2 * question + turns * (turns - 1) / 2 * answer
    return (tokens * read + turns * (turns + 1) / 2 * answer * written) / 1e6


def in_one_formula(turns, question, answer, read, written):
    tokens = turns * (turns + 1) / 2 * question + turns * (turns - 1) / 2 * answer
    return (tokens * read + turns * answer * written) / 1e6


def times_temperature(chances, temperature):
    powers = chances**temperature
    return powers / powers.sum()


def not_normed(chances, temperature):
    if temperature == 0:
        return np.eye(len(chances))[chances.argmax()]
    return chances ** (1 / temperature)


def zero_is_forgotten(chances, temperature):
    with np.errstate(all="ignore"):
        powers = (chances / chances.max()) ** np.divide(1, temperature)
        return np.nan_to_num(powers / powers.sum() if temperature else chances)


def vanishes(chances, temperature):
    if temperature == 0:
        return np.eye(len(chances))[chances.argmax()]
    with np.errstate(all="ignore"):
        powers = chances ** (1 / temperature)
        return powers / powers.sum()


def softmax_of_chances(chances, temperature):
    if temperature == 0:
        return np.eye(len(chances))[chances.argmax()]
    powers = np.exp((chances - chances.max()) / temperature)
    return powers / powers.sum()


def in_place(chances, temperature):
    if temperature == 0:
        return np.eye(len(chances))[chances.argmax()]
    chances /= chances.max()
    powers = chances ** (1 / temperature)
    return powers / powers.sum()


def by_logarithms(chances, temperature):
    if temperature == 0:
        return [float(chance == max(chances)) for chance in chances]
    logs = np.log(np.maximum(chances, 1e-300)) / temperature
    powers = np.exp(logs - logs.max())
    return powers / powers.sum()


class Lenient(BaseModel):
    # Ignores what it does not know.
    tag: str = Field(pattern=r"^[A-Z]{2}[0-9]{6}$")
    pieces: int = Field(ge=1, le=9)
    colour: str | None = None


class AnyText(BaseModel, extra="forbid"):
    tag: str
    pieces: int
    colour: str | None = None


class NoAnchors(BaseModel, extra="forbid"):
    # Finds the tag anywhere in the text.
    tag: str = Field(pattern=r"[A-Z]{2}[0-9]{6}")
    pieces: int = Field(ge=1, le=9)
    colour: str | None = None


class ColourNeeded(BaseModel, extra="forbid"):
    # May be null, but not missing.
    tag: str = Field(pattern=r"^[A-Z]{2}[0-9]{6}$")
    pieces: int = Field(ge=1, le=9)
    colour: str | None


class StrictlyInside(BaseModel, extra="forbid"):
    tag: str = Field(pattern=r"^[A-Z]{2}[0-9]{6}$")
    pieces: int = Field(gt=1, lt=9)
    colour: str | None = None


class AllMissing(BaseModel, extra="forbid"):
    tag: str | None = Field(default=None, pattern=r"^[A-Z]{2}[0-9]{6}$")
    pieces: int = Field(default=1, ge=1, le=9)
    colour: str | None = None


class HalfPieces(BaseModel, extra="forbid"):
    tag: str = Field(pattern=r"^[A-Z]{2}[0-9]{6}$")
    pieces: float = Field(ge=1, le=9)
    colour: str | None = None


class ByHand(BaseModel):
    model_config = ConfigDict(extra="forbid")
    tag: str
    pieces: int
    colour: str = ""

    @field_validator("tag")
    @classmethod
    def looks_like_a_tag(cls, tag: str) -> str:
        if not re.fullmatch(r"[A-Z]{2}\d{6}", tag):
            raise ValueError("two capital letters and six digits")
        return tag

    @field_validator("pieces")
    @classmethod
    def few(cls, pieces: int) -> int:
        if not 1 <= pieces <= 9:
            raise ValueError("one to nine")
        return pieces


def oldest_first(messages, limit, count):
    remaining = list(messages)
    while len(remaining) > 1 and count(remaining) > limit:
        remaining.pop(0)
    return remaining, len(messages) - len(remaining)


def newest_between(messages, limit, count):
    first, *between, last = messages
    while count([first, *between, last]) > limit:
        if not between:
            raise ValueError("too long")
        between.pop()
    return [first, *between, last], len(messages) - 2 - len(between)


def never_refuses(messages, limit, count):
    first, *between, last = messages
    while between and count([first, *between, last]) > limit:
        between.pop(0)
    return [first, *between, last], len(messages) - 2 - len(between)


def one_too_many(messages, limit, count):
    first, *between, last = messages
    while count([first, *between, last]) >= limit:
        if not between:
            raise ValueError("too long")
        between.pop(0)
    return [first, *between, last], len(messages) - 2 - len(between)


def changes_the_list(messages, limit, count):
    before = len(messages)
    while count(messages) > limit:
        if len(messages) == 2:
            raise ValueError("too long")
        del messages[1]
    return messages, before - len(messages)


def in_silence(messages, limit, count):
    return by_place(messages, limit, count)[0]


def counts_what_is_left(messages, limit, count):
    remaining, _ = by_place(messages, limit, count)
    return remaining, len(remaining)


def by_place(messages, limit, count):
    for dropped in range(len(messages) - 1):
        remaining = [messages[0], *messages[1 + dropped :]]
        if count(remaining) <= limit:
            return remaining, dropped
    raise ValueError("first and last are too long")


WRONG = {
    "price-of-chat": [
        last_question_only,
        without_answers,
        answer_too_early,
        a_thousand,
        written_grows,
        0.1,
    ],
    "heat-up": [
        times_temperature,
        not_normed,
        zero_is_forgotten,
        vanishes,
        softmax_of_chances,
        in_place,
        0.5,
    ],
    "strict-schema": [
        Lenient,
        AnyText,
        NoAnchors,
        ColourNeeded,
        StrictlyInside,
        AllMissing,
        HalfPieces,
        dict,
    ],
    "keep-the-start": [
        oldest_first,
        newest_between,
        never_refuses,
        one_too_many,
        changes_the_list,
        in_silence,
        counts_what_is_left,
        3,
    ],
}
ALSO_RIGHT = {
    "price-of-chat": [in_one_formula],
    "heat-up": [by_logarithms],
    "strict-schema": [ByHand],
    "keep-the-start": [by_place],
}
