"""What has a caption has a name, too, by which the lists find it on paper."""

import pytest

from tests import small_book

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
    files = {"index.md": TABLE.format(name=name)}
    _, warnings = small_book.write(tmp_path, files, "figure_lists")
    assert ("needs a :name:" in warnings) == warns, warnings
