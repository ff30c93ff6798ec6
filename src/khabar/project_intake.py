"""What comes in: captured, frozen, read, grouped, indexed, in small transactions that are whole or not at all.

A report is told to the caller (`progress`) only after the transaction that holds it is committed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from khabar.capture.agencies import find_agency
from khabar.capture.items import Checked, Container, Failure, Found, Item, Known, Skipped
from khabar.errors import StoreError
from khabar.model.document import Issue
from khabar.model.record import LinkValue, Reading, Value
from khabar.model.report import Report
from khabar.project_review import refresh_records
from khabar.store import groups, records, reports, search, sources
from khabar.store.blobs import Blobs, Staged
from khabar.store.decisions import stamp
from khabar.store.engine import Store, Transaction
from khabar.store.reports import NewCapture, NewReport

BATCH = 32  # reports a transaction: its synchronised commit (some ms) is shared, the lock held some 100 ms
BATCH_SECONDS = 2.0  # slow sources (fetching) commit at least this often
LOCAL = frozenset(("file", "table"))  # captured again with the same text: nothing new is kept


class Reader(Protocol):
    """What reads a report: `khabar.pipeline.read` or a stand-in."""

    def __call__(self, text: str, *, published: date | None = None, title: str | None = None,
                 outlet: str | None = None, id: str | None = None) -> Reading:
        """The reading of a text."""
        ...


@dataclass(frozen=True, slots=True)
class Added:
    """One outcome, told as soon as it is safe: status is added, version (a new text under a known address),
    known, read (again), captured (kept, but without a text) or failed; linked is a batch of events that fusion took."""

    status: str
    address: str
    report: str | None = None
    copies_of: str | None = None
    records: int = 0
    reason: str | None = None


@dataclass(slots=True)
class AddResult:
    """What an `add` or `update` did. `failures` name what gave nothing, and why."""

    added: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    copies: int = 0
    known: int = 0
    read: int = 0  # known reports read again
    captured: int = 0
    records: int = 0
    failures: list[Added] = field(default_factory=list)
    remarks: list[Added] = field(default_factory=list)  # stored, but something was odd

    def count(self, outcome: Added) -> None:
        """Take one outcome in."""
        if outcome.status in ("added", "version") and outcome.report is not None:
            (self.added if outcome.status == "added" else self.versions).append(outcome.report)
            self.copies += outcome.copies_of not in (None, outcome.report)
            self.records += outcome.records
            self.remarks += [outcome] if outcome.reason is not None else []
        elif outcome.status == "known":
            self.known += 1
        elif outcome.status == "read":
            self.read += 1
            self.records += outcome.records
        elif outcome.status == "captured":
            self.captured += 1
        elif outcome.status == "failed":
            self.failures.append(outcome)


Progress = Callable[[Added], None]


def _tell(outcomes: list[Added], result: AddResult, progress: Progress | None) -> None:
    for outcome in outcomes:
        result.count(outcome)
        if progress is not None:
            progress(outcome)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An item with everything that can be worked out before the store's lock is taken."""

    item: Item
    capture: NewCapture
    staged: Staged | None
    report: NewReport | None
    reading: Reading | None
    signature: groups.Signature | None
    agency: str | None
    problem: str | None


def own_ids(reading: Reading) -> Reading:
    """The reading with record ids that hash the report's id too: one text under two addresses is two reports,
    and their records must not be one, whatever a reader makes its ids of."""
    report = reading.report.id
    ids = {r.id: "e-" + hashlib.sha256(f"{report}\0{r.id}".encode()).hexdigest()[:20] for r in reading.records}

    def value(told: Value) -> Value:
        return replace(told, event=ids.get(told.event, told.event)) if isinstance(told, LinkValue) else told

    return replace(reading, records=tuple(
        replace(
            record, id=ids[record.id], links=tuple(replace(k, event=ids.get(k.event, k.event)) for k in record.links),
            claims=tuple(replace(claim, record=ids[record.id], value=value(claim.value)) for claim in record.claims))
        for record in reading.records))


class Intake:
    """Takes found items into a project's store."""

    def __init__(self, store: Store, blobs: Blobs, reader: Reader, reader_name: str, now: Callable[[], str]) -> None:
        self._store = store
        self._blobs = blobs
        self._reader = reader
        self._reader_name = reader_name
        self._now = now
        self._containers: dict[str, tuple[NewCapture, Staged]] = {}

    def known(self) -> Known:
        """What the project has, for capture to skip."""
        return Known(self._has_key, self._has_bytes)

    def take(
        self, found: Iterator[Found], result: AddResult, progress: Progress | None, then: Callable[[], None]
    ) -> None:
        """Take everything in, batch by batch; `then` is called after each is stored."""
        batch: list[_Prepared] = []
        started = time.monotonic()
        def commit() -> None:
            nonlocal started
            _tell(self._commit(batch), result, progress)
            if batch:
                batch.clear()
                then()
            started = time.monotonic()

        for item in found:
            match item:
                case Item():
                    batch.append(self._prepare(item))
                case Skipped(address):
                    _tell([Added("known", address)], result, progress)
                case Failure(address, reason):
                    _tell([Added("failed", address, reason=reason)], result, progress)
                case Checked(address, etag, modified):
                    commit()
                    with self._store.write(self._now()) as tx:
                        sources.checked_source(tx, address, etag=etag, modified=modified)
            if len(batch) >= BATCH or (batch and time.monotonic() - started > BATCH_SECONDS):
                commit()
        commit()
        self._drop_containers()

    def reread(self, result: AddResult, *, everything: bool, progress: Progress | None) -> None:
        """Read again what this reader has not read, or everything."""
        after = 0
        while True:
            with self._store.read() as conn:
                rows = reports.reports_to_read(
                    conn, None if everything else self._reader_name, after=after, limit=BATCH
                )
            if not rows:
                return
            after = rows[-1].seq
            readings = [(row, self._read(reports.report_of_told(row))) for row in rows]
            outcomes: list[Added] = []
            with self._store.write(self._now()) as tx:
                for row, (reading, problem) in readings:
                    if reading is None:
                        outcomes.append(Added("failed", row.key, row.id, reason=problem))
                        continue
                    changed = records.put_reading(tx, row.seq, reading, self._reader_name)
                    refresh_records(tx, sorted({*changed, *(record.id for record in reading.records)}))
                    outcomes.append(Added("read", row.key, row.id, records=len(reading.records)))
            _tell(outcomes, result, progress)

    def _has_key(self, key: str) -> bool:
        with self._store.read() as conn:
            return reports.find_key(conn, key) is not None

    def _has_bytes(self, sha256: str) -> bool:
        with self._store.read() as conn:
            return reports.find_by_capture(conn, sha256) is not None

    def _prepare(self, item: Item) -> _Prepared:
        container, staged = None, None
        if item.container is not None:
            container, _ = self._container(item.container, stamp(item.retrieved_at))
            sha256, size, location = hashlib.sha256(item.body).hexdigest(), len(item.body), container.location
        else:
            staged = self._blobs.stage(item.body)
            sha256, size, location = staged.sha256, staged.size, staged.location
        capture = NewCapture(
            url=item.url, sha256=sha256, media_type=item.media_type, size=size, retrieved_at=stamp(item.retrieved_at),
            via=item.via, location=location, headers=item.headers,
            container=None if container is None else container.id, part=item.part,
        )
        draft = item.draft
        if draft is None:
            return _Prepared(item, capture, staged, None, None, None, None, item.problem)
        report = NewReport(
            key=item.key, text=draft.text, capture=capture.id, extractor=draft.extractor, title=draft.title,
            outlet=draft.outlet, url=draft.url, published=draft.published, published_basis=draft.basis,
            published_origin=draft.origin, language=draft.language, external_id=draft.external_id,
        )
        told = Report(report.id, report.text, report.sha256, draft.title, draft.outlet, draft.published)
        reading, problem = self._read(told)
        return _Prepared(item, capture, staged, report, reading, groups.sign(draft.text), find_agency(draft.text),
                         problem or item.problem)

    def _read(self, report: Report) -> tuple[Reading | None, str | None]:
        """The reading, or why there is none: a reader that fails on one report must not keep the others out."""
        try:
            reading = self._reader(report.text, published=report.published, title=report.title,
                                   outlet=report.outlet, id=report.id)
        except Exception as error:  # any: the report is kept unread and `update` tries again
            return None, f"the reader failed: {type(error).__name__}: {error}"
        if reading.report.id != report.id or reading.report.text != report.text:
            return None, "the reader changed the text or its id; a reader must keep both as given"
        return own_ids(reading), None

    def _container(self, container: Container, at: str) -> tuple[NewCapture, Staged]:
        known = self._containers.get(container.url)
        if known is None:
            with container.path.open("rb") as stream:
                staged = self._blobs.stage(stream)
            capture = NewCapture(
                container.url, staged.sha256, container.media_type, staged.size, at, "file", staged.location
            )
            known = self._containers[container.url] = (capture, staged)
        return known

    def _commit(self, batch: list[_Prepared]) -> list[Added]:
        """Store a batch in one transaction, then move its bytes to their place."""
        if not batch:
            return []
        settled: list[Staged] = []
        outcomes: list[Added] = []
        with self._store.write(self._now()) as tx:
            for prepared in batch:
                outcomes.append(self._store_one(tx, prepared, settled))
        for staged in settled:
            self._blobs.settle(staged)
        for prepared in batch:
            if prepared.staged is not None and prepared.staged not in settled:
                self._blobs.drop(prepared.staged)
        return outcomes

    def _store_one(self, tx: Transaction, prepared: _Prepared, settled: list[Staged]) -> Added:
        item, report = prepared.item, prepared.report
        known = report is not None and bool(reports.find_known(tx.conn, [report]))
        if known and item.via in LOCAL:
            return Added("known", item.url, None if report is None else report.id)
        self._store_capture(tx, prepared, settled)
        if report is None:
            status = "captured" if item.problem is None else "failed"
            return Added(status, item.url, reason=item.problem)
        if known:
            return Added("known", item.url, report.id)
        return self._store_report(tx, prepared, report)

    def _store_capture(self, tx: Transaction, prepared: _Prepared, settled: list[Staged]) -> None:
        if prepared.item.container is not None:
            capture, staged = self._containers[prepared.item.container.url]
            if reports.add_capture(tx, capture):
                settled.append(staged)
        if reports.add_capture(tx, prepared.capture) and prepared.staged is not None:
            settled.append(prepared.staged)

    def _store_report(self, tx: Transaction, prepared: _Prepared, report: NewReport) -> Added:
        if prepared.signature is None:
            raise StoreError(f"{report.id}: a report without a signature")
        group = groups.find_group(tx.conn, prepared.signature, report.published)
        stored = reports.add_report(tx, report, copies_of=group or report.id, agency=prepared.agency)
        if stored is None:
            return Added("known", prepared.item.url, report.id)
        seq, former = stored
        if group is None:
            groups.start_group(tx, report.id, prepared.signature, report.published, prepared.agency)
        else:
            groups.join_group(tx, group, prepared.agency)
        if former is not None:
            records.retire_records(tx, former)
        search.index_text(tx, seq, report.text)
        count = 0
        if prepared.reading is not None:
            records.put_reading(tx, seq, prepared.reading, self._reader_name)
            count = len(prepared.reading.records)
        else:
            records.put_issue(tx, report.id, Issue("unread", prepared.problem or "not read"))
        status = "added" if former is None else "version"
        return Added(status, prepared.item.url, report.id, group or report.id, count, prepared.problem)

    def _drop_containers(self) -> None:
        """Forget staged containers that turned out to hold nothing new."""
        for _, staged in self._containers.values():
            if staged.path.exists() and not self._has_container(staged.sha256):
                self._blobs.drop(staged)
            elif staged.path.exists():
                self._blobs.settle(staged)
        self._containers.clear()

    def _has_container(self, sha256: str) -> bool:
        with self._store.read() as conn:
            return sha256 in reports.known_hashes(conn, [sha256])
