"""rolecall as an estimator of scikit-learn, trained by the same pipeline as ``rolecall train``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from typing import Any, Optional

import numpy
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d

from ._rolecall import train
from .classifier import Classifier, default

_ROLES = ("account-manager", "project-manager", "mixed", "neither")

_Posting = tuple[Optional[str], str]


class RolecallClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns to tell the four roles from labelled postings.

    ``X`` is a sequence of postings, each a text whose title is told from its first line as ``rolecall.classify`` does, or rows of two columns:
    title and text, by these names in a data frame that has them, by their order otherwise. ``y`` are roles.

    Parameters
    ----------
    written : bool, default=True
        Learn from the postings that were written for the corpus, too, as ``rolecall train`` does. They teach what account work and project work
        look like sentence by sentence, which the labels of whole postings cannot; where there are as many of your own, only that.
    settings : mapping, default=None
        Settings over the defaults, by the names that ``rolecall model --format json`` shows: ``{"alpha": 0.3, "blocks": {"views": 0.5}}``.
    threads : int, default=None
        So many threads judge at once; all cores by default. Training takes all cores.

    Attributes
    ----------
    classes_ : ndarray of str
        The roles in ``y``, sorted. ``predict`` says no other; ``predict_proba`` shares the probability of others out among them.
    model_ : rolecall.Classifier
        The trained model: ``model_.save(path)`` writes it for the command line, ``model_.classify(text)`` says why.

    Notes
    -----
    ``predict`` follows the decision rule of the model, which makes up for rare roles, so it is not always the largest of ``predict_proba``.
    """

    def __init__(
        self,
        *,
        written: bool = True,
        settings: Mapping[str, Any] | None = None,
        threads: int | None = None,
    ) -> None:
        self.written = written
        self.settings = settings
        self.threads = threads

    @classmethod
    def pretrained(cls, model: str | PathLike[str] | bytes | None = None) -> RolecallClassifier:
        """An estimator that is fitted already: with the released model, or that of a model file."""
        estimator = cls()
        estimator.model_ = default() if model is None else Classifier(model)
        estimator.classes_ = numpy.array(sorted(_ROLES))
        return estimator

    def fit(self, X: Any, y: Any, groups: Any = None) -> RolecallClassifier:
        """Trains on postings and their roles.

        ``groups`` are employers, or whatever must not be on both sides of a split: calibration rests on a cross-validation that holds groups and
        near-copies out together. Both kinds of work must be there, in some postings and not in all.
        """
        postings = _postings(X)
        if y is None:
            raise ValueError("RolecallClassifier requires y to be passed, but the target y is None")
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        check_consistent_length(postings, y, groups)
        strangers = sorted({str(role) for role in y} - set(_ROLES))
        if strangers:
            raise ValueError(f"unknown roles {', '.join(map(repr, strangers))}: expected {', '.join(_ROLES)}")
        names = [""] * len(postings) if groups is None else [str(group) for group in groups]
        labelled = [(title, text, str(role), group) for (title, text), role, group in zip(postings, y, names)]
        settings = json.dumps({} if self.settings is None else dict(self.settings))
        self.model_ = Classifier(train(labelled, self.written, settings))
        self.classes_ = numpy.unique(numpy.asarray(y, dtype=str))
        return self

    def predict(self, X: Any) -> Any:
        """The role of each posting."""
        roles, probabilities = self._judge(X)
        likeliest = self.classes_[numpy.argmax(probabilities, axis=1)]
        return numpy.where(numpy.isin(roles, self.classes_), roles, likeliest)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each role of ``classes_``."""
        return self._judge(X)[1]

    def _judge(self, X: Any) -> tuple[Any, Any]:
        check_is_fitted(self)
        judged = self.model_._inner.predict(_postings(X), self.threads)
        roles = numpy.array([role for role, _ in judged], dtype=str)
        all_roles = numpy.array([row for _, row in judged], dtype=float).reshape(-1, len(_ROLES))
        known = all_roles[:, [_ROLES.index(role) for role in self.classes_]]
        sums = known.sum(axis=1, keepdims=True)
        shared = numpy.full_like(known, 1.0 / known.shape[1])
        return roles, numpy.divide(known, sums, out=shared, where=sums > 0)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags


def _postings(X: Any) -> list[_Posting]:
    """Title and text of each posting; no title where the text is to tell it."""
    if isinstance(X, (str, bytes)):
        raise ValueError("a sequence of postings is expected, not a single one: [text]")
    if hasattr(X, "columns") and hasattr(X, "shape"):
        names = [str(name) for name in X.columns]
        if {"title", "text"} <= set(names):
            X = X[["title", "text"]]
        X = X.to_numpy()
    if not hasattr(X, "__len__") or hasattr(X, "toarray"):
        raise TypeError("a sequence of postings is expected: texts, or rows of title and text")
    rows = [(None, row) if isinstance(row, str) or not _is_row(row) else tuple(row) for row in X]
    if not rows:
        raise ValueError("Found array with 0 sample(s) while a minimum of 1 is required: there are no postings")
    return [_posting(row) for row in rows]


def _is_row(row: Any) -> bool:
    return isinstance(row, (list, tuple, numpy.ndarray))


def _posting(row: tuple[Any, ...]) -> _Posting:
    if len(row) == 1:
        row = (None, row[0])
    if len(row) != 2:
        raise ValueError(f"a posting has a title and a text, not {len(row)} columns")
    title, text = row
    return (None if title is None else _text(title)), _text(text)


def _text(cell: Any) -> str:
    """A cell as text; what is missing is empty."""
    if isinstance(cell, str):
        return str(cell)
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    raise TypeError(f"a posting is text, not {type(cell).__name__}: argument must be a string")
