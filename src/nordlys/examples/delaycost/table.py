"""One row a flight, with what the report needs."""

import pandas as pd


def prepare(
    flights: pd.DataFrame, planes: pd.DataFrame, late_minutes: int
) -> pd.DataFrame:
    """Say of each flight whether it was late, and how old its aircraft was."""
    built = planes.rename(columns={"year": "built"})
    table = flights.merge(built, on="tailnum")
    table["late"] = table["arr_delay"] > late_minutes
    table["age"] = table["year"] - table["built"]
    return table
