"""Tells account-manager from project-manager job postings, German and English, with the phrases that carry the call.

>>> import rolecall
>>> rolecall.classify("Sie betreuen unsere Großkunden und verlängern ihre Verträge.", title="Key Account Manager").role
'account-manager'

``label`` takes whole data frames: pandas, Polars, pyarrow, and whatever else speaks Arrow. ``rolecall.sklearn`` has an estimator,
``rolecall.spark`` labels Spark data frames.
"""

from __future__ import annotations

from ._rolecall import Labels, __version__
from .classifier import Classifier, classify, default, label
from .verdict import Closeness, Heads, Phrase, Role, Verdict, Votes

#: The roles, in the order of every table.
ROLES: tuple[Role, ...] = ("account-manager", "project-manager", "mixed", "neither")

__all__ = [
    "ROLES",
    "Classifier",
    "Closeness",
    "Heads",
    "Labels",
    "Phrase",
    "Role",
    "Verdict",
    "Votes",
    "__version__",
    "classify",
    "default",
    "label",
]
