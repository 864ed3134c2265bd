#!/usr/bin/env bash
# Peers beside rolecall: speed and accuracy in one table, on the same postings, one thread each, in turn, medians of some rounds.
#
#   benches/peers.sh [MEGABYTES [ROUNDS]]        20 and 5 by themselves
#
# ROLECALL names the program, PYTHON the interpreter that has the peers, SHARED a folder with postings.jsonl.xz and labels.jsonl
# (../shared/data by itself; without it, the postings of corpus/ over and over, and no accuracy), CORE the core that all run on,
# TMPDIR where files go. Installs nothing: a peer that is not there is skipped, and said to be. See benches/README.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
megabytes="${1:-20}"
rounds="${2:-5}"
program="${ROLECALL:-target/release/rolecall}"
python="${PYTHON:-python3}"
shared="${SHARED:-../shared/data}"
core="${CORE:-1}"
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 RAYON_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

[[ -x "$program" ]] || {
    echo "$program is not there: cargo build --release --locked, or name it by ROLECALL" >&2
    exit 2
}
if command -v taskset >/dev/null && taskset -c "$core" true 2>/dev/null; then
    pinned=(taskset -c "$core")
else
    echo "not pinned to a core: taskset is not there, or core $core is not"
    pinned=(env)
fi

helper() { "${pinned[@]}" "$python" "benches/peers/$1.py" "${@:2}"; }

# A system to be measured: its name, the name that its accuracy goes by, the file that gets a line for each posting, and its command.
system() {
    local command
    printf -v command '%q ' "${pinned[@]}" "${@:4}"
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$command" >>"$folder/systems.tsv"
}

# Trains a Python peer where its module is there; what it prints when it fails is shown.
trained() {
    if ! "$python" -c "import $2" 2>/dev/null && ! { [[ $1 == vw ]] && command -v vw >/dev/null; }; then
        echo "skipped: $1 (no Python module $2)"
        return 1
    fi
    local start=$SECONDS
    if ! helper "with_$1" train "$folder" >"$folder/$1.log" 2>&1; then
        echo "skipped: $1 (its training failed)"
        tail -n 5 "$folder/$1.log"
        return 1
    fi
    echo "trained: $1, $(helper version "$2"), $((SECONDS - start)) s"
}

echo "$("$program" --version), $(date -u +%Y-%m-%d), $("$python" --version), $rounds rounds"
helper prepare "$folder" "$megabytes" "$shared"

jsonl=("$program" label "$folder/sample.jsonl" -o "$folder/rolecall.jsonl" --threads 1 --restart --quiet)
csv=("$program" label "$folder/sample.csv" -o "$folder/rolecall.csv" --threads 1 --restart --quiet)
system "rolecall, JSON lines" rolecall rolecall.jsonl "${jsonl[@]}"
system "rolecall, JSON lines, \`--phrases 0\`" rolecall rolecall.jsonl "${jsonl[@]}" --phrases 0
system "rolecall, CSV" rolecall - "${csv[@]}"
system "rolecall, CSV, \`--phrases 0\`" rolecall - "${csv[@]}" --phrases 0

python_line=("$python" benches/peers/prepare.py "$folder" --lines)
prepared=no
if trained fasttext fasttext; then
    system "fastText, prepared lines" fasttext fasttext.out "$python" benches/peers/with_fasttext.py predict "$folder"
    prepared=yes
fi
if trained vw vowpalwabbit; then
    read -ra judge <<<"$(helper with_vw command "$folder")"
    system "Vowpal Wabbit, prepared lines" vw vw.out "${judge[@]}"
    prepared=yes
fi
if [[ $prepared == yes ]]; then
    system "preparing those lines (Python)" - lines.out "${python_line[@]}"
fi
if trained sklearn sklearn; then
    system "scikit-learn, JSON lines" sklearn sklearn.out "$python" benches/peers/with_sklearn.py predict "$folder"
fi
if trained tokenizers tokenizers; then
    system "tokenizers, no model" - - "$python" benches/peers/with_tokenizers.py predict "$folder"
fi
copier=""
for name in xan qsv xsv; do
    if command -v "$name" >/dev/null; then
        copier="$name"
        echo "copier: $("$name" --version | head -n 1 | sed "s/^$name //; s/^/$name /")"
        break
    fi
done
if [[ -n "$copier" ]]; then
    system "$copier, copying the CSV" - - "$copier" cat rows "$folder/sample.csv" -o "$folder/copied.csv"
else
    echo "skipped: copying the CSV (none of xan, qsv, xsv)"
fi
system "\`wc -w\`, JSON lines" - - wc -w "$folder/sample.jsonl"

helper score "$folder"
echo
"$python" benches/peers/measure.py "$folder" "$rounds"
echo
echo "Speed is times that of the first row. MB are of title and text, whatever a system reads. Start and the loading of a model count."
if ! grep -qv '^rolecall' "$folder/accuracy.tsv"; then
    echo "No peer's accuracy: without the labels in $shared, or without peers, there is nothing to score."
fi
cat <<'NOTE'
Peers' accuracy: trained on four fifths of the employers and asked about the fifth, five times over. rolecall's is that of
models/evaluation.txt, cross-validated in the same manner on the same labels: the model inside the program has seen all of them, so what
it says of them here would flatter it.
NOTE
