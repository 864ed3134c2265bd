"""Runs the systems in turn, round after round, and prints speed and accuracy in one table.

measure.py FOLDER ROUNDS       reads systems.tsv (name, accuracy's name or -, file written with a row for each
posting or -, command), accuracy.tsv and meta.json of the folder
"""

import json
import os
import shlex
import statistics
import subprocess
import sys
import time


def run(command):
    """Runs a command to its end: seconds on the clock, and of the processor in user mode."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{shlex.join(command)}: exit code {process.returncode}\n{said.decode(errors='replace')}")
    return wall, usage.ru_utime


def fields(path):
    """The fields of each line of a table."""
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def check(folder, outputs, postings):
    """A system that judged fewer postings than it was given is not faster: ends with an error."""
    for output in outputs:
        with open(os.path.join(folder, output), "rb") as file:
            rows = sum(1 for _ in file)
        if rows != postings:
            sys.exit(f"{output}: {rows} rows of {postings} postings")


def main():
    """Measures, each round beginning with another system, and prints the medians."""
    folder, rounds = sys.argv[1], int(sys.argv[2])
    systems = fields(os.path.join(folder, "systems.tsv"))
    accuracy = {name: rest for name, *rest in fields(os.path.join(folder, "accuracy.tsv"))}
    with open(os.path.join(folder, "meta.json"), encoding="utf-8") as file:
        meta = json.load(file)
    seconds = {name: [] for name, *_ in systems}
    for number in range(rounds):
        shift = number % len(systems)
        for name, _, _, command in systems[shift:] + systems[:shift]:
            seconds[name].append(run(shlex.split(command)))
    check(folder, {output for _, _, output, _ in systems if output != "-"}, meta["postings"])
    medians = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in seconds.items()}
    base = medians[systems[0][0]]
    print("| system | wall s | user s | MB/s | postings/s | speed, wall | speed, user | macro-F1 | accuracy |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, judged, *_ in systems:
        wall, user = medians[name]
        score, interval, right, _ = accuracy.get(judged, ["–", "", "–", ""])
        cells = [
            name, f"{wall:.2f}", f"{user:.2f}", f"{meta['bytes'] / 1e6 / wall:.1f}", f"{meta['postings'] / wall:,.0f}",
            f"× {base[0] / wall:.2f}", f"× {base[1] / max(user, 1e-3):.2f}", f"{score} [{interval}]" if interval else score, right,
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


main()
