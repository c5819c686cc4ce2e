"""The palette can be read by everyone, on light and on dark paper."""

from itertools import combinations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nordlys import figure, label_line
from nordlys.figures import DARK, GRID, INK, LINES, MUTED, PAPER, SERIES, STYLE

mpl.use("agg")
READABLE = 4.5  # WCAG 2.2, 1.4.3: text
VISIBLE = 3.0  # WCAG 2.2, 1.4.11: graphical objects
# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


@pytest.fixture(autouse=True)
def settings_and_figures_put_back():
    with mpl.rc_context():
        yield
    plt.close("all")


def linear(colour: str) -> np.ndarray:
    """Return red, green and blue in linear light."""
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(first: str, second: str) -> float:
    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


def lab(light: np.ndarray) -> np.ndarray:
    """Return CIELAB coordinates of linear light under D65."""
    to_xyz = [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
    ratio = np.clip(np.array(to_xyz) @ light, 0, None) / [0.9505, 1.0, 1.089]
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("colour", [INK, MUTED])
def test_text_is_readable_on_both_papers(colour: str) -> None:
    assert contrast(colour, PAPER) >= READABLE
    assert contrast(DARK[colour], DARK[PAPER]) >= READABLE


@pytest.mark.parametrize("colour", SERIES[:4])
def test_first_series_can_carry_labels_on_both_papers(colour: str) -> None:
    assert contrast(colour, PAPER) >= READABLE
    assert contrast(DARK[colour], DARK[PAPER]) >= READABLE


@pytest.mark.parametrize("colour", SERIES)
def test_every_series_is_visible_on_both_papers(colour: str) -> None:
    assert contrast(colour, PAPER) >= VISIBLE
    assert contrast(DARK[colour], DARK[PAPER]) >= VISIBLE


def test_the_grid_stays_behind() -> None:
    assert contrast(GRID, PAPER) < 1.5
    assert contrast(DARK[GRID], DARK[PAPER]) < 2.0


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_first_three_series_differ_for_colour_blind(kind: str, dark: bool) -> None:
    colours = [
        lab(np.array(BLINDNESS[kind]) @ linear(DARK[name] if dark else name))
        for name in SERIES[:3]
    ]
    for first, second in combinations(colours, 2):
        assert np.linalg.norm(first - second) > 20


def test_twins_are_one_to_one() -> None:
    assert len(set(DARK.values())) == len(DARK)
    assert not set(DARK) & set(DARK.values())
    assert set(SERIES) <= set(DARK)


def test_style_uses_the_palette_only() -> None:
    colours = [v for k, v in STYLE.items() if str(v).startswith("#") and "color" in k]
    assert colours and set(colours) <= set(DARK)


def test_series_never_differ_by_colour_alone() -> None:
    assert len({str(style) for style in LINES}) == len(LINES) == len(SERIES)


def test_figure_has_the_house_style() -> None:
    fig, ax = figure(4, 2)
    assert tuple(fig.get_size_inches()) == (4, 2)
    assert not ax.spines["top"].get_visible()
    assert plt.rcParams["axes.edgecolor"] == MUTED


def test_figure_passes_subplots_on() -> None:
    _, axes = figure(ncols=2, sharey=True)
    assert axes.shape == (2,)


def test_label_stands_beside_the_point() -> None:
    _, ax = figure()
    label_line(ax, 3, 4, "late", color=INK)
    (note,) = ax.texts
    assert (note.get_text(), note.xy, note.get_color()) == ("late", (3, 4), INK)


def test_a_drawing_has_no_date_and_only_house_colours(tmp_path) -> None:
    fig, ax = figure()
    ax.plot([1, 2], [2, 1])
    for name in ("a", "b"):
        fig.savefig(tmp_path / f"{name}.svg", metadata={"Date": None, "Creator": None})
    first = (tmp_path / "a.svg").read_text()
    assert first == (tmp_path / "b.svg").read_text()
