"""The custody log: append-only, each line holding the hash of the one before.

A line's hash is the SHA-256 of the canonical JSON of `[seq, at, kind, subject, data, prev]`; the first
line's `prev` is 64 zeros. The head (last seq and hash) is kept in `meta` too, so that a log cut short
shows; whoever notes a head elsewhere can prove that what came before it was not rewritten since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from khabar.store.schema import log, meta

ZERO = "0" * 64
JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line: what happened (`kind`) to what (`subject`), with the hashes that matter in `data` (JSON)."""

    seq: int
    at: str
    kind: str
    subject: str
    data: str
    prev: str
    hash: str


def canonical(value: JsonValue) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_text(value: str) -> str:
    """SHA-256 of the text in UTF-8, hexadecimal."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def line_hash(seq: int, at: str, kind: str, subject: str, data: str, prev: str) -> str:
    """The hash of a line."""
    return sha256_text(canonical([seq, at, kind, subject, data, prev]))


class Ledger:
    """Collects the lines of one transaction and writes them as its last act (the head row is locked briefly)."""

    def __init__(self, conn: Connection, now: str) -> None:
        self._conn = conn
        self.now = now
        self._pending: list[tuple[str, str, str]] = []

    def append(self, kind: str, subject: str, data: JsonValue) -> None:
        """Add a line; it is written when the transaction ends."""
        self._pending.append((kind, subject, canonical(data)))

    def flush(self) -> None:
        """Write the collected lines."""
        if not self._pending:
            return
        seq, prev = read_head(self._conn, lock=True)
        rows: list[dict[str, Any]] = []
        for kind, subject, data in self._pending:
            seq += 1
            digest = line_hash(seq, self.now, kind, subject, data, prev)
            rows.append({"seq": seq, "at": self.now, "kind": kind, "subject": subject, "data": data,
                         "prev": prev, "hash": digest})
            prev = digest
        self._pending.clear()
        self._conn.execute(insert(log), rows)
        self._conn.execute(update(meta).where(meta.c.key == "log_head").values(value=f"{seq} {prev}"))


def read_head(conn: Connection, *, lock: bool = False) -> tuple[int, str]:
    """Seq and hash of the last line; (0, 64 zeros) for an empty log. `lock` holds others off until commit."""
    query = select(meta.c.value).where(meta.c.key == "log_head")
    value = conn.execute(query.with_for_update() if lock else query).scalar_one()
    seq, digest = value.split(" ")
    return int(seq), digest


def read_log(conn: Connection, *, subject: str | None = None, kind: str | None = None,
             after: int = 0, limit: int | None = None) -> Iterator[LogEntry]:
    """Lines in order, of one subject or kind if given."""
    query = select(log).where(log.c.seq > after).order_by(log.c.seq)
    if subject is not None:
        query = query.where(log.c.subject == subject)
    if kind is not None:
        query = query.where(log.c.kind == kind)
    if limit is not None:
        query = query.limit(limit)
    for row in conn.execution_options(yield_per=2000).execute(query):
        yield LogEntry(*row)
