"""Decisions in the store: appended, logged, never changed; and the table of review states made from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from khabar.model.incident import Decision
from khabar.store.chunks import chunks
from khabar.store.engine import Transaction
from khabar.store.ledger import canonical, sha256_text
from khabar.store.schema import decisions, reviews


def append_decision(tx: Transaction, decision: Decision) -> None:
    """Append a decision and log its hash."""
    row = {
        "id": decision.id, "subject": decision.subject, "action": decision.action, "by": decision.by,
        "at": stamp(decision.at), "seen": decision.seen, "reason": decision.reason, "payload": decision.payload,
    }
    tx.conn.execute(insert(decisions).values(row))
    tx.ledger.append("decide", decision.id, {"action": decision.action, "by": decision.by,
                                             "row": decision_digest(row), "subject": decision.subject})


def decision_digest(row: dict[str, Any]) -> str:
    """Hash of a decision, as the log keeps it."""
    names = ("id", "subject", "action", "by", "at", "seen", "reason", "payload")
    return sha256_text(canonical([row[name] for name in names]))


def read_decisions(conn: Connection, subject: str) -> tuple[Decision, ...]:
    """Decisions on a subject, in the order they were taken."""
    query = select(decisions).where(decisions.c.subject == subject).order_by(decisions.c.seq)
    return tuple(_decision(row) for row in conn.execute(query))


def decisions_on(conn: Connection, subjects: Iterable[str]) -> dict[str, tuple[Decision, ...]]:
    """Decisions on several subjects, by subject, in order."""
    found: dict[str, list[Decision]] = {}
    for part in chunks(sorted(set(subjects))):
        query = select(decisions).where(decisions.c.subject.in_(part)).order_by(decisions.c.seq)
        for row in conn.execute(query):
            found.setdefault(row.subject, []).append(_decision(row))
    return {subject: tuple(items) for subject, items in found.items()}


def set_review(tx: Transaction, subject: str, *, state: str, assignee: str | None, stale: bool) -> None:
    """Write a subject's line of the review table."""
    tx.conn.execute(delete(reviews).where(reviews.c.subject == subject))
    tx.conn.execute(insert(reviews).values(
        subject=subject, state=state, assignee=assignee, stale=int(stale), updated_at=tx.ledger.now))


def review_queue(conn: Connection, *, state: str | None, assignee: str | None, stale: bool | None,
                 limit: int) -> list[Row[Any]]:
    """Lines of the review table that match, longest waiting first."""
    query = select(reviews)
    if state is not None:
        query = query.where(reviews.c.state == state)
    if assignee is not None:
        query = query.where(reviews.c.assignee == assignee)
    if stale is not None:
        query = query.where(reviews.c.stale == int(stale))
    return list(conn.execute(query.order_by(reviews.c.updated_at, reviews.c.subject).limit(limit)))


def stamp(at: datetime) -> str:
    """A UTC time as the store writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _decision(row: Row[Any]) -> Decision:
    at = datetime.fromisoformat(row.at)
    return Decision(row.id, row.subject, row.action, row.by, at, row.seen, row.reason, row.payload)
