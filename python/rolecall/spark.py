"""Labels Spark data frames: executors judge their partitions, and Spark does the rest.

>>> from rolecall.spark import label
>>> label(spark.read.parquet("postings")).write.parquet("labelled")  # doctest: +SKIP

Executors judge by the package, or by the command-line program, which then need not be installed there.
"""

from __future__ import annotations

import contextlib
import sys
from collections import deque
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PathLike = Union[str, "PathLike[str]"]

#: Columns are told by so many rows.
_SAMPLES = 200
#: The program says so where rows have problems, which stand beside them.
_DOUBT = 1


def label(
    df: DataFrame,
    *,
    title: str | None = None,
    text: str | list[str] | tuple[str, ...] | None = None,
    phrases: int = 3,
    model: _PathLike | None = None,
    program: _PathLike | None = None,
) -> DataFrame:
    """The rows of ``df`` with the columns of ``rolecall label`` after their own; nothing is shuffled, and nothing is computed before it is needed.

    Where ``title`` or ``text`` is left out, the columns are told once, here, by their names and the first rows (which reads those); all partitions
    then read the same ones. ``model`` is a model file, which goes to the executors as a file of the job (``SparkContext.addFile``); the released
    model is inside the package. ``program`` is the command-line program, made for the machines of the executors: it goes there in the same way, and
    batches go through it, so that they need no more than pyarrow.

    One task judges with one thread, as Spark gives it one core (``spark.task.cpus``).
    """
    from pyspark.sql.types import StructType

    from .classifier import Classifier, default

    columns = [text] if isinstance(text, str) else list(text or [])
    classifier = default() if model is None else Classifier(model)
    if title is None or not columns:
        title, columns = classifier._inner.columns(df.limit(_SAMPLES).toArrow(), title, columns)
    missing = [name for name in [title, *columns] if name is not None and not {name, name.split(".")[0]} & set(df.columns)]
    if missing:
        raise ValueError(f"no column {missing[0]!r}: there are {', '.join(map(repr, df.columns))}")
    taken = [name for name in df.columns if name.startswith("rolecall_")]
    if taken:
        raise ValueError(f"labelled already: there is a column {taken[0]!r} (label the rows without it)")
    context = df.sparkSession.sparkContext
    model_name = None if model is None else _send(context, model)
    if program is None:
        judge = _by_package(title, columns, phrases, model_name, classifier.fingerprint)
    else:
        _travel()
        judge = _by_program(title, columns, phrases, model_name, _send(context, program))
    schema = StructType([*df.schema.fields, *_added()])
    return df.mapInArrow(judge, schema)


def _send(context: Any, path: _PathLike) -> str:
    """Gives a file to all executors, and says what it is called there."""
    path = Path(path).resolve(strict=True)
    context.addFile(str(path))
    return path.name


def _travel() -> None:
    """Lets the functions of this module travel by value, as the package is not where they go."""
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])


def _added() -> list[Any]:
    """The columns that are added, as Spark calls their types, which has no unsigned integers."""
    from pyspark.sql.types import ArrayType, DoubleType, LongType, StringType, StructField, StructType

    names = ["text", "field", "head", "weight", "start_byte", "end_byte", "start_char", "end_char"]
    types = [StringType()] * 3 + [DoubleType()] + [LongType()] * 4
    phrase = StructType([StructField(name, kind, False) for name, kind in zip(names, types)])
    return [
        StructField("rolecall_role", StringType()),
        StructField("rolecall_probability", DoubleType()),
        StructField("rolecall_account", DoubleType()),
        StructField("rolecall_project", DoubleType()),
        StructField("rolecall_phrases", ArrayType(phrase, False)),
        StructField("rolecall_reason", StringType()),
        StructField("rolecall_problem", StringType()),
        StructField("rolecall_model", StringType()),
    ]


def _for_spark(labels: Any) -> Any:
    """Labels with the types that Spark has."""
    import pyarrow

    def signed(kind: Any) -> Any:
        if pyarrow.types.is_list(kind):
            fields = [pyarrow.field(field.name, signed(field.type), field.nullable) for field in kind.value_type]
            return pyarrow.list_(pyarrow.field(kind.value_field.name, pyarrow.struct(fields), False))
        return pyarrow.int64() if pyarrow.types.is_uint64(kind) else kind

    schema = pyarrow.schema([field.with_type(signed(field.type)) for field in labels.schema])
    return labels.cast(schema)


def _beside(rows: Any, labels: Any) -> Any:
    """A batch of rows with as many labels."""
    import pyarrow

    labels = _for_spark(labels)
    columns = [column.combine_chunks() for column in labels.columns]
    schema = pyarrow.schema([*rows.schema, *labels.schema])
    return pyarrow.RecordBatch.from_arrays([*rows.columns, *columns], schema=schema)


#: Models that this process has read, by their files: a worker of Python judges many partitions.
_models: dict[str | None, Any] = {}


def _by_package(title: str | None, text: list[str], phrases: int, model: str | None, fingerprint: str) -> Any:
    """What judges the batches of a partition by the package of the executor."""

    def judge(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        from rolecall.classifier import Classifier

        if model not in _models:
            from pyspark import SparkFiles

            _models[model] = Classifier(None if model is None else SparkFiles.get(model))
        classifier = _models[model]
        if classifier.fingerprint != fingerprint:
            raise ValueError(f"the model here is {classifier.fingerprint}, not {fingerprint} (install one version of rolecall everywhere)")
        for batch in batches:
            if batch.num_rows > 0:
                labels = classifier._inner.label(batch, title, text, True, phrases, False, 1, False)
                yield _beside(batch, pyarrow.table(labels))

    return judge


def _by_program(title: str | None, text: list[str], phrases: int, model: str | None, program: str) -> Any:
    """What judges the batches of a partition by the command-line program, an Arrow stream in and an Arrow stream out."""

    def judge(batches: Iterator[Any]) -> Iterator[Any]:
        from pyspark import SparkFiles

        first = next((batch for batch in batches if batch.num_rows > 0), None)
        if first is None:
            return
        command = [SparkFiles.get(program), "label", "-", "--quiet", "--threads", "1", "--phrases", str(phrases)]
        if title is not None:
            command.append(f"--title-column={title}")
        command += [f"--text-column={name}" for name in text]
        if model is not None:
            command += ["--model", SparkFiles.get(model)]
        yield from _through(command, first, batches, title, text)

    return judge


def _through(command: list[str], first: Any, others: Iterator[Any], title: str | None, text: list[str]) -> Iterator[Any]:
    """Batches through a program that labels them: in order, whatever batches it makes of them.

    Title and text alone go through it. One thread gives, this one takes. The program takes no more than it has room for, which bounds what is under
    way; it reads a first megabyte before it says anything, so a number of batches must not.
    """
    import queue
    import subprocess
    import threading

    import pyarrow

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        stdin, stdout, stderr = (pipe for pipe in (process.stdin, process.stdout, process.stderr) if pipe is not None)
        under_way: queue.SimpleQueue[Any] = queue.SimpleQueue()
        failures: list[BaseException] = []
        complaints: deque[bytes] = deque(maxlen=20)

        def give() -> None:
            try:
                read = _read_alone(first, title, text)
                with pyarrow.ipc.new_stream(stdin, read.schema) as stream:
                    for batch in (batch for some in ([first], others) for batch in some):
                        if batch.num_rows > 0:
                            under_way.put(batch)
                            stream.write_batch(_read_alone(batch, title, text))
            except BaseException as failure:  # It is raised again by who takes.
                failures.append(failure)
            finally:
                with contextlib.suppress(OSError):
                    stdin.close()
                under_way.put(None)

        giver = threading.Thread(target=give, daemon=True)
        listener = threading.Thread(target=lambda: complaints.extend(stderr), daemon=True)
        giver.start()
        listener.start()
        try:
            rows, done = under_way.get(), 0
            for labels in _labels_of(stdout):
                taken = 0
                while taken < labels.num_rows:
                    count = min(labels.num_rows - taken, rows.num_rows - done)
                    yield _beside(rows.slice(done, count), pyarrow.Table.from_batches([labels.slice(taken, count)]))
                    taken, done = taken + count, done + count
                    if done == rows.num_rows:
                        rows, done = under_way.get(), 0
            giver.join()
            listener.join()
            code = process.wait()
            said = b"".join(complaints).decode(errors="replace").strip()
            if code not in (0, _DOUBT):
                raise RuntimeError(f"{command[0]} ended with {code}: {said}")
            if failures:
                raise failures[0]
            if rows is not None:
                raise RuntimeError(f"{command[0]} gave labels for fewer rows than it was given: {said}")
        finally:
            if process.poll() is None:
                process.kill()


def _read_alone(batch: Any, title: str | None, text: list[str]) -> Any:
    """Title and text of a batch; a field of a struct as a column of that name."""
    import pyarrow
    import pyarrow.compute

    def column(name: str) -> Any:
        if name in batch.schema.names:
            return batch.column(name)
        path = name.split(".")
        array = batch.column(path[0])
        for field in path[1:]:
            array = pyarrow.compute.struct_field(array, field)
        return array

    names = list(dict.fromkeys(name for name in [title, *text] if name is not None))
    return pyarrow.RecordBatch.from_arrays([column(name) for name in names], names=names)


def _labels_of(stdout: Any) -> Iterator[Any]:
    """The labels in what the program writes; nothing where it wrote nothing, which its code explains."""
    import pyarrow

    try:
        with pyarrow.ipc.open_stream(stdout) as stream:
            names = [name for name in stream.schema.names if name.startswith("rolecall_")]
            for batch in stream:
                yield batch.select(names)
    except (pyarrow.ArrowInvalid, OSError):
        return
