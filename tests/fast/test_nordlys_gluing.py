"""Numbers reach the text as plain numbers, in the book and outside it."""

import myst_nb
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from nordlys import gluing


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Collect what the notebook is handed: the output and its metadata."""
    outputs: list[tuple] = []

    def take(output: dict, *, raw: bool, metadata: dict) -> None:
        assert raw
        outputs.append((output, metadata))

    monkeypatch.setattr("IPython.display.display", take)
    monkeypatch.setattr("myst_nb.ext.glue.ipy_display", take)
    plain = DisplayFormatter().format
    monkeypatch.setattr("IPython.core.formatters.format_display_data", plain)
    return outputs


@pytest.mark.parametrize(
    ("value", "plain"),
    [(np.float64(2.5), 2.5), (np.int64(3), 3), (np.bool_(True), True),
     (np.float32(0.5), 0.5), (7, 7), (1e22, 1e22), ("late\nor 'not'" * 20,) * 2],
)  # fmt: skip
def test_the_book_gets_what_its_own_glue_hands_over(
    given: list, value: object, plain: object
) -> None:
    gluing.glue(late=value)
    myst_nb.glue("late", plain, display=False)
    ours, theirs = given
    assert ours == theirs, "write the output as myst_nb.ext.glue of this version does"


@pytest.mark.parametrize("value", [[1], np.array([1, 2]), None, {"a": 1}])
def test_other_things_are_refused(given: list, value: object) -> None:
    kind = type(value).__name__
    with pytest.raises(TypeError, match=rf"glue\(late=…\) .* not {kind}"):
        gluing.glue(bad=4, late=value)
    assert not given, "what comes before the value must not be handed over alone"


def test_several_values_keep_their_order(given: list) -> None:
    gluing.glue(lead_1=1.5, lead_20=20)
    names = [metadata["scrapbook"]["name"] for _, metadata in given]
    assert names == ["lead_1", "lead_20"]
