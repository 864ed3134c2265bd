"""Postings and labels as every peer reads them, and the split that no employer crosses."""

import glob
import hashlib
import html
import json
import lzma
import os
import re

ROLES = ("account-manager", "project-manager", "mixed", "neither")
FOLDS = 5
SEED = "rolecall-peers-1"

_TAG = re.compile(r"<[^<>]{1,2000}>")
_WORD = re.compile(r"\w+")
_LEGAL_FORM = re.compile(
    r"\b(?:gmbh|mbh|co|kg|kgaa|ag|se|ug|ohg|ev|inc|llc|ltd|limited|corp|corporation|plc|bv|nv|group|gruppe|holding)\b"
)


def read_lines(path):
    """Yields the objects of a file of JSON lines, compressed with xz or not."""
    opened = lzma.open if path.endswith(".xz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def write_lines(path, rows):
    """Writes objects as JSON lines."""
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def role_of(account, project):
    """The role that follows from the two answers: a core is a 2."""
    if account == 2:
        return "mixed" if project == 2 else "account-manager"
    return "project-manager" if project == 2 else "neither"


def plain(text):
    """The text without markup, as the peers get it: they read no HTML."""
    return html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text


def words(text):
    """Words in small letters."""
    return _WORD.findall(plain(text).lower())


def fasttext_line(posting):
    """A posting as fastText reads it: one line, the words of the title with a mark of their own."""
    return " ".join(["t_" + word for word in words(posting["title"])] + words(posting["text"]))


def vw_line(posting):
    """A posting as Vowpal Wabbit reads it: title and text are namespaces, each word of the text is there once."""
    return f"|t {' '.join(words(posting['title']))} |b {' '.join(dict.fromkeys(words(posting['text'])))}"


def own_postings():
    """The labelled postings of this repository."""
    return [row for path in sorted(glob.glob("corpus/postings/*.jsonl")) for row in read_lines(path)]


def labelled_postings(postings, labels):
    """All labelled postings: the real ones of `labels` are tested on, those of corpus/ are trained on alone.

    What rolecall learns from is what its peers learn from. Each posting gets the number of the fifth that its employer
    fell into; our own postings are in no fifth, since they are always trained on.
    """
    own = [{**row, "fold": None, "tested": False} for row in own_postings()]
    if not postings:
        return own
    roles = {row["id"]: (role_of(row["a"], row["p"]), False) for row in read_lines("corpus/readings/postings.jsonl")}
    roles.update({row["id"]: (row["role"], True) for row in labels})
    real = [row for row in postings if row["id"] in roles]
    for row, fold in zip(real, _folds(real)):
        row["fold"] = fold
        row["role"], row["tested"] = roles[row["id"]]
    return own + real


def _folds(postings):
    """A fifth for each posting: the same for one employer, and for texts that begin alike."""
    leader = {}

    def find(key):
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    openings = []
    for posting in postings:
        opening = "text " + "".join(words(posting["text"][:2000]))[:200]
        openings.append(opening)
        employer = _employer(posting.get("company"))
        if employer:
            first, second = sorted((find("employer " + employer), find(opening)))
            leader[second] = first
    return [int(hashlib.sha256(f"{SEED} {find(opening)}".encode()).hexdigest(), 16) % FOLDS for opening in openings]


def _employer(name):
    """The employer's name without legal form, signs and spaces."""
    return "".join(_WORD.findall(_LEGAL_FORM.sub(" ", (name or "").lower().replace(".", ""))))


def load_labelled(folder):
    """The labelled postings that `prepare.py` left in the folder."""
    return list(read_lines(os.path.join(folder, "labelled.jsonl")))


def cross_fit(folder, name, fit):
    """Trains once for every fifth on the other four, and writes what the peer said of the fifth.

    `fit(train, keep)` returns a function from postings to roles; where `keep` is true, it also leaves the model that
    speed is measured with. Without labels to test on, that model alone is trained.
    """
    labelled = load_labelled(folder)
    tested = [row for row in labelled if row["tested"]]
    said = []
    for fold in range(FOLDS if tested else 1):
        train = [row for row in labelled if row["fold"] != fold]
        predict = fit(train, fold == 0)
        held_out = [row for row in tested if row["fold"] == fold]
        if held_out:
            said += [{"role": row["role"], "said": role} for row, role in zip(held_out, predict(held_out))]
    write_lines(os.path.join(folder, f"{name}.said"), said)
