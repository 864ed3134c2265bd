"""All real postings, where they are there: every kind of frame says what the program says, number for number and phrase for phrase."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

import rolecall
from conftest import LABELS, assert_same
from rolecall.sklearn import RolecallClassifier


def test_tables_frames_and_single_postings(real: pa.Table, real_labelled: pa.Table) -> None:
    assert_same(rolecall.label(real), real_labelled)
    assert_same(rolecall.label(pl.DataFrame(pl.from_arrow(real))).to_arrow(), real_labelled)
    assert_same(pa.Table.from_pandas(rolecall.label(real.to_pandas())[LABELS], preserve_index=False), real_labelled)


def test_single_postings_and_the_estimator(real: pa.Table, real_labelled: pa.Table) -> None:
    rows = real.to_pylist()
    roles, problems = real_labelled["rolecall_role"].to_pylist(), real_labelled["rolecall_problem"].to_pylist()
    probabilities = real_labelled["rolecall_probability"].to_pylist()
    estimated = RolecallClassifier.pretrained().predict([(row["title"], row["text"]) for row in rows])
    judged = 0
    for row, role, problem, probability, estimate in zip(rows, roles, problems, probabilities, estimated):
        if problem is None:
            verdict = rolecall.classify(row["text"], title=row["title"], phrases=0)
            assert (verdict.role, verdict.probability, estimate) == (role, probability, role)
            judged += 1
    assert judged == len(rows) - sum(problem is not None for problem in problems)
    assert judged > 31_000
