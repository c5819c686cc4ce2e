"""Two sites are compared exactly, but for what may vary."""

import json

import pytest

from tools.compare import compare

SOURCE = "It took {glue:text}`slow:.1f` ms for {glue:text}`rows` rows.\n"
PAGE = """<html><article>
<p>It took <span class="pasted-text">{ms}</span> ms
for <span class="pasted-text">{rows}</span> rows.</p>
<div class="cell tag_volatile"><div class="cell_input">code</div>
<div class="cell_output"><div class="output">{ms} measured</div>
<figure><a class="enlarge" href="_images/{hash}.svg"><img src="_images/{hash}.svg"
 width="{width}" alt="dots" class="only-light"><img src="_images/{hash}-dark.svg"
 width="{width}" alt="dots" class="only-dark"></a><p>{caption}</p></figure>
</div></div>
<div class="cell tag_volatile"><details><summary>Show the output</summary>
<div class="cell_output"><div class="output">{ms} measured, folded</div></div>
</details></div>
<div class="cell"><div class="cell_output">{steady}</div></div>
</article></html>"""
STATUS = """<table class="run-status"><tbody><tr><td>page</td><td>{day}</td>
<td>{sec}</td><td>{mb}</td><td>{cells}</td><td>✓</td></tr></tbody></table>"""
FIRST = {
    "ms": "4.1",
    "rows": "979",
    "hash": "aa",
    "width": 100,
    "caption": "Dots.",
    "steady": "42",
    "day": "2026-01-01",
    "sec": "9",
    "mb": "333",
    "cells": "7",
    "word": "always",
    "note": "",
    "drawing": "same",
    "extra": "",
}
VARYING = {
    "ms": "12.9",
    "hash": "bb",
    "width": 110,
    "day": "2026-02-02",
    "sec": "8",
    "mb": "444",
}


def write(top, facts):
    """Write a small site with these facts."""
    (top / "_images").mkdir(parents=True)
    (top / "notebooks").mkdir()
    (top / "page.html").write_text(PAGE.format(**facts))
    (top / "status.html").write_text(STATUS.format(**facts))
    for name in (f"{facts['hash']}.svg", f"{facts['hash']}-dark.svg"):
        (top / "_images" / name).write_text(name)
    (top / "_images" / "drawing.svg").write_text(facts["drawing"])
    if facts["extra"]:
        (top / facts["extra"]).touch()
    cell = {"source": [f"It took {facts['ms']} ms for {facts['rows']} rows.\n"]}
    cell |= {"metadata": facts["note"], "id": f"made from {cell['source']}"}
    (top / "notebooks" / "page.ipynb").write_text(json.dumps({"cells": [cell]}))
    words = {facts["word"]: 0, "measur": [0, 1]}
    words |= {word: 0 for word in facts["ms"].split(".")} | {facts["mb"]: [1]}
    index = {"docnames": ["page", "status"], "terms": words}
    (top / "searchindex.js").write_text(f"Search.setIndex({json.dumps(index)})")


def compared(folder, changes):
    book = folder / "book"
    book.mkdir()
    (book / "page.md").write_text(SOURCE)
    write(folder / "a", FIRST)
    write(folder / "b", FIRST | changes)
    return compare(
        folder / "a", folder / "b", book=book, varying=frozenset({("page", "slow")})
    )


def test_what_may_vary_is_left_out_and_counted(tmp_path):
    differ, counts = compared(tmp_path, VARYING)
    assert differ == []
    assert counts == {
        "outputs": 2,
        "figures": 1,
        "quoted numbers": 1,
        "run figures": 1,
    }


@pytest.mark.parametrize(
    ("change", "file", "says"),
    [
        ({"steady": "43"}, "page.html", "42"),
        ({"rows": "980"}, "page.html", "979"),
        ({"rows": "980"}, "notebooks/page.ipynb", "979"),
        ({"caption": "Other."}, "page.html", "Other."),
        ({"cells": "8"}, "status.html", "8"),
        ({"word": "sometimes"}, "searchindex.js", "'sometimes' of page"),
        ({"note": "x"}, "notebooks/page.ipynb", "metadata"),
        ({"drawing": "another"}, "_images/drawing.svg", "4 bytes against 7"),
        ({"extra": "left.txt"}, "left.txt", "only"),
    ],
)
def test_all_else_is_named_with_its_file(tmp_path, change, file, says):
    differ, _ = compared(tmp_path, VARYING | change)
    assert any(one.startswith(f"{file}:") and says in one for one in differ), differ
