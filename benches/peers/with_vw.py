"""Vowpal Wabbit: words and word pairs of the title, words of the text, one role against all others.

Pairs of the text and counts of words made it worse.

with_vw.py train FOLDER       with_vw.py command FOLDER: prints the command that judges the prepared lines
"""

import os
import shlex
import shutil
import subprocess
import sys

from postings import ROLES, cross_fit, vw_line

SETTINGS = "--oaa 4 -b 22 --ngram t2 --passes 10 --holdout_off -l 1 --loss_function logistic --random_seed 1"
PROGRAM = [shutil.which("vw")] if shutil.which("vw") else [sys.executable, "-m", "vowpalwabbit"]


def judge(model, source, out):
    """The command that judges a file of lines."""
    return [*PROGRAM, "--quiet", "-t", "-i", model, "-d", source, "-p", out]


def train(folder):
    """Trains on every four fifths."""

    def fit(rows, keep):
        source, cache = os.path.join(folder, "vw.train"), os.path.join(folder, "vw.cache")
        model = os.path.join(folder, "vw.model" if keep else "vw.model.fold")
        with open(source, "w", encoding="utf-8") as file:
            for row in _scattered(rows):
                file.write(f"{ROLES.index(row['role']) + 1} {vw_line(row)}\n")
        command = [*PROGRAM, "--quiet", *SETTINGS.split(), "-d", source, "-k", "--cache_file", cache, "-f", model]
        subprocess.run(command, check=True)

        def predict(held_out):
            lines, out = os.path.join(folder, "vw.test"), os.path.join(folder, "vw.test.out")
            with open(lines, "w", encoding="utf-8") as file:
                file.writelines(vw_line(row) + "\n" for row in held_out)
            subprocess.run(judge(model, lines, out), check=True)
            with open(out, encoding="utf-8") as file:
                return [ROLES[int(float(line.split()[0])) - 1] for line in file]

        return predict

    cross_fit(folder, "vw", fit)


def _scattered(rows):
    """The rows in an order that does not depend on their role: an online learner remembers what came last."""
    return [row for _, row in sorted(enumerate(rows), key=lambda pair: pair[0] * 7919 % 100_003)]


def command(folder):
    """Prints how the sample is judged."""
    print(shlex.join(judge(*(os.path.join(folder, name) for name in ("vw.model", "sample.vw", "vw.out")))))


{"train": train, "command": command}[sys.argv[1]](sys.argv[2])
