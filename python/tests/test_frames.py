"""Data frames of all kinds come back as what they were, with the labels of the program."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import rolecall
from conftest import LABELS, ROOT, assert_same, by_program


def test_pyarrow_tables(table: pa.Table, labelled: pa.Table) -> None:
    after = rolecall.label(table)
    assert isinstance(after, pa.Table)
    assert after.column_names == [*table.column_names, *LABELS]
    assert_same(after, labelled)
    assert after.select(table.column_names).equals(table)
    assert after["rolecall_phrases"].type == labelled.schema.field("rolecall_phrases").type
    assert after["rolecall_problem"].drop_null().to_pylist() == ['column "text": empty, there is no text to judge'] * 13


def test_pyarrow_batches_and_readers(table: pa.Table, labelled: pa.Table) -> None:
    batch = table.combine_chunks().to_batches()[0]
    after = rolecall.label(batch)
    assert isinstance(after, pa.RecordBatch)
    assert_same(pa.Table.from_batches([after]), labelled)
    reader = rolecall.label(table.to_reader(max_chunksize=100))
    assert isinstance(reader, pa.RecordBatchReader)
    assert_same(reader.read_all(), labelled)


def test_readers_are_labelled_as_they_are_read(table: pa.Table) -> None:
    read = 0

    def batches() -> Iterator[pa.RecordBatch]:
        nonlocal read
        for batch in table.to_batches(max_chunksize=20):
            read += 1
            yield batch

    after = rolecall.label(pa.RecordBatchReader.from_batches(table.schema, batches()))
    assert read == 1
    after.read_next_batch()
    after.read_next_batch()
    assert read == 2


def test_pandas(table: pa.Table, labelled: pa.Table) -> None:
    frame = table.to_pandas()
    frame.index = pd.Index([f"row {n}" for n in frame["n"]], name="key")
    frame["things"] = [object()] * len(frame)
    frame.attrs["source"] = "ours"
    before = frame.copy()
    after = rolecall.label(frame)
    assert isinstance(after, pd.DataFrame)
    assert list(after.columns) == [*frame.columns, *LABELS]
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(after[frame.columns], before)
    assert after.attrs == {"source": "ours"}
    assert_same(pa.Table.from_pandas(after[LABELS], preserve_index=False), labelled)
    some = after.loc[after["rolecall_role"] == "account-manager", "rolecall_phrases"].iloc[0]
    assert some[0]["head"] == "account"


def test_pandas_with_columns_of_all_kinds(table: pa.Table, labelled: pa.Table) -> None:
    frame = table.to_pandas()
    frame["title"] = frame["title"].astype("category")
    frame["text"] = frame["text"].astype("string")
    assert_same(pa.Table.from_pandas(rolecall.label(frame)[LABELS], preserve_index=False), labelled)
    mixed = pd.DataFrame({"title": ["Projektleiter", 7], "text": [17, "Sie betreuen unsere Großkunden und verlängern ihre Verträge."]}, dtype=object)
    roles = rolecall.label(mixed)["rolecall_role"].tolist()
    assert roles[1] == "account-manager"
    assert rolecall.label(mixed.iloc[:0]).columns.tolist() == ["title", "text", *LABELS]


def test_polars(table: pa.Table, labelled: pa.Table) -> None:
    frame = pl.DataFrame(pl.from_arrow(table)).with_columns(pl.col("title").cast(pl.Categorical))
    after = rolecall.label(frame)
    assert isinstance(after, pl.DataFrame)
    assert after.select(frame.columns).equals(frame)
    assert after.schema["title"] == pl.Categorical
    assert_same(after.to_arrow(), labelled)


def test_polars_lazily(table: pa.Table, labelled: pa.Table) -> None:
    frame = pl.LazyFrame(pl.from_arrow(table))
    after = rolecall.label(frame)
    assert isinstance(after, pl.LazyFrame)
    assert after.collect_schema().names() == [*table.column_names, *LABELS]
    assert_same(after.collect().to_arrow(), labelled)
    assert_same(after.collect(engine="streaming").to_arrow(), labelled)
    roles = after.filter(pl.col("rolecall_role") == "mixed").select("n").collect()
    assert roles["n"].to_list() == [n for n, role in enumerate(labelled["rolecall_role"].to_pylist()) if role == "mixed"]


def test_duckdb(table: pa.Table, labelled: pa.Table, tmp_path: Path) -> None:
    """The relation is read while the labels are, so that one cursor reads and another one asks."""
    labels = rolecall.label(duckdb.from_arrow(table))
    counts = duckdb.cursor().sql("select rolecall_role, count(*) from labels group by 1").fetchall()
    expected = labelled.group_by("rolecall_role").aggregate([([], "count_all")]).to_pylist()
    assert sorted(counts, key=str) == sorted(((row["rolecall_role"], row["count_all"]) for row in expected), key=str)
    labels = rolecall.label(duckdb.sql('select title, text from "table" where text is not null'))  # noqa: F841, as DuckDB reads it by its name
    duckdb.cursor().sql("from labels").write_parquet(str(tmp_path / "labelled.parquet"))
    assert duckdb.sql(f"select count(*) from '{tmp_path}/labelled.parquet'").fetchall() == [(len(table) - 13,)]


def test_whatever_speaks_arrow(table: pa.Table, labelled: pa.Table) -> None:
    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return table.__arrow_c_stream__(requested_schema)

    class Array:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return table.combine_chunks().to_batches()[0].__arrow_c_array__(requested_schema)

    for given in (Stream(), Array()):
        after = rolecall.label(given)
        assert isinstance(after, rolecall.Labels)
        assert "rolecall_role" in repr(after)
        assert pa.schema(after).names == [*table.column_names, *LABELS]
        assert_same(pa.table(after), labelled)
        with pytest.raises(ValueError, match="read already"):
            pa.table(after)
    with pytest.raises(TypeError, match="no data frame"):
        rolecall.label([1, 2])  # type: ignore[type-var]


def test_all_arrays_of_text_are_read(table: pa.Table, labelled: pa.Table) -> None:
    texts = table["text"].combine_chunks()
    arrays = [texts.cast(pa.large_string()), texts.cast(pa.string_view()), texts.dictionary_encode(), texts.cast(pa.binary())]
    for array in arrays:
        assert_same(rolecall.label(table.set_column(3, "text", array)), labelled)
    nested = table.drop_columns(["text"]).append_column("job", pa.StructArray.from_arrays([texts], names=["text"]))
    for frame in (nested, pl.DataFrame(pl.from_arrow(nested)), nested.to_reader(), nested.to_pandas()):
        after = rolecall.label(frame, title="title", text="job.text")
        roles = (pa.table(after) if not isinstance(after, pd.DataFrame) else pa.Table.from_pandas(after))["rolecall_role"]
        assert roles.to_pylist() == labelled["rolecall_role"].to_pylist()


def test_columns_are_those_that_are_named(table: pa.Table, program: str, tmp_path: Path) -> None:
    renamed = table.rename_columns(["n", "recruiter", "a", "b"])
    arguments = ["--title-column", "a", "--text-column", "b", "--text-column", "a", "--phrases", "1"]
    expected = by_program(program, renamed, tmp_path, *arguments)
    assert_same(rolecall.label(renamed, title="a", text=["b", "a"], phrases=1), expected)
    with pytest.raises(ValueError, match='no column "c"'):
        rolecall.label(table, text="c")
    with pytest.raises(ValueError, match=r"no column looks like the text of a posting \(name it with text="):
        rolecall.label(table.select(["n"]))


def test_rows_are_not_labelled_twice(table: pa.Table) -> None:
    after = rolecall.label(table.slice(0, 5))
    for again in (after, after.to_pandas(), pl.DataFrame(pl.from_arrow(after)), after.to_reader()):
        with pytest.raises(ValueError, match="labelled already"):
            rolecall.label(again)


def test_probabilities_threads_and_empty_frames(table: pa.Table) -> None:
    after = rolecall.label(table, probabilities=True, threads=3)
    for row in after.select(["rolecall_role", "rolecall_probability", "rolecall_probabilities"]).to_pylist():
        assert row["rolecall_probabilities"] is None or row["rolecall_probabilities"][row["rolecall_role"]] == row["rolecall_probability"]
    assert rolecall.label(table, threads=1).equals(rolecall.label(table, threads=4))
    empty = rolecall.label(table.slice(0, 0))
    assert (len(empty), empty.column_names) == (0, [*table.column_names, *LABELS])


def test_another_model_is_another_model(table: pa.Table, program: str, tmp_path: Path) -> None:
    model = ROOT / "models" / "default.rolecall"
    expected = by_program(program, table, tmp_path, "--model", str(model))
    assert_same(rolecall.Classifier(model).label(table), expected)


def test_two_threads_of_python_label_at_once(table: pa.Table, labelled: pa.Table) -> None:
    results: list[pa.Table] = []
    threads = [threading.Thread(target=lambda: results.append(rolecall.label(table, threads=1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for result in results:
        assert_same(result, labelled)


def test_a_failing_reader_fails(table: pa.Table) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield from table.to_batches(max_chunksize=50)[:2]
        raise RuntimeError("the disk is gone")

    after = rolecall.label(pa.RecordBatchReader.from_batches(table.schema, batches()))
    with pytest.raises(Exception, match="the disk is gone"):
        after.read_all()
