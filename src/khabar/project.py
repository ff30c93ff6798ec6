"""A project: a folder with project.toml, a store and what was captured. The facade of command line and web."""

from __future__ import annotations

import getpass
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from khabar.capture.collect import Validators, collect, kind_of
from khabar.capture.fetch import Fetcher
from khabar.capture.items import Failure, Found, Wishes, reason_of
from khabar.errors import ConfigError, InputError
from khabar.model.incident import Decision, Incident
from khabar.model.record import EventRecord
from khabar.model.report import Report
from khabar.project_config import (
    FILE,
    ProjectConfig,
    check_same,
    database_url,
    load_config,
    start_config,
)
from khabar.project_fusion import Fusing, Fusion, load_fusion
from khabar.project_intake import Added, AddResult, Intake, Progress, Reader
from khabar.project_review import Reviewing, find_subject, shown_records
from khabar.project_search import check_filters
from khabar.project_views import View, hit_view, incident_row_view, public_records, show, show_public
from khabar.review.history import Step
from khabar.store import decisions, incidents, reports, search, sources, verify
from khabar.store.blobs import Blobs, hash_file
from khabar.store.engine import Store
from khabar.store.ledger import LogEntry, read_head, read_log
from khabar.store.search import Filters
from khabar.store.shadow import parse_query
from khabar.store.timestamps import TokenInfo, make_request, read_token

__all__ = ["AddResult", "Filters", "Project", "Wishes"]


class Project:
    """An open project. Use `Project.init` or `Project.open`; close it, or use it in a `with` block."""

    def __init__(
        self,
        root: Path,
        config: ProjectConfig,
        *,
        reader: Reader | None = None,
        reader_name: str | None = None,
        fusion: Fusion | None = None,
        fetcher: Fetcher | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.root = root
        self.config = config
        self.store = Store(database_url(config, root))
        self.blobs = Blobs(root)
        self._clock = clock
        self._reader, self._reader_name = reader, reader_name
        self._fusion = fusion
        self._fetcher = fetcher or Fetcher(config.fetch)
        self._reviewing = Reviewing(self.store, clock, second_pair=config.review.second_pair)

    @classmethod
    def init(cls, root: str | Path, *, name: str | None = None, slug: str | None = None, database: str | None = None,
             **options: Any) -> Project:
        """Make a project in a folder (an existing one is opened). Raises ConfigError, StoreError.

        `slug` heads the ids of incidents (default KHB), `database` is a PostgreSQL URL (default: a file in the folder).
        """
        path = Path(root).resolve()
        given = {"name": name, "slug": slug, "database": database}
        if not (path / FILE).exists():
            start_config(path, name=name, slug=slug, database=database)
        else:
            check_same(path, {name: value for name, value in given.items() if value is not None})
        project = cls(path, load_config(path), **options)
        project.blobs.create()
        project.store.ready()
        with project.store.write(project._now()) as tx:
            if sources.get_meta(tx.conn, "project") is None:
                sources.set_meta(tx, "project", str(uuid.uuid4()))
                tx.ledger.append("init", path.name, {"by": _user()})
        return project

    @classmethod
    def open(cls, root: str | Path, **options: Any) -> Project:
        """Open the project in a folder. `options` are those of the constructor. Raises ConfigError, StoreError."""
        path = Path(root).resolve()
        config = load_config(path)
        if config.project.database.startswith("sqlite:///") and not _sqlite_file(config, path).exists():
            raise ConfigError(f"{path}: its store is missing; restore it, or start anew with `khabar init`")
        project = cls(path, config, **options)
        if project.store.version() is None:
            raise ConfigError(f"{path}: its store is empty; restore it, or start anew with `khabar init`")
        project.store.ready()
        return project

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store's connections."""
        self.store.close()

    # Capture

    def add(self, targets: Iterable[str], *, wishes: Wishes | None = None, watch: bool = False, again: bool = False,
            progress: Progress | None = None) -> AddResult:
        """Add files, folders, addresses, feeds, lists, archives, tables; what is known is skipped.

        `watch` remembers the targets for `update`; `again` fetches known pages anew (a changed text becomes a
        version). `progress` hears of each report once it is safely stored. Raises InputError, StoreError.
        """
        wanted = Wishes() if wishes is None else wishes
        listed = list(targets)
        kinds = {target: kind_of(target) for target in listed}  # all are checked before any is added
        if watch:
            with self.store.write(self._now()) as tx:
                for target in listed:
                    where = target if kinds[target] == "address" else str(Path(target).resolve())
                    sources.add_source(tx, where, kinds[target], _wishes_to_plain(wanted))
        intake = self._intake()
        known, result = intake.known(), AddResult()
        found = (item for target in listed
                 for item in collect(target, fetcher=self._fetcher, wishes=wanted, known=known, again=again))
        intake.take(found, result, progress, self._link)
        self._link()
        return result

    def update(self, *, reread: bool = False, progress: Progress | None = None) -> AddResult:
        """Look again at everything watched, take what is new, and finish what was interrupted.

        Reports that the present reader has not read are read (`reread`: all reports).
        """
        intake = self._intake()
        result = AddResult()
        intake.reread(result, everything=reread, progress=progress)
        found = (item for source in self.sources() for item in self._look_again(source, intake))
        intake.take(found, result, progress, self._link)
        self._link(progress)
        return result

    def sources(self) -> list[Any]:
        """What `update` looks at, in the order it was added."""
        with self.store.read() as conn:
            return sources.list_sources(conn)

    # Looking

    def report(self, ident: str) -> Report:
        """A report by its id, the id it was given, or its address. Raises InputError."""
        with self.store.read() as conn:
            row = reports.get_report(conn, ident)
            if row is None:
                raise InputError(f"no report {ident!r} in this project")
            return reports.report_of(row, reports.get_capture(conn, row.capture))

    def original(self, ident: str) -> bytes:
        """The captured bytes of a report or capture, as they came (of a table's or archive's row: the whole file)."""
        with self.store.read() as conn:
            row = reports.get_report(conn, ident)
            capture = reports.get_capture(conn, ident if row is None else row.capture)
        if capture is None:
            raise InputError(f"no report or capture {ident!r} in this project")
        return self.blobs.read(Path(capture.location).name)

    def records(self, filters: Filters | None = None, *, limit: int | None = None) -> list[EventRecord]:
        """Events as people left them, that meet the filters, by date."""
        with self.store.read() as conn:
            rows = search.find_records(conn, check_filters(filters), limit=limit)
            found = shown_records(conn, rows)
            return [found[row.id] for row in rows]

    def public_records(self, filters: Filters | None = None) -> list[View]:
        """Published events in their public form: private names and contact data left out."""
        with self.store.read() as conn:
            wanted = search.find_records(conn, _published(filters))
            return public_records(conn, [row.id for row in wanted])

    def incidents(self, filters: Filters | None = None, *, limit: int | None = None, offset: int = 0) -> list[View]:
        """Incidents as lines of a list, by date. `filters.state` is the incident's own review state."""
        with self.store.read() as conn:
            rows = search.find_incidents(conn, check_filters(filters), limit=limit, offset=offset)
            taken = decisions.decisions_on(conn, [row.id for row in rows])
        return [incident_row_view(row, taken.get(row.id, ())) for row in rows]

    def incident(self, ident: str) -> Incident:
        """An incident by its id, former id or UUID. Raises InputError."""
        with self.store.read() as conn:
            row = incidents.get_incident(conn, find_subject(conn, ident).id)
            if row is None:
                raise InputError(f"no incident {ident!r} in this project")
            return self._fusing().incident(conn, row)

    def show(self, ident: str, *, public: bool = False) -> View:
        """A record, incident, report or capture as plain data. Raises InputError."""
        with self.store.read() as conn:
            return show_public(conn, ident) if public else show(conn, ident, self._fusing().incident)

    def search(
        self, query: str = "", filters: Filters | None = None, *, limit: int = 20, offset: int = 0
    ) -> list[View]:
        """Reports whose text has every word of the query (spelling folded), best first, copies of one text once.

        "Quoted words" are a phrase, -word excludes. Without words: the newest that meet the filters.
        """
        terms = parse_query(query)
        with self.store.read() as conn:
            hits = search.find_reports(conn, terms, check_filters(filters), limit=limit, offset=offset)
        return [hit_view(hit, terms) for hit in hits]

    def locate(self, name: str) -> tuple[float, float]:
        """Latitude and longitude of a place that events of this project are at. Raises InputError."""
        with self.store.read() as conn:
            found = search.locate(conn, name)
        if found is None:
            raise InputError(f"no event of this project is at a place called {name!r}; give coordinates")
        return found

    # Deciding

    def decide(self, subject: str, action: str, *, by: str, reason: str = "", seen: str | None = None,
               **payload: Any) -> Decision:
        """Take a decision on a record or incident: state, assign, comment, correct, grade, release, withhold,
        confirm or withdraw (khabar.review.actions names each one's arguments).

        `seen` is the `seen` of the view that was decided on; if it has changed since, the decision is refused.
        Raises InputError.
        """
        taken = self._reviewing.decide(subject, action, by=by, reason=reason, seen=seen, payload=payload)
        self._link()
        return taken

    def add_event(self, report: str, spans: object, *, kind: str, by: str, status: str = "asserted",
                  reason: str = "") -> EventRecord:
        """Add an event that the machine missed, told by the words at `spans` ([[start, end], …] in code points).

        Raises InputError.
        """
        record = self._reviewing.add_event(report, spans, kind=kind, status=status, by=by, reason=reason)
        self._link()
        return record

    def merge(self, kept: str, other: str, *, by: str, reason: str) -> str:
        """Say that two incidents are one; returns the id that stays, to which the other leads. Raises InputError."""
        return self._fusing().merge(kept, other, by=by, reason=reason)

    def split(self, ident: str, leaving: Sequence[str], *, by: str, reason: str) -> str:
        """Say that records do not belong to an incident; returns the id of theirs. Raises InputError."""
        return self._fusing().split(ident, leaving, by=by, reason=reason)

    def history(self, ident: str) -> tuple[Step, ...]:
        """What happened to a record, incident or report, and what each step changed. Raises InputError."""
        return self._reviewing.history(ident)

    def queue(self, *, state: str | None = None, assignee: str | None = None, stale: bool | None = None,
              limit: int = 100) -> list[View]:
        """Subjects under review, longest waiting first."""
        with self.store.read() as conn:
            rows = decisions.review_queue(conn, state=state, assignee=assignee, stale=stale, limit=limit)
        return [{"subject": r.subject, "state": r.state, "assignee": r.assignee, "stale": bool(r.stale),
                 "updated_at": r.updated_at} for r in rows]

    # Custody

    def verify(
        self, *, expected_head: str | None = None, progress: Callable[[int], None] | None = None
    ) -> verify.Verification:
        """Hash everything kept again and name what was changed, missing or added."""
        with suppress(OSError), self.store.read() as conn:  # a read-only project can still be verified
            waiting = [path.name.split(".")[0] for path in self.blobs.incoming.glob("*")]
            self.blobs.recover(reports.known_hashes(conn, waiting))
        files = list(self.blobs.walk())
        with self.store.read() as conn:
            return verify.verify_store(
                conn, self.blobs, token_command=self.config.custody.token_command, expected_head=expected_head,
                progress=progress, files=files,
            )

    def log(self, *, subject: str | None = None, kind: str | None = None, after: int = 0,
            limit: int | None = None) -> Iterator[LogEntry]:
        """Lines of the custody log, oldest first."""
        with self.store.read() as conn:
            yield from read_log(conn, subject=subject, kind=kind, after=after, limit=limit)

    def head(self) -> str:
        """The hash of the log's last line: noted elsewhere, or stamped, it proves what came before."""
        with self.store.read() as conn:
            return read_head(conn)[1]

    def timestamp_request(self, sha256: str | None = None) -> bytes:
        """An RFC 3161 request for a hash, by default the log's head; send it to an authority of your choice."""
        return make_request(sha256 or self.head())

    def attach_token(self, body: bytes) -> TokenInfo:
        """Keep an authority's answer beside the log line, capture or text it covers. Raises InputError."""
        info = read_token(body)
        with self.store.write(self._now()) as tx:
            verify.add_token(tx, body, info)
        return info

    def note_export(self, path: Path, *, form: str, by: str) -> None:
        """Write into the log that a file was exported, with its hash."""
        where = path.resolve()
        name = str(where.relative_to(self.root)) if where.is_relative_to(self.root) else str(where)
        with self.store.write(self._now()) as tx:
            tx.ledger.append("export", name, {"by": by, "form": form, "sha256": hash_file(where)})

    # Inside

    def _now(self) -> str:
        return decisions.stamp(self._clock())

    def _intake(self) -> Intake:
        reader, name = self._reader, self._reader_name
        if reader is None:
            from khabar.reader import read

            reader, name = read, name or _pipeline_name()
        return Intake(self.store, self.blobs, reader, name or "custom", self._now)

    def _fusing(self) -> Fusing:
        if self._fusion is None:
            self._fusion = load_fusion()
        return Fusing(self.store, self._fusion, self._reviewing, self._clock, self.config.project.slug)

    def _link(self, progress: Progress | None = None) -> None:
        def tell(count: int) -> None:
            if progress is not None:
                progress(Added("linked", f"{count} events", records=count))

        self._fusing().link_pending(tell)

    def _look_again(self, source: Any, intake: Intake) -> Iterator[Found]:
        """What a watched address or file gives; one that is gone is named, and the others are looked at."""
        wishes = _wishes_from_plain(source.options)
        last = Validators(source.etag, source.modified)
        try:
            yield from collect(source.address, fetcher=self._fetcher, wishes=wishes, known=intake.known(),
                               validators=last, again=source.kind == "address")
        except (InputError, ConfigError) as error:
            yield Failure(source.address, reason_of(source.address, error))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _sqlite_file(config: ProjectConfig, root: Path) -> Path:
    return Path(database_url(config, root).removeprefix("sqlite:///"))


def _pipeline_name() -> str:
    from importlib.metadata import version

    from khabar.model.record import SCHEMA_VERSION

    return f"khabar/{version('khabar')}+{SCHEMA_VERSION}"


def _published(filters: Filters | None) -> Filters:
    return replace(check_filters(filters), state="published")


def _wishes_to_plain(wishes: Wishes) -> Any:
    return {"articles": wishes.articles, "columns": wishes.columns, "outlet": wishes.outlet,
            "published": None if wishes.published is None else wishes.published.isoformat()}


def _wishes_from_plain(options: str) -> Wishes:
    plain = json.loads(options)
    day = plain["published"]
    return Wishes(
        plain["outlet"], None if day is None else date.fromisoformat(day), plain["columns"], plain["articles"]
    )
