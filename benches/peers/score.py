"""How well the peers judge: macro-F1 of the four roles on postings of employers that they had not seen.

score.py FOLDER: leaves accuracy.tsv, a line for each system: name, macro-F1, its interval, accuracy, postings
"""

import glob
import os
import random
import re
import sys

from postings import ROLES, SEED, read_lines

RESAMPLES = 500
EVALUATION = re.compile(r"^all +rolecall +(\S+) \[(\S+)\] +(\S+) ", re.MULTILINE)


def macro_f1(pairs):
    """The mean of the roles' F1, in per cent, of pairs of labelled and said."""
    scores = []
    for role in ROLES:
        hit = sum(labelled == said == role for labelled, said in pairs)
        either = sum((labelled == role) + (said == role) for labelled, said in pairs)
        scores.append(2 * hit / either if either else 0.0)
    return 100 * sum(scores) / len(scores)


def interval(pairs):
    """The 95 % interval of `macro_f1`, by drawing the postings anew."""
    chance = random.Random(SEED)
    drawn = sorted(macro_f1(chance.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    return f"{drawn[RESAMPLES // 40]:.1f}–{drawn[-1 - RESAMPLES // 40]:.1f}"


def main():
    """Scores what each peer said; rolecall's figures are those of its own cross-validation."""
    folder = sys.argv[1]
    lines = []
    for path in sorted(glob.glob(os.path.join(folder, "*.said"))):
        pairs = [(row["role"], row["said"]) for row in read_lines(path)]
        if pairs:
            accuracy = 100 * sum(labelled == said for labelled, said in pairs) / len(pairs)
            name = os.path.basename(path).removesuffix(".said")
            lines.append((name, f"{macro_f1(pairs):.1f}", interval(pairs), f"{accuracy:.1f}", str(len(pairs))))
    with open("models/evaluation.txt", encoding="utf-8") as file:
        report = file.read()
    tested, found = re.search(r"on (\d+) labelled", report), EVALUATION.search(report)
    if tested and found:
        lines.append(("rolecall", *found.groups(), tested.group(1)))
    with open(os.path.join(folder, "accuracy.tsv"), "w", encoding="utf-8") as file:
        file.writelines("\t".join(line) + "\n" for line in lines)


main()
