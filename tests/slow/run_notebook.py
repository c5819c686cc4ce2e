"""Run an exported notebook without its set-up cell, isolated, in an empty folder.

Called with the Python of an environment that holds what the set-up cell installs; the
kernel's own packages come through PYTHONPATH. Prints a report as JSON.
"""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.run import run_page, sandbox  # noqa: E402


def main(path: Path) -> None:
    """Run the notebook and print how it went."""
    report = run_page.Report(page=path.stem, isolation=sandbox.enter())
    sandbox.adopt_orphans()
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[1]
    report.cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tempfile.TemporaryDirectory(dir=run_page.short_folder()) as scratch:
        folder = Path(scratch).resolve()
        run_page.run_cells(path, notebook, folder, report)
        report.strays += run_page.clean_up(folder, path.stem)
    print(json.dumps(asdict(report)))


main(Path(sys.argv[1]))
