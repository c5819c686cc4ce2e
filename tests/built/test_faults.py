"""A broken page is found, and the message names the place."""

import json
import subprocess
import sys

import nbformat
import pytest
from outputs import problems_of, should_show, texts, wrong_shares

from tests import small_book
from tools.repository import ROOT

HEAD = small_book.HEAD + "# A page\n\n```{code-cell} ipython3\nvalue = 1\n```\n\n"
POPEN = "import subprocess\n_ = subprocess.Popen"
LISTEN = (
    "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(9)"
)


def run_broken(folder, code: str):
    page = folder / "broken.md"
    page.write_text(HEAD + f"```{{code-cell}} ipython3\n{code}\n```\n")
    out = folder / "out.ipynb"
    command = [sys.executable, "-m", "tools.run.run_page", str(page), "--out", str(out)]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    cells = []
    if out.exists():
        notebook = nbformat.read(out, as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return completed, cells


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0", "ZeroDivisionError"),
        (
            "from nordlys import check\nassert check('may-retry', None).passed",
            "AssertionError",
        ),
        ("import os\nos._exit(1)", "died"),
        (f"{POPEN}(['sleep', '60'], start_new_session=True)", "process: sleep 60"),
        (
            f"{POPEN}(['python', '-c', {LISTEN!r}], start_new_session=True)",
            "left behind: port:",
        ),
        (
            "from threading import Thread\nimport time\n"
            "Thread(target=time.sleep, args=[60]).start()",
            "left behind: the kernel",
        ),
        (
            "import socket, time\nwith socket.create_server(('', 0)):\n time.sleep(2)",
            "Others can reach 0.0.0.0:",
        ),
        ("open('left.txt', 'w').close()", "file: work/left.txt"),
        ("from nordlys import work_in\n_ = work_in('other')", "file: work/other"),
        (
            "from nordlys import work_in\n_ = work_in('broken')\n"
            "open('../../left.txt', 'w').close()",
            "left behind: file: left.txt",
        ),
        ("open('../../left.txt', 'w').close()", "left behind: file: ../left.txt"),
        (
            "import socket\ntry:\n"
            "    socket.create_connection(('192.0.2.1', 80), timeout=1)\n"
            "except OSError:\n    pass",
            "left behind: call: 192.0.2.1:80",
        ),
        ("import tempfile\n_ = tempfile.mkstemp()", "left behind: file: tmp/"),
        (
            "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=3)",
            "OSError",
        ),
    ],
)
def test_broken_page_fails_with_its_place(tmp_path, code, message):
    completed, _ = run_broken(tmp_path, code)
    assert completed.returncode == 1, f"tools.run.run_page finds no fault in: {code}"
    assert message in completed.stdout, completed.stdout + completed.stderr
    if "left behind" not in completed.stdout:
        assert "broken.md:14\n" in completed.stdout, completed.stdout


def test_helpers_that_end_with_the_kernel_are_no_strays(tmp_path):
    tracked = "from multiprocessing import resource_tracker as helper\n"
    completed, _ = run_broken(tmp_path, f"{tracked}helper.ensure_running()")
    assert completed.returncode == 0, completed.stdout


WARNS = "def old():\n    import warnings\n    warnings.warn('old', stacklevel=2)\nold()"


def test_a_warning_names_no_file_of_the_run(tmp_path):
    _, cells = run_broken(tmp_path, WARNS)
    assert texts(cells[-1]) == ["<cell>:4: UserWarning: old\n  old()\n"]


NEXT_CELL = "\n```\n\n```{code-cell} ipython3\n"
WRITTEN = NEXT_CELL.join(
    [
        "from nordlys import work_in\nfolder = work_in('broken')",
        "%%writefile app/rates.py\ndef rate(hour):\n    return 1 / hour",
        "from app.rates import rate",
        ":tags: [raises-exception]\n\nrate(0)  # raises ZeroDivisionError",
        "import traceback\ntry:\n    rate(0)\nexcept ArithmeticError:\n"
        "    print(traceback.format_exc())",
    ]
)


def test_written_files_stay_in_the_folder_of_the_page(tmp_path):
    completed, cells = run_broken(tmp_path, WRITTEN)
    assert completed.returncode == 0, completed.stdout
    assert not cells[2].outputs, "%%writefile says something: it should be silent"
    for cell in cells[-2:]:
        assert "app/rates.py" in "".join(texts(cell))
        assert problems_of(cell) == [], "a traceback shows where the page was run"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import warnings\nwarnings.warn('old')", "standard error"),
        ("print('DeprecationWarning: old')", "shows a warning"),
        ("from pathlib import Path\nprint(Path('/usr/bin'))", "path of this machine"),
        ("print(object())", "memory address"),
        (":tags: [raises-exception]\n\nvalue = 2", "raises nothing"),
        (":tags: [raises-exception]\n\nvlaue", "raises NameError, which it does not"),
        ("print('a\\x00b')", "shows a control character"),
        ("import sys\nprint('x', file=sys.stderr)", "standard error"),
        ("value = None\nvalue", "shows nothing"),
        (":tags: [hide-output]\n\nvalue = 2", "nothing that could be folded"),
    ],
)
def test_unclean_output_is_found(tmp_path, code, problem):
    completed, cells = run_broken(tmp_path, code)
    assert completed.returncode == 0, completed.stdout
    assert any(problem in text for text in problems_of(cells[-1]))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{glue:text}`late:.1f` % were late", "late is 0.25: write"),
        ("{glue:text}`late:.0%` per cent were late", "two signs"),
        ("{glue:text}`late:.0%` were late", ""),
        ("{glue:text}`points:.0f` % were late", ""),
    ],
)
def test_shares_that_are_no_per_cent_are_found(text, says):
    problems = wrong_shares(text, {"late": 0.25, "points": 25.0})
    assert any(says in problem for problem in problems) if says else not problems


def test_what_should_show():
    assert should_show("x = 1\nx") and should_show("print(1)\ny = 2")
    assert not should_show("%%writefile a.py\nprint(1)")
    assert not should_show("x = 1") and not should_show("ax.plot(x);")


def test_kernel_is_this_python_whatever_jupyter_finds(tmp_path, monkeypatch):
    spec = {"argv": ["false"], "display_name": "Python 3", "language": "python"}
    kernel = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    completed, cells = run_broken(tmp_path, "import sys\nprint(sys.executable)")
    errors = completed.stderr[-500:]
    assert completed.returncode == 0, f"Another kernel was started: {errors}"
    assert cells[-1].outputs[0].text.strip() == sys.executable


BURN = "python -c 'import time\nwhile time.process_time() < 2: pass' &"


@pytest.mark.parametrize(
    ("code", "least", "most"),
    [
        (
            f"import subprocess as s\n_ = s.run({BURN!r}, shell=True, stdout=-1)",
            2,
            60,
        ),
        ("import time\ntime.sleep(4)", 0.1, 2),
    ],
    ids=["a child that nobody waits for", "a page that only waits"],
)
def test_the_seconds_of_a_page_are_those_of_processors(tmp_path, code, least, most):
    (page := tmp_path / "page.md").write_text(
        HEAD + f"```{{code-cell}} ipython3\n{code}\n```\n"
    )
    command = [sys.executable, "-m", "tools.run.run_page", page]
    command += ["--report", report := tmp_path / "report.json"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert least < json.loads(report.read_text())["seconds"] < most
