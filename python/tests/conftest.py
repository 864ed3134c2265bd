"""What the tests share: postings of our own in two languages, the command-line program, and real postings where they are there."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
#: The command-line program, made of the same sources.
PROGRAM = Path(os.environ.get("ROLECALL_PROGRAM", ROOT / "target" / "release" / "rolecall"))
REAL = Path(os.environ.get("ROLECALL_REAL", ROOT.parent / "shared" / "data" / "postings.jsonl.xz"))

#: The columns that are added, in their order.
LABELS = [
    "rolecall_role",
    "rolecall_probability",
    "rolecall_account",
    "rolecall_project",
    "rolecall_phrases",
    "rolecall_reason",
    "rolecall_problem",
    "rolecall_model",
]


def written() -> list[dict[str, str]]:
    """The postings that were written for the corpus, with their roles."""
    files = sorted((ROOT / "corpus" / "postings").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


@pytest.fixture(scope="session")
def program() -> str:
    """The command-line program."""
    if not PROGRAM.exists():
        pytest.skip(f"there is no {PROGRAM}: build it with cargo build --release, or name it in ROLECALL_PROGRAM")
    return str(PROGRAM)


@pytest.fixture(scope="session")
def table() -> pa.Table:
    """Postings as a table: a column of numbers, one that nobody reads, title and text; some rows have no text."""
    rows = written()
    texts = [None if place % 50 == 7 else row["text"] for place, row in enumerate(rows)]
    return pa.table(
        {
            "n": list(range(len(rows))),
            "recruiter": ["Erika Muster"] * len(rows),
            "title": [row["title"] for row in rows],
            "text": texts,
        }
    )


def by_program(program: str, table: pa.Table, folder: Path, *arguments: str) -> pa.Table:
    """The table as the command-line program labels it, from Parquet to Parquet."""
    pq.write_table(table, folder / "in.parquet", compression="zstd")
    command = [program, "label", str(folder / "in.parquet"), "-o", str(folder / "out.parquet"), "--quiet", "--restart", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return pq.read_table(folder / "out.parquet")


@pytest.fixture(scope="session")
def labelled(program: str, table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """The postings as the command-line program labels them."""
    return by_program(program, table, tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="session")
def real() -> pa.Table:
    """Real postings, all of them."""
    if not REAL.exists():
        pytest.skip(f"there are no real postings ({REAL})")
    with lzma.open(REAL, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return pa.table({name: [row[name] for row in rows] for name in ("id", "title", "text")})


@pytest.fixture(scope="session")
def real_labelled(program: str, real: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """Real postings as the command-line program labels them."""
    return by_program(program, real, tmp_path_factory.mktemp("real"))


def labels(frame: pa.Table) -> pa.Table:
    """The added columns alone, in one piece each and with plain types: files and libraries keep text and lists in different arrays."""
    fields = ["text", "field", "head", "weight", "start_byte", "end_byte", "start_char", "end_char"]
    types = [pa.string()] * 3 + [pa.float64()] + [pa.int64()] * 4
    phrases = pa.list_(pa.struct(list(zip(fields, types))))
    kinds = [pa.string()] + [pa.float64()] * 3 + [phrases] + [pa.string()] * 3
    return frame.select(LABELS).cast(pa.schema(list(zip(LABELS, kinds)))).combine_chunks()


def assert_same(one: pa.Table, other: pa.Table) -> None:
    """Labels that are alike, number for number and phrase for phrase."""
    one, other = labels(one), labels(other)
    for name in LABELS:
        assert one[name].equals(other[name]), name
