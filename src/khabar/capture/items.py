"""What capture hands over: an article's bytes as they came, and the draft of its working text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from khabar.model.report import PublishedBasis


@dataclass(frozen=True, slots=True)
class Draft:
    """A working text with what is known of it. `origin` says where the publication date was read.

    `extractor` names what made the text, with its version.
    """

    text: str
    extractor: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: date | None = None
    basis: PublishedBasis = PublishedBasis.UNKNOWN
    origin: str | None = None
    language: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A file that holds many articles (table, archive); kept once, as it came."""

    path: Path
    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Item:
    """One capture. `key` stays the same when the article is captured again; `draft` is None without a text.

    `body` are the bytes as they came (or of the part of a container that `part` points at).
    `problem` says why there is no draft.
    """

    key: str
    url: str
    via: str
    media_type: str
    body: bytes
    retrieved_at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    draft: Draft | None = None
    container: Container | None = None
    part: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that gave nothing: why, and whether trying again later makes sense."""

    address: str
    reason: str
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """An address whose article is known already."""

    address: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A watched address was looked at: what it answered with, for the next conditional request."""

    address: str
    etag: str | None = None
    modified: str | None = None


Found = Item | Failure | Skipped | Checked


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller says of what is added; applies to articles that do not say it themselves.

    `columns` maps our names (text, title, published, outlet, url, id) to a table's.
    `articles`: whether the pages that a feed links to are fetched (else the feed's own text is taken).
    """

    outlet: str | None = None
    published: date | None = None
    columns: dict[str, str] = field(default_factory=dict)
    articles: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the project has: asked before work is done. `key` of an article, `sha256` of a file's bytes."""

    key: Callable[[str], bool]
    sha256: Callable[[str], bool]


def nothing_known() -> Known:
    """For captures into an empty project."""
    return Known(lambda _key: False, lambda _sha256: False)


def reason_of(address: str, error: Exception) -> str:
    """What an error says, without the address that is told beside it."""
    return str(error).removeprefix(f"{address}: ")


Stream = Iterator[Found]
