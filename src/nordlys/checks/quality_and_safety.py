"""Checks of the exercises on quality and safety."""

from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

MONTHS = ("March", "June", "October")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@exercise("voucher-text")
def voucher_text(answer: Any, rng: np.random.Generator) -> None:
    """Give true texts in two orders, and texts with one fault each."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(4):
        facts = {
            "code": f"{''.join(rng.choice(list(LETTERS), 4))}{rng.integers(2, 10)}M",
            "euros": int(rng.integers(30, 90)),
            "until": f"{rng.integers(10, 29)} {rng.choice(MONTHS)}",
        }
        for fault, text in _texts(facts).items():
            given = answer(text, dict(facts))
            expect(isinstance(given, list), f"return a list of problems, not {given!r}")
            wrong = not fault.startswith(" ")
            expect(
                bool(given) == wrong,
                f"for {text!r} with {facts} it finds {given}: "
                + (f"the fault is {fault}" if wrong else "the text is right"),
            )


def _texts(facts: dict[str, Any]) -> dict[str, str]:
    """Return texts by their fault; those whose name begins with a space are right."""
    code, euros, until = facts["code"], facts["euros"], facts["until"]
    day, month = until.split()
    other = ("B" if code[0] == "A" else "A") + code[1:]
    right = f"Your voucher {code} over {euros} euros is valid until {until}."
    return {
        " one order": right,
        " another order": f"You get {euros} euros, valid until {until}, by voucher "
        f"{code}.",
        "an empty text": "",
        "another sum that ends alike": right.replace(f" {euros} e", f" 1{euros} e"),
        "another sum": right.replace(f" {euros} e", f" {euros + 1} e"),
        "swapped numbers": f"Your voucher {code} over {day} euros is valid until "
        f"{euros} {month}.",
        "the contrary": right.replace(" valid", " invalid"),
        "a missing date": f"Your voucher {code} is worth {euros} euros.",
        "a missing sum": f"Your voucher {code} is valid until {until}.",
        "a missing code": f"You get {euros} euros, valid until {until}.",
        "another code": right.replace(code, other),
        "a number more": f"{right} It was issued 3 times.",
    }


@exercise("corrected-rate")
def corrected_rate(answer: Any, rng: np.random.Generator) -> None:
    """Draw judges, good ones and one that knows nothing."""
    expect(callable(answer), "give the function itself, without calling it")
    for sens, spec in ((0.8, 0.9), (0.95, 0.7), (0.6, 0.95), (0.9, 0.9)):
        bad = np.arange(200) < int(rng.integers(40, 150))
        flags = rng.random(200) < np.where(bad, sens, 1 - spec)
        order = rng.permutation(200)
        bad, flags = bad[order], flags[order]
        new = rng.random(300) < rng.uniform(0.02, 0.9)
        s, p = flags[bad].mean(), 1 - flags[~bad].mean()
        right = (new.mean() + p - 1) / (s + p - 1)
        given = answer(bad.copy(), flags.copy(), new.copy())
        expect(given is not None, f"this judge knows something: {s:.2f} and {p:.2f}")
        expect(
            np.ndim(given) == 0 and np.isclose(float(given), right, atol=1e-6),
            f"for sensitivity {s:.3f}, specificity {p:.3f} and a share of "
            f"{new.mean():.3f} flagged it says {given}, expected {right:.6f}",
        )
    bad, always = np.arange(40) < 20, np.ones(40, bool)
    little, less = (np.arange(40) % 20 < np.where(bad, 12, n) for n in (9, 11))
    for flags in (little, less, always, ~always, ~bad):
        total = flags[bad].mean() + 1 - flags[~bad].mean()
        given = answer(bad.copy(), flags.copy(), always.copy())
        expect(
            (given is None) == (total < 1.1),
            f"sensitivity and specificity add up to {total:.2f}, and it says {given}",
        )
    given = answer(bad.copy(), little.copy(), ~always)
    expect(given < 0, f"a share below zero says something too, and it says {given}")


@exercise("alarms-worth")
def alarms_worth(answer: Any, rng: np.random.Generator) -> None:
    """Compare alarms and their worth with the expected numbers."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(5):
        remarks = int(rng.integers(200, 5000))
        attacks = int(rng.integers(1, 20))
        tpr, fpr = float(rng.uniform(0.5, 1)), float(rng.uniform(0.01, 0.2))
        real = tpr * attacks
        alarms = real + fpr * (remarks - attacks)
        given = answer(remarks, attacks, tpr, fpr)
        expect(
            np.shape(given) == (2,),
            f"return two numbers, not {given!r}",
        )
        expect(
            np.allclose([float(x) for x in given], [alarms, real / alarms], rtol=1e-4),
            f"for {remarks} remarks, {attacks} attacks, tpr {tpr:.2f} and fpr "
            f"{fpr:.2f} it says {given}, expected {alarms:.3f} and "
            f"{real / alarms:.6f}",
        )


@exercise("send-permission")
def send_permission(answer: Any, rng: np.random.Generator) -> None:
    """Change one thing at a time in a call that is permitted."""
    expect(callable(answer), "give the function itself, without calling it")
    number = int(rng.integers(100, 999))
    case = {"booking": "K7PQ2M", "address": f"krogh{number}@mail.example"}
    templates = ["delay", "rebooked", "voucher"]
    before = ["delay", "delay", "rebooked"]
    for template in rng.permutation(templates):
        good = {
            "tool": "send_message",
            "address": case["address"],
            "template": str(template),
        }
        tries = {
            "permitted": (good, 0),
            "the third message": (good, 2),
            "the fourth message": (good, 3),
            "another tool": ({**good, "tool": "issue_voucher"}, 0),
            "another address": ({**good, "address": f"x{case['address']}"}, 0),
            "a longer address": ({**good, "address": f"{case['address']}.evil"}, 0),
            "part of the address": ({**good, "address": case["address"][:-3]}, 0),
            "free text": ({**good, "template": f"{template}: see my link"}, 0),
            "part of a template": ({**good, "template": str(template)[:3]}, 0),
        }
        for number, (what, (call, times)) in enumerate(tries.items()):
            sent = [{**good, "template": name} for name in before[:times]]
            given = answer(dict(call), dict(case), sent)
            expect(
                bool(given) == (number < 2),
                f"for {call} after {times} messages it says {given!r}; this is "
                f"{what if number else 'permitted'}",
            )
