#!/usr/bin/env bash
# How time and memory of `rolecall label` grow with the number of postings: they come through a pipe, so no disk has a say. Not part of the tests:
# the last step takes minutes.
#
#   benches/growth.sh [POSTINGS...]              1000 10000 100000 1000000 by themselves
#
# ROLECALL names the program, POSTINGS a file of JSON lines with title and text (the postings of corpus/ by themselves). Needs python3 and
# GNU time. The postings come over and over, each with another id.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program="${ROLECALL:-target/release/rolecall}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# Writes $1 postings to standard output.
generate() {
    python3 - "$1" ${POSTINGS:+"$POSTINGS"} <<'PYTHON'
import glob, itertools, json, sys

count, files = int(sys.argv[1]), sys.argv[2:] or sorted(glob.glob("corpus/postings/*.jsonl"))
lines = []
for name in files:
    with open(name, encoding="utf-8") as file:
        for line in file:
            posting = json.loads(line)
            rest = json.dumps({"title": posting["title"], "text": posting["text"]}, ensure_ascii=False)
            lines.append(rest[1:].encode() + b"\n")
            if len(lines) == count:
                break
for number, rest in zip(range(count), itertools.cycle(lines)):
    sys.stdout.buffer.write(b'{"id": "%d", ' % number + rest)
PYTHON
}

printf '%10s %10s %10s %12s %10s\n' postings MB seconds "postings/s" "peak MB"
for postings in "${@:-1000}" $([[ $# == 0 ]] && echo 10000 100000 1000000); do
    bytes="$(generate "$postings" | tee >(command time -f "%e %M" -o "$folder/measured" "$program" label - --quiet >"/dev/null") | wc -c)"
    while [[ ! -s "$folder/measured" ]]; do sleep 0.05; done
    read -r seconds peak <"$folder/measured"
    rm "$folder/measured"
    awk -v n="$postings" -v b="$bytes" -v s="$seconds" -v p="$peak" \
        'BEGIN { printf "%10d %10.1f %10.2f %12.0f %10.0f\n", n, b / 1e6, s, n / s, p / 1024 }'
done
