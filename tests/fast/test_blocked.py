"""What the policy of a page would block is named when the book is written."""

import io

import pytest
from sphinx.application import Sphinx

from tools.repository import ROOT

CONFIG = f"""
import sys
sys.path.insert(0, {str(ROOT / "book" / "_ext")!r})
extensions = ["myst_nb", "content_security_policy"]
templates_path = [{str(ROOT / "book" / "_templates")!r}]
"""
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
    source, stream = tmp_path_factory.mktemp("book"), io.StringIO()
    (source / "conf.py").write_text(CONFIG)
    (source / "index.md").write_text(PAGE)
    (source / "own.png").write_bytes(b"")
    out = source.parent / "html"
    Sphinx(source, source, out, out, "html", warning=stream, status=None).build()
    return stream.getvalue()


@pytest.mark.parametrize(("line", "what"), NAMED)
def test_what_is_blocked_is_named_with_its_line(warnings, line, what):
    assert f"index.md:{line}: WARNING: {what} would be blocked" in warnings, warnings


def test_what_is_allowed_is_not_named(warnings):
    assert warnings.count("would be blocked") == len(NAMED), warnings
