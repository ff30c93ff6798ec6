"""Review over the store: decisions are checked, appended and logged, and what they touch is worked out again."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from khabar.errors import InputError
from khabar.model.codec import value_from_plain
from khabar.model.incident import Decision
from khabar.model.record import EventRecord, LinkValue, Status
from khabar.review.actions import Action, check_arguments, parse_action
from khabar.review.additions import make_record
from khabar.review.corrections import apply_corrections, check_correction, find_evidence, read_values
from khabar.review.history import Step, find_differences, sort_steps
from khabar.review.standing import check_decision, fold_decisions, standing_decisions
from khabar.store import decisions, incidents, records, reports
from khabar.store.codec import decode_record
from khabar.store.engine import Connection, Store, Transaction

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about: a record, an incident or a report, and the hash of what there is to see of it."""

    id: str
    kind: str
    seen: str


class Reviewing:
    """Takes and shows decisions."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, second_pair: bool) -> None:
        self._store = store
        self._clock = clock
        self._second_pair = second_pair

    def decide(
        self, subject: str, action: str, *, by: str, reason: str, seen: str | None, payload: Payload
    ) -> Decision:
        """Take a decision. Raises InputError when it may not be taken; then nothing is stored."""
        chosen = parse_action(action)
        if chosen in (Action.MERGE, Action.SPLIT, Action.ADD):
            raise InputError(f"{chosen}: use Project.{'add_event' if chosen == Action.ADD else chosen}")
        with self._store.write(decisions.stamp(self._clock())) as tx:
            found = find_subject(tx.conn, subject)
            if seen is not None and seen != found.seen:
                raise InputError(f"{found.id}: it has changed since you saw it; look again, then decide")
            check_arguments(chosen, found.kind, payload)
            if chosen == Action.CORRECT:
                _check_correction(tx.conn, found, payload)
            return self.append(tx, found, chosen, by=by, reason=reason, payload=payload)

    def add_event(self, report: str, spans: object, *, kind: str, status: str, by: str,
                  reason: str) -> EventRecord:
        """Add an event that the machine missed. Raises InputError."""
        with self._store.write(decisions.stamp(self._clock())) as tx:
            row = reports.get_report(tx.conn, report)
            if row is None:
                raise InputError(f"no report {report!r}")
            if status not in tuple(Status):
                raise InputError(f"status {status!r} is unknown; known: {', '.join(Status)}")
            record = make_record(row.id, row.text, spans, kind=kind, status=Status(status), by=by)
            if records.get_record(tx.conn, record.id) is not None:
                raise InputError(f"{record.id}: this event was added before")
            records.add_record(tx, row.seq, record)
            payload = {"report": row.id, "kind": kind, "spans": [[e.start, e.end] for e in record.mentions]}
            self.append(tx, find_subject(tx.conn, record.id), Action.ADD, by=by, reason=reason, payload=payload)
            return record

    def append(
        self, tx: Transaction, subject: Subject, action: Action, *, by: str, reason: str, payload: Payload
    ) -> Decision:
        """Check and append a decision inside an open transaction, and bring the views up to date.

        `made` in the payload is the hash of what there is to see once the decision took effect, where it changes that.
        """
        before = decisions.read_decisions(tx.conn, subject.id)
        at = max([self._clock(), *(d.at for d in before)])  # a history never runs backwards
        body = json.dumps(payload, ensure_ascii=False, sort_keys=True)
        decision = Decision(f"d-{uuid.uuid4().hex[:20]}", subject.id, action.value, by, at, subject.seen, reason, body)
        check_decision(decision, before, subject.seen, second_pair=self._second_pair)
        decisions.append_decision(tx, decision)
        if subject.kind == "record":
            refresh_records(tx, (subject.id,), shown=action in (Action.CORRECT, Action.WITHDRAW))
        else:
            put_review(tx, replace(subject, seen=payload.get("made", subject.seen)), (*before, decision))
        return decision

    def history(self, subject: str) -> tuple[Step, ...]:
        """Everything that happened to a subject, each step with what it changed. Raises InputError."""
        with self._store.read() as conn:
            found = find_subject(conn, subject)
            taken = decisions.read_decisions(conn, found.id)
            if found.kind == "record":
                return _record_history(conn, found.id, taken)
            steps = [_step(decision, (), taken) for decision in taken]
            if found.kind == "incident":  # what was decided on those that were merged into it is its history too
                for former in incidents.previous_ids(conn, found.id):
                    taken = decisions.read_decisions(conn, former)
                    steps += [replace(_step(decision, (), taken), subject=former) for decision in taken]
            return sort_steps(steps)


def _check_correction(conn: Connection, subject: Subject, payload: Payload) -> None:
    values = read_values(payload["values"], value_from_plain)
    check_correction(payload["property"], values)
    row = records.get_record(conn, subject.id)
    if row is None:
        raise InputError(f"no record {subject.id!r}")
    find_evidence(_text_of(conn, row.report), payload.get("evidence", ()))
    links = {value.event for value in values if isinstance(value, LinkValue)}
    unknown = sorted(links - {other.id for other in records.records_of_report(conn, row.report, current=False)})
    if unknown:
        raise InputError(f"link: {unknown[0]} is no event of the same report")


def find_subject(conn: Connection, ident: str) -> Subject:
    """The record, incident (redirects followed) or report of this id. Raises InputError."""
    record = records.get_record(conn, ident)
    if record is not None:
        return Subject(record.id, "record", record.seen)
    incident = incidents.get_incident(conn, ident)
    if incident is not None:
        row = incidents.get_incident(conn, incidents.follow(conn, incident.id))
        if row is not None:
            return Subject(row.id, "incident", row.seen)
    report = reports.get_report(conn, ident)
    if report is not None:
        return Subject(report.id, "report", report.sha256)
    raise InputError(f"no record, incident or report {ident!r} in this project")


def shown_record(conn: Connection, row: Any, taken: Sequence[Decision], *, overruled: bool = True) -> EventRecord:
    """A record as people left it: the machine's reading with the standing corrections among the decisions `taken`."""
    record = decode_record(row.body)
    corrections = fold_decisions(taken, row.seen).corrections
    if not corrections:
        return record
    text = _text_of(conn, row.report)
    return apply_corrections(record, corrections, text, value_from_plain, overruled=overruled)


def shown_records(conn: Connection, rows: Iterable[Any], *, overruled: bool = True) -> dict[str, EventRecord]:
    """Several records as people left them, by id; `overruled` keeps the claims that a correction stands against."""
    listed = list(rows)
    taken = decisions.decisions_on(conn, [row.id for row in listed])
    return {row.id: shown_record(conn, row, taken.get(row.id, ()), overruled=overruled) for row in listed}


def refresh_records(tx: Transaction, ids: Sequence[str], *, shown: bool = True) -> None:
    """After decisions or new readings: what decided records show, and where their review stands (staleness)."""
    taken = decisions.decisions_on(tx.conn, ids)
    for ident in sorted(taken):
        row = records.get_record(tx.conn, ident)
        if row is None:
            continue
        put_review(tx, Subject(ident, "record", row.seen), taken[ident])
        if shown and any(decision.action == Action.CORRECT for decision in taken[ident]):
            records.show_record(tx, row.report_seq, shown_record(tx.conn, row, taken[ident]))


def put_review(tx: Transaction, subject: Subject, taken: Sequence[Decision]) -> None:
    """Write the subject's line of the review table."""
    standing = fold_decisions(taken, subject.seen)
    decisions.set_review(tx, subject.id, state=standing.state.value, assignee=standing.assignee, stale=standing.stale)


def _record_history(conn: Connection, ident: str, taken: Sequence[Decision]) -> tuple[Step, ...]:
    row = records.get_record(conn, ident)
    if row is None:
        return ()
    steps: list[Step] = []
    former = records.former_versions(conn, ident)
    bodies = [decode_record(version.body) for version in former] + [decode_record(row.body)]
    for version, before, after in zip(former, bodies[:-1], bodies[1:], strict=True):
        steps.append(Step(version.until, "machine", "read", f"read again by {version.reader}", None,
                          find_differences(before, after)))
    text = _text_of(conn, row.report)
    for i, decision in enumerate(taken):
        pair = [apply_corrections(bodies[-1], fold_decisions(taken[:n], row.seen).corrections, text, value_from_plain)
                for n in (i, i + 1)]
        steps.append(_step(decision, find_differences(pair[0], pair[1]), taken))
    return sort_steps(steps)


def _step(decision: Decision, differences: Any, taken: Sequence[Decision]) -> Step:
    withdrawn = decision.action != Action.WITHDRAW and decision not in standing_decisions(taken)
    return Step(decisions.stamp(decision.at), decision.by, decision.action, decision.reason, decision.id,
                tuple(differences), decision.payload, withdrawn)


def _text_of(conn: Connection, report: str) -> str:
    row = reports.get_report(conn, report)
    if row is None:
        raise InputError(f"no report {report!r}")
    return str(row.text)


