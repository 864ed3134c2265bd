"""fastText: words and word pairs, four roles.

Twice the passes and three times the dimensions made it no better.

with_fasttext.py train FOLDER       with_fasttext.py predict FOLDER
"""

import os
import sys

import fasttext

from postings import cross_fit, fasttext_line

SETTINGS = {"epoch": 15, "lr": 1.0, "wordNgrams": 2, "dim": 16, "bucket": 500_000, "minCount": 2, "loss": "softmax"}


def train(folder):
    """Trains on every four fifths."""

    def fit(rows, keep):
        source = os.path.join(folder, "fasttext.train")
        with open(source, "w", encoding="utf-8") as file:
            for row in rows:
                file.write(f"__label__{row['role']} {fasttext_line(row)}\n")
        model = fasttext.train_supervised(source, thread=1, verbose=0, seed=1, **SETTINGS)
        if keep:
            model.save_model(os.path.join(folder, "fasttext.bin"))

        def predict(held_out):
            labels, _ = model.predict([fasttext_line(row) for row in held_out])
            return [label[0].removeprefix("__label__") for label in labels]

        return predict

    cross_fit(folder, "fasttext", fit)


def predict_sample(folder):
    """Judges the prepared lines, as `fasttext predict` does."""
    model = fasttext.load_model(os.path.join(folder, "fasttext.bin"))
    with (
        open(os.path.join(folder, "sample.fasttext"), encoding="utf-8") as source,
        open(os.path.join(folder, "fasttext.out"), "w", encoding="utf-8") as out,
    ):
        labels, _ = model.predict([line.rstrip("\n") for line in source])
        out.writelines(label[0] + "\n" for label in labels)


{"train": train, "predict": predict_sample}[sys.argv[1]](sys.argv[2])
