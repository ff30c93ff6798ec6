"""Records joined across reports, and what people decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from khabar.model.record import Claim, Value


class Judgement(StrEnum):
    """Whether two records tell one incident."""

    SAME = "same"
    DIFFERENT = "different"
    PART = "part"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Feature:
    """A named, explained piece of evidence for or against a match."""

    name: str
    value: float
    weight: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A judgement on two records: by the machine with its features, or by a person. Never deleted."""

    left: str
    right: str
    judgement: Judgement
    score: float
    features: tuple[Feature, ...]
    by: str
    at: datetime | None = None
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True)
class PropertyView:
    """All that is said of one property of an incident: claims grouped by value, and the one shown."""

    property: str
    groups: tuple[tuple[Claim, ...], ...]
    shown: Value | None
    why: str
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Incident:
    """One event across reports."""

    id: str
    kind: str
    records: tuple[str, ...]
    properties: tuple[PropertyView, ...]
    grading: str  # Airwars' terms: confirmed, fair, weak, contested, discounted
    grading_why: str
    sources: int  # independent ones: wire copies count once
    previous_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided, who, when, and the hash of what they saw. Appended, never changed."""

    id: str
    subject: str
    action: str
    by: str
    at: datetime
    seen: str  # sha256 of the view that was decided on
    reason: str = ""
    payload: str = ""  # JSON of the action's arguments
