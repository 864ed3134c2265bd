"""One posting at a time."""

from __future__ import annotations

import json
import pickle
import subprocess
import threading
import time
from pathlib import Path

import pytest

import rolecall
from conftest import ROOT, written

TEXT = "Sie betreuen unsere Großkunden und verlängern ihre Verträge."


def test_a_verdict_has_its_parts() -> None:
    verdict = rolecall.classify(TEXT, title="Key Account Manager (m/w/d)")
    assert verdict.role == "account-manager"
    assert verdict.probability == verdict.probabilities["account-manager"]
    assert sum(verdict.probabilities.values()) == pytest.approx(1)
    assert list(verdict.probabilities) == list(rolecall.ROLES)
    assert verdict.heads.account > 0.5 > verdict.heads.project
    assert verdict.votes.title is not None
    assert verdict.votes.duties is not None
    assert verdict.reason is None
    assert verdict.language == "de"
    assert verdict.model == rolecall.default().fingerprint
    assert len(verdict.profile) == 8


def test_spans_slice_what_was_given() -> None:
    sources = {"title": "Key Account Manager ✨ (m/w/d)", "text": TEXT}
    apart = rolecall.classify(sources["text"], title=sources["title"], phrases=9)
    whole = f"{sources['title']}\n\n{sources['text']}"
    together = rolecall.classify(whole, phrases=9)
    assert {phrase.field for phrase in apart.phrases} == {"title", "text"}
    for phrase in apart.phrases:
        assert sources[phrase.field][phrase.start_char : phrase.end_char] == phrase.text
        assert sources[phrase.field].encode()[phrase.start_byte : phrase.end_byte].decode() == phrase.text
    for phrase in together.phrases:
        assert whole[phrase.start_char : phrase.end_char] == phrase.text
    assert together.probabilities == apart.probabilities


def test_phrases_are_as_many_as_were_asked_for() -> None:
    assert [len(rolecall.classify(TEXT, phrases=count).phrases) for count in (0, 1)] == [0, 1]


def test_it_says_what_the_program_says(program: str, tmp_path: Path) -> None:
    for row in written()[::40]:
        file = tmp_path / "posting.txt"
        file.write_text(row["text"], "utf-8")
        command = [program, "classify", str(file), "--title", row["title"], "--format", "json"]
        said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        assert json.loads(rolecall.classify(row["text"], title=row["title"]).json) == said
    file = ROOT / "tests" / "data" / "key-account.de.html"
    said = json.loads(subprocess.run([program, "classify", str(file), "--format", "json"], capture_output=True, check=True).stdout)
    assert json.loads(rolecall.classify(file.read_bytes().decode()).json) == said


def test_what_is_no_posting_is_refused_or_neither() -> None:
    assert rolecall.classify("").reason is not None
    with pytest.raises(ValueError, match="no posting"):
        rolecall.classify("x" * 1_000_001)
    with pytest.raises(TypeError):
        rolecall.classify(17)  # type: ignore[arg-type]


def test_models_are_read_saved_and_pickled(tmp_path: Path) -> None:
    released = rolecall.default()
    released.save(tmp_path / "copy.rolecall")
    assert (tmp_path / "copy.rolecall").read_bytes() == (ROOT / "models" / "default.rolecall").read_bytes()
    for classifier in (rolecall.Classifier(tmp_path / "copy.rolecall"), rolecall.Classifier((tmp_path / "copy.rolecall").read_bytes()), released):
        again = pickle.loads(pickle.dumps(classifier))
        assert again.fingerprint == released.fingerprint
        assert again.classify(TEXT) == released.classify(TEXT)
    assert len(pickle.dumps(released)) < 1000, "the released model stays where it is"
    with pytest.raises(ValueError, match="not 0123456789abcdef"):
        rolecall.classifier._restored(None, "0123456789abcdef")
    with pytest.raises(ValueError, match="model"):
        rolecall.Classifier(b"no model")
    with pytest.raises(FileNotFoundError):
        rolecall.Classifier(tmp_path / "missing")


def test_the_interpreter_is_free_meanwhile() -> None:
    """A thread of Python goes on while another one judges a long text: with the lock held, it could not take a single step."""
    text = "\n".join(row["text"] for row in written())[:900_000]
    is_judging, steps = threading.Event(), 0

    def judge() -> None:
        is_judging.set()
        rolecall.classify(text, title="")
        is_judging.clear()

    worker = threading.Thread(target=judge)
    worker.start()
    while worker.is_alive():
        time.sleep(0)
        steps += is_judging.is_set()
    assert steps > 100
