"""Addresses that `update` looks at again, and the counters that number things."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from khabar.store.engine import Transaction
from khabar.store.ledger import JsonValue, canonical
from khabar.store.schema import counters, meta, sources


def add_source(tx: Transaction, address: str, kind: str, options: JsonValue) -> None:
    """Remember an address; the newest options win."""
    if tx.conn.execute(select(sources.c.kind).where(sources.c.address == address)).first() is None:
        tx.conn.execute(
            insert(sources).values(address=address, kind=kind, options=canonical(options), added_at=tx.ledger.now)
        )
        tx.ledger.append("watch", address, {"kind": kind})
    else:
        tx.conn.execute(update(sources).where(sources.c.address == address).values(options=canonical(options)))


def list_sources(conn: Connection) -> list[Row[Any]]:
    """Every remembered address, in the order they were added."""
    return list(conn.execute(select(sources).order_by(sources.c.added_at, sources.c.address)))


def checked_source(tx: Transaction, address: str, *, etag: str | None, modified: str | None) -> None:
    """Note that an address was looked at, and the validators it answered with."""
    tx.conn.execute(update(sources).where(sources.c.address == address).values(
        etag=etag, modified=modified, checked_at=tx.ledger.now))


def take_numbers(tx: Transaction, name: str, count: int) -> range:
    """The next `count` numbers of a counter, from 1; safe among processes."""
    row = tx.conn.execute(select(counters.c.value).where(counters.c.name == name).with_for_update()).first()
    if row is None:
        tx.conn.execute(insert(counters).values(name=name, value=count))
        return range(1, count + 1)
    tx.conn.execute(update(counters).where(counters.c.name == name).values(value=row.value + count))
    return range(row.value + 1, row.value + count + 1)


def get_meta(conn: Connection, key: str) -> str | None:
    """A value of the store's own table of facts (project id, log head …)."""
    return conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def set_meta(tx: Transaction, key: str, value: str) -> None:
    """Write such a value."""
    if get_meta(tx.conn, key) is None:
        tx.conn.execute(insert(meta).values(key=key, value=value))
    else:
        tx.conn.execute(update(meta).where(meta.c.key == key).values(value=value))
