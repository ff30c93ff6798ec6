"""Checking what is kept against the custody log: everything is hashed again and differences are named."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from khabar.errors import InputError, StoreError
from khabar.store.blobs import Blobs, hash_file
from khabar.store.codec import decode_record, seen_digest, seen_hash
from khabar.store.decisions import decision_digest, stamp
from khabar.store.engine import Transaction
from khabar.store.ledger import ZERO, LogEntry, line_hash, read_head, read_log, sha256_text
from khabar.store.reports import capture_digest, report_digest
from khabar.store.schema import captures, decisions, log, record_bodies, records, redirects, reports, tokens
from khabar.store.timestamps import TokenInfo, read_token

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong (changed, missing, added) with what, and how that shows."""

    kind: str
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result: how much was checked, what was found, and the head of the log to note elsewhere."""

    captures: int
    files: int
    reports: int
    decisions: int
    lines: int
    head: str
    problems: tuple[Problem, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing was changed, missing or added."""
        return not self.problems


@dataclass(slots=True)
class _Logged:
    """What the log says there should be: row digests by id."""

    captures: dict[str, str]
    reports: dict[str, str]
    texts: dict[str, str]
    decisions: dict[str, str]
    tokens: dict[str, str]
    exports: list[tuple[str, str]]
    hashes: set[str]
    readings: dict[str, str]  # of a report's last reading: the digest of what there was to see
    redirects: dict[str, str]


def verify_store(conn: Connection, blobs: Blobs, *, token_command: tuple[str, ...] = (),
                 expected_head: str | None = None, progress: Progress | None = None,
                 files: Sequence[Path] | None = None) -> Verification:
    """Check the whole project. `expected_head` is a log hash noted earlier: it must still be in the chain.

    `files` are those of `blobs.walk`, listed before `conn` took its view: what another process captures meanwhile
    is then no stranger.
    """
    problems: list[Problem] = []
    logged = _Logged({}, {}, {}, {}, {}, [], set(), {}, {})
    head_seq, head = read_head(conn)
    lines = _check_chain(conn, logged, head_seq, head, problems)
    if expected_head is not None and expected_head not in logged.hashes:
        problems.append(Problem("changed", f"log head {expected_head}", "this line is no longer in the log"))
    counted = _check_captures(conn, logged, problems)
    listed = _check_files(conn, blobs, list(blobs.walk()) if files is None else files, problems, progress)
    texts = _check_reports(conn, logged, problems)
    decided = _check_decisions(conn, logged, problems)
    _check_readings(conn, logged, problems)
    moved = conn.execute(select(redirects.c.old, redirects.c.new).order_by(redirects.c.old))
    leading = {old: new for old, new in logged.redirects.items() if old != new}
    _compare("redirect of", ((row.old, row.new) for row in moved), leading, problems)
    _check_exports(blobs.root, logged, problems)
    _check_tokens(conn, logged, token_command, problems)
    return Verification(counted, listed, texts, decided, lines, head, tuple(problems))


def add_token(tx: Transaction, body: bytes, info: TokenInfo) -> None:
    """Keep a token beside what it covers: a log line, a capture or a text. Raises InputError when that is unknown."""
    if not _is_known(tx.conn, info.covers):
        raise InputError(
            f"timestamp token: it covers {info.covers}, which is no log line, capture or text of this project"
        )
    sha256 = hashlib.sha256(body).hexdigest()
    if tx.conn.execute(select(tokens.c.sha256).where(tokens.c.sha256 == sha256)).first() is not None:
        return
    tx.conn.execute(insert(tokens).values(
        sha256=sha256, covers=info.covers, stamped_at=stamp(info.stamped_at), added_at=tx.ledger.now, body=body))
    tx.ledger.append("token", sha256, {"covers": info.covers, "stamped_at": stamp(info.stamped_at)})


def _is_known(conn: Connection, sha256: str) -> bool:
    queries = (select(log.c.seq).where(log.c.hash == sha256), select(captures.c.seq).where(captures.c.sha256 == sha256),
               select(reports.c.seq).where(reports.c.sha256 == sha256))
    return any(conn.execute(query.limit(1)).first() is not None for query in queries)


def _check_chain(conn: Connection, logged: _Logged, head_seq: int, head: str, problems: list[Problem]) -> int:
    prev, seq = ZERO, 0
    for entry in read_log(conn):
        seq += 1
        if entry.seq != seq:
            problems.append(Problem("missing", f"log line {seq}", f"the next line is {entry.seq}"))
            seq = entry.seq
        elif entry.prev != prev:
            problems.append(Problem("changed", f"log line {entry.seq}", "it does not follow the line before"))
        if line_hash(entry.seq, entry.at, entry.kind, entry.subject, entry.data, entry.prev) != entry.hash:
            problems.append(
                Problem("changed", f"log line {entry.seq}", f"{entry.kind} {entry.subject}: its hash differs")
            )
        prev = entry.hash
        _note(logged, entry)
    if (seq, prev) != (head_seq, head):
        problems.append(Problem("missing", "end of the log", f"the head says line {head_seq}, the log ends at {seq}"))
    return seq


def _note(logged: _Logged, entry: LogEntry) -> None:
    data: dict[str, Any] = json.loads(entry.data)
    logged.hashes.add(entry.hash)
    if entry.kind == "capture":
        logged.captures[entry.subject] = data["row"]
    elif entry.kind == "extract":
        logged.reports[entry.subject] = data["row"]
        logged.texts[entry.subject] = data["text"]
    elif entry.kind == "decide":
        logged.decisions[entry.subject] = data["row"]
    elif entry.kind == "read":
        logged.readings[entry.subject] = data["seen"]
    elif entry.kind == "redirect":
        logged.redirects[entry.subject] = data["to"]
    elif entry.kind == "token":
        logged.tokens[entry.subject] = data["covers"]
    elif entry.kind == "export":
        logged.exports.append((entry.subject, data["sha256"]))


def _compare(what: str, found: Iterator[tuple[str, str]], expected: dict[str, str], problems: list[Problem]) -> int:
    seen: set[str] = set()
    for ident, digest in found:
        seen.add(ident)
        if ident not in expected:
            problems.append(Problem("added", f"{what} {ident}", "the log knows nothing of it"))
        elif expected[ident] != digest:
            problems.append(Problem("changed", f"{what} {ident}", "its row is not what was logged"))
    for ident in sorted(expected.keys() - seen):
        problems.append(Problem("missing", f"{what} {ident}", "the log speaks of it"))
    return len(seen)


def _check_captures(conn: Connection, logged: _Logged, problems: list[Problem]) -> int:
    rows = conn.execution_options(yield_per=2000).execute(select(captures).order_by(captures.c.seq))
    found = ((row["id"], capture_digest(dict(row))) for row in rows.mappings())
    return _compare("capture", found, logged.captures, problems)


def _check_files(
    conn: Connection, blobs: Blobs, files: Sequence[Path], problems: list[Problem], progress: Progress | None
) -> int:
    query = select(captures.c.sha256, captures.c.location).where(captures.c.container.is_(None)).distinct()
    expected = {row.sha256: row.location for row in conn.execute(query)}
    seen: set[str] = set()
    for count, path in enumerate(files, start=1):
        sha256, place = path.name, str(path.relative_to(blobs.root))
        if sha256 not in expected or expected[sha256] != place:
            problems.append(Problem("added", place, "no capture speaks of this file"))
            continue
        seen.add(sha256)
        _check_file(path, sha256, place, problems)
        if progress is not None:
            progress(count)
    for sha256 in sorted(expected.keys() - seen):
        found = blobs.find(sha256)  # captured since the files were listed, or about to be moved to its place
        if found is None:
            problems.append(Problem("missing", expected[sha256], "the captured bytes are gone"))
        else:
            seen.add(sha256)
            _check_file(found, sha256, expected[sha256], problems)
    return len(seen)


def _check_file(path: Path, sha256: str, place: str, problems: list[Problem]) -> None:
    try:
        found = hash_file(path)
    except FileNotFoundError:
        problems.append(Problem("missing", place, "the captured bytes are gone"))
    except OSError as error:
        problems.append(Problem("changed", place, f"its bytes can't be read ({error.strerror})"))
    else:
        if found != sha256:
            problems.append(Problem("changed", place, "its bytes no longer have the hash they were captured with"))


def _check_reports(conn: Connection, logged: _Logged, problems: list[Problem]) -> int:
    def found() -> Iterator[tuple[str, str]]:
        for row in conn.execution_options(yield_per=500).execute(select(reports).order_by(reports.c.seq)).mappings():
            if sha256_text(row["text"]) != logged.texts.get(row["id"], row["sha256"]):
                problems.append(
                    Problem("changed", f"report {row['id']}", "its text no longer has the hash that was logged")
                )
            yield row["id"], report_digest(dict(row))

    return _compare("report", found(), logged.reports, problems)


def _check_decisions(conn: Connection, logged: _Logged, problems: list[Problem]) -> int:
    rows = conn.execution_options(yield_per=2000).execute(select(decisions).order_by(decisions.c.seq)).mappings()
    return _compare("decision", ((row["id"], decision_digest(dict(row))) for row in rows), logged.decisions, problems)


def _check_readings(conn: Connection, logged: _Logged, problems: list[Problem]) -> None:
    """What is read in current reports, and what people added, against what was logged (values and words, not scores).

    The columns that lists and searches run over are made of it by `khabar update --reread`; they are not checked.
    """
    query = (
        select(records.c.id, records.c.report, records.c.origin, record_bodies.c.body)
        .join(record_bodies)
        .join(reports, reports.c.seq == records.c.report_seq)
        .where(records.c.current == 1, reports.c.current == 1)
        .order_by(records.c.report_seq)
    )
    by_people = select(decisions.c.subject, decisions.c.seen).where(decisions.c.action == "add")
    added = {row.subject: row.seen for row in conn.execute(by_people)}
    found: dict[str, list[str]] = {}
    for row in conn.execution_options(yield_per=500).execute(query):
        try:
            seen = seen_hash(decode_record(row.body))
        except StoreError as error:
            problems.append(Problem("changed", f"record {row.id}", str(error).partition(";")[0]))
            seen = ""
        if row.origin == "machine":
            found.setdefault(row.report, []).append(seen)
        elif seen != added.get(row.id):
            problems.append(Problem("changed", f"record {row.id}", "it is not what a decision added"))
    for row in conn.execute(select(reports.c.id).where(reports.c.current == 1, reports.c.reader.is_not(None))):
        digest = seen_digest(found.get(row.id, []))
        if logged.readings.get(row.id) != digest:
            problems.append(Problem("changed", f"reading of {row.id}", "its records are not those that were logged"))


def _check_exports(root: Path, logged: _Logged, problems: list[Problem]) -> None:
    """Exports belong to whoever took them: one that is gone is no problem, one that was altered is."""
    newest = dict(logged.exports)
    for name in sorted(newest):
        path = root / name
        if path.is_file() and hash_file(path) != newest[name]:
            problems.append(Problem("changed", f"export {name}", "it is not the file that was exported"))


def _check_tokens(conn: Connection, logged: _Logged, command: tuple[str, ...], problems: list[Problem]) -> None:
    rows = list(conn.execute(select(tokens).order_by(tokens.c.sha256)))
    _compare("timestamp token", ((row.sha256, row.covers) for row in rows), logged.tokens, problems)
    for row in rows:
        what = f"timestamp token {row.sha256}"
        if hashlib.sha256(row.body).hexdigest() != row.sha256:
            problems.append(Problem("changed", what, "its bytes no longer have their hash"))
        try:
            info = read_token(row.body)
        except InputError as error:
            problems.append(Problem("changed", what, str(error)))
            continue
        if info.covers != row.covers:
            problems.append(Problem("changed", what, f"it covers {info.covers}, not {row.covers}"))
        if command and not _accepted(command, row.body, row.covers):
            problems.append(Problem("changed", what, f"`{command[0]}` does not accept it"))


def _accepted(command: tuple[str, ...], body: bytes, covers: str) -> bool:
    """Run the project's own check: `{token}` and `{hash}` in its words stand for the token's file and the hash."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "token.tsr"
        path.write_bytes(body)
        words = [word.replace("{token}", str(path)).replace("{hash}", covers) for word in command]
        return subprocess.run(words, capture_output=True, timeout=60, check=False).returncode == 0
