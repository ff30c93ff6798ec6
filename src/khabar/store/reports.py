"""Captures and reports in the store: what came, and the frozen texts made of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from khabar.model.report import Capture, PublishedBasis, Report
from khabar.store.chunks import chunks
from khabar.store.engine import Transaction
from khabar.store.ledger import canonical, sha256_text
from khabar.store.schema import captures, reports


@dataclass(frozen=True, slots=True)
class NewCapture:
    """A capture to keep. `container` and `part` say where inside a kept archive or table its bytes lie."""

    url: str
    sha256: str
    media_type: str
    size: int
    retrieved_at: str
    via: str
    location: str
    headers: tuple[tuple[str, str], ...] = ()
    container: str | None = None
    part: str | None = None

    @property
    def id(self) -> str:
        """Hash of address and bytes: the same bytes from the same address are one capture."""
        return "c-" + sha256_text(f"{self.url}\0{self.sha256}")[:20]


@dataclass(frozen=True, slots=True)
class NewReport:
    """A working text to freeze. `key` is what stays the same across versions (an address, a given id)."""

    key: str
    text: str
    capture: str
    extractor: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: date | None = None
    published_basis: PublishedBasis = PublishedBasis.UNKNOWN
    published_origin: str | None = None
    language: str | None = None
    external_id: str | None = None

    @property
    def sha256(self) -> str:
        """SHA-256 of the text."""
        return sha256_text(self.text)

    @property
    def id(self) -> str:
        """Hash of key and text."""
        return "r-" + sha256_text(f"{self.key}\0{self.sha256}")[:20]


def has_capture(conn: Connection, url: str, sha256: str) -> bool:
    """Whether these bytes from this address are kept."""
    query = select(captures.c.seq).where(captures.c.url == url, captures.c.sha256 == sha256)
    return conn.execute(query).first() is not None


def add_capture(tx: Transaction, capture: NewCapture) -> bool:
    """Keep a capture; False when it is kept already."""
    if has_capture(tx.conn, capture.url, capture.sha256):
        return False
    row = {
        "id": capture.id, "url": capture.url, "sha256": capture.sha256, "media_type": capture.media_type,
        "size": capture.size, "retrieved_at": capture.retrieved_at, "via": capture.via, "location": capture.location,
        "container": capture.container, "part": capture.part, "headers": canonical([list(p) for p in capture.headers]),
    }
    tx.conn.execute(insert(captures), row)
    tx.ledger.append("capture", capture.id, {"row": capture_digest(row), "sha256": capture.sha256, "url": capture.url})
    return True


def capture_digest(row: dict[str, Any]) -> str:
    """Hash of a capture's row, as the log keeps it."""
    names = (
        "id",
        "url",
        "sha256",
        "media_type",
        "size",
        "retrieved_at",
        "via",
        "location",
        "container",
        "part",
        "headers",
    )
    return sha256_text(canonical([row[name] for name in names]))


def report_digest(row: dict[str, Any]) -> str:
    """Hash of a report's frozen columns, as the log keeps it."""
    names = ("id", "key", "version", "capture", "sha256", "title", "outlet", "url", "published", "published_basis",
             "published_origin", "language", "external_id", "extractor", "added_at")
    return sha256_text(canonical([row[name] for name in names]))


def find_known(conn: Connection, new: Sequence[NewReport]) -> frozenset[str]:
    """Ids, of those given, that the store has."""
    ids = [report.id for report in new]
    return frozenset(conn.execute(select(reports.c.id).where(reports.c.id.in_(ids))).scalars())


def find_key(conn: Connection, key: str) -> str | None:
    """Id of the current report under a key."""
    return conn.execute(select(reports.c.id).where(reports.c.key == key, reports.c.current == 1)).scalar()


def find_by_capture(conn: Connection, sha256: str) -> str | None:
    """Id of a report made of exactly these bytes."""
    query = select(reports.c.id).join(captures, captures.c.id == reports.c.capture).where(captures.c.sha256 == sha256)
    return conn.execute(query.order_by(reports.c.seq)).scalars().first()


def add_report(
    tx: Transaction, report: NewReport, *, copies_of: str, agency: str | None
) -> tuple[int, str | None] | None:
    """Freeze a report; its seq and the id of the version it supersedes. None when the store has it."""
    if find_known(tx.conn, [report]):
        return None
    former = tx.conn.execute(
        select(reports.c.id, reports.c.version).where(reports.c.key == report.key).order_by(reports.c.version.desc())
    ).first()
    row: dict[str, Any] = {
        "id": report.id, "key": report.key, "version": 1 if former is None else former.version + 1,
        "capture": report.capture, "text": report.text, "sha256": report.sha256, "title": report.title,
        "outlet": report.outlet, "url": report.url,
        "published": None if report.published is None else report.published.isoformat(),
        "published_basis": report.published_basis.value, "published_origin": report.published_origin,
        "language": report.language, "external_id": report.external_id, "extractor": report.extractor,
        "added_at": tx.ledger.now, "current": 1, "copies_of": copies_of, "agency": agency,
    }
    row["row_sha256"] = report_digest(row)
    if former is not None:
        tx.conn.execute(update(reports).where(reports.c.key == report.key).values(current=0))
    seq = tx.conn.execute(insert(reports).values(row).returning(reports.c.seq)).scalar_one()
    tx.ledger.append("extract", report.id, {"capture": report.capture, "row": row["row_sha256"], "text": report.sha256,
                                            "version": row["version"]})
    return seq, None if former is None else former.id


def get_report(conn: Connection, ident: str) -> Row[Any] | None:
    """A report's row by its id, the id it was given, or its address; the newest version of the latter two."""
    wanted = or_(reports.c.id == ident, reports.c.external_id == ident, reports.c.url == ident)
    return conn.execute(select(reports).where(wanted).order_by(reports.c.current.desc(), reports.c.seq.desc())).first()


def report_of(row: Row[Any], capture: Row[Any] | None = None) -> Report:
    """The model's report of a row (and of its capture's row); the reader's date where none is told."""
    told, inferred = row.published, row.inferred
    basis = PublishedBasis(row.published_basis) if told or not inferred else PublishedBasis.INFERRED
    day = told or inferred
    return Report(
        id=row.id, text=row.text, sha256=row.sha256, title=row.title, outlet=row.outlet,
        published=None if day is None else date.fromisoformat(day),
        published_basis=basis, language=row.language, url=row.url,
        capture=None if capture is None else capture_of(capture),
    )


def capture_of(row: Row[Any]) -> Capture:
    """The model's capture of a row."""
    return Capture(row.url, datetime.fromisoformat(row.retrieved_at), row.media_type, row.sha256, row.location)


def get_capture(conn: Connection, ident: str) -> Row[Any] | None:
    """A capture's row."""
    return conn.execute(select(captures).where(captures.c.id == ident)).first()


def versions_of(conn: Connection, key: str) -> tuple[str, ...]:
    """Ids of every version under a key, oldest first."""
    return tuple(conn.execute(select(reports.c.id).where(reports.c.key == key).order_by(reports.c.version)).scalars())


def reports_by_id(conn: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Rows of the given ids."""
    found: dict[str, Row[Any]] = {}
    for part in chunks(sorted(set(ids))):
        found.update((row.id, row) for row in conn.execute(select(reports).where(reports.c.id.in_(part))))
    return found


def reports_to_read(conn: Connection, reader: str | None, *, after: int, limit: int) -> list[Row[Any]]:
    """Current reports behind seq `after` that this reader has not read (None: all of them), in order."""
    query = select(reports).where(reports.c.current == 1, reports.c.seq > after)
    if reader is not None:
        query = query.where(or_(reports.c.reader.is_(None), reports.c.reader != reader))
    return list(conn.execute(query.order_by(reports.c.seq).limit(limit)))


def report_of_told(row: Row[Any]) -> Report:
    """The report as the reader is given it: only what is told, nothing inferred before."""
    day = None if row.published is None else date.fromisoformat(row.published)
    return Report(row.id, row.text, row.sha256, row.title, row.outlet, day)


def known_hashes(conn: Connection, hashes: Iterable[str]) -> frozenset[str]:
    """Those of the given hashes whose bytes a capture speaks of."""
    query = select(captures.c.sha256).where(captures.c.sha256.in_(sorted(set(hashes))))
    return frozenset(conn.execute(query).scalars())
