"""Show the book while it is written: a saved change is shown in the open browser.

A changed text is written again, a changed code page is run first. Nothing here touches
the site of make book, which stays strict and clean; warnings are shown and go on.

sphinx-autobuild would need a conf.py, which Jupyter Book does not have, would start
Sphinx anew each time, and brings four packages of its own. Here one process holds
Sphinx loaded, and each writing is a copy of it.

Usage: python -m tools.preview
"""

import fcntl
import functools
import http.server
import multiprocessing
import os
import shutil
import sys
import threading
import time
from pathlib import Path

from tools.build import BOOK, BUILD, BuildError, run_sphinx, write_run_report
from tools.repository import ROOT, commit_time
from tools.run.run_pages import run_pages
from tools.serve import serve

PREVIEW = BUILD / "preview"
REPORT = PREVIEW / "run.json"
DOCTREES = PREVIEW / "doctrees"
WATCHED = ("book", "src")
SKIPPED = {"_build", "__pycache__"}
LATE = ("myst_nb.sphinx_ext", "pandas")  # what extensions load when they are set up
WHOLE = {".html", ".py", ".yml"}  # a change of these may change any page
POLL_SECONDS = 0.3
ASK, SCRIPT = "/preview-version", "/preview.js"
RELOAD = """
const version = async () => (await fetch("%s")).text();
const first = version();
setInterval(async () => {
  if ((await version()) !== (await first)) location.reload();
}, 500);
"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the preview, and add to each page the script that loads it again."""

    version = 0

    def do_GET(self) -> None:
        """Answer a request."""
        path = Path(self.translate_path(self.path))
        if self.path == ASK:
            self.answer(str(Handler.version).encode(), "text/plain")
        elif self.path == SCRIPT:
            self.answer((RELOAD % ASK).encode(), "text/javascript")
        elif path.suffix == ".html" and path.is_file():
            script = f'<script type="module" src="{SCRIPT}"></script></body>'.encode()
            page = path.read_bytes().replace(b"</body>", script)
            self.answer(page, "text/html; charset=utf-8")
        else:
            super().do_GET()

    def answer(self, body: bytes, kind: str) -> None:
        """Send what the browser must not keep."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing: the terminal is for the pages."""


def snapshot() -> dict[Path, int]:
    """Return when each source was last changed."""
    times = {}
    for top in WATCHED:
        for folder, folders, files in os.walk(ROOT / top):
            folders[:] = [name for name in folders if name not in SKIPPED]
            for path in (Path(folder, name) for name in files):
                try:
                    times[path] = path.stat().st_mtime_ns
                except FileNotFoundError:  # an editor's passing file
                    continue
    return times


def write() -> None:
    """Write what changed; run in a process of its own, as Sphinx keeps much in it."""
    try:
        run_sphinx(PREVIEW, REPORT, strict=False)
    except BuildError as problem:
        sys.exit(str(problem))


def loaded_sphinx() -> multiprocessing.context.ForkServerContext:
    """Return what starts processes in which Sphinx and its extensions are loaded."""
    from jupyter_book.config import get_final_config
    from sphinx.application import builtin_extensions

    config, _ = get_final_config(
        user_yaml=BOOK / "_config.yml",
        sourcedir=BOOK,
        cli_config={"latex_individualpages": False},
    )
    names = [*builtin_extensions, *config["extensions"]]
    # Those of the book are read anew each time.
    own_extensions = {path.stem for path in (BOOK / "_ext").glob("*.py")}
    context = multiprocessing.get_context("forkserver")
    names = [name for name in names if name not in own_extensions]
    context.set_forkserver_preload(["tools", "jupyter_book.sphinx", *names, *LATE])
    return context


def show(sphinx: multiprocessing.context.ForkServerContext, changed: set[Path]) -> None:
    """Run and write what changed, then let the open pages load again.

    Args:
        sphinx: starts the process that writes.
        changed: the files that were saved; at the beginning none.
    """
    started = time.monotonic()
    with (BUILD / "lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)  # as tools.build does
        executed = run_pages(BOOK)
    if any(path.suffix in WHOLE for path in changed):
        shutil.rmtree(DOCTREES, ignore_errors=True)
    for result in executed:
        if result.fresh:  # new outputs under an unchanged text are read again, too
            (DOCTREES / f"{result.page}.doctree").unlink(missing_ok=True)
    write_run_report(executed, REPORT)
    writer = sphinx.Process(target=write)
    writer.start()
    writer.join()
    if writer.exitcode:
        raise BuildError("Nothing new is shown.")
    Handler.version += 1
    print(f"Shown after {time.monotonic() - started:.1f} s.", flush=True)


def watch(
    sphinx: multiprocessing.context.ForkServerContext, previous: dict[Path, int]
) -> None:
    """Show each change for ever; a page that fails is named, and watching goes on."""
    while True:
        time.sleep(POLL_SECONDS)
        current = snapshot()
        if current == previous:
            continue
        changed = {path for path, _ in current.items() ^ previous.items()}
        previous = current
        names = sorted(str(path.relative_to(ROOT)) for path in changed)
        print("Changed:", *names, flush=True)
        try:
            show(sphinx, changed)
        except Exception as problem:  # whatever a half-written page does
            kind = type(problem).__name__
            print(f"{kind}: {problem}\nStill watching.", file=sys.stderr, flush=True)


def main() -> int:
    """Write the preview, serve it, and watch."""
    shutil.rmtree(PREVIEW, ignore_errors=True)
    PREVIEW.mkdir(parents=True)
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(commit_time() or 1))
    sphinx, initial = loaded_sphinx(), snapshot()
    try:
        show(sphinx, set())
    except Exception as problem:
        print(f"{problem}\nRepair and save it: it is watched.", file=sys.stderr)
    threading.Thread(target=watch, args=(sphinx, initial), daemon=True).start()
    return serve(functools.partial(Handler, directory=str(PREVIEW / "html")))


if __name__ == "__main__":
    sys.exit(main())
