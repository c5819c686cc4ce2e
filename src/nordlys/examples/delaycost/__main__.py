"""Write the report from the command line: ``python -m delaycost --act-above 0.25``."""

import argparse
import json
from pathlib import Path

from nordlys import load_flights, load_planes

from .report import report
from .settings import Settings

FLIGHTS = ["year", "month", "origin", "hour", "carrier", "tailnum", "arr_delay"]


def main(words: list[str] | None = None) -> None:
    """Write the report into a file."""
    parser = argparse.ArgumentParser("delaycost")
    parser.add_argument("--out", type=Path, default=Path("report.json"))
    parser.add_argument("--act-above", type=float, default=Settings.act_above)
    chosen = parser.parse_args(words)
    settings = Settings(act_above=chosen.act_above)
    flights, planes = load_flights(FLIGHTS), load_planes(["tailnum", "year"])
    chosen.out.write_text(json.dumps(report(flights, planes, settings), indent=1))


if __name__ == "__main__":
    main()
