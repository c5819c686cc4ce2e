"""The page: on which flights of a day to act, as HTML that any web server can serve.

Usage: uv run python -m delayrisk.page
"""

import html
from pathlib import Path

from delayrisk.contract import Flight
from delayrisk.flights import read_flights
from delayrisk.model import MODEL, Model, worth_acting
from delayrisk.train import DATA

PAGE = Path("public/index.html")
"""Where the page is written; links from it must be relative, and not begin with /."""

FRAME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{font: 1rem sans-serif; margin: 2rem}} td {{padding-right: 2rem}}</style>
<h1>{title}</h1>
<p>By the model "{version}", for all flights of the day as scheduled.</p>
<table>
<thead><tr><th>departure</th><th>airport</th><th>flight</th><th>risk</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</html>
"""


def row(flight: Flight, risk: float) -> str:
    """Return one row of the table."""
    number = html.escape(f"{flight.carrier} {flight.flight}")
    cells = f"{flight.scheduled:%H:%M}", flight.origin, number, f"{risk:.0%}"
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def page(model: Model, flights: list[Flight]) -> str:
    """Return the page for the flights of one day, those of highest risk first."""
    risks = [(model.risk(flight), flight) for flight in flights]
    chosen = [(risk, flight) for risk, flight in risks if worth_acting(risk)]
    chosen.sort(key=lambda pair: (-pair[0], pair[1].scheduled, pair[1].key))
    return FRAME.format(
        title=f"{len(chosen)} flights to act on, {flights[0].date}",
        version=html.escape(model.version),
        rows="\n".join(row(flight, risk) for risk, flight in chosen),
    )


def main() -> None:
    """Write the page for the last day in the data."""
    model = Model.model_validate_json(MODEL.read_text())
    flights = read_flights(DATA)
    last = max(flight.date for flight in flights)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(model, [one for one in flights if one.date == last]))
    print(f"{PAGE}: {last}")


if __name__ == "__main__":
    main()
