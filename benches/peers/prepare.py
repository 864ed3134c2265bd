"""Makes the files that all systems read, from real postings where they are there, else from corpus/.

prepare.py FOLDER MEGABYTES SHARED     the sample as JSON lines and CSV, and for fastText and Vowpal Wabbit as they read it
prepare.py FOLDER --lines              the latter alone, to be timed: JSON, markup off, words, a line each
"""

import csv
import json
import os
import random
import sys

from postings import (
    SEED, fasttext_line, labelled_postings, own_postings, read_lines, vw_line, write_lines,
)

KEYS = ("id", "title", "company", "text")


def size(posting):
    """Bytes of title and text."""
    return len(posting["title"].encode()) + len(posting["text"].encode())


def sample(postings, limit):
    """Postings in an order of chance, about `limit` bytes of them, over and over where they are too few."""
    order = list(postings)
    random.Random(SEED).shuffle(order)
    taken, held = [], 0
    while held < limit:
        for posting in order:
            if held >= limit:
                break
            row = {key: posting.get(key) or "" for key in KEYS}
            row["id"] = f"{len(taken)}-{row['id']}"
            taken.append(row)
            held += size(posting)
    return taken


def write_plain(path, postings, form):
    """A line for each posting in the form of a peer."""
    with open(path, "w", encoding="utf-8") as file:
        for posting in postings:
            file.write(form(posting) + "\n")


def main():
    """Writes the files and, as meta.json, what they hold."""
    folder = sys.argv[1]
    at = lambda name: os.path.join(folder, name)  # noqa: E731
    if sys.argv[2] == "--lines":
        write_plain(at("lines.out"), read_lines(at("sample.jsonl")), fasttext_line)
        return
    megabytes, shared = int(sys.argv[2]), sys.argv[3]
    found = os.path.join(shared, "postings.jsonl.xz"), os.path.join(shared, "labels.jsonl")
    real = all(os.path.exists(path) for path in found)
    postings = list(read_lines(found[0])) if real else []
    labels = list(read_lines(found[1])) if real else []
    labelled = labelled_postings(postings, labels)
    write_lines(at("labelled.jsonl"), labelled)
    taken = sample(postings or own_postings(), megabytes * 1_000_000)
    write_lines(at("sample.jsonl"), taken)
    with open(at("sample.csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, KEYS)
        writer.writeheader()
        writer.writerows(taken)
    write_plain(at("sample.fasttext"), taken, fasttext_line)
    write_plain(at("sample.vw"), taken, vw_line)
    meta = {
        "source": "real postings" if real else "the postings of corpus/, over and over",
        "postings": len(taken),
        "bytes": sum(map(size, taken)),
        "labelled": len(labelled),
        "tested": sum(row["tested"] for row in labelled),
    }
    with open(at("meta.json"), "w", encoding="utf-8") as file:
        json.dump(meta, file)
    print(f"{meta['postings']} postings, {meta['bytes'] / 1e6:.1f} MB of title and text, of {meta['source']}")
    print(f"{meta['labelled']} labelled postings, {meta['tested']} of them tested on")


main()
