"""A web server runs by the command that one would type, and ends with its block."""

import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from nordlys.machines import ServiceError, web_server

FILES = "python -m http.server PORT --bind 127.0.0.1"
VARIABLE = "import os; print(os.environ['FAULT']); raise SystemExit(3)"


def test_it_answers_and_ends_with_the_block(tmp_path: Path, capfd) -> None:
    (tmp_path / "a.txt").write_text("found")
    with (
        web_server(FILES, folder=tmp_path) as url,
        urllib.request.urlopen(f"{url}/a.txt") as answer,
    ):
        assert answer.read() == b"found"
    with pytest.raises(URLError):
        urllib.request.urlopen(f"{url}/a.txt")
    assert capfd.readouterr() == ("", ""), "The server's log reaches the notebook."


def test_a_server_that_ends_tells_why(tmp_path: Path) -> None:
    command = f'python -c "{VARIABLE}"'
    server = web_server(command, folder=tmp_path, env={"FAULT": "no such table"})
    with pytest.raises(ServiceError, match=r"(?s)ended.*no such table"), server:
        pass


def test_a_server_that_stays_silent_is_given_up(tmp_path: Path) -> None:
    server = web_server("sleep 60", folder=tmp_path, timeout=0.3)
    with pytest.raises(ServiceError, match="not ready after"), server:
        pass
