"""Invented bookings: the same each time, and Karen's are six."""

import pandas as pd
import pytest

from nordlys.bookings import KAREN, invented_bookings


def test_the_same_at_every_call():
    table = invented_bookings()
    pd.testing.assert_frame_equal(table, invented_bookings())
    assert len(table) == 5000
    assert (table["email"] == KAREN).sum() == 6
    assert table.isna().sum().sum() == 0


def test_too_few_are_refused():
    with pytest.raises(ValueError, match="at least two persons"):
        invented_bookings(persons=1)
