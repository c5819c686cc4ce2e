"""Run one page of the book, alone and isolated, and say how it went.

Usage: python -m tools.run.run_page book/lectures/…/page.md [--out FILE] [--report FILE]
"""

import argparse
import contextlib
import copy
import itertools
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from pathlib import Path

from tools.repository import ROOT
from tools.run import sandbox
from tools.source.pages import page_name, read_page

MEMORY_LIMIT_GB = 1.5
HEAVY_LIMIT_GB = 3.0
CELL_TIMEOUT = 300  # of a hang; the limit of a page is one of processor time
PAGE_TIMEOUT = 600
END_TIMEOUT = 10
REPEATED = {"again": "run again at once", "after": "run again after the whole page"}
UNENDED = f"the kernel: it did not close all within {END_TIMEOUT} s"
ENDING = "if __import__('kernel_end'): pass"  # in the folder of the guard
PATIENCE = 7  # a limit and no pause: what ends by itself is waited for
WORK = "work"  # name of the folder a page runs in
BESIDE = ("home", "tmp", "run")  # other folders that it has
LONGEST_FOLDER = 30  # letters of the folder for temporary files
READ_ONLY = 0o500  # what a page may do with its reader's own files
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Report:
    """How the run of a page went.

    Attributes:
        page: path of the page below ``book/``, without ending.
        ok: whether all cells ran.
        seconds: processor time of the kernel and all that it started.
        memory_mb: highest summed proportional memory of kernel and children.
        cells: number of code cells.
        isolation: which sandbox was used.
        error: what went wrong, with cell and traceback.
        strays: processes, ports and files the page left behind.
        sha256: hash of the executed notebook that was kept, if it was.
        finished: when it was kept, in seconds.
    """

    page: str
    ok: bool = False
    seconds: float = 0.0
    memory_mb: int = 0
    cells: int = 0
    isolation: str = ""
    error: str = ""
    strays: list[str] = field(default_factory=list)
    sha256: str = ""
    finished: int = 0


class Watch(threading.Thread):
    """Polls all descendants: ends them if they take too much memory, and notes who
    else than this machine could call them.
    """

    def __init__(self, limit_gb: float, started_cells: list) -> None:
        """Watch with a limit in gigabytes; of the started cells, the last one runs."""
        super().__init__(daemon=True)
        self.limit_mb, self.peak_mb = round(limit_gb * 1000), 0.0
        self.stopped, self.exceeded, self.late = threading.Event(), False, False
        self.started_cells, self.exposed = started_cells, {}

    def run(self) -> None:
        """Look four times a second; memory is the summed proportional set size."""
        import psutil

        me, rounds = psutil.Process(), itertools.count()
        deadline = time.monotonic() + PAGE_TIMEOUT
        while not self.stopped.wait(0.25):
            family = me.children(recursive=True)
            memory = sum(map(memory_of, family))
            # Sockets take longer to read than memory, so once a second.
            for address in listening_addresses() if next(rounds) % 4 == 0 else ():
                if self.started_cells and not is_loopback(address.ip):
                    self.exposed.setdefault(address, self.started_cells[-1])
            self.peak_mb = max(self.peak_mb, memory / 1e6)
            self.exceeded = self.peak_mb > self.limit_mb
            self.late = time.monotonic() > deadline
            if self.exceeded or self.late:
                for process in family:
                    with contextlib.suppress(psutil.Error):
                        process.kill()
                return


def memory_of(process) -> int:
    """Return the bytes of a process; of memory that it shares, its share."""
    import psutil

    try:
        info = process.memory_full_info()
    except psutil.AccessDenied:  # macOS tells less
        with contextlib.suppress(psutil.Error):
            return process.memory_info().rss
        return 0
    except psutil.Error:
        return 0
    return getattr(info, "pss", info.uss)


def short_folder() -> str | None:
    """Return where to make folders in which servers have sockets; None: as usual.

    The path of a socket has at most 103 letters on macOS, whose own place for temporary
    files takes half of them; so may TMPDIR anywhere.
    """
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_FOLDER else None


SWITCH = "NORDLYS_LLM"  # which language model answers
MODELS_HERE = ("live", "recorded", "record")
HERE = {"TZ": "UTC", "PYTHONHASHSEED": "0"}
# pandera loads pyspark where it is installed, which readers of its pages have not; and
# tqdm, where some library brings it, asks for widgets.
NOT_OURS = (
    "ignore:PySpark does not yet fully support pandas:FutureWarning,"
    "ignore:IProgress not found"
)
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"}


def environment(scratch: Path, overrides: dict[str, str]) -> dict[str, str]:
    """Return the environment variables of a page's kernel."""
    inherited = ["PATH", "LANG", "JAVA_HOME", "OPENBLAS_CORETYPE", sandbox.REFUSE]
    modules = [str(sandbox.GUARD), os.environ.get("PYTHONPATH", "")]
    if os.environ.get(SWITCH) in MODELS_HERE:
        inherited += [SWITCH, "NORDLYS_TAPES"]
    elif os.environ.get("CI") == "true":
        overrides = {**overrides, SWITCH: "live"}  # a recorded call would prove nothing
    folders = {"HOME": "home", "TMPDIR": "tmp", "XDG_RUNTIME_DIR": "run"}
    return {
        **{name: os.environ[name] for name in inherited if name in os.environ},
        **{name: str(scratch / folder) for name, folder in folders.items()},
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        # macOS knows C.UTF-8 only since version 15.
        "LC_ALL": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(filter(None, modules)),
        sandbox.NOTES: str(scratch / "run" / "outside"),
        "IPYTHONDIR": str(scratch / "run" / "ipython"),
        "MPLCONFIGDIR": str(ROOT / "book" / "_build" / "matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": NOT_OURS,
        "TQDM_DISABLE": "1",  # bars that only tell how fast this machine is
        "JUPYTER_PLATFORM_DIRS": "1",
        **overrides,
    }


def kernel_spec_manager():
    """Return a manager that finds no kernel but the Python of this environment.

    Jupyter looks along JUPYTER_PATH first, where another one may have the same name.
    """
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class ThisPython(KernelSpecManager):
        """Knows one kernel."""

        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
            """Return it, whatever its name."""
            return KernelSpec(**get_kernel_dict())

    return ThisPython()


def run_cells(
    path: Path,
    notebook,
    scratch: Path,
    report: Report,
    *,
    kill: bool = False,
    overrides: dict[str, str] = HERE,
) -> None:
    """Run all cells of ``notebook`` in place; fill in ``report``.

    Args:
        path: the page.
        notebook: its cells.
        scratch: the folder it has for itself.
        report: what is filled in.
        kill: end the kernel without giving it the time to close anything.
        overrides: variables of zone and hashes, which must make no difference.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    for folder in (WORK, *BESIDE):
        mode = READ_ONLY if folder == "home" else 0o700
        (scratch / folder).mkdir(mode=mode, exist_ok=True)
    os.environ["JUPYTER_RUNTIME_DIR"] = str(scratch / "run")
    heavy = notebook.metadata.get("heavy")
    limit = min(float(heavy), HEAVY_LIMIT_GB) if heavy else MEMORY_LIMIT_GB
    closed_file = scratch / "run" / "closed"
    closed_file.unlink(missing_ok=True)
    started_cells: list = []
    watch = Watch(limit, started_cells)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        record_timing=False,
        coalesce_streams=True,  # how printed lines arrive depends on the machine's load
        resources={"metadata": {"path": str(scratch / WORK)}},
        on_cell_start=lambda cell, cell_index: started_cells.append(cell),
        extra_arguments=[
            f"--IPKernelApp.exec_lines={line}"
            for line in (exit_hook(closed_file), ENDING)
        ],
    )
    manager = client.create_kernel_manager()
    manager.kernel_spec_manager = kernel_spec_manager()
    # Local sockets instead of ports: nothing to collide with, nothing to listen in on.
    manager.transport, manager.ip = "ipc", str(scratch / "run" / "kernel")
    watch.start()
    try:
        client.execute(env=environment(scratch, overrides), cleanup_kc=False)
        report.ok = True
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as problem:
        report.error = cell_location(path, notebook, started_cells[-1])
        report.error += failure_reason(problem, watch)
    finally:
        if client.km is not None:
            end_kernel(client, closed_file, kill=kill)
            if report.ok and not kill and not closed_file.exists():
                report.strays.append(UNENDED)
        watch.stopped.set()
        watch.join()
        report.memory_mb = round(watch.peak_mb)
        shorten_paths(notebook, scratch, path.stem)
    for (ip, port), cell in watch.exposed.items():
        report.ok = False
        report.error += cell_location(path, notebook, cell)
        report.error += f"Others can reach {ip}:{port}: listen on 127.0.0.1 alone.\n"


def cell_location(path: Path, notebook, cell) -> str:
    """Say where a cell stands in the page, and show it."""
    source = "\n".join(f"    {line}" for line in cell.source.splitlines())
    repetition = REPEATED.get(cell["id"].rpartition("-")[2])
    location = f"{page_name(path)}.md:{cell_line(notebook, cell)}"
    return f"{location}{f', {repetition}' if repetition else ''}\n{source}\n"


def failure_reason(problem: Exception, watch: Watch) -> str:
    """Say why a page failed."""
    if watch.exceeded:
        return f"The page used more than {watch.limit_mb} MB of memory and was ended."
    if watch.late:
        return f"The page ran longer than {PAGE_TIMEOUT} s and was ended."
    return ANSI.sub("", str(problem)).strip()


def cell_line(notebook, cell) -> int:
    """Return the line of the page on which ``cell`` begins."""
    source_map = notebook.metadata.get("source_map", [])
    match = re.match(r"cell-(\d+)", cell["id"])
    return source_map[int(match[1])] + 1 if match and source_map else 0


def listening_addresses() -> set:
    """Return the addresses that the page's processes listen on, and nobody else's."""
    import psutil

    addresses = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            for connection in process.net_connections(kind="inet"):
                if connection.status == psutil.CONN_LISTEN:
                    addresses.add(connection.laddr)
    return addresses


def is_loopback(address: str) -> bool:
    """Say whether only this machine can call an address."""
    return ip_address(address.removeprefix("::ffff:")).is_loopback


def exit_hook(path: Path) -> str:
    """Return a line that has a kernel make a file once all of its page is closed.

    The kernel runs it first of all, so what it registers is called last.
    """
    touch = f"__import__('pathlib').Path({str(path)!r}).touch"
    return f"if __import__('atexit').register({touch}): pass"


def end_kernel(client, closed_file: Path, *, kill: bool) -> None:
    """End the kernel, with time to close what the page keeps open unless killed.

    Args:
        client: of the kernel.
        closed_file: what the kernel makes when it has closed all.
        kill: give it no time.
    """
    from nbclient.util import run_sync

    kernel = client.km.provisioner.process
    # nbclient would interrupt it first, and then it does not always listen.
    if not kill:
        run_sync(client.km.request_shutdown)()
        deadline = time.monotonic() + END_TIMEOUT
        while not closed_file.exists() and kernel.poll() is None:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        # What is left to do is the kernel's own, and now and then that hangs.
        with contextlib.suppress(subprocess.TimeoutExpired):
            kernel.wait(1)
    kernel.kill()
    kernel.wait()
    client._cleanup_kernel()


def shorten_paths(notebook, scratch: Path, slug: str) -> None:
    """Name files in what cells print and raise from the page's own folder on.

    Tracebacks name modules, and the files that the kernel pretends to have of cells,
    by whole paths, which differ from run to run.
    """
    folder, kernel = re.escape(str(scratch / WORK)), re.escape(str(scratch / "tmp"))
    page_folder = re.compile(f"{folder}/(?:{re.escape(slug)}/)?")
    cell_file = re.compile(rf"{kernel}/ipykernel_\d+/\d+\.py")

    def shorten(text: str) -> str:
        return cell_file.sub("<cell>", page_folder.sub("", text))

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = shorten(output.text)
            elif output.output_type == "error":
                output.evalue = shorten(output.evalue)
                output.traceback = [shorten(row) for row in output.traceback]


def clean_up(scratch: Path, slug: str) -> list[str]:
    """End what still runs after the kernel, and name it and the files left behind.

    Files in the page's own folder, named by its slug, are for the reader to keep.
    """
    import psutil

    strays = []
    orphans = psutil.wait_procs(psutil.Process().children(recursive=True), PATIENCE)[1]
    strays += [f"port: {address.port}" for address in sorted(listening_addresses())]
    for process in orphans:
        with contextlib.suppress(psutil.Error):
            strays.append(f"process: {' '.join(process.cmdline())[:120]}")
            process.kill()
    page_folder = scratch / WORK / slug
    kernel_folder = scratch / "run"
    run_folders = [scratch / name for name in (WORK, *BESIDE)]
    for entry in sorted(scratch.rglob("*")):
        if (
            entry not in run_folders
            and not entry.is_relative_to(page_folder)
            and not entry.is_relative_to(kernel_folder)
        ):
            strays.append(f"file: {entry.relative_to(scratch)}")
    if (calls_file := kernel_folder / "outside").exists():
        calls = sorted(set(calls_file.read_text().splitlines()))
        strays += [f"call: {address}, which is not this machine" for address in calls]
    return strays


def processor_seconds() -> float:
    """Return the processor time of all processes that this one has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(usage.ru_utime + usage.ru_stime, 2)


def repeat_cells(notebook) -> None:
    """Put each code cell in twice, and those below "Exercises" once more at the end.

    So does a reader who presses the key again, and who does the exercises after all.
    """
    cells, exercises, in_exercises = [], [], False
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            cells.append(copy_cell(cell, "again"))
            exercises += [copy_cell(cell, "after")] if in_exercises else []
        for heading in re.findall(r"^## (.+)", cell.source, re.MULTILINE):
            in_exercises = heading == "Exercises"
    notebook.cells[:] = cells + exercises


def copy_cell(cell, suffix: str):
    """Return a copy of a cell whose id tells when it is run."""
    duplicate = copy.deepcopy(cell)
    duplicate["id"] = f"{cell['id']}-{suffix}"
    return duplicate


def run_page(path: Path, out: Path | None, *, twice: bool = False) -> Report:
    """Run the page at ``path``; write the executed notebook to ``out`` if given.

    Args:
        path: the page.
        out: where to write the executed notebook.
        twice: run each cell two times in a row, and the exercises once more, in
            another zone and with other hashes.
    """
    report = Report(page=page_name(path), isolation=sandbox.enter())
    sandbox.adopt_orphans()
    import nbformat

    notebook = read_page(path)
    if twice:
        repeat_cells(notebook)
    report.cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    with tempfile.TemporaryDirectory(prefix="page-", dir=short_folder()) as scratch:
        # A folder more, so that what climbs out of the page's own is found, too.
        folder = Path(scratch).resolve() / "in"
        folder.mkdir()
        overrides = ELSEWHERE if twice else HERE
        run_cells(path, notebook, folder, report, overrides=overrides)
        report.strays += clean_up(folder, path.stem)
        outside = sorted(set(folder.parent.iterdir()) - {folder})
        report.strays += [f"file: ../{entry.name}" for entry in outside]
    report.seconds = processor_seconds()
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, out)
    return report


def main() -> int:
    """Parse the command line, run the page, print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path, help="a page of the book that holds code")
    parser.add_argument("--out", type=Path, help="where to write the executed notebook")
    parser.add_argument("--report", type=Path, help="where to write the report as JSON")
    parser.add_argument(
        "--twice",
        action="store_true",
        help="run each cell twice, and the exercises again",
    )
    options = parser.parse_args()
    if not options.page.is_file():
        parser.error(f"there is no page {options.page}")
    try:
        report = run_page(options.page, options.out, twice=options.twice)
    except (ValueError, sandbox.SandboxError) as problem:
        print(problem, file=sys.stderr)
        return 2
    if options.report:
        options.report.write_text(json.dumps(asdict(report)))
    mark = "✓" if report.ok and not report.strays else "✗"
    print(
        f"{mark} {report.page}: {report.cells} cells, {report.seconds:.1f} s, "
        f"{report.memory_mb} MB ({report.isolation})"
    )
    for stray in report.strays:
        print(f"  left behind: {stray}")
    if report.error:
        print(report.error)
    return 0 if mark == "✓" else 1


if __name__ == "__main__":
    sys.exit(main())
