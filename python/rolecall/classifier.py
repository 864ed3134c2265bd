"""A model, ready to judge postings."""

from __future__ import annotations

from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, Union

from . import frames
from ._rolecall import Classifier as _Classifier
from .verdict import Verdict

Model = Union[str, "PathLike[str]", bytes, None]
Names = Union[str, "list[str]", "tuple[str, ...]", None]
Frame = TypeVar("Frame")


class Classifier:
    """Judges postings. ``model`` is a model file or the bytes of one; without it, the released model that is inside the package.

    The classifier can be shared by threads, and pickled.
    """

    def __init__(self, model: Model = None) -> None:
        if model is not None and not isinstance(model, bytes):
            model = Path(model).read_bytes()
        #: Whether the model is the one inside the package, which need not travel.
        self._is_released = model is None
        self._inner = _Classifier(model)

    @property
    def fingerprint(self) -> str:
        """The model's fingerprint, as it stands beside every verdict."""
        return self._inner.fingerprint

    def classify(self, text: str, title: str | None = None, *, phrases: int = 6) -> Verdict:
        """Judges one posting, and names at most so many key phrases.

        ``text`` is plain text, Markdown or HTML. Without ``title``, a short first line that stands by itself is read as the title; in HTML the
        first heading. ``title=""`` says that there is none.
        """
        return Verdict.from_json(self._inner.classify(text, title, phrases))

    def label(
        self,
        data: Frame,
        *,
        title: str | None = None,
        text: Names = None,
        phrases: int = 3,
        probabilities: bool = False,
        threads: int | None = None,
    ) -> Frame:
        """Labels rows: what comes back is of the kind that was given, with the columns of ``rolecall label`` after its own.

        ``data`` is a data frame of pandas or Polars (lazy or not), or a table, batch or reader of pyarrow; anything else that has
        ``__arrow_c_stream__``, such as a relation of DuckDB, becomes ``rolecall.Labels``, an Arrow stream that is labelled as it is read.

        ``title`` and ``text`` name the columns; what is left out is told by names and content, as on the command line. The cells of more than
        one column of text are joined by line breaks; ``job.text`` is a field of a struct. ``probabilities`` adds the probability of each role, in
        a struct. ``threads`` judge at once: all cores by default. Other Python threads go on meanwhile.

        Raises ``ValueError`` if there is no telling which column is the text, or the rows are labelled already. A row without a text gets a
        ``rolecall_problem`` and no role.
        """
        columns = [text] if isinstance(text, str) else list(text or [])
        wanted = frames.Wanted(title, columns, phrases, probabilities, threads)
        labelled: Frame = frames.label(self._inner, data, wanted)
        return labelled

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the model file, for ``rolecall --model`` and for ``Classifier``."""
        Path(path).write_bytes(self._inner.model())

    def __repr__(self) -> str:
        return f"<rolecall.Classifier: model {self.fingerprint}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (None if self._is_released else self._inner.model(), self.fingerprint)


def _restored(model: bytes | None, fingerprint: str) -> Classifier:
    """A classifier that was pickled. The released model stays behind: the package on the other side must have the same one."""
    classifier = Classifier(model) if model is not None else default()
    if classifier.fingerprint != fingerprint:
        raise ValueError(f"the package here has model {classifier.fingerprint} inside, not {fingerprint} (install the same version on both sides)")
    return classifier


@cache
def default() -> Classifier:
    """The released model, read once."""
    return Classifier()


def classify(text: str, title: str | None = None, *, phrases: int = 6) -> Verdict:
    """Judges one posting by the released model: see ``Classifier.classify``."""
    return default().classify(text, title, phrases=phrases)


def label(
    data: Frame,
    *,
    title: str | None = None,
    text: Names = None,
    phrases: int = 3,
    probabilities: bool = False,
    threads: int | None = None,
) -> Frame:
    """Labels rows by the released model: see ``Classifier.label``."""
    return default().label(data, title=title, text=text, phrases=phrases, probabilities=probabilities, threads=threads)
