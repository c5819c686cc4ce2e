"""What the loader writes for itself stays in the folder that is named."""

import subprocess
import sys

LOAD = """
import dlt
from nordlys.loads import keep_loads_in
keep_loads_in("here")
where = dlt.destinations.duckdb("desk.duckdb")
pipeline = dlt.pipeline("desk", destination=where, dataset_name="raw")
pipeline.run([{"flight": 1}], table_name="flights")
"""


def test_a_load_leaves_nothing_at_home(tmp_path, monkeypatch):
    for name in ("home", "tmp", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    work = tmp_path / "work"
    subprocess.run([sys.executable, "-c", LOAD], cwd=work, check=True)
    remains = [
        path.name for name in ("home", "tmp") for path in (tmp_path / name).iterdir()
    ]
    assert not remains, f"dlt has written elsewhere, too: {remains}"
    assert {path.name for path in work.iterdir()} == {"here", "desk.duckdb"}
    assert (work / "here" / "dlt" / ".anonymous_id").exists(), "then it is not needed"
