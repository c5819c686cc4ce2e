"""Record what a page looks like in the browser, for readers who have none.

Usage: python -m tools.record_pictures book/lectures/…/page.md
"""

import shutil
import sys
import tempfile
from pathlib import Path

from nordlys.browser import RECORDED, find_browser
from tools.run.run_page import WORK, Report, run_cells
from tools.source.pages import page_name, read_page


def main() -> int:
    """Run the page in a folder of its own, and copy its pictures and their words."""
    page = Path(sys.argv[1])
    if find_browser() is None:
        print("Neither Chromium nor Chrome is here: make setup-system", file=sys.stderr)
        return 2
    report = Report(page=page_name(page))
    RECORDED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        run_cells(page, read_page(page), Path(folder), report)
        if not report.ok:
            print(report.error, file=sys.stderr)
            return 1
        for words in sorted(Path(folder, WORK, page.stem).glob(f"{page.stem}-*.txt")):
            for file in (words.with_suffix(".png"), words):
                shutil.copyfile(file, RECORDED / file.name)
            print(words.stem)
    return 0


if __name__ == "__main__":
    sys.exit(main())
