"""The look of the book's figures: quiet, colour-blind safe, legible in print.

Figures are drawn once, for light paper. The book's build makes the dark twin by
exchanging the colours below one for one, so use these colours and no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # matplotlib is loaded when the first figure is drawn, not before
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#1f2a37"
MUTED = "#5b6673"
GRID = "#d9dee4"
PAPER = "#ffffff"
BLUE = "#0b66a8"
ORANGE = "#c2570c"
GREEN = "#12795a"
PURPLE = "#7d4698"
SKY = "#3d95c9"
GOLD = "#96700a"

SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, GOLD)
"""Colours of the series in order; pair each with its own line style or marker."""

LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
"""Line styles of the series in order."""

DARK = {
    INK: "#e6eaef",
    MUTED: "#a9b4c0",
    GRID: "#3a4552",
    PAPER: "#14181e",
    BLUE: "#6cb6ef",
    ORANGE: "#f2a065",
    GREEN: "#5cc9a5",
    PURPLE: "#c9a2dd",
    SKY: "#9bd3f2",
    GOLD: "#dcbc60",
}
"""Light colour → its twin on a dark page."""

STYLE: dict[str, Any] = {
    "figure.facecolor": "none",
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "none",
    "savefig.transparent": True,
    "svg.hashsalt": "nordlys",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.facecolor": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 10,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "legend.frameon": False,
    "patch.edgecolor": PAPER,
}


def use_style() -> None:
    """Set the house style, and vector output where a notebook shows the figure."""
    import matplotlib as mpl
    from cycler import cycler

    series = cycler(color=SERIES) + cycler(linestyle=LINES)
    mpl.rcParams.update(STYLE | {"axes.prop_cycle": series})
    try:
        from IPython.core.getipython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None, "Creator": None})


def figure(
    width: float = 7.0, height: float = 3.2, **subplots: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes in the house style.

    Args:
        width: inches; 7 fills the text column.
        height: inches.
        **subplots: passed on to :func:`matplotlib.pyplot.subplots`, for example
            ``ncols=2, sharey=True``.

    Returns:
        The figure and its axes (an array of axes if more than one was asked for).
    """
    import matplotlib.pyplot as plt

    use_style()
    return plt.subplots(figsize=(width, height), **subplots)


def label_line(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write ``text`` beside the end of a line, instead of a legend.

    Args:
        axes: where the line is drawn.
        x: position of the label in data units.
        y: position of the label in data units.
        text: the label.
        **style: passed on to :meth:`matplotlib.axes.Axes.annotate`.
    """
    options = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
    axes.annotate(text, (x, y), **(options | style))
