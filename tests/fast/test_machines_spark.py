"""A Spark session starts quietly, listens on loopback alone, and ends its JVM."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from IPython.core.interactiveshell import InteractiveShell

from nordlys.lifetime import close_all
from nordlys.machines import recorded_runs, spark, spark_session
from tests.waiting import lives, wait_until

pytest.importorskip("pyspark")

KILLED = """
import os, signal
from nordlys.machines import spark_session
from pyspark import SparkContext
with spark_session() as spark:
    print(SparkContext._gateway.proc.pid, os.environ["TMPDIR"], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(spark.find_java() is None, reason="there is no Java here")
class TestSession:
    @pytest.fixture(autouse=True)
    def without_the_session_of_a_checker(self) -> None:
        close_all()

    def test_it_is_quiet_stays_at_home_and_ends_twice(self, capfd) -> None:
        before = dict(os.environ)
        for _ in range(2):
            with spark_session() as session:
                assert session.range(5).selectExpr("sum(id)").first()[0] == 10
                (jvm,) = (p for p in family() if p.name() == "java")
                listens = [c.laddr.ip for c in jvm.net_connections() if not c.raddr]
                assert all(ip.endswith("127.0.0.1") for ip in listens), listens
                folder = Path(os.environ["TMPDIR"])
            assert not jvm.is_running()
            assert not folder.exists()
        assert dict(os.environ) == before
        assert capfd.readouterr() == ("", ""), "Spark speaks in the notebook."

    def test_the_jvm_ends_if_the_program_is_killed(self) -> None:
        command = [sys.executable, "-c", KILLED]
        completed = subprocess.run(command, capture_output=True, text=True)
        pid, folder = completed.stdout.split()
        assert wait_until(lambda: not lives(int(pid)))
        assert wait_until(lambda: not Path(folder).exists())


class TestWithoutSpark:
    def test_the_reason_is_one_line_and_nothing_raises(self, monkeypatch, capsys):
        monkeypatch.setattr(spark, "find_java", lambda: None)
        with spark_session() as session:
            assert not session
        assert capsys.readouterr().out.startswith("No Spark here: there is no Java 17")

    def test_a_notebook_passes_over_the_cells_that_need_it(self, monkeypatch, capsys):
        monkeypatch.setattr(spark, "find_java", lambda: None)
        shell = InteractiveShell.instance()
        try:
            for cell in (
                "from nordlys.lifetime import keep_open\n"
                "from nordlys.machines import spark_session",
                "session = keep_open(spark_session())",
                "count = session.range(5).count()",
                "print(count + 1)",
                "print('by hand')",
            ):
                shell.run_cell(cell, store_history=True).raise_error()
        finally:
            InteractiveShell.clear_instance()
        first, *others = capsys.readouterr().out.splitlines()
        assert first.startswith("No Spark here")
        assert others == [spark.NOT_RUN, spark.NOT_RUN, "by hand"]

    def test_names_that_a_cell_reads_and_defines(self) -> None:
        code = "rates = [n + c for n in flights]\ndef f(x):\n    return x + y"
        assert spark.names(code) == ({"rates", "f"}, {"flights", "c", "y"})
        assert spark.names("%magic") == (set(), set())


def test_recorded_runs_say_where_they_are_from() -> None:
    assert recorded_runs()["origin"]["by"] == "tools/record_spark.py"


def family() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)
