"""The runs that the page on Spark shows as recorded come out alike today."""

import shutil

import pytest

from nordlys.machines import recorded_runs
from nordlys.machines.spark import find_java

pytest.importorskip("pyspark")
if find_java() is None or shutil.which("sh") is None:
    pytest.skip("there is no Java here", allow_module_level=True)

record_spark = pytest.importorskip("tools.record_spark")


def test_a_job_survives_the_loss_of_a_worker() -> None:
    recorded, now = recorded_runs()["workers"], record_spark.workers()
    assert [row["run"] for row in now] == [row["run"] for row in recorded]
    for rows in (recorded, now):
        assert all(row["rows right"] for row in rows)
        assert {(row["tasks"], row["finished"]) for row in rows} == {(24, 24)}
        assert [row["failed"] > 0 for row in rows] == [False, False, True, True, True]


def test_finished_tasks_run_again_where_their_rows_are_lost() -> None:
    recorded, now = recorded_runs()["shuffles"], record_spark.shuffles()
    for rows in (recorded, now):
        assert all(row["rows right"] for row in rows)
        calm, loss = (row["of them finished"] for row in rows)
        assert calm == 24 < loss <= 48


def test_two_libraries_learn_equally_well_at_another_price() -> None:
    recorded, now = recorded_runs()["models"], record_spark.models()
    for old, new in zip(recorded, now, strict=True):
        assert (old["library"], old["model"]) == (new["library"], new["model"])
        assert new["AUC in April"] == pytest.approx(old["AUC in April"], abs=0.005)
    for rows in (recorded, now):
        seconds = [row["processor seconds"] for row in rows]
        assert min(seconds[:2]) > 5 * max(seconds[2:])
