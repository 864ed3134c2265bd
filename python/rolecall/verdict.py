"""What is said of a posting."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["account-manager", "project-manager", "mixed", "neither"]


@dataclass(frozen=True)
class Heads:
    """A number for account work, and one for project work."""

    account: float
    project: float


@dataclass(frozen=True)
class Votes:
    """The probabilities by title alone and by duties alone; ``None`` where there is no title, or no text."""

    title: Heads | None
    duties: Heads | None


@dataclass(frozen=True)
class Phrase:
    """A phrase as it stands in the posting. Spans count bytes of UTF-8 and characters: ``text[start_char:end_char]`` is the phrase.

    Where no title was given apart, both fields are in one text, and spans count from its start.
    """

    text: str
    field: Literal["title", "text"]
    #: Which question it speaks to.
    head: Literal["account", "project"]
    #: Its share of the head's logit: above zero it speaks for the head, below against it.
    weight: float
    start_byte: int
    end_byte: int
    start_char: int
    end_char: int


@dataclass(frozen=True)
class Closeness:
    """How close the text is to what is said of each role, in one dimension (0 to 1)."""

    dimension: str
    account: float
    project: float


@dataclass(frozen=True)
class Verdict:
    """The call, how sure it is, and why."""

    role: Role
    #: Probability of that role.
    probability: float
    #: Probability of each role; they sum to one.
    probabilities: dict[Role, float]
    #: Probability that account work, and that project work, is a core of the job.
    heads: Heads
    votes: Votes
    #: The phrases that carry the call, strongest first; then what speaks against it.
    phrases: tuple[Phrase, ...]
    profile: tuple[Closeness, ...]
    #: Why the posting is neither; ``None`` for the other roles.
    reason: str | None
    #: ``de``, ``en``, ``other`` or ``unknown``.
    language: str
    #: Fingerprint of the model.
    model: str
    #: What all of this was read from: what ``rolecall classify --format json`` prints, on one line.
    json: str

    @classmethod
    def from_json(cls, text: str) -> Verdict:
        """Reads what ``rolecall classify --format json`` prints."""
        parts: dict[str, Any] = json.loads(text)
        votes = {name: vote and Heads(**vote) for name, vote in parts["votes"].items()}
        return cls(
            **{
                **parts,
                "heads": Heads(**parts["heads"]),
                "votes": Votes(**votes),
                "phrases": tuple(Phrase(**phrase) for phrase in parts["phrases"]),
                "profile": tuple(Closeness(**close) for close in parts["profile"]),
                "json": text,
            }
        )
