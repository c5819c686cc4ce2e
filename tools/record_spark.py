"""Run what is too long for a page on Spark, and store what came out.

A cluster of two workers that loses one of them in the middle of a job, a shuffle whose
rows are lost, and two models learned by MLlib and by scikit-learn. The page on Spark
shows the stored results.

Usage: python -m tools.record_spark
"""

import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from urllib.request import urlopen

import psutil
from pyspark.sql import SparkSession

from nordlys import is_bad, load_flights
from nordlys.examples.spark_job import (
    GROUPS,
    ROWS,
    TASKS,
    count_groups,
    count_rows,
)
from nordlys.machines import free_port, spark_session
from nordlys.machines.processes import stop
from nordlys.machines.spark import RECORDED, spark_environment

PATIENCE = 120  # seconds for a cluster to come up, and for a job to get going
TASKS_BEFORE_THE_LOSS = 4
HOSTS = "127.0.0.1", "127.0.0.2"  # one address for each worker, as on two machines
SMALL = {
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # begin with both workers
    "spark.shuffle.readHostLocalDisk": "false",  # two machines do not share a disk
}
PENALTY = 0.001
Job = Callable[[SparkSession, subprocess.Popen | None], dict[str, object]]


@contextmanager
def spark_process(
    role: str, host: str, words: list[str], env: dict[str, str]
) -> Iterator[subprocess.Popen]:
    """Run Spark's class for a master or a worker, without its shell scripts."""
    java = [env["JAVA_HOME"] + "/bin/java", "-Xmx256m", "-cp"]
    path = f"{env['SPARK_CONF_DIR']}:{env['SPARK_HOME']}/jars/*"
    name = f"org.apache.spark.deploy.{role.lower()}.{role}"
    # Without this version, which Spark's scripts would set, executors die in silence.
    env = os.environ | env | {"SPARK_SCALA_VERSION": "2.13"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [*java, path, name, "--host", host, *words]
    process = subprocess.Popen(command, env=env, start_new_session=True, **quiet)
    try:
        yield process
    finally:
        lose(process)


def lose(worker: subprocess.Popen) -> None:
    """Kill a worker and all that it has started, as if its machine had gone."""
    if worker.poll() is None:
        for child in psutil.Process(worker.pid).children(recursive=True):
            child.kill()
        os.killpg(worker.pid, signal.SIGKILL)
    stop(worker)


def alive_workers(page: int) -> int:
    """Return how many workers the master's status page knows, and -1 without one."""
    try:
        with urlopen(f"http://127.0.0.1:{page}/json/", timeout=2) as answer:
            return json.load(answer)["aliveworkers"]
    except OSError:
        return -1


def wait_for_workers(page: int, number: int) -> None:
    """Wait until the master knows exactly so many workers.

    Raises:
        TimeoutError: after two minutes.
    """
    deadline = time.monotonic() + PATIENCE
    while alive_workers(page) != number:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no cluster of {number} workers after {PATIENCE} s")
        time.sleep(0.1)


def on_a_cluster(job: Job, lose_one: bool) -> dict[str, object]:
    """Run a job on a master with two workers; perhaps one is lost on the way."""
    port, page = free_port(), free_port()
    master = f"spark://127.0.0.1:{port}"
    with spark_environment() as env, tempfile.TemporaryDirectory() as folder:
        ports = ["--port", str(port), "--webui-port", str(page)]
        size = ["--cores", "1", "--memory", "600m", "--webui-port", "0"]
        with spark_process("Master", HOSTS[0], ports, env):
            wait_for_workers(page, 0)
            work = [["--work-dir", f"{folder}/{n}", *size, master] for n in (1, 2)]
            with (
                spark_process("Worker", HOSTS[0], work[0], env) as first,
                spark_process("Worker", HOSTS[1], work[1], env),
            ):
                wait_for_workers(page, 2)
                with spark_session(master, SMALL) as spark:
                    spark.range(8).count()  # so that both executors are there
                    return job(spark, first if lose_one else None)


@contextmanager
def loss(
    spark: SparkSession, victim: subprocess.Popen | None, tasks: int, size: int
) -> Iterator[None]:
    """Kill the victim as soon as so many tasks of a stage of this size are done."""
    tracker, deadline = spark.sparkContext.statusTracker(), time.monotonic() + PATIENCE

    def strike() -> None:
        while time.monotonic() < deadline:
            stages = map(tracker.getStageInfo, tracker.getActiveStageIds())
            for stage in filter(None, stages):
                if stage.numTasks == size and stage.numCompletedTasks >= tasks:
                    return lose(victim)
            time.sleep(0.02)

    watcher = threading.Thread(target=strike)
    if victim:
        watcher.start()
    yield
    if victim:
        watcher.join()


def without_shuffle(
    spark: SparkSession, victim: subprocess.Popen | None
) -> dict[str, object]:
    """Count all rows; after the first tasks, kill the victim."""
    started = time.perf_counter()
    with loss(spark, victim, TASKS_BEFORE_THE_LOSS, TASKS):
        rows = count_rows(spark)
        seconds = time.perf_counter() - started
    tracker = spark.sparkContext.statusTracker()
    job = tracker.getJobInfo(max(tracker.getJobIdsForGroup(None)))
    stage = tracker.getStageInfo(job.stageIds[0])
    return {
        "rows right": rows == ROWS,
        "tasks": stage.numTasks,
        "finished": stage.numCompletedTasks,
        "failed": stage.numFailedTasks,
        "seconds": round(seconds, 1),
    }


def with_shuffle(
    spark: SparkSession, victim: subprocess.Popen | None
) -> dict[str, object]:
    """Count the rows of each group; when the first group is done, kill the victim."""
    started = time.perf_counter()
    with loss(spark, victim, 1, GROUPS):
        groups, finished = count_groups(spark)
        seconds = time.perf_counter() - started
    return {
        "rows right": groups == {key: ROWS // GROUPS for key in range(GROUPS)},
        "tasks before the shuffle": TASKS,
        "of them finished": finished,
        "seconds": round(seconds, 1),
    }


def workers() -> list[dict[str, object]]:
    """Run the same job on threads, on two workers, and three times with a loss."""
    with spark_session("local[2]") as spark:
        spark.range(8).count()
        results = [{"run": "two threads, local[2]"} | without_shuffle(spark, None)]
    calm = on_a_cluster(without_shuffle, lose_one=False)
    results.append({"run": "two workers"} | calm)
    for number in (1, 2, 3):
        name = f"two workers, one killed ({number})"
        results.append({"run": name} | on_a_cluster(without_shuffle, lose_one=True))
    return results


def shuffles() -> list[dict[str, object]]:
    """Run a job with a shuffle on two workers: once in peace, once with a loss."""
    return [
        {"run": name} | on_a_cluster(with_shuffle, lose_one)
        for name, lose_one in (("two workers", False), ("one killed later", True))
    ]


def processor_seconds() -> float:
    """Return what this process and the JVM have used so far."""
    me = psutil.Process()
    family = [me, *me.children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in family)


def models() -> list[dict[str, object]]:
    """Learn from January to March and judge in April, by MLlib and scikit-learn."""
    names = ["month", "origin", "carrier", "hour", "distance", "arr_delay", "dep_delay"]
    table = load_flights(names)
    table["bad"] = is_bad(table).astype(int)
    table = table.query("month <= 4").drop(columns=["arr_delay", "dep_delay"])
    return [*by_mllib(table), *by_scikit_learn(table)]


def by_mllib(table) -> list[dict[str, object]]:
    """Learn on two threads of Spark."""
    with spark_session() as spark, tempfile.TemporaryDirectory() as folder:
        from pyspark.ml import Pipeline
        from pyspark.ml.classification import GBTClassifier, LogisticRegression
        from pyspark.ml.evaluation import BinaryClassificationEvaluator
        from pyspark.ml.feature import OneHotEncoder, StringIndexer, VectorAssembler

        table.to_parquet(f"{folder}/flights.parquet", index=False)
        flights = spark.read.parquet(f"{folder}/flights.parquet")
        past, april = (
            flights.filter(months).coalesce(2).cache()
            for months in ("month <= 3", "month = 4")
        )
        past.count(), april.count()  # so that reading is not measured
        keys = ["origin", "carrier"]
        index, vectors = ([f"{key}_{suffix}" for key in keys] for suffix in ("i", "v"))
        numbers = StringIndexer(inputCols=keys, outputCols=index, handleInvalid="keep")
        hot = OneHotEncoder(inputCols=index, outputCols=vectors)
        wide, narrow = (
            VectorAssembler(inputCols=[*c, "hour", "distance"], outputCol="features")
            for c in (vectors, index)
        )
        linear = LogisticRegression(
            labelCol="bad", regParam=PENALTY, elasticNetParam=0.5, maxIter=20
        )
        trees = GBTClassifier(labelCol="bad", maxIter=10, maxDepth=4, seed=1)
        judge, results = BinaryClassificationEvaluator(labelCol="bad"), []
        for name, stages in {
            "penalised linear model": [numbers, hot, wide, linear],
            "ten boosted trees": [numbers, narrow, trees],
        }.items():
            started = processor_seconds()
            model = Pipeline(stages=stages).fit(past)
            seconds = processor_seconds() - started
            auc = judge.evaluate(model.transform(april))
            results.append(result("MLlib", name, auc, seconds))
        return results


def by_scikit_learn(table) -> list[dict[str, object]]:
    """Learn in this process, from the same rows."""
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

    past, april = table[table["month"] <= 3], table[table["month"] == 4]
    keys, numbers = ["origin", "carrier"], ["hour", "distance"]
    columns = make_column_transformer(
        (OneHotEncoder(), keys), (StandardScaler(), numbers)
    )
    strength = 1 / (PENALTY * len(past))  # scikit-learn sums where Spark averages
    linear = LogisticRegression(C=strength, l1_ratio=0.5, solver="saga", tol=0.001)
    ordinal = make_column_transformer((OrdinalEncoder(), keys), remainder="passthrough")
    trees = GradientBoostingClassifier(n_estimators=10, max_depth=4, random_state=1)
    results = []
    for name, model in {
        "penalised linear model": make_pipeline(columns, linear),
        "ten boosted trees": make_pipeline(ordinal, trees),
    }.items():
        started = time.process_time()
        model.fit(past[keys + numbers], past["bad"])
        seconds = time.process_time() - started
        risks = model.predict_proba(april[keys + numbers])[:, 1]
        auc = roc_auc_score(april["bad"], risks)
        results.append(result("scikit-learn", name, auc, seconds))
    return results


def result(library: str, model: str, auc: float, seconds: float) -> dict[str, object]:
    """Return a row of the table of models; seconds are of processor time."""
    row = {"library": library, "model": model, "AUC in April": round(auc, 4)}
    return row | {"processor seconds": round(seconds, 1)}


def main() -> int:
    """Run everything and store it."""
    origin = {
        "by": "tools/record_spark.py",
        "on": date.today().isoformat(),
        "machine": f"{os.cpu_count()} processors, {platform.system()}",
        "pyspark": version("pyspark"),
        "scikit-learn": version("scikit-learn"),
    }
    stored = {"origin": origin, "workers": workers()}
    stored |= {"shuffles": shuffles(), "models": models()}
    Path(RECORDED).write_text(json.dumps(stored, indent=1) + "\n")
    print(json.dumps(stored, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
