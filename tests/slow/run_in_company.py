"""Run a page three times where it is least comfortable, and print the reports as JSON.

The usual ports are taken. The first run is alone; the second has the folder of the
first and happens at the same time as the third, whose kernel is killed at the end. All
share one sandbox, so that they could meet on a port.

Usage: run_in_company.py PAGE FOLDER, which then holds the three executed notebooks.
"""

import contextlib
import json
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.run import run_page, sandbox  # noqa: E402
from tools.source.pages import page_name, read_page  # noqa: E402

USUAL_PORTS = (3000, 5000, 5432, 6379, 8000, 8001, 8080, 8501, 8888, 9090)


def run_here(
    page: Path, scratch: Path, out: Path, isolation: str, *, kill: bool
) -> None:
    """Run the page inside the sandbox of the parent process; print the report."""
    sandbox.adopt_orphans()
    # The temporary folder keeps a plain name: PostgreSQL's wheel takes no spaces there.
    run_page.WORK = "Ærø og Ålborg"
    import nbformat

    scratch.mkdir(exist_ok=True)
    notebook = read_page(page)
    report = run_page.Report(page=page_name(page), isolation=isolation)
    run_page.run_cells(page, notebook, scratch, report, kill=kill)
    report.strays += run_page.clean_up(scratch, page.stem)
    nbformat.write(notebook, out)
    print(json.dumps(asdict(report)))


def main(page: str, folder: Path) -> None:
    """Enter the sandbox, take the ports, run the page three times."""
    isolation = sandbox.enter()
    with contextlib.ExitStack() as taken:
        for port in USUAL_PORTS:
            with contextlib.suppress(OSError):  # somebody else has it: as good
                taken.enter_context(socket.create_server(("", port)))

        def start(number: int, scratch: str) -> subprocess.Popen:
            command = [sys.executable, __file__, page, folder / scratch]
            command += [folder / f"{number}.ipynb", isolation]
            return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

        first = start(1, "a").communicate()[0]
        pair = [start(2, "a"), start(3, "b")]
        reports = [json.loads(first), *(json.load(each.stdout) for each in pair)]
        print(json.dumps(reports))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        main(sys.argv[1], Path(sys.argv[2]))
    else:
        kill = sys.argv[3].endswith("3.ipynb")
        run_here(*map(Path, sys.argv[1:4]), sys.argv[4], kill=kill)
