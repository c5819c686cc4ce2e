"""Plausible wrong answers to the exercises of the page on the desk's screen."""

import re


def typo_not_pressed(app):
    app.text_input[0].set_value("E")
    app.run()
    assert len(app.exception) == 0


def typo_not_run(app):
    app.text_input[0].set_value("E")
    app.button[0].click()
    assert len(app.exception) == 0
    assert "two letters" in app.warning[0].value


def typo_any_warning(app):
    app.text_input[0].set_value("E")
    app.button[0].click()
    app.run()
    assert len(app.exception) == 0
    assert app.warning[0].value


def typo_with_traceback(app):
    app.text_input[0].set_value("E")
    app.button[0].click()
    app.run()
    assert "two letters" in app.warning[0].value


def typo_expects_one(app):
    app.text_input[0].set_value("E")
    app.button[0].click()
    app.run()
    assert len(app.exception) == 1
    assert "two letters" in app.warning[0].value


def typo_right(app):
    app.text_input[0].input("E")
    app.button[0].click().run()
    assert not app.exception
    assert "two letters" in app.warning[0].value


def asked(app):
    app.text_input[0].set_value("B6")
    app.button[0].click().run()
    assert not app.exception
    return [block.value for block in [*app.warning, *app.error]]


def down_only_calm(app):
    asked(app)


def down_only_list(app):
    assert any("printed list" in text for text in asked(app))


def down_only_warning(app):
    asked(app)
    assert "printed list" in app.warning[0].value and "B6" in app.warning[0].value
    assert not app.header


def down_no_flight_typed(app):
    app.button[0].click().run()
    assert not app.exception and not app.header
    messages = [block.value for block in [*app.warning, *app.error]]
    assert any("printed list" in text and "EV" in text for text in messages)


def down_advice_may_stand(app):
    assert any("printed list" in text and "B6" in text for text in asked(app))


def down_only_wait(app):
    assert any("printed list" in text and "B6" in text for text in asked(app))
    assert "Wait" not in [block.value for block in app.header]


def down_no_header(app):
    # A header that says something else is no advice.
    assert any("printed list" in text and "B6" in text for text in asked(app))
    assert not app.header


def down_right(app):
    text = " ".join(asked(app))
    assert "printed list" in text and "B6" in text
    assert not {"Act", "Wait"} & {block.value for block in app.header}


BETTER = """\
import streamlit as st
from client import Trouble, ask

origin = st.text_input("Airport", "EWR")
hour = st.number_input("Scheduled hour", 0, 23, 20)
carrier = st.text_input("Airline", "EV")
if st.button("Ask"):
    flight = f"{carrier} from {origin}, hour {hour}"
    try:
        advice = ask(origin=origin, hour=hour, carrier=carrier)
        st.header("Act" if advice["act"] else "Wait")
        st.write(f"{flight}: {advice['reason']}")
    except Trouble as trouble:
        st.warning(f"{flight}: {trouble}")
"""
POOR = """\
import streamlit as st
from client import Trouble, ask

origin = st.text_input("origin", "EWR", label_visibility="collapsed")
hour = st.text_input("h", "20")
carrier = st.text_input("c", "EV")
if st.button("Go"):
    try:
        advice = ask(origin=origin, hour=hour, carrier=carrier)
        st.write(":red[●]" if advice["risk"] > 0.2 else ":green[●]")
    except Trouble:
        st.error("Error 503")
"""
HIDDEN = BETTER.replace('"EWR")', '"EWR", label_visibility="hidden")')
SHORT_NAME = BETTER.replace('"Airline"', '"c"')
OWN_RULE = BETTER.replace('advice["act"]', 'advice["risk"] > 0.2')
DOT = BETTER.replace('"Act" if', '":red[●]" if').replace('"Wait")', '":green[●]")')
NO_REASON = BETTER.replace("{advice['reason']}", "{advice['risk']:.0%}")
NO_FLIGHT = BETTER.replace("{flight}: {advice", "{advice")
NUMBER = BETTER.replace("{trouble}", "Error 503")
SILENT = BETTER.replace('st.warning(f"{flight}: {trouble}")', "pass")
UNCAUGHT = BETTER.replace("except Trouble as trouble", "except KeyError as trouble")
INVENTS = BETTER + '        st.header("Wait")\n'
NO_FIELDS = re.sub(r"st\.\w+_input\(.+, (.+)\)", r"\1", BETTER)
TWO_BUTTONS = f'{BETTER}st.button("Clear")\n'
NOBODY_ASKED = BETTER.replace(
    "ask(origin=origin, hour=hour, carrier=carrier)",
    '{"act": True, "risk": 0.4, "reason": "40% of 683 such flights"}',
)
OTHER_NAME = BETTER.replace("carrier=carrier)", "airline=carrier)")
SWAPPED = BETTER.replace("origin=origin,", "origin=carrier,")
SHOUTED_RULE = OWN_RULE.replace('"Act"', '"ACT"').replace('"Wait"', '"WAIT"')
STALE_WORD = BETTER.replace("{flight}: {trouble}", "{trouble}")

OPTIONS = {
    "allow_origins": ["https://desk.nordlys.example", "https://try.nordlys.example"],
    "allow_methods": ["GET"],
    "allow_headers": ["X-API-Key"],
}
OURS = "https://desk.nordlys.example"
LOCAL = "http://localhost:8000"

WRONG = {
    "screen-typo": [
        None,
        typo_not_pressed,
        typo_not_run,
        typo_any_warning,
        typo_with_traceback,
        typo_expects_one,
    ],
    "screen-down": [
        None,
        down_only_calm,
        down_only_list,
        down_only_warning,
        down_no_flight_typed,
        down_advice_may_stand,
        down_only_wait,
        down_no_header,
    ],
    "better-screen": [
        "better.py",
        POOR,
        HIDDEN,
        SHORT_NAME,
        OWN_RULE,
        DOT,
        NO_REASON,
        NO_FLIGHT,
        NUMBER,
        SILENT,
        UNCAUGHT,
        INVENTS,
        NO_FIELDS,
        TWO_BUTTONS,
        NOBODY_ASKED,
        STALE_WORD,
        OTHER_NAME,
        SWAPPED,
        SHOUTED_RULE,
    ],
    "allowed-origins": [
        [],
        OPTIONS | {"allow_origins": ["*"]},
        OPTIONS | {"allow_origins": [OURS]},
        OPTIONS | {"allow_origins": [f"{OURS}/", "https://try.nordlys.example"]},
        OPTIONS | {"allow_origins": ["desk.nordlys.example", "try.nordlys.example"]},
        OPTIONS | {"allow_origin_regex": r".*\.nordlys\.example"},
        OPTIONS | {"allow_origin_regex": r"https://.*nordlys\.example.*"},
        OPTIONS | {"allow_origin_regex": r"https://(desk|try).nordlys.example"},
        OPTIONS | {"allow_origins": [*OPTIONS["allow_origins"], "null"]},
        OPTIONS | {"allow_origins": [*OPTIONS["allow_origins"], LOCAL]},
        OPTIONS | {"allow_methods": ["GET", "PUT"]},
        OPTIONS | {"allow_headers": ["X-API-Key", "Authorization"]},
        OPTIONS | {"allow_methods": ["*"]},
        OPTIONS | {"allow_headers": ["*"]},
        OPTIONS | {"allow_headers": []},
        OPTIONS | {"allow_credentials": True},
        OPTIONS | {"origins": [OURS]},
    ],
}

LISTED = """\
import streamlit as st
from client import Trouble, ask

with st.form("flight"):
    places = ["EWR", "JFK", "LGA"]
    flight = {"origin": st.selectbox("Airport", places)}
    flight["hour"] = st.slider("Scheduled hour", 0, 23, 20)
    flight["carrier"] = st.text_input("Airline, two characters", "EV", max_chars=2)
    pressed = st.form_submit_button("Is it at risk?")
if pressed:
    st.subheader(" ".join(map(str, flight.values())))
    try:
        advice = ask(**flight)
    except Trouble as trouble:
        st.error(trouble)
    else:
        if advice["act"]:
            st.success("Act")
        else:
            st.info("Wait")
        st.caption(advice["reason"])
"""

ALSO_RIGHT = {
    "screen-typo": [typo_right],
    "screen-down": [down_right],
    "better-screen": [
        BETTER,
        LISTED,
        BETTER.replace('"Act"', '"ACT"').replace('"Wait"', '"WAIT"'),
    ],
    "allowed-origins": [
        OPTIONS | {"allow_origins": tuple(reversed(OPTIONS["allow_origins"]))},
        OPTIONS | {"allow_headers": ["x-api-key"]},
        {
            "allow_origin_regex": r"https://(desk|try)\.nordlys\.example",
            "allow_headers": ["X-API-Key"],
        },
    ],
}
