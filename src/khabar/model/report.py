"""What was captured and the report made of it: the only types that hold source text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PublishedBasis(StrEnum):
    """How a report's publication date is known."""

    TOLD = "told"  # by the caller, the feed or the page's metadata
    INFERRED = "inferred"  # from signals in the text; a default, never a fact
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Capture:
    """The bytes as they came: where from, when, and what they hash to. Immutable."""

    url: str
    retrieved_at: datetime
    media_type: str
    sha256: str
    location: str  # path of the bytes relative to the project's capture folder


@dataclass(frozen=True, slots=True)
class Report:
    """A report's frozen text and metadata. Offsets everywhere are code points into `text`."""

    id: str
    text: str
    sha256: str  # of the text in UTF-8
    title: str | None = None
    outlet: str | None = None
    published: date | None = None
    published_basis: PublishedBasis = PublishedBasis.UNKNOWN
    language: str | None = None
    url: str | None = None
    capture: Capture | None = None
