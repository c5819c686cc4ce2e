"""What goes wrong around the book ends in one message that says what to do."""

import errno
import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections import namedtuple
from contextlib import contextmanager
from unittest import mock

import pytest

from tools import (
    benchmark,
    build,
    environment,
    new_page,
    preview,
    publish_branch,
    serve,
    summary,
)
from tools import repository as repository_module
from tools.export import notebook as notebook_file
from tools.repository import ROOT, Repository, repository
from tools.run import run_pages
from tools.source.pages import PageError, code_pages, page_text, read_page

Usage = namedtuple("Usage", "total used free")


@contextmanager
def stops(problem, says: str, tool: str = ""):
    """Expect a tool to stop with a message, and say what to mend where it does not."""
    outcome = "goes on"
    try:
        yield
    except problem as error:
        if re.search(says, str(error)):
            return
        outcome = f"says “{error}”"
    expected = f"raise {problem.__name__}, saying “{says}”"
    pytest.fail(f"{tool or problem.__module__} {outcome}: {expected}", pytrace=False)


def assert_ends(tool, capsys, message: str) -> None:
    """Expect a tool to end with code 1 and a message, without a traceback."""
    code, printed = tool.main(), "".join(capsys.readouterr())
    assert code == 1, f"{tool.__name__} ends with code {code}: return 1"
    assert message in printed, f"{tool.__name__} prints “{printed}”: say “{message}”"


def fake_python(folder, version: str):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return str(path)


def test_old_python_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "version_of", lambda python: (3, 9))
    with stops(environment.SetupError, r"found: 3\.9.*Install one"):
        environment.choose_python(None)


def test_newer_python_is_used_with_a_warning(tmp_path, capsys):
    python = fake_python(tmp_path, "3 15")
    assert environment.choose_python(python) == python
    printed = capsys.readouterr().out
    assert "newer than those" in printed, f"tools.environment says “{printed}”: warn"


def test_missing_interpreter_is_named():
    with stops(environment.SetupError, "none with venv"):
        environment.choose_python("/nowhere/python")


def test_missing_git_is_named(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    with stops(environment.SetupError, "git is missing"):
        environment.check_machine()


def test_failed_step_names_itself():
    with stops(environment.SetupError, "This step failed"):
        environment.run(sys.executable, "-c", "raise SystemExit(3)")


@pytest.fixture
def move_environment(tmp_path, monkeypatch):
    """Give a function that moves the environment to a folder, with what is in it."""

    def move_to(name: str):
        folder = tmp_path / name
        before = environment.ENVIRONMENT
        if before.is_relative_to(tmp_path):
            shutil.copytree(before, folder, symlinks=True)
        for constant, path in (("INSIDE", "bin/python"), ("STAMP", "lock.sha256")):
            monkeypatch.setattr(environment, constant, folder / path)
        monkeypatch.setattr(environment, "ENVIRONMENT", folder)

    def install(python):
        (environment.ENVIRONMENT / "bin").mkdir(parents=True, exist_ok=True)
        environment.INSIDE.unlink(missing_ok=True)
        environment.INSIDE.symlink_to(sys.executable)

    monkeypatch.setattr(environment, "install", install)
    monkeypatch.setattr(sys, "argv", ["setup"])
    return move_to


def made(capsys) -> bool:
    """Say whether the tool made an environment."""
    assert environment.main() == 0
    return "Making the environment" in capsys.readouterr().out


def test_environment_is_made_once(move_environment, capsys):
    move_environment("here")
    assert made(capsys), "tools.environment makes no environment"
    assert not made(capsys), "tools.environment makes again what is there: is_usable()?"


def test_environment_copied_with_its_folder_is_made_again(move_environment, capsys):
    move_environment("here")
    made(capsys)
    move_environment("there")
    remade = made(capsys)
    assert remade, "The copy imports the package of the old folder: see lock_hash()"


def test_environment_without_interpreter_is_made_again(move_environment, capsys):
    move_environment("here")
    made(capsys)
    environment.INSIDE.unlink()
    environment.INSIDE.symlink_to("/nowhere/python")
    assert made(capsys), "Nothing runs in it any more: is_usable()?"


CONTENTS = """\
root: index
parts:
- chapters:
  - file: "quoted"
  - file: 'two words.md'  # with a comment
"""


@pytest.fixture
def small_book(tmp_path, monkeypatch):
    """Give a book of three pages, whose names are written in different ways."""
    (tmp_path / "_toc.yml").write_text(CONTENTS)
    for name in ("index", "quoted", "two words"):
        (tmp_path / f"{name}.md").write_text(f"{HEADER}# A page\n")
    monkeypatch.setattr(build, "BOOK", tmp_path)
    return tmp_path


HEADER = "---\njupytext: {text_representation: {format_name: myst}}\n---\n"


def test_names_of_the_contents_may_be_quoted(small_book):
    build.check_contents()


def test_a_listed_notebook_is_no_page(small_book):
    (small_book / "_toc.yml").write_text(f"{CONTENTS}  - file: other.ipynb\n")
    (small_book / "other.ipynb").write_text("{}")
    with stops(build.BuildError, r"_toc\.yml:6: lists other\.ipynb.*are \.md files"):
        build.check_contents()


def test_a_draft_is_named_and_left_out(small_book, capsys):
    before = code_pages(small_book)
    (small_book / "draft.md").write_text(f"{HEADER}# A draft\n")
    build.check_contents()
    assert "book/draft.md is not in book/_toc.yml" in capsys.readouterr().out
    assert code_pages(small_book) == before and len(before) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("# A page\n\nÆrø\n".encode("latin-1"), "quoted.md:3: is not UTF-8"),
        ("# A page\n".encode("utf-16"), "quoted.md:1: is not UTF-8"),
        (b"---\nextras: []\ntitle: a: b\n---\n", "quoted.md:3: the header is not"),
    ],
    ids=["Latin-1", "UTF-16", "a colon"],
)
def test_a_page_that_cannot_be_read_is_named(small_book, content, says):
    (small_book / "quoted.md").write_bytes(content)
    with stops(PageError, says):
        code_pages(small_book)


def test_a_header_without_format_is_named(small_book):
    (small_book / "quoted.md").write_text("---\njupytext: {}\n---\n")
    with stops(PageError, "quoted.md has no notebook header with format_name: myst"):
        read_page(small_book / "quoted.md")


def test_a_byte_order_mark_is_no_text(small_book):
    (small_book / "quoted.md").write_text("\ufeff# A page\n", encoding="utf-8")
    assert page_text(small_book / "quoted.md") == "# A page\n"


def test_full_disk_stops_the_build_early(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1e12, 1e12, 1e8))
    with stops(build.BuildError, r"Only 0\.1 GB are free"):
        build.check_disk()


@pytest.fixture
def build_does(monkeypatch, tmp_path):
    """Give a function that puts another in the place of the build itself."""
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build"])
    return lambda work: monkeypatch.setattr(build, "build", work)


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (run_pages.ExecutionError("page.md:7\nZeroDivisionError"), "page.md:7"),
        (build.BuildError("Sphinx found the problems above"), "Sphinx found"),
        (PageError("page.md:1: is not UTF-8"), "page.md:1"),
    ],
)
def test_a_stopped_build_says_why(build_does, capsys, problem, message):
    build_does(mock.Mock(side_effect=problem))
    assert_ends(build, capsys, message)


@pytest.mark.parametrize(
    "problem", [build.BuildError("Sphinx found"), ValueError("half a file")]
)
def test_a_disk_that_fills_is_named_whatever_fails(
    build_does, monkeypatch, capsys, problem
):
    build_does(mock.Mock(side_effect=problem))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1e12, 1e12, 0))
    assert_ends(build, capsys, "The disk is full")


def test_two_builds_do_not_meet(build_does, tmp_path, capsys):
    build_does(lambda **options: "Built beside the other.")
    holder = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); "
    holder += "fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    command = [sys.executable, "-c", holder, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        try:
            assert_ends(build, capsys, "Another build is running")
        finally:
            other.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot")
def test_helpers_of_a_killed_build_end_with_it():
    code = "import os, signal, time; from tools.run import sandbox; "
    code += "sandbox.end_forks_with_parent(); helper = os.fork(); "
    code += "print(helper, flush=True) if helper else time.sleep(60); "
    code += "os.kill(os.getpid(), signal.SIGKILL)"
    start = time.monotonic()  # the pipe closes when the last of both has ended
    command = [sys.executable, "-c", code]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True)
    assert completed.returncode == -9, completed.stderr
    seconds = time.monotonic() - start
    assert seconds < 30, f"a helper lived {seconds:.0f} s: see end_forks_with_parent()"


def test_unbuilt_book_is_not_served(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(serve, "HTML", tmp_path)
    server = http.server.ThreadingHTTPServer
    monkeypatch.setattr(server, "serve_forever", lambda self: None)
    assert_ends(serve, capsys, "make book")


@pytest.fixture
def previewed(tmp_path):
    (tmp_path / "page.html").write_text("<body>text</body>")
    handler = functools.partial(preview.Handler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def loaded(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()


def test_previewed_page_loads_again_when_something_was_shown(previewed, monkeypatch):
    page = loaded(f"{previewed}/page.html")
    script = f'<script type="module" src="{preview.SCRIPT}"></script></body>'
    assert page.endswith(script), f"tools.preview adds no script to a page: {page}"
    asks = preview.ASK in loaded(previewed + preview.SCRIPT)
    assert asks, f"the script of tools.preview never asks for {preview.ASK}"
    before = loaded(previewed + preview.ASK)
    monkeypatch.setattr(preview.Handler, "version", 7)
    after = loaded(previewed + preview.ASK)
    assert after == "7" != before, (
        f"tools.preview answers {before}, then {after}: answer with Handler.version"
    )


def test_preview_goes_on_after_a_page_that_fails(monkeypatch, capsys):
    page, changes = ROOT / "book" / "page.md", []
    times = iter([{page: 2}, {page: 3}, {page: 3}])

    def show(sphinx, changed):
        changes.append(changed)
        if len(changes) == 1:
            raise run_pages.ExecutionError("page.md:7\nZeroDivisionError")

    monkeypatch.setattr(preview, "POLL_SECONDS", 0)
    monkeypatch.setattr(preview, "snapshot", lambda: next(times))
    monkeypatch.setattr(preview, "show", show)
    with pytest.raises((StopIteration, run_pages.ExecutionError)) as end:
        preview.watch(None, {page: 1})
    goes_on = end.type is StopIteration and changes == [{page}, {page}]
    assert goes_on, f"tools.preview ends after {changes}: let watch() go on"
    output = capsys.readouterr()
    for text in ("page.md:7", "Still watching"):
        assert text in output.err, f"tools.preview says “{output.err}”: say “{text}”"
    assert "Changed: book/page.md" in output.out, "tools.preview: say what changed"


def test_preview_and_build_do_not_run_pages_at_once(tmp_path, monkeypatch):
    """They ask for the lock in the same way, or each thinks itself alone."""
    monkeypatch.setattr(preview, "BUILD", tmp_path)
    outputs = []

    def run(book):
        code = "import sys; from pathlib import Path; from tools import build; "
        code += f"build.BUILD = Path({str(tmp_path)!r}); "
        code += "build.build = lambda **options: 'Both at once.'; "
        code += "sys.exit(build.main())"
        command = [sys.executable, "-c", code]
        completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        outputs.append(completed.stdout + completed.stderr)
        raise build.BuildError("enough")

    monkeypatch.setattr(preview, "run_pages", run)
    with pytest.raises(build.BuildError, match="enough"):
        preview.show(None, set())
    assert "Another build is running" in outputs[0], outputs[0]


def test_benchmark_changes_text_and_code_of_a_page():
    page = next(iter(code_pages(ROOT / "book"))).read_text(encoding="utf-8")
    text, code = (
        edit(page, "new-mark")
        for edit in (benchmark.after_title, benchmark.in_first_cell)
    )
    assert re.search(r"^# .+\n\nnew-mark$", text, re.MULTILINE)
    assert re.search(r"^```\{code-cell\}.*\n(:.*\n)*\n?# new-mark$", code, re.MULTILINE)


def test_page_that_is_not_there_is_named():
    command = [sys.executable, "-m", "tools.run.run_page", "book/nowhere.md"]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    code, errors = completed.returncode, completed.stderr
    message = f"tools.run.run_page ends with {code}, saying “{errors}”"
    named = code == 2 and "no page book/nowhere.md" in errors
    assert named, f"{message}: end with 2 and name the page"


OTHER_RESULT = json.dumps({"page": "a", "sha256": "other"})


@pytest.mark.parametrize("report", [OTHER_RESULT, '{"page', "", "[]"])
def test_damaged_result_is_made_again(tmp_path, monkeypatch, capsys, report):
    monkeypatch.setattr(run_pages, "STORE", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "k.ipynb").write_text("{}")
    (tmp_path / "a" / "k.json").write_text(report)
    result = run_pages.stored_result("a", "k")
    assert result is None, "run_pages takes a damaged result: compare its hash"
    assert "damaged" in capsys.readouterr().out, "run_pages: say that it is damaged"


@pytest.mark.parametrize("killed_between", [True, False])
def test_what_a_killed_build_left_is_cleared_away(tmp_path, killed_between):
    whole = tmp_path / ("old" if killed_between else "html")
    for folder in {tmp_path / "old", tmp_path / "new", whole}:
        folder.mkdir()
    (whole / "index.html").write_text("a book")
    build.clear_away(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["html"]
    assert (tmp_path / "html" / "index.html").is_file()


def test_address_follows_the_fork(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/a-fork")
    advice = "tools.repository: ask GITHUB_REPOSITORY first"
    assert repository() == Repository("someone", "a-fork"), advice
    assert repository().site == "https://someone.github.io/a-fork/"


def test_repository_around_the_book_is_another(tmp_path, monkeypatch):
    outer, book = tmp_path / "outer", tmp_path / "outer" / "courses" / "book"
    (book / "book").mkdir(parents=True)
    config = "repository: {url: 'https://github.com/ours/the-book'}"
    (book / "book" / "_config.yml").write_text(config)
    git(outer, "init", "--quiet")
    git(outer, "remote", "add", "origin", "https://github.com/someone/notes.git")
    git(outer, "add", ".")
    git(outer, "commit", "--quiet", "-m", "first")
    monkeypatch.setattr(repository_module, "ROOT", book)
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/notes")
    answers = {
        "repository": repository().slug,
        "page_times": repository_module.page_times(),
        "commit_time": repository_module.commit_time(),
        "revision": notebook_file.revision()[0],
    }
    git(book, "init", "--quiet")
    git(book, "remote", "add", "origin", "https://github.com/ann/fork.git")
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert repository().slug == "ann/fork"
    own = {"repository": "ours/the-book", "page_times": {}, "commit_time": 0}
    message = "tools.repository asks the repository in which the book's folder lies"
    assert answers == {**own, "revision": "main"}, message


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("origin", "https://github.com/ann/fork"),
        ("origin", "git@host-alias:ann/fork.git"),
        ("origin", "ssh://git@ssh.github.com:443/ann/fork.git"),
        ("mine", "git@github.com:ann/fork.git"),
    ],
)
def test_fork_is_known_by_any_remote_on_github(tmp_path, monkeypatch, remote, address):
    (tmp_path / "book").mkdir()
    config = "repository: {url: 'https://github.com/ours/the-book'}"
    (tmp_path / "book" / "_config.yml").write_text(config)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "else", "https://git.example.org/ann/notes.git")
    git(tmp_path, "remote", "add", remote, address)
    monkeypatch.setattr(repository_module, "ROOT", tmp_path)
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    assert repository().slug == "ann/fork", "Pages would lead to the original book"
    assert repository_module.github_remote()[0] == remote


def test_user_site_has_no_folder():
    assert Repository("Ann", "Ann.github.io").site == "https://ann.github.io/"


def test_summary_names_what_ran():
    runs = [
        {"page": "a", "seconds": 3.0, "memory_mb": 9, "fresh": True},
        {"page": "b", "seconds": 7.0, "memory_mb": 8, "fresh": False},
    ]
    text = summary.summary(runs)
    assert "2 pages with code, 1 of them run" in text, text
    rows = re.findall(r"\| (\w) \| \d", text)
    assert rows == ["b", "a"], f"tools.summary lists {rows}: put the slowest first"


def test_new_page_stands_after_the_last_of_its_lecture():
    toc = "parts:\n  - file: lectures/02-x/index\n    sections:\n"
    toc += "      - file: lectures/02-x/a\n"
    entered = new_page.add_to_contents(toc, "02-x", "b")
    last = "      - file: lectures/02-x/b\n"
    assert entered == toc + last, f"tools.new_page writes:\n{entered}"
    with stops(ValueError, "already", "tools.new_page"):
        new_page.add_to_contents(entered, "02-x", "b")
    with stops(ValueError, "has no lecture", "tools.new_page"):
        new_page.add_to_contents(toc, "03-y", "b")


def git(folder, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    completed = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert completed.returncode == 0, completed.stderr
    return completed.stdout.strip()


@pytest.fixture
def remote(tmp_path, monkeypatch):
    """Give a bare repository; a clone of it with a commit is the working folder."""
    bare, repo = tmp_path / "remote.git", tmp_path / "clone"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    git(tmp_path, "clone", "--quiet", str(bare), str(repo))
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "first")
    (tmp_path / "content").mkdir()
    monkeypatch.chdir(repo)
    return bare


@pytest.mark.parametrize("name", ["origin", ""], ids=["pushed", "here"])
def test_branch_is_committed_first_and_when_changed(tmp_path, remote, name):
    repo, page = tmp_path / "clone", tmp_path / "content" / "page.ipynb"
    for text, unchanged in (("1", False), ("1", True), ("2", False)):
        page.write_text(text)
        outcome = publish_branch.publish("notebooks", page.parent, name)
        assert (outcome == "notebooks: unchanged") == unchanged, outcome
        where = remote if name else repo
        assert git(where, "show", "notebooks:page.ipynb") == text
    count = git(where, "rev-list", "--count", "notebooks")
    assert count == "2", f"{count} commits for 2: let publish_branch name the parent"
    touched = git(repo, "status", "--porcelain")
    assert not touched, f"publish_branch touches the work tree: {touched}"
    with stops(publish_branch.PublishError, "no folder"):
        publish_branch.publish("notebooks", tmp_path / "nowhere", name)


@pytest.mark.parametrize("there_before", [True, False])
def test_push_of_another_is_not_overwritten(
    tmp_path, remote, monkeypatch, there_before
):
    page = tmp_path / "content" / "page.ipynb"
    if there_before:
        page.write_text("old")
        publish_branch.publish("notebooks", page.parent, "origin")
    tip = publish_branch.tip_of("notebooks", "origin")
    page.write_text("theirs")
    publish_branch.publish("notebooks", page.parent, "origin")
    monkeypatch.setattr(publish_branch, "tip_of", lambda branch, remote: tip)
    page.write_text("ours")
    with pytest.raises(publish_branch.PublishError, match="run this again"):
        publish_branch.publish("notebooks", page.parent, "origin")
    assert git(remote, "show", "notebooks:page.ipynb") == "theirs"
