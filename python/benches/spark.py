"""How long Spark takes, and how much processor time, on so many executors with a core each: one line for each run.

    python benches/spark.py POSTINGS.parquet [--copies 4] [--program rolecall]

``copy`` sends rows to Python and back and judges nothing; what ``label`` takes beyond that is judging. ``filter`` judges by the program.
Processor time is that of everything that was started, Java included, from start to end; the time of the job begins when the executors are
warm.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path


def job(mode: str, cores: int, arguments: argparse.Namespace) -> None:
    """Runs a job in this process, and prints how many rows it gave and how long that took."""
    import pyspark
    from pyspark.sql import SparkSession

    from rolecall.spark import label

    os.environ.update(SPARK_HOME=str(Path(pyspark.__file__).parent), SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    builder = SparkSession.builder.master(f"local-cluster[{cores},1,1536]").config("spark.executor.memory", "1200m")
    for name in ("spark.driver.host", "spark.driver.bindAddress"):
        builder = builder.config(name, "127.0.0.1")
    spark = builder.config("spark.ui.enabled", "false").config("spark.sql.files.maxPartitionBytes", "8m").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    df = spark.read.parquet(*[arguments.postings] * arguments.copies)

    def same(batches):  # type: ignore[no-untyped-def]
        yield from batches

    def judged(rows):  # type: ignore[no-untyped-def]
        if mode == "copy":
            return rows.mapInArrow(same, rows.schema)
        return label(rows, title="title", text="text", program=arguments.program if mode == "filter" else None)

    judged(df.limit(10 * cores).repartition(2 * cores)).count()
    begin = time.perf_counter()
    # Written, so that nothing of it is left out, and nowhere.
    judged(df).write.format("noop").mode("overwrite").save()
    print(df.count(), time.perf_counter() - begin)
    spark.stop()


def main() -> None:
    """Runs each job in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("postings")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--program")
    parser.add_argument("--job", nargs=2)
    arguments = parser.parse_args()
    if arguments.job:
        job(arguments.job[0], int(arguments.job[1]), arguments)
        return
    print("job     executors  rows     seconds  processor seconds  load")
    for mode in ["copy", "label", *(["filter"] if arguments.program else [])]:
        for cores in (1, 2):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [sys.executable, __file__, *sys.argv[1:], "--job", mode, str(cores)]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(f"{mode:7} {cores:9}  {said[-2]:7}  {float(said[-1]):7.1f}  {used:17.1f}  {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
