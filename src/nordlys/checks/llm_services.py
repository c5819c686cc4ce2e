"""Checks of the exercises on language models as services."""

from typing import Any

import numpy as np
from pydantic import BaseModel, ValidationError

from nordlys.checks import exercise, expect


@exercise("price-of-chat")
def price_of_chat(answer: Any, rng: np.random.Generator) -> None:
    """Draw chats, and add up what each of their calls costs."""
    expect(callable(answer), "give the function itself, without calling it")
    for turns in (1, 2, *rng.integers(3, 40, 3).tolist()):
        question, reply = (int(n) for n in rng.integers(20, 400, 2))
        read, written = (float(p) for p in rng.uniform(0.1, 20, 2).round(2))
        told = f"turns {turns}, question {question}, answer {reply}, {read}, {written}"
        given = answer(turns, question, reply, read, written)
        tokens = turns * (turns + 1) // 2 * question + turns * (turns - 1) // 2 * reply
        right = (tokens * read + turns * reply * written) / 1e6
        expect(
            np.ndim(given) == 0 and np.isclose(float(given), right, rtol=1e-6),
            f"for {told} it says {given}, expected {right:.9f} euros",
        )


@exercise("heat-up")
def heat_up(answer: Any, rng: np.random.Generator) -> None:
    """Compare with powers, also at zero and at a temperature close to it."""
    expect(callable(answer), "give the function itself, without calling it")
    for temperature in (1, 0.5, 2, float(rng.uniform(0.3, 3)), 0, 0.00001):
        chances = rng.dirichlet(np.full(int(rng.integers(3, 8)), 0.8))
        chances[chances.argmax()] += 0.2  # so that one is clearly the likeliest
        chances /= chances.sum()
        before = chances.copy()
        given = np.asarray(answer(chances, temperature), float)
        right = _heated(before, temperature)
        shown = f"{before.round(3).tolist()} at temperature {temperature:.3g}"
        expect(np.array_equal(chances, before), "leave the given array as it is")
        expect(
            given.shape == right.shape and np.allclose(given, right, atol=1e-6),
            f"for {shown} it says {given.round(3).tolist()}, "
            f"expected {right.round(3).tolist()}",
        )


def _heated(chances: np.ndarray, temperature: float) -> np.ndarray:
    """Return the probabilities at a temperature, zero included."""
    if temperature == 0:
        return (np.arange(len(chances)) == chances.argmax()).astype(float)
    powers = (chances / chances.max()) ** (1 / temperature)
    return powers / powers.sum()


@exercise("strict-schema")
def strict_schema(answer: Any, rng: np.random.Generator) -> None:
    """Try bags that are in order, and bags with one fault each."""
    expect(
        isinstance(answer, type) and issubclass(answer, BaseModel),
        "give the class itself, which inherits from BaseModel",
    )
    letters = "".join(rng.choice(list("ABDELUVX"), 2))
    tag = f"{letters}{int(rng.integers(0, 10**6)):06d}"
    good = {"tag": tag, "pieces": int(rng.integers(2, 9)), "colour": "red"}
    bare = {"tag": tag, "pieces": 2}
    for bag in (good, bare, {**good, "pieces": 1}, {**good, "pieces": 9}):
        expect(_takes(answer, bag), f"it refuses {bag}, which is in order")
    faults = {
        "a small letter": {"tag": tag.lower()},
        "seven digits": {"tag": f"{tag}1"},
        "five digits": {"tag": tag[:-1]},
        "something before the tag": {"tag": f"no. {tag}"},
        "no piece": {"pieces": 0},
        "ten pieces": {"pieces": 10},
        "half a piece": {"pieces": 1.5},
        "a field that nobody knows": {"owner": "Ida"},
    }
    for name, fault in faults.items():
        expect(not _takes(answer, {**good, **fault}), f"it takes {name}: {fault}")
    for name in ("tag", "pieces"):
        rest = {key: value for key, value in good.items() if key != name}
        expect(not _takes(answer, rest), f"it takes a bag without {name}")


def _takes(form: type[BaseModel], bag: dict[str, Any]) -> bool:
    """Say whether a class accepts the fields."""
    try:
        form.model_validate(bag)
    except ValidationError:
        return False
    return True


@exercise("keep-the-start")
def keep_the_start(answer: Any, rng: np.random.Generator) -> None:
    """Draw conversations and limits that keep all, some, or too little."""
    expect(callable(answer), "give the function itself, without calling it")
    for length in (2, 3, *rng.integers(4, 12, 4).tolist()):
        sizes = rng.integers(5, 60, length).tolist()
        messages = _conversation(sizes)
        ends = sizes[0] + sizes[-1]
        for limit in (ends, sum(sizes), int(rng.integers(ends, sum(sizes) + 1))):
            _compare(answer, messages, limit)
        try:
            given = answer([*messages], ends - 1, _count)
        except ValueError:
            continue
        expect(False, f"first and last exceed the limit, and it returns {given!r}")


def _conversation(sizes: list[int]) -> list[dict[str, str]]:
    """Return messages of so many words each."""
    roles = ["system", *("user", "assistant") * len(sizes)]
    return [
        {"role": role, "content": " ".join([f"w{place}"] * size)}
        for place, (role, size) in enumerate(zip(roles, sizes, strict=False))
    ]


def _count(messages: list[dict[str, str]]) -> int:
    """Count words, as if each were a token."""
    return sum(len(message["content"].split()) for message in messages)


def _compare(answer: Any, messages: list[dict[str, str]], limit: int) -> None:
    """Hold an answer to what is left when the oldest between the ends are dropped."""
    handed = [dict(message) for message in messages]
    try:
        given = answer(handed, limit, _count)
    except ValueError:
        sizes, ends = [_count([m]) for m in messages], [messages[0], messages[-1]]
        expect(
            False,
            f"for messages of {sizes} tokens and a limit of {limit} it raises a "
            f"ValueError, but first and last are {_count(ends)}: that fits",
        )
    expect(handed == messages, "leave the given list as it is")
    first, *between, last = messages
    dropped = 0
    while _count([first, *between[dropped:], last]) > limit:
        dropped += 1
    sizes = [_count([message]) for message in messages]
    told = f"for messages of {sizes} tokens and a limit of {limit}"
    two = isinstance(given, tuple | list) and len(given) == 2
    expect(
        two and isinstance(given[0], tuple | list),
        f"{told} it says {given!r}; return the messages and the number",
    )
    kept = [_count([message]) for message in given[0]]
    expect(
        list(given[0]) == [first, *between[dropped:], last],
        f"{told} it keeps {kept}, expected {[sizes[0], *sizes[1 + dropped :]]}",
    )
    expect(given[1] == dropped, f"{told} it says {given[1]} dropped, not {dropped}")
