"""What the policy of a page would block is named when the book is written."""

import pytest

from tests import small_book
from tools.repository import ROOT

PAGE = """\
# A page

Its own: <b class="on">fat</b>, [a link](https://example.org/), ![a](own.png).

<iframe src="https://example.org/"></iframe>

Press <b onclick="call()">here</b>.

![A picture](https://example.org/a.png)

```{raw} html
<script>call()</script>
<video src="//example.org/a.mp4"></video>
```
"""
NAMED = [
    (5, "<iframe>"),
    (5, "https://example.org/ in <iframe>"),
    (7, "onclick of <b>"),
    (9, "https://example.org/a.png"),
    (11, "<script>"),
    (11, "//example.org/a.mp4 in <video>"),
]


@pytest.fixture(scope="module")
def warnings(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what Sphinx says of a page."""
    files = {"index.md": PAGE, "own.png": ""}
    settings = {"templates_path": [str(ROOT / "book" / "_templates")]}
    source = tmp_path_factory.mktemp("book")
    return small_book.write(source, files, "content_security_policy", **settings)[1]


@pytest.mark.parametrize(("line", "what"), NAMED)
def test_what_is_blocked_is_named_with_its_line(warnings, line, what):
    assert f"index.md:{line}: WARNING: {what} would be blocked" in warnings, warnings


def test_what_is_allowed_is_not_named(warnings):
    assert warnings.count("would be blocked") == len(NAMED), warnings
