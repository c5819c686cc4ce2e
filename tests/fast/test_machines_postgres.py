"""A PostgreSQL server for the length of a block, and a program for the same."""

import os
import signal
import subprocess

import pytest

from nordlys.machines import postgres, running

psycopg = pytest.importorskip("psycopg")


def answer(url: str, sql: str) -> object:
    with psycopg.connect(url) as connection:
        return connection.execute(sql).fetchone()[0]


def test_two_servers_are_apart_listen_on_no_port_and_stop() -> None:
    with postgres() as first, postgres() as second:
        with psycopg.connect(first) as connection:
            connection.execute("CREATE TABLE flight (number INTEGER)")
        assert answer(first, "SELECT count(*) FROM flight") == 0
        assert answer(second, "SELECT to_regclass('flight')") is None
        assert answer(first, "SHOW listen_addresses") == ""
    for url in (first, second):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)


def test_a_program_runs_for_a_block_and_hears_no_interrupt() -> None:
    with running(["sleep", "63"]) as process:
        assert os.getpgid(process.pid) != os.getpgrp()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.1)
    assert process.returncode == -signal.SIGTERM
