"""Spark for real: two executors of their own, several workers of Python, and one executor that is killed in the middle of the job.

These take a minute or two and a Java; ``ROLECALL_SPARK=1`` asks for them.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from conftest import LABELS, ROOT, assert_same, by_program

if os.environ.get("ROLECALL_SPARK") != "1":
    pytest.skip("ROLECALL_SPARK is not 1", allow_module_level=True)

import pyspark
from pyspark.sql import SparkSession

from rolecall.spark import label


def session(master: str, python: str = sys.executable) -> SparkSession:
    """A session with executors that run ``python``. Nothing of it listens beyond this machine."""
    os.environ.update(SPARK_HOME=str(Path(pyspark.__file__).parent), SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=python)
    # What executors leave behind is not for the folder of the package.
    os.environ.setdefault("SPARK_WORKER_DIR", tempfile.mkdtemp(prefix="rolecall-spark-"))
    builder = SparkSession.builder.master(master).appName("rolecall")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.memory": "768m",
        "spark.pyspark.python": python,
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100",
        "spark.ui.enabled": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark: SparkSession = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """Two executors with a core each, as processes of their own."""
    spark = session("local-cluster[2,1,1024]")
    yield spark
    spark.stop()


@pytest.fixture(scope="module")
def postings(table: pa.Table) -> pa.Table:
    """The postings a few times over, numbered."""
    table = pa.concat_tables([table] * 8)
    return table.set_column(0, "n", [list(range(len(table)))])


@pytest.fixture(scope="module")
def expected(program: str, postings: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """What the program says of them."""
    return by_program(program, postings, tmp_path_factory.mktemp("spark"))


def in_order(df: Any) -> pa.Table:
    """The rows as one table, by their number."""
    return df.toArrow().sort_by("n")


def assert_complete(labelled: pa.Table, given: pa.Table, expected: pa.Table) -> None:
    """As many rows as there were, each once, as they were, with the labels of the program."""
    assert labelled.num_rows == given.num_rows
    assert labelled.column_names == [*given.column_names, *LABELS]
    for name in given.column_names:
        assert labelled[name].to_pylist() == given[name].to_pylist(), name
    assert_same(labelled, expected)


def descendants(pid: int) -> list[int]:
    """The processes that ``pid`` started, and theirs."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found


def executors() -> set[int]:
    """The processes of Spark's executors that this one started."""

    def is_executor(pid: int) -> bool:
        try:
            return b"CoarseGrainedExecutorBackend" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False

    return {pid for pid in descendants(os.getpid()) if is_executor(pid)}


def test_rows_in_are_rows_out(spark: SparkSession, postings: pa.Table, expected: pa.Table) -> None:
    df = spark.createDataFrame(postings).repartition(8)
    labelled = label(df)
    assert labelled.schema["rolecall_phrases"].dataType.elementType["start_char"].dataType.typeName() == "long"
    assert_complete(in_order(labelled), postings, expected)
    assert len(executors()) == 2


def test_an_executor_is_killed_in_the_middle(spark: SparkSession, postings: pa.Table, expected: pa.Table) -> None:
    df = label(spark.createDataFrame(pa.concat_tables([postings] * 3)).repartition(24))
    tracker, result = spark.sparkContext.statusTracker(), []
    job = threading.Thread(target=lambda: result.append(df.toArrow()))
    before = executors()
    assert len(before) == 2
    job.start()

    def done() -> int:
        """Tasks that judge and are over: those of the stage with 24."""
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        return max((stage.numCompletedTasks for stage in stages if stage and stage.numTasks == 24), default=0)

    while done() < 3:
        assert job.is_alive(), "the job was over before anything could be killed"
        time.sleep(0.02)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    job.join()
    assert victim not in executors()
    labelled = result[0].sort_by("n")
    assert labelled.num_rows == 3 * postings.num_rows
    for copy in range(3):
        places = pa.array(range(copy, labelled.num_rows, 3))
        assert_complete(labelled.take(places), postings, expected)


def test_columns_and_models_reach_the_executors(spark: SparkSession, postings: pa.Table, program: str, tmp_path: Path) -> None:
    model = tmp_path / "mine.rolecall"
    model.write_bytes((ROOT / "models" / "default.rolecall").read_bytes())
    some = postings.slice(0, 300)
    renamed = some.rename_columns(["n", "recruiter", "a", "b"])
    expected = by_program(program, renamed, tmp_path, "--title-column", "a", "--text-column", "b", "--phrases", "1")
    df = spark.createDataFrame(renamed).repartition(3)
    assert_complete(in_order(label(df, title="a", text="b", phrases=1, model=model)), renamed, expected)
    with pytest.raises(ValueError, match="no column 'c'"):
        label(df, title="a", text="c")
    with pytest.raises(ValueError, match="labelled already"):
        label(label(df))
    assert label(df.limit(0), title="a", text="b").count() == 0


def test_real_postings(spark: SparkSession, real: pa.Table, real_labelled: pa.Table) -> None:
    numbered = real.add_column(0, "n", [list(range(len(real)))])
    labelled = in_order(label(spark.createDataFrame(numbered).repartition(16)))
    assert_complete(labelled, numbered, real_labelled)


def test_the_program_as_a_filter(spark: SparkSession, postings: pa.Table, expected: pa.Table, program: str) -> None:
    df = spark.createDataFrame(postings).repartition(5)
    assert_complete(in_order(label(df, program=program)), postings, expected)
    with pytest.raises(Exception, match="not a rolecall model file"):
        label(df, program=program, title="title", text="text", model=ROOT / "README.md").count()


def test_executors_without_the_package(spark: SparkSession, postings: pa.Table, expected: pa.Table, program: str, tmp_path: Path) -> None:
    """The last test of the module: it needs executors of another kind, and there is one session at a time."""
    spark.stop()
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'rolecall':\n"
        "            raise ModuleNotFoundError(f'no module named {name} here')\n"
        "sys.meta_path.insert(0, Refuse())\n"
    )
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}:$PYTHONPATH" exec {sys.executable} "$@"\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    other = session("local-cluster[1,2,1024]", str(python))
    try:
        df = other.createDataFrame(postings).repartition(4)
        with pytest.raises(Exception, match="no module named rolecall here"):
            label(df).count()
        assert_complete(in_order(label(df, program=program)), postings, expected)
        # Without Python on either side: rows as JSON lines through a pipe.
        lines = other.createDataFrame(postings.drop_columns(["recruiter"])).toJSON()
        piped = lines.pipe(f"sh -c '{program} label - --quiet || [ $? = 1 ]'", checkCode=True)
        roles = piped.map(lambda line: __import__("json").loads(line)["rolecall"].get("role")).collect()
        assert sorted(roles, key=str) == sorted(expected["rolecall_role"].to_pylist(), key=str)
    finally:
        other.stop()
