"""What goes wrong around the book ends in one message that says what to do."""

import errno
import json
import shutil
import socket
import subprocess
import sys
from collections import namedtuple

import pytest

from tools import build, execute, new_page, publish_branch, serve, setup, summary
from tools.repository import ROOT, Repository, repository

Usage = namedtuple("Usage", "total used free")


def fake_python(folder, version: str):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return str(path)


def test_old_python_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "version_of", lambda python: (3, 9))
    with pytest.raises(setup.SetupError, match=r"found: 3\.9.*Install one"):
        setup.choose_python(None)


def test_newer_python_is_used_with_a_warning(tmp_path, capsys):
    python = fake_python(tmp_path, "3 15")
    assert setup.choose_python(python) == python
    assert "newer than those" in capsys.readouterr().out


def test_missing_interpreter_is_named():
    with pytest.raises(setup.SetupError, match="none with venv"):
        setup.choose_python("/nowhere/python")


def test_missing_git_is_named(monkeypatch):
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    with pytest.raises(setup.SetupError, match="git is missing"):
        setup.check_machine()


def test_failed_step_names_itself():
    with pytest.raises(setup.SetupError, match="This step failed"):
        setup.run(sys.executable, "-c", "raise SystemExit(3)")


def test_full_disk_stops_the_build_early(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1e12, 1e12, 1e8))
    with pytest.raises(build.BuildError, match=r"Only 0\.1 GB are free"):
        build.check_disk()


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (execute.ExecutionError("page.md:7\nZeroDivisionError"), "page.md:7"),
        (build.BuildError("Sphinx found the problems above"), "Sphinx found"),
    ],
)
def test_a_stopped_build_says_why(monkeypatch, capsys, tmp_path, problem, message):
    def stop(**options):
        raise problem

    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "build", stop)
    monkeypatch.setattr(sys, "argv", ["build"])
    assert build.main() == 1
    assert message in capsys.readouterr().err


def test_two_builds_do_not_meet(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build"])
    holder = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); "
    holder += "fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", holder, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert build.main() == 1
        other.kill()
    assert "Another build is running" in capsys.readouterr().err


def test_port_in_use_is_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("a book")
    monkeypatch.setattr(serve, "HTML", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setattr(sys, "argv", ["serve", "--port", port])
        assert serve.main() == 1
    assert f"Port {port} is in use" in capsys.readouterr().out


def test_unbuilt_book_is_not_served(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(serve, "HTML", tmp_path)
    monkeypatch.setattr(sys, "argv", ["serve"])
    assert serve.main() == 1
    assert "make book" in capsys.readouterr().err


def test_page_that_is_not_there_is_named():
    command = [sys.executable, "-m", "tools.run_page", "book/nowhere.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "no page book/nowhere.md" in done.stderr


def test_damaged_result_is_made_again(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(execute, "STORE", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "k.ipynb").write_text("{}")
    (tmp_path / "a" / "k.json").write_text(json.dumps({"sha256": "other"}))
    assert execute.stored("a", "k") is None
    assert "damaged" in capsys.readouterr().out


def test_address_follows_the_fork(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/a-fork")
    assert repository() == Repository("someone", "a-fork")
    assert repository().site == "https://someone.github.io/a-fork/"


def test_user_site_has_no_folder():
    assert Repository("Ann", "Ann.github.io").site == "https://ann.github.io/"


def test_summary_names_what_ran():
    runs = [
        {"page": "a", "seconds": 3.0, "memory_mb": 9, "fresh": True},
        {"page": "b", "seconds": 7.0, "memory_mb": 8, "fresh": False},
    ]
    text = summary.summary(runs)
    assert "2 pages with code, 1 of them run" in text
    assert text.index("| b | 7.0 |") < text.index("| a | 3.0 |")


def test_new_page_stands_after_the_last_of_its_lecture():
    toc = "parts:\n  - file: lectures/02-x/index\n    sections:\n"
    toc += "      - file: lectures/02-x/a\n"
    entered = new_page.enter(toc, "02-x", "b")
    assert entered == toc + "      - file: lectures/02-x/b\n"
    with pytest.raises(ValueError, match="already"):
        new_page.enter(entered, "02-x", "b")
    with pytest.raises(ValueError, match="has no lecture"):
        new_page.enter(toc, "03-y", "b")


def git(folder, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_branch_is_committed_only_if_it_changes(tmp_path, monkeypatch):
    repo, content = tmp_path / "repo", tmp_path / "content"
    content.mkdir()
    git(tmp_path, "init", "--quiet", str(repo))
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "first")
    monkeypatch.chdir(repo)
    (content / "page.ipynb").write_text("1")
    assert publish_branch.publish("notebooks", content, "").startswith("notebooks: ")
    assert publish_branch.publish("notebooks", content, "") == "notebooks: unchanged"
    (content / "page.ipynb").write_text("2")
    publish_branch.publish("notebooks", content, "")
    assert git(repo, "show", "notebooks:page.ipynb") == "2"
    assert git(repo, "rev-list", "--count", "notebooks") == "2"
    assert git(repo, "status", "--porcelain") == ""
    with pytest.raises(publish_branch.PublishError, match="no folder"):
        publish_branch.publish("notebooks", tmp_path / "nowhere", "")
