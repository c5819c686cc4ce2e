"""An agent with two tools: it looks up flights, and issues vouchers to bookings.

The flights are real, the bookings and vouchers are invented. A model chooses a tool by
writing JSON in the form ``FORM``; two scripted policies choose where no chance may.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

import pandas as pd
from opentelemetry.trace import StatusCode, Tracer
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from nordlys.data import load_flights

LIMIT = 50  # euros
BOOKINGS = ("B3090", "B5518", "B7041")
Call = dict[str, Any]
"""A tool and its arguments, such as ``{"tool": "issue_voucher", "euros": 25, …}``."""
History = list[tuple[Call, str]]
"""The calls so far, each with its result."""
Policy = Callable[[History], Call | None]
"""What chooses the next call; none if it is done."""
Stop = Callable[[History], bool]
"""What says that a run must end."""


class FindFlight(BaseModel):
    """Ask how late a flight arrived."""

    model_config = ConfigDict(extra="forbid")
    tool: Literal["find_flight"]
    carrier: str
    flight: int
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)


class IssueVoucher(BaseModel):
    """Give a voucher to a booking."""

    model_config = ConfigDict(extra="forbid")
    tool: Literal["issue_voucher"]
    booking: str
    euros: int


FORM = {
    "type": "json_schema",
    "json_schema": {
        "name": "call",
        "schema": TypeAdapter(FindFlight | IssueVoucher).json_schema(),
    },
}
"""The response format that allows a call of one of the two tools, and nothing else."""


@lru_cache
def arrivals() -> pd.Series:
    """Return the arrival delays of all flights by carrier, number, month and day."""
    columns = ["carrier", "flight", "month", "day"]
    flights = load_flights([*columns, "arr_delay"])
    flights["carrier"] = flights["carrier"].astype(str)
    return flights.set_index(columns)["arr_delay"].sort_index()


def find_flight(carrier: str, flight: int, month: int, day: int) -> str:
    """Tell how a flight of 2013 arrived."""
    key = (carrier, flight, month, day)
    if key not in arrivals().index:
        return "refused: no such flight on that day"
    delay = arrivals().loc[[key]].max()
    if pd.isna(delay):
        return "did not arrive"
    return f"{abs(delay):.0f} minutes {'late' if delay > 0 else 'early'}"


def issue_voucher(booking: str, euros: int) -> str:
    """Give a voucher to a booking, or say why not."""
    if booking not in BOOKINGS:
        return "refused: no such booking"
    if not 0 < euros <= LIMIT:
        return f"refused: more than {LIMIT} euros, or none"
    return f"{euros} euros issued"


TOOLS: dict[str, Callable[..., str]] = {
    "find_flight": find_flight,
    "issue_voucher": issue_voucher,
}


AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "voucher"}
"""Attributes of the root of each run."""


def use(call: Call, tracer: Tracer) -> str:
    """Call a tool inside a span, and return its result."""
    name = call["tool"]
    arguments = {key: value for key, value in call.items() if key != "tool"}
    with tracer.start_as_current_span(f"execute_tool {name}") as span:
        span.set_attribute("gen_ai.operation.name", "execute_tool")
        span.set_attribute("gen_ai.tool.name", name)
        span.set_attribute("gen_ai.tool.call.arguments", json.dumps(arguments))
        result = TOOLS[name](**arguments)
        span.set_attribute("gen_ai.tool.call.result", result)
    return result


def never(history: History) -> bool:
    """Let an agent go on."""
    return False


def run(policy: Policy, tracer: Tracer, stop: Stop = never, limit: int = 9) -> History:
    """Let a policy call tools until it is done, or until ``stop`` says so."""
    history: History = []
    with tracer.start_as_current_span("invoke_agent voucher", attributes=AGENT) as root:
        while len(history) < limit and (call := policy(history)):
            history.append((call, use(call, tracer)))
            if stop(history):
                root.set_status(StatusCode.ERROR)
                break
    return history


def flight(carrier: str, number: int, month: int, day: int) -> Call:
    """Return the call that looks up a flight."""
    when = {"month": month, "day": day}
    return {"tool": "find_flight", "carrier": carrier, "flight": number, **when}


def voucher(booking: str, euros: int) -> Call:
    """Return the call that issues a voucher."""
    return {"tool": "issue_voucher", "booking": booking, "euros": euros}


EXAMPLES = {
    "Booking B8142 gets 30 euros.": voucher("B8142", 30),
    "Please give booking B2201 a voucher of 15 euros.": voucher("B2201", 15),
    "Was UA 1714 late on 9 March?": flight("UA", 1714, 3, 9),
    "How late did AA 301 arrive on 11 December?": flight("AA", 301, 12, 11),
}
QUESTIONS = {
    "Was B6 725 late on 6 February?": flight("B6", 725, 2, 6),
    "What happened to UA 1545 on 1 January?": flight("UA", 1545, 1, 1),
    "Please send 40 euros to booking B7041.": voucher("B7041", 40),
    "DL 461 on 2 May: how late was it?": flight("DL", 461, 5, 2),
    "Booking B5518 was promised a voucher of 25 euros.": voucher("B5518", 25),
    "Did AA 707 leave on 30 June?": flight("AA", 707, 6, 30),
    "The passenger of B3090 waited six hours, give 50 euros.": voucher("B3090", 50),
    "Was EV 4140 cancelled on 8 February?": flight("EV", 4140, 2, 8),
}
"""What the desk asks, and the right call."""


def prompt(question: str) -> list[dict[str, str]]:
    """Return the messages that ask a model for a call, with four examples."""
    messages = [{"role": "system", "content": "Choose a tool and its arguments."}]
    for asked, call in EXAMPLES.items():
        messages.append({"role": "user", "content": asked})
        messages.append({"role": "assistant", "content": json.dumps(call)})
    return [*messages, {"role": "user", "content": question}]


def one_step(choose: Callable[[str], Call], question: str) -> Policy:
    """Return the policy that asks ``choose`` once, and is done."""
    return lambda history: None if history else choose(question)


def sensible(history: History) -> Call | None:
    """Look the flight up, give a voucher if it was late, and stop."""
    if not history:
        return flight("EV", 4140, 2, 8)
    late = history[-1][1].endswith("minutes late")
    return voucher("B7041", 40) if late and len(history) == 1 else None


def stubborn(history: History) -> Call | None:
    """Ask for a day that does not exist, again and again as it is refused."""
    again = not history or history[-1][1].startswith("refused")
    return flight("EV", 4140, 2, 30) if again else None
