"""Build the book: run its pages, then write the HTML; do nothing if nothing changed.

With --student, the edition without solutions, in a folder of its own.

Usage: python -m tools.build [--force] [--student]
"""

import argparse
import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tools.repository import ROOT, commit_time, page_times, repository
from tools.run import sandbox
from tools.run.one_page import checked_page, run_one
from tools.run.run_pages import ExecutionError, run_pages
from tools.source.contents import listed_pages
from tools.source.pages import PageError, sources

BOOK = ROOT / "book"
BUILD = BOOK / "_build"
OUT = BUILD / "one-page" if checked_page() else BUILD
HTML = OUT / "html"
STUDENT = BUILD / "student"
RUN_REPORT = OUT / "run.json"
MANIFEST = "manifest.json"
MINIMUM_FREE_GB = 0.5
FULL_GB = 0.01
FULL = "\nThe disk is full; free some space and run again."
INPUTS = (
    "book", "src", "tools", "requirements.txt", "requirements-weights.txt",
)  # fmt: skip


class BuildError(RuntimeError):
    """The build stopped; the message says why and what to do."""


def input_hash() -> str:
    """Return a hash of all that the HTML depends on."""
    state = f"{repository()}{sys.version}{page_times()}"
    digest = hashlib.sha256(state.encode())
    for name in INPUTS:
        top = ROOT / name
        paths = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in paths:
            relative = path.relative_to(ROOT)
            skipped = {"_build", "__pycache__"} & set(relative.parts)
            if not skipped and ".egg-info" not in str(relative) and path.is_file():
                digest.update(f"{relative}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def output_hash(html: Path) -> str:
    """Return a hash of the whole HTML output."""
    digest = hashlib.sha256()
    for path in sorted(html.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(html)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def unchanged(inputs: str, out: Path) -> bool:
    """Say whether the last build had the same inputs and its output is intact."""
    try:
        manifest = json.loads((out / MANIFEST).read_text())
    except (OSError, ValueError):
        return False
    return manifest == {"inputs": inputs, "output": output_hash(out / "html")}


def free_gb() -> float:
    """Return how many gigabytes are free where the book is built."""
    return shutil.disk_usage(BUILD).free / 1e9


def check_disk() -> None:
    """Stop early if the disk is nearly full.

    Raises:
        BuildError: if less than half a gigabyte is free.
    """
    OUT.mkdir(parents=True, exist_ok=True)
    free = free_gb()
    if free < MINIMUM_FREE_GB:
        raise BuildError(
            f"Only {free:.1f} GB are free on this disk; the build needs "
            f"{MINIMUM_FREE_GB} GB. Free some space and run it again."
        )


def check_contents() -> None:
    """Stop early if the table of contents lists what is not there.

    Sphinx would say so too, but at the end, and name another file. Drafts are told.

    Raises:
        BuildError: if an entry is no page.
    """
    names = listed_pages(BOOK)
    for path in sources(BOOK):
        name = path.relative_to(BOOK).with_suffix("").as_posix()
        if name not in names:
            print(f"book/{name}.md is not in book/_toc.yml, so it is left out.")
    problems = [
        f"book/_toc.yml:{line}: lists {name}, but there is no {name}.md: add or strike "
        "it; pages are .md files"
        for name, line in names.items()
        if not (BOOK / f"{name}.md").is_file()
    ]
    if problems:
        raise BuildError("\n".join(problems))


def run_sphinx(
    folder: Path,
    report: Path,
    builder: str = "html",
    *,
    strict: bool = True,
    student: bool = False,
) -> None:
    """Write the book into ``folder``; run nothing, ``book/_ext/results.py`` sees to it.

    Args:
        folder: the output is its ``html``.
        report: what :func:`write_run_report` wrote.
        builder: ``html``, or ``singlehtml`` for the book in one file.
        strict: from clean doctrees, and every warning counts; otherwise only what
            changed since the last time is written, and warnings are shown.
        student: leave the solutions out; its place is ``student/`` of the site.

    Raises:
        BuildError: if Sphinx reports an error or, if strict, any warning.
    """
    from jupyter_book.sphinx import build_sphinx

    if strict:
        shutil.rmtree(folder, ignore_errors=True)
    repo = repository()
    result = build_sphinx(
        BOOK,
        folder / "html",
        noconfig=True,
        path_config=str(BOOK / "_config.yml"),
        confoverrides={
            "run_report": str(report),
            "nitpicky": True,
            "latex_individualpages": False,
            "html_baseurl": f"{repo.site}{'student/' * student}",
            "student_edition": student,
            "html_theme_options": {"repository_url": repo.url},
        },
        doctreedir=folder / "doctrees",
        builder=builder,
        force_all=strict,
        freshenv=strict,
        warningiserror=strict,
        keep_going=strict,
        quiet=True,
    )
    if result:
        raise BuildError(
            f"Sphinx found the problems above{'; every warning counts' * strict}. "
            "The last good site, if any, is untouched."
        )


def write_html(report: Path, out: Path, *, student: bool = False) -> None:
    """Write the new site beside the old one, then put it in its place.

    Raises:
        BuildError: if Sphinx reports an error or any warning.
    """
    html, new, old = (out / name for name in ("html", "new", "old"))
    run_sphinx(new, report, student=student)
    if html.exists():
        html.replace(old)
    (new / "html").replace(html)
    clear_away(out)


def clear_away(out: Path) -> None:
    """Delete what a build leaves beside the site, also one that was killed."""
    html, new, old = (out / name for name in ("html", "new", "old"))
    if old.exists() and not html.exists():
        old.replace(html)  # killed between the two moves: the old site is still whole
    for folder in (old, new):
        shutil.rmtree(folder, ignore_errors=True)


def write_run_report(executed, file: Path = RUN_REPORT) -> Path:
    """Write how each page's run went and where its notebook is; return the file."""
    rows = [
        {
            **asdict(result.report),
            "fresh": result.fresh,
            "notebook": result.notebook.relative_to(ROOT).as_posix(),
        }
        for result in executed
    ]
    file.write_text(json.dumps(rows, indent=1))
    return file


def build(*, force: bool = False, student: bool = False) -> str:
    """Build the book, or what is checked of it; say in one sentence what was done.

    Args:
        force: run every page and write all HTML even if nothing changed.
        student: build the edition without solutions; the other stays as it is.

    Raises:
        BuildError: if the site cannot be written.
        ExecutionError: if a page fails.
    """
    out = STUDENT if student else OUT
    check_disk()
    out.mkdir(exist_ok=True)
    clear_away(out)
    check_contents()
    inputs = input_hash()
    if not (force or checked_page()) and unchanged(inputs, out):
        return "Nothing changed since the last build."
    (out / MANIFEST).unlink(missing_ok=True)
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(commit_time() or 1))
    if page := checked_page():
        executed = run_one(BOOK, page)
    else:
        executed = run_pages(BOOK, force=force)
    report = write_run_report(executed, out / "run.json")
    print("Writing the pages …", flush=True)
    write_html(report, out, student=student)
    manifest = {"inputs": inputs, "output": output_hash(out / "html")}
    (out / MANIFEST).write_text(json.dumps(manifest))
    fresh = sum(result.fresh for result in executed)
    return f"Built: {fresh} of {len(executed)} pages with code were run."


def main() -> int:
    """Parse the command line, build, and end with one clear message."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--force", action="store_true", help="run every page again")
    parser.add_argument("--student", action="store_true", help="leave solutions out")
    options = parser.parse_args()
    started = time.monotonic()
    BUILD.mkdir(parents=True, exist_ok=True)
    try:
        with (BUILD / "lock").open("w") as lock:
            # Unlike flock, not held on by helpers that a killed build leaves.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            sandbox.end_forks_with_parent()
            message = build(**vars(options))
    except BlockingIOError:
        print("Another build is running in this folder; wait for it.", file=sys.stderr)
        return 1
    except (BuildError, ExecutionError, PageError) as problem:
        full = FULL * (free_gb() < FULL_GB)  # which Sphinx or a page may not say
        print(f"\nThe book was not built.\n{problem}{full}", file=sys.stderr)
        return 1
    except Exception as problem:
        if getattr(problem, "errno", 0) != errno.ENOSPC and free_gb() > FULL_GB:
            raise
        print(FULL, file=sys.stderr)
        return 1
    html = STUDENT / "html" if options.student else HTML
    print(f"{message} {time.monotonic() - started:.1f} s. Open {html / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
