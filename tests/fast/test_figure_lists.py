"""What has a caption has a name, too, by which the lists find it on paper."""

import io

import pytest
from sphinx.application import Sphinx

from tools.repository import ROOT

CONFIG = f"""
import sys
sys.path.insert(0, {str(ROOT / "book" / "_ext")!r})
extensions = ["myst_nb", "figure_lists"]
"""
TABLE = """\
# A page

```{{table}} What stands here.
{name}
| a | b |
|---|---|
| 1 | 2 |
```
"""


@pytest.mark.parametrize(("name", "warns"), [(":name: tab-here", False), ("", True)])
def test_a_caption_without_a_name_is_told(tmp_path, name, warns):
    stream = io.StringIO()
    (tmp_path / "conf.py").write_text(CONFIG)
    (tmp_path / "index.md").write_text(TABLE.format(name=name))
    out = tmp_path / "out"
    Sphinx(tmp_path, tmp_path, out, out, "html", warning=stream, status=None).build()
    assert ("needs a :name:" in stream.getvalue()) == warns, stream.getvalue()
