"""Cells write whole files, quietly, below the page's own folder and nowhere else."""

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from IPython.core.error import UsageError

from nordlys import files
from nordlys.files import work_in, writefile


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand where a notebook stands that has not entered a folder yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "_beside", None)
    return tmp_path


def test_a_page_works_in_a_folder_of_its_own(folder: Path) -> None:
    assert work_in("first-service") == folder / "first-service" == Path.cwd()


def test_called_again_the_folder_and_its_files_stay(folder: Path) -> None:
    Path(work_in("ssh"), "kept.txt").touch()
    assert work_in("ssh") == folder / "ssh" == Path.cwd()
    assert [path.name for path in Path.cwd().iterdir()] == ["kept.txt"]


def test_a_restarted_kernel_finds_the_folder_again(folder: Path, monkeypatch) -> None:
    work_in("ssh")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(files, "_beside", None)
    assert work_in("ssh") == folder / "ssh"


def test_a_notebook_in_a_folder_of_that_name_gets_one_inside(
    folder: Path, monkeypatch
) -> None:
    (folder / "ssh").mkdir()
    monkeypatch.chdir(folder / "ssh")
    assert work_in("ssh") == work_in("ssh") == folder / "ssh" / "ssh"


@pytest.mark.parametrize("slug", ["", "..", "a/b", "Mine", "a-", "a b", "/a"])
def test_what_is_no_name_of_a_page_is_refused(folder: Path, slug: str) -> None:
    with pytest.raises(ValueError, match="no page's name"):
        work_in(slug)
    assert Path.cwd() == folder


def test_a_file_in_the_way_is_named(folder: Path) -> None:
    (folder / "ssh").touch()
    with pytest.raises(FileExistsError, match="ssh is a file here"):
        work_in("ssh")


def test_a_file_is_written_to_the_letter_and_quietly(folder: Path, capsys) -> None:
    writefile(" app/models/rates.txt ", "Ærø\t1\nend\n")
    assert (folder / "app/models/rates.txt").read_bytes() == "Ærø\t1\nend\n".encode()
    writefile('"app/with space.txt"', "x\n")
    assert (folder / "app/with space.txt").read_text() == "x\n"
    assert capsys.readouterr() == ("", "")


def test_a_file_is_written_anew(folder: Path) -> None:
    writefile("a.txt", "a long first version\n")
    writefile("a.txt", "short\n")
    assert (folder / "a.txt").read_text() == "short\n"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Name the file"),
        ("../a.txt", "outside this folder"),
        ("a/../../b.txt", "outside this folder"),
        ("/a.txt", "outside this folder"),
        ("~/a.txt", "outside this folder"),
        ("out/a.txt", "outside this folder"),
        ("a/", "is a folder"),
        (".", "is a folder"),
        ("-a a.txt", "No options here"),
    ],
)
def test_a_wrong_path_is_refused(folder: Path, name: str, says: str) -> None:
    (folder / "work").mkdir()
    (folder / "work" / "out").symlink_to(folder)
    os.chdir(folder / "work")
    with pytest.raises(UsageError, match=says):
        writefile(name, "text\n")
    assert not list(folder.rglob("*.txt"))


def test_python_imports_what_was_written_last(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.syspath_prepend(str(folder))
    now = time.time()
    for value in (1, 2):
        writefile("rates_as_written.py", f"LIMIT = {value}\n")
        os.utime("rates_as_written.py", (now, now))
        sys.modules.pop("rates_as_written", None)
        module = importlib.import_module("rates_as_written")
        assert value == module.LIMIT
    del sys.modules["rates_as_written"]


SESSION = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in ("import nordlys", "%%writefile new/a.yml\\npause: true"):
    shell.run_cell(cell).raise_error()
"""


def test_importing_the_package_in_a_notebook_replaces_the_magic(folder: Path) -> None:
    completed = run_python(SESSION)
    assert completed.stdout + completed.stderr == ""
    assert (folder / "new" / "a.yml").read_text() == "pause: true\n"


def test_outside_a_notebook_nothing_is_loaded() -> None:
    completed = run_python("import sys, nordlys; print('IPython' in sys.modules)")
    assert completed.stdout == "False\n", completed.stderr


def run_python(code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
