"""Data frames of all kinds: Arrow in, labels out, and the labels put beside the rows in the way of each kind.

No library of data frames is imported here unless a frame of it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._rolecall import Classifier, Labels

#: Columns are told by so many rows.
SAMPLES = 200


@dataclass(frozen=True)
class Wanted:
    """What is to be said of rows, and which columns are to be read."""

    title: str | None
    text: list[str]
    phrases: int
    probabilities: bool
    threads: int | None

    def labels(self, inner: Classifier, data: Any, title: str | None, text: list[str]) -> Labels:
        """The labels of ``data`` alone, by these columns and no others."""
        return inner.label(data, title, text, True, self.phrases, self.probabilities, self.threads, False)


def label(inner: Classifier, data: Any, wanted: Wanted) -> Any:
    """``data`` with its labels, as what it was."""
    kind = _kind(data)
    if kind == "pandas.DataFrame":
        return _pandas(inner, data, wanted)
    if kind == "polars.DataFrame":
        return _polars(inner, data, wanted)
    if kind == "polars.LazyFrame":
        return _polars_lazy(inner, data, wanted)
    if kind in ("pyarrow.Table", "pyarrow.RecordBatch"):
        return _pyarrow(inner, data, wanted)
    if not hasattr(data, "__arrow_c_stream__") and not hasattr(data, "__arrow_c_array__"):
        raise TypeError(f"{kind} is no data frame that is known, and has no __arrow_c_stream__")
    labelled = inner.label(data, wanted.title, wanted.text, False, wanted.phrases, wanted.probabilities, wanted.threads, True)
    if kind == "pyarrow.RecordBatchReader":
        import pyarrow

        return pyarrow.RecordBatchReader.from_stream(labelled)
    return labelled


def _kind(data: Any) -> str:
    """The library and the class of ``data``, or of the class that it is made from: ``pandas.DataFrame``."""
    known = {"DataFrame", "LazyFrame", "Table", "RecordBatch", "RecordBatchReader"}
    for base in type(data).__mro__:
        library = base.__module__.split(".")[0]
        if library in ("pandas", "polars", "pyarrow") and base.__name__ in known:
            return f"{library}.{base.__name__}"
    return f"{type(data).__module__}.{type(data).__qualname__}"


def _pandas(inner: Classifier, frame: Any, wanted: Wanted) -> Any:
    import pyarrow

    _refuse_labelled(map(str, frame.columns))
    places: dict[str, int] = {}
    for place, name in enumerate(frame.columns):
        places.setdefault(str(name), place)
    head = frame.iloc[:SAMPLES]
    # What Arrow has no type for is no text.
    sample = {name: array for name, place in places.items() if (array := _array(head.iloc[:, place])) is not None}
    title, text = inner.columns(pyarrow.table(sample), wanted.title, wanted.text)
    read = {name: _array(frame.iloc[:, places[name]], whole=True) for name in _read(places, title, text)}
    labels = pyarrow.table(wanted.labels(inner, pyarrow.table(read), title, text)).to_pandas()
    labels.index = frame.index
    return frame.assign(**{name: labels[name] for name in labels.columns})


def _array(series: Any, whole: bool = False) -> Any:
    """A column of pandas as Arrow; one with values of more than one type as text. ``None`` where that is not to be had, unless it is needed."""
    import pyarrow

    try:
        return pyarrow.Array.from_pandas(series)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError):
        if not whole and series.dtype != object:
            return None
        return pyarrow.Array.from_pandas(series.map(str, na_action="ignore"), type=pyarrow.large_string())


def _read(columns: Any, title: str | None, text: list[str]) -> list[str]:
    """Those of ``columns`` that ``title`` and ``text`` stand in: ``job`` where ``job.text`` is one of them."""

    def within(name: str) -> str:
        parts = name.split(".")
        candidates = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        return next(candidate for candidate in candidates if candidate in columns)

    return list(dict.fromkeys(within(name) for name in [title, *text] if name is not None))


def _polars(inner: Classifier, frame: Any, wanted: Wanted) -> Any:
    import polars

    _refuse_labelled(frame.columns)
    title, text = inner.columns(_exportable(frame.head(SAMPLES)), wanted.title, wanted.text)
    labels = wanted.labels(inner, frame.select(_read(frame.columns, title, text)), title, text)
    return frame.hstack(polars.DataFrame(labels))


def _exportable(frame: Any) -> Any:
    """``frame`` without columns of Python objects, which Arrow has no type for."""
    import polars

    return frame.select(name for name, kind in frame.schema.items() if kind != polars.Object)


def _polars_lazy(inner: Classifier, frame: Any, wanted: Wanted) -> Any:
    import polars

    schema = frame.collect_schema()
    _refuse_labelled(schema.names())
    title, text = inner.columns(_exportable(frame.head(SAMPLES).collect()), wanted.title, wanted.text)
    read = _read(schema.names(), title, text)

    def labelled(rows: Any) -> Any:
        return rows.hstack(polars.DataFrame(wanted.labels(inner, rows.select(read), title, text)))

    after = labelled(polars.DataFrame(schema=schema)).schema
    # Batch by batch where the engine streams. What is asked of the result does not pass by: a filter may ask for the role.
    return frame.map_batches(labelled, predicate_pushdown=False, projection_pushdown=False, schema=after, streamable=True)


def _pyarrow(inner: Classifier, data: Any, wanted: Wanted) -> Any:
    import pyarrow

    title, text = inner.columns(data.slice(0, SAMPLES), wanted.title, wanted.text)
    labels = pyarrow.table(wanted.labels(inner, data, title, text))
    if isinstance(data, pyarrow.RecordBatch):
        schema = pyarrow.schema([*data.schema, *labels.schema], metadata=data.schema.metadata)
        return pyarrow.record_batch([*data.columns, *(column.combine_chunks() for column in labels.columns)], schema=schema)
    for field, column in zip(labels.schema, labels.columns):
        data = data.append_column(field, column)
    return data


def _refuse_labelled(names: Any) -> None:
    for name in names:
        if name == "rolecall" or name.startswith("rolecall_"):
            raise ValueError(f"labelled already: there is a column {name!r} (label the rows without it)")
