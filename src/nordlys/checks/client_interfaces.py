"""Checks of the exercises of the page on the desk's screen."""

import re
import sys
from types import ModuleType
from typing import Any

import numpy as np

from nordlys.browser import tidy_app_tests
from nordlys.checks import exercise, expect

ASK = """
import streamlit as st

carrier = st.text_input("Airline", "EV").strip().upper()
asked = st.button("Ask")
if asked:
    {answer}
"""
FORM = """
import streamlit as st

with st.form("flight"):
    carrier = st.text_input("Airline", "EV").strip().upper()
    asked = st.form_submit_button("Ask")
place = st.empty()
if asked:
    {answer}
"""
TYPO = "An airline has two letters or digits, such as EV."
RIGHT_TYPO = f"""if len(carrier) != 2:
        st.warning("{TYPO}")
    else:
        st.header("Act")"""
WRONG_TYPO = {
    "shows a traceback": 'raise KeyError("risk")',
    "shows nothing at all": "pass",
    'says only "Error 422"': 'st.warning("Error 422")',
    "shows the sentence, and then a traceback": (
        f'st.warning("{TYPO}"); raise KeyError("risk")'
    ),
}
SAY = 'f"{carrier}: DelayRisk does not answer. Use the printed list."'
RIGHT_DOWN = {
    "says it as a warning": f"st.warning({SAY})",
    "says it as an error": f"st.error({SAY})",
    "has a greeting beside it": f'st.write("Hello"); st.warning({SAY})',
    "has a header of its own": f'st.header("Delay desk"); st.warning({SAY})',
}
WRONG_DOWN = {
    "shows a traceback": 'raise ConnectionError("refused")',
    "shows nothing at all": "pass",
    "does not say what to do instead": 'st.error(f"{carrier}: no answer, error 503")',
    "does not say for which flight": 'st.warning("No answer. Use the printed list.")',
    "speaks of another flight than the one that was typed": (
        'st.warning("EV: DelayRisk does not answer. Use the printed list.")'
    ),
    'invents the advice "Wait"': f'st.warning({SAY}); st.header("Wait")',
    'invents the advice "Act"': f'st.header("Act"); st.warning({SAY})',
    "shows the sentence, and then a traceback": (
        f"st.warning({SAY}); raise ConnectionError"
    ),
}


@exercise("screen-typo")
def screen_typo(answer: Any, rng: np.random.Generator) -> None:
    """Hand the test a screen that is right, and some that are not."""
    expect(callable(answer), "give the function itself, without calling it")
    right = {"tells the mistype": RIGHT_TYPO}
    _expect_test(answer, right, WRONG_TYPO, rng)


@exercise("screen-down")
def screen_down(answer: Any, rng: np.random.Generator) -> None:
    """Hand the test screens whose service is down: some say it well, some do not."""
    expect(callable(answer), "give the function itself, without calling it")
    _expect_test(answer, RIGHT_DOWN, WRONG_DOWN, rng)


def _expect_test(
    test: Any, right: dict[str, str], wrong: dict[str, str], rng: np.random.Generator
) -> None:
    """Demand that a test passes the right screens and fails the wrong ones."""
    for what, line in right.items():
        try:
            test(_screen((ASK, FORM)[rng.integers(2)].format(answer=line)))
        except Exception as problem:
            told = f"{type(problem).__name__}: {problem}".rstrip(": ")
            expect(False, f"your test fails a right screen, which {what} ({told})")
    for what, line in wrong.items():
        app = _screen((ASK, FORM)[rng.integers(2)].format(answer=line))
        try:
            test(app)
        except Exception:
            continue
        expect(False, f"your test passes a screen that {what}")


def _screen(script: str) -> Any:
    """Return a screen that has run once, quietly."""
    from streamlit.testing.v1 import AppTest

    tidy_app_tests()
    return AppTest.from_string(script, default_timeout=20).run()


@exercise("better-screen")
def better_screen(answer: Any, rng: np.random.Generator) -> None:
    """Run the screen with a client of ours, which advises, refuses, and is down."""
    expect(isinstance(answer, str) and answer.strip(), "give the text of the file")
    expect("import" in answer, "give the text of better.py, not its name")
    labels = _labels(_with_client(answer, lambda **flight: _advice(True), press=False))
    expect(labels, "the screen has no field to fill in")
    for kind, label, visible in labels:
        named = re.search(r"[A-Za-z]{3}", label)
        expect(named and visible, f"a {kind} has no visible name (label {label!r})")
    for act, word, other in ((True, "Act", "Wait"), (False, "Wait", "Act")):
        asked: list[dict] = []
        shares = int(rng.integers(21, 60))

        def client(act=act, asked=asked, share=shares, **flight) -> dict:
            asked.append(flight)
            return _advice(act, share)

        app = _with_client(answer, client)
        _expect_calm(app)
        expect(asked, "after a press on the button, nobody was asked: call ask(…)")
        values = {name: str(value) for name, value in asked[-1].items()}
        question = {name: text.removesuffix(".0") for name, text in values.items()}
        expect(
            question == {"origin": "EWR", "hour": "20", "carrier": "EV"},
            f"ask was called with {asked[-1]}: the service knows only origin, hour and "
            "carrier, here EWR, 20 and EV",
        )
        said = _said(app)
        told = f"the service says act={act} at a risk of {shares} %"
        expect(
            _says(word, said) and not _says(other, said),
            f'{told}, and the screen must say "{word}" in a word, not "{other}"',
        )
        expect(f"{shares}% of" in said, "the reason of the advice is not on the screen")
        _expect_flight(said, "the advice")

    sentence = f"DelayRisk is away, take list {rng.integers(100, 999)}."
    app = _with_client(answer, None, sentence)
    _expect_calm(app)
    alarm = " ".join(block.value for block in [*app.warning, *app.error])
    expect(
        sentence in alarm,
        f'the Trouble said "{sentence}", and the screen does not show it as a warning '
        "or an error",
    )
    _expect_flight(_said(app), "the trouble")
    found = _says("Act", _said(app)) or _says("Wait", _said(app))
    expect(
        not found, "there is no advice when there is Trouble, but the screen has one"
    )


def _says(word: str, text: str) -> bool:
    """Return whether a text has a word, in its form or in capitals."""
    return bool(re.search(rf"\b({word}|{word.upper()})\b", text))


def _advice(act: bool, share: int = 30) -> dict:
    reason = f"{share}% of 683 such flights went badly from January to March"
    return {"risk": share / 100, "act": act, "reason": reason}


def _with_client(
    script: str, ask: Any, trouble: str = "", *, press: bool = True
) -> Any:
    """Run a screen once, with a module ``client`` of ours, and press its button."""
    client = ModuleType("client")

    class Trouble(Exception):
        """There is no answer."""

    def fail(**flight) -> dict:
        raise Trouble(trouble)

    client.Trouble, client.ask = Trouble, ask or fail
    before = sys.modules.get("client")
    sys.modules["client"] = client
    try:
        app = _screen(script)
        _expect_calm(app)
        if press:
            expect(len(app.button) == 1, "the screen needs exactly one button")
            app.button[0].click().run()
        return app
    finally:
        if before is None:
            del sys.modules["client"]
        else:
            sys.modules["client"] = before


def _labels(app: Any) -> list[tuple[str, str, bool]]:
    """Return kind, label and whether it can be seen, of all fields."""
    kinds = ("text_input", "number_input", "selectbox", "radio", "slider")
    fields = [field for kind in kinds for field in app.get(kind)]
    return [
        (field.type, field.label, field.proto.label_visibility.value == 0)
        for field in fields
    ]


def _expect_calm(app: Any) -> None:
    problems = [problem.message for problem in app.exception]
    expect(not problems, f"the screen shows a traceback: {' '.join(problems)}")


def _expect_flight(said: str, what: str) -> None:
    missing = [
        word for word in ("EWR", "20", "EV") if not re.search(rf"\b{word}\b", said)
    ]
    expect(not missing, f"{what} does not repeat {', '.join(missing)} of the flight")


def _said(app: Any) -> str:
    """Return all that a person reads below the form, without titles of fields."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "metric")
    kinds += ("success", "info", "warning", "error")
    return "\n".join(str(block.value) for kind in kinds for block in app.get(kind))


@exercise("allowed-origins")
def allowed_origins(answer: Any, rng: np.random.Generator) -> None:
    """Put the options into a service, and ask it as browsers on other pages would."""
    from starlette.applications import Starlette
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route
    from starlette.testclient import TestClient

    expect(isinstance(answer, dict), "give a dictionary: the options of CORSMiddleware")
    service = Starlette(
        routes=[Route("/v1/risk", lambda request: PlainTextResponse("0.41"))]
    )
    try:
        service.add_middleware(CORSMiddleware, **answer)
        browser = TestClient(service)
        browser.get("/v1/risk")
    except TypeError as problem:
        expect(False, f"CORSMiddleware does not take these options: {problem}")

    def permits(origin: str, method: str = "GET", header: str = "X-API-Key") -> bool:
        wanted = {
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": header,
        }
        reply = browser.options("/v1/risk", headers=wanted)
        named = reply.headers.get("Access-Control-Allow-Origin")
        return reply.status_code == 200 and named in (origin, "*")

    port = int(rng.integers(6000, 9000))
    ours = ["https://desk.nordlys.example", "https://try.nordlys.example"]
    others = {
        "https://evil.example": "an unknown page",
        "https://desk.nordlys.example.evil.example": "a page whose name begins alike",
        "https://evildesk.nordlys.example": "a page whose name ends alike",
        "https://desk-nordlys.example": "a page with another sign in place of a dot",
        "https://nordlys.example": "another page of the company",
        "http://desk.nordlys.example": "our page without encryption: another scheme",
        "https://desk.nordlys.example:8443": "our host at another port",
        f"http://127.0.0.1:{port}": "another program on one's own machine",
        "http://localhost:8000": "another program on one's own machine",
        "http://localhost:3000": "another program on one's own machine",
        "null": "a file opened from the disk, whose origin is null",
    }
    for origin in ours:
        expect(permits(origin), f"{origin} may not ask by GET with X-API-Key")
    for origin, what in others.items():
        expect(not permits(origin), f"{origin} may ask, and it is {what}")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        expect(not permits(ours[0], method), f"{method} is allowed, and not needed")
    for header in ("X-Other", "Authorization"):
        told = f"the header {header} is allowed: name only the one that is needed"
        expect(not permits(ours[0], header=header), told)
    credentials = browser.get("/v1/risk", headers={"Origin": ours[0]}).headers
    told = "cookies are allowed (allow_credentials), and the page sends none"
    expect("Access-Control-Allow-Credentials" not in credentials, told)
