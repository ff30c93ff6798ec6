"""Claims and the records that are folds over them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from khabar.model.document import Interval, Issue
from khabar.model.report import Report

SCHEMA_VERSION = 1


class Status(StrEnum):
    """How certain the report is of a claim."""

    ASSERTED = "asserted"
    CLAIMED = "claimed"
    DENIED = "denied"
    DISPUTED = "disputed"
    THREATENED = "threatened"
    HYPOTHETICAL = "hypothetical"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words a value comes from. `text[start:end] == quote`, always."""

    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """What produced a claim: stage, rule, lexicon or data entry; or a reviewer."""

    stage: str
    rule: str
    entry: str | None = None
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreStep:
    """One named feature's part in a claim's score (log-odds)."""

    feature: str
    weight: float


@dataclass(frozen=True, slots=True)
class ActorValue:
    """An actor as the report tells it: every name it goes by here, and the known actor if resolved."""

    names: tuple[str, ...]
    label: str
    entry: str | None = None
    cls: str = "named"
    country: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """A place as told, and where it was resolved to (None when the resolver abstained)."""

    names: tuple[str, ...]
    relation: str = "in"
    id: str | None = None
    name: str | None = None
    kind: str | None = None
    lat: float | None = None
    lon: float | None = None
    radius_km: float | None = None
    admin1: str | None = None
    country: str | None = None
    geo_precision: int | None = None  # ACLED 1-3
    where_prec: int | None = None  # UCDP 1-7
    score: float | None = None
    abstained: str | None = None  # why nothing was chosen
    source: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class CountValue:
    """A number of people. None for an open end; a subset is told apart, never added."""

    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class LinkValue:
    """How this record relates to another of the same report."""

    relation: str  # response_to, caused_by, part_of, same_as
    event: str  # id of the other record


Value = str | ActorValue | PlaceValue | Interval | CountValue | LinkValue


@dataclass(frozen=True, slots=True)
class Claim:
    """In report R, event E has property P with value V; as written O, at these spans; said by this chain.

    `property` is one of PROPERTIES. `attribution` is outermost first, empty for the report's own voice.
    `score` is a calibrated probability in 0..1; `steps` are the features that made it.
    """

    record: str
    property: str
    value: Value
    original: str
    evidence: tuple[Evidence, ...]
    attribution: tuple[str, ...]
    status: Status
    score: float
    origin: Origin
    steps: tuple[ScoreStep, ...] = ()


PROPERTIES = (
    "kind", "actor", "target", "place", "date", "killed", "injured", "means", "source", "status", "link",
)


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event of one report: a fold over its claims. Every field points into `claims`."""

    id: str
    report: str
    kind: str
    mentions: tuple[Evidence, ...]
    actors: tuple[ActorValue, ...]
    targets: tuple[ActorValue, ...]
    place: PlaceValue | None
    date: Interval | None
    killed: CountValue | None
    injured: CountValue | None
    means: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]
    status: Status
    links: tuple[LinkValue, ...]
    score: float
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one report gives: the report, its records, and what was odd."""

    report: Report
    records: tuple[EventRecord, ...]
    issues: tuple[Issue, ...] = ()
    schema: int = SCHEMA_VERSION
