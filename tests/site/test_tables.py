"""How pandas' tables are written again: headings, names, alignment."""

import pandas as pd
from accessibility import clean_frame

from tests.site import browser as site

FRAME = pd.DataFrame(
    {"mean_delay": [7.38, -9.9], "airport": ["JFK", "EWR"], "seats": [1200, None]},
    index=pd.Index(["9E", "AS"], name="carrier"),
)


def clean(frame: pd.DataFrame) -> str:
    assert (site.BOOK / "_ext" / "accessibility.py").is_file()
    return clean_frame(frame.to_html())


def test_no_style_and_no_empty_heading():
    html = clean(FRAME.rename_axis(None))
    assert "<style" not in html and "border=" not in html
    assert "<td></td>" in html and "<th></th>" not in html


def test_name_of_the_index_stands_in_the_corner():
    html = clean(FRAME)
    assert html.count("<tr>") == 3
    assert '<tr><th scope="col">carrier</th>' in html


def test_headings_say_what_they_head():
    html = clean(FRAME)
    assert html.count('scope="col"') == 4
    assert html.count('scope="row"') == 2


def test_numbers_are_marked_with_their_heading_and_text_is_not():
    html = clean(FRAME)
    assert '<td class="number">7.38</td>' in html
    assert '<td class="number">NaN</td>' in html
    assert '<th class="number" scope="col">mean_<wbr>delay</th>' in html
    assert "<td>JFK</td>" in html


def test_rows_that_share_a_heading_keep_their_alignment():
    index = pd.MultiIndex.from_product([["EWR"], [1, 2]], names=["origin", "month"])
    html = clean(pd.DataFrame({"late": [0.2, 0.3]}, index=index))
    assert html.count('<td class="number">') == 2
    assert '<th scope="col">origin</th><th scope="col">month</th>' in html
