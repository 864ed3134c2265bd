"""Makes the files of this folder: pip install pandas polars pyarrow, then run it here.

Each file is written by a program as people use it; the postings are invented.
"""

import csv
import datetime as dt
import decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

TITLES = [
    "Key Account Manager (m/w/d)",
    "Project Manager",
    "Köchin / Koch",
    None,
    "Kundenberater:in & Projektleitung",
    "Projektleiter Anlagenbau",
]
TEXTS = [
    "Ihre Aufgaben\nSie betreuen unsere Großkunden, verlängern Verträge und verhandeln Preise.",
    "You plan projects, lead the project team, keep time, scope and budget under control, and report to the steering committee.",
    "Du kochst, würzt und richtest Speisen an, bestellst Ware und hältst die Küche sauber.",
    None,
    "Du hältst den Draht zu unseren Bestandskunden, baust Umsatz aus und steuerst deren Projekte von der Planung bis zur Abnahme. 🚀",
    "Sie planen Termine und Kosten, führen das Projektteam und berichten an den Lenkungsausschuss.",
]
ROWS = range(len(TEXTS))
DAYS = [dt.datetime(2024, 5, 1 + n, 8, 30) for n in ROWS]


def from_pandas():
    frame = pd.DataFrame(
        {
            "title": TITLES,
            "description": TEXTS,
            "city": pd.Categorical(["Köln", "Ulm", "Köln", None, "Graz", "Ulm"]),
            "posted": DAYS,
            "salary_max": [1.5, None, float("inf"), 4.0, 5.0, -6.25],
            "remote": pd.array([True, None, False, True, None, False], dtype="boolean"),
        },
        index=pd.Index([f"job-{n}" for n in ROWS], name="ref"),
    )
    frame.to_parquet("pandas.parquet")
    feather.write_feather(pa.Table.from_pandas(frame), "pandas.feather")


def from_pyarrow():
    tags = [["sales", "b2b"], [], None, ["x"], [None, "y"], ["z"]]
    table = pa.table(
        {
            "refnr": pa.array([7, 8, 9, 10, 11, 2**62], pa.uint64()),
            "job": pa.array([{"title": t, "text": x} for t, x in zip(TITLES, TEXTS)]),
            "tags": pa.array(tags, pa.list_(pa.large_string())),
            "pay": pa.array([decimal.Decimal("1234.50"), None] * 3, pa.decimal128(9, 2)),
            "notes": pa.array([[("k", 1)], None, [], [("a", 2), ("b", None)], None, []], pa.map_(pa.string(), pa.int32())),
            "day": pa.array([day.date() for day in DAYS]),
            "seen": pa.array(DAYS, pa.timestamp("us", "Europe/Berlin")),
            "blob": pa.array([b"\x00\xff", None, b"", b"a", b"b", b"c"], pa.large_binary()),
            "kind": pa.array(["x", "y", "x", None, "y", "x"]).dictionary_encode(),
        },
        schema=None,
    )
    fields = [table.schema.field(n).with_metadata({"note": f"field {n}"}) for n in range(table.num_columns)]
    table = table.cast(pa.schema(fields, {"origin": "tests", "ä": "ö"}))
    codecs = {name: codec for name, codec in zip(["refnr", "tags.list.element", "pay", "day"], ["gzip", "lz4", "none", "zstd"])}
    paths = [c.path for c in (pq_columns(table))]
    pq.write_table(table, "nested.parquet", row_group_size=2, compression={p: codecs.get(p, "snappy") for p in paths})
    # As Spark writes: no Arrow schema, times of 96 bits.
    plain = table.select(["refnr", "seen"]).append_column("title", pa.array(TITLES)).append_column("text", pa.array(TEXTS))
    pq.write_table(plain, "spark.parquet", store_schema=False, use_deprecated_int96_timestamps=True, version="1.0", compression="gzip")
    pq.write_table(plain, "brotli.parquet", compression="brotli")
    stream = table.select(["kind", "tags"]).append_column("title", pa.array(TITLES, pa.large_string()))
    stream = stream.append_column("text", pa.array(TEXTS).dictionary_encode())
    with pa.ipc.new_stream("stream.arrows", stream.schema) as writer:
        for batch in stream.to_batches(max_chunksize=4):
            writer.write_batch(batch)


def pq_columns(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    schema = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    return [schema.column(n) for n in range(len(schema.names))]


def from_polars():
    frame = pl.DataFrame(
        {"title": TITLES, "text": TEXTS, "scores": [[1, 2], [], None, [3], [4], [5]], "city": ["a", "b", "a", None, "b", "c"]}
    ).with_columns(pl.col("city").cast(pl.Categorical))
    frame.write_parquet("polars.parquet", row_group_size=3)
    frame.write_ipc("polars.arrow", compression="zstd")


def from_jobspy():
    """As its users save what it finds: backslashes, quotes around all text, Markdown."""
    frame = pd.DataFrame(
        {
            "id": ["in-1", "li-2", "in-3"],
            "site": ["indeed", "linkedin", "indeed"],
            "title": ["Key Account Manager", "Project Manager", 'Chef "de Partie"'],
            "description": [
                "**Your tasks**\n\n* You look after key accounts\\, renew contracts and negotiate prices\n* \"Hunting\" is not your job",
                "",
                "You cook \\& season, order goods and keep the kitchen clean.",
            ],
            "min_amount": [50000.0, None, 1.0],
        }
    )
    frame.to_csv("jobspy.csv", quoting=csv.QUOTE_NONNUMERIC, escapechar="\\", index=False)


from_pandas()
from_pyarrow()
from_polars()
from_jobspy()
