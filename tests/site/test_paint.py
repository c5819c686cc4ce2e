"""How soon a first visitor on a poor network sees a page: its largest paint."""

import gzip
from statistics import median

from tests.site import browser as site

GOAL = site.BUDGETS["largest_paint_goal_ms"]
LIMIT = site.BUDGETS["largest_paint_limit_ms"]
TIMES = 5


def heaviest() -> str:
    """Return the page with the most HTML."""

    def weight(name: str) -> int:
        return len(gzip.compress((site.HTML / f"{name}.html").read_bytes()))

    return max(site.built_pages(), key=weight)


def test_largest_paint_is_early_and_nothing_moves(name, browser, base, capsys):
    """The opening page and the heaviest are loaded five times, and the median counts.

    The others are loaded once, and only if that is late, four times more.
    """
    address = f"{base}{name}.html"
    visits = [site.slow_visit(browser, address)]
    if visits[0][0] > LIMIT or name in ("index", heaviest()):
        visits += [site.slow_visit(browser, address) for _ in range(TIMES - 1)]
    paint, shift = (median(figures) for figures in zip(*visits, strict=True))
    assert paint, f"{name}: the browser saw nothing painted"
    with capsys.disabled():
        late = f", later than the goal of {GOAL} ms" if paint > GOAL else ""
        print(
            f"\n  {name}: largest paint after {paint:.0f} ms{late}; shift {shift:.3f}"
        )
    assert paint <= LIMIT, (
        f"{name}: {paint:.0f} ms (at most {LIMIT}): make its HTML, book.css or what "
        "stands first on the page lighter"
    )
    assert shift <= site.BUDGETS["layout_shift"], (
        f"{name} moves by {shift:.3f} while it loads or its pictures come: let what "
        "comes late have its size from the start"
    )
