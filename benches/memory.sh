#!/usr/bin/env bash
# Peak memory of `rolecall label` on a small and a large export, to show that it does not grow with them. Not part of the tests: the large
# one takes long.
#
#   benches/memory.sh [LARGE_MB [SMALL_MB]]      2000 and 20 by themselves; ROLECALL names the program, TMPDIR the folder
#
# Needs python3 and GNU time. The exports are made of the postings of corpus/, over and over, each row with another id: the same arguments
# give the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program="${ROLECALL:-target/release/rolecall}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# Writes a table of about $2 megabytes to $1, and says how many rows it has.
generate() {
    python3 - "$1" "$2" <<'PYTHON'
import csv, glob, json, sys

target, limit = sys.argv[1], int(sys.argv[2]) * 1000 * 1000
postings = [json.loads(line) for name in sorted(glob.glob("corpus/postings/*.jsonl")) for line in open(name, encoding="utf-8")]
with open(target, "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(["id", "title", "text"])
    row = 0
    while file.tell() < limit:
        for posting in postings:
            row += 1
            writer.writerow([row, posting["title"], posting["text"]])
print(row)
PYTHON
}

for megabytes in "${2:-20}" "${1:-2000}"; do
    rows="$(generate "$folder/in.csv" "$megabytes")"
    command time -f "%M %e" -o "$folder/measured" "$program" label "$folder/in.csv" -o "$folder/out.csv" --phrases 0 --quiet
    read -r peak seconds <"$folder/measured"
    printf '%5d MB, %8d rows: peak %3d MB, %7.1f s\n' \
        "$megabytes" "$rows" "$((peak / 1024))" "$seconds"
    rm "$folder/in.csv" "$folder/out.csv"
done
