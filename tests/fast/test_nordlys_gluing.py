"""Numbers reach the text as plain numbers, in the book and outside it."""

import numpy as np
import pytest

from nordlys import gluing


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Collect what the book is handed."""
    found: dict[str, object] = {}

    def take(name: str, value: object, display: bool) -> None:
        assert display is False
        found[name] = value

    monkeypatch.setattr("myst_nb.glue", take)
    return found


@pytest.mark.parametrize(
    ("value", "plain"),
    [(np.float64(2.5), float), (np.int64(3), int), (np.bool_(True), bool),
     (np.float32(0.5), float), (7, int), ("late", str)],
)  # fmt: skip
def test_numpy_scalars_become_plain(given: dict, value: object, plain: type) -> None:
    gluing.glue("page-value", value)
    assert type(given["page-value"]) is plain
    assert given["page-value"] == value


@pytest.mark.parametrize("value", [[1], np.array([1, 2]), None, {"a": 1}])
def test_other_things_are_refused(given: dict, value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        gluing.glue("page-value", value)
    assert not given


def test_a_plain_notebook_prints(monkeypatch, capsys, given: dict) -> None:
    monkeypatch.setattr(gluing, "find_spec", lambda name: None)
    gluing.glue("page-late", np.int64(4))
    assert capsys.readouterr().out == "page-late = 4\n"
    assert not given
