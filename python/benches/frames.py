"""How much processor time a posting takes, by the program and by each kind of frame: one line each.

python benches/frames.py POSTINGS.parquet PROGRAM
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

import rolecall


def measured(name: str, rows: int, work: Callable[[], Any]) -> None:
    """Prints what ``work`` takes, the shortest of three times."""
    best = []
    for _ in range(3):
        began, before = time.perf_counter(), [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        work()
        wall, after = time.perf_counter() - began, [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        used = sum(one.ru_utime + one.ru_stime for one in after) - sum(one.ru_utime + one.ru_stime for one in before)
        best.append((used, wall))
    used, wall = min(best)
    print(f"{name:30} {wall:6.2f} s {used:6.2f} processor s  {1e6 * used / rows:5.0f} µs a posting  {rows / used * 3600:,.0f} an hour", flush=True)


def main() -> None:
    """Measures all of them on one thread."""
    file, program = sys.argv[1:3]
    table: pa.Table = pq.read_table(file)
    rows = table.num_rows
    print(f"{rows} postings, load {os.getloadavg()[0]:.1f}")
    for ending in ("parquet", "arrow"):
        command = [program, "label", file, "-o", f"{file}.labelled.{ending}", "--threads", "1", "--quiet", "--restart"]
        measured(f"rolecall label, to {ending}", rows, lambda command=command: subprocess.run(command, check=False))
    frame, polars = table.to_pandas(), pl.DataFrame(pl.from_arrow(table))
    measured("label, pyarrow", rows, lambda: rolecall.label(table, threads=1))
    measured("label, Polars", rows, lambda: rolecall.label(polars, threads=1))
    measured("label, pandas", rows, lambda: rolecall.label(frame, threads=1))
    measured("label, pyarrow, phrases=0", rows, lambda: rolecall.label(table, threads=1, phrases=0))
    some = table.slice(0, 3000).to_pylist()
    measured("classify", len(some), lambda: [rolecall.classify(row["text"], title=row["title"]) for row in some])


if __name__ == "__main__":
    main()
