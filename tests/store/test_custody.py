"""What is kept stays as it came, and everything that happened to it is on record."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text, update

from fake_reader import FakeReader
from khabar.errors import CustodyError, InputError, StoreError
from khabar.project import Project
from khabar.store.blobs import Blobs, Staged
from khabar.store.codec import decode_record, encode_record, seen_hash
from khabar.store.ledger import ZERO, line_hash
from khabar.store.schema import record_bodies
from khabar.store.timestamps import make_request, read_token
from khabar.store.verify import verify_store

NEWS = "انفجار في بغداد\nهز انفجار وسط بغداد صباح اليوم وسقط 5 قتيل بحسب الشرطة."


def add_text(project: Project, tmp_path: Path, words: str = NEWS, name: str = "a.txt") -> str:
    path = tmp_path / name
    path.write_text(words, "utf-8")
    return project.add([str(path)]).added[0]


def test_log_is_a_chain(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path)
    lines = list(project.log())
    assert [line.kind for line in lines] == ["init", "capture", "extract", "read"]
    prev = ZERO
    for line in lines:
        assert line.prev == prev
        assert line.hash == line_hash(line.seq, line.at, line.kind, line.subject, line.data, line.prev)
        prev = line.hash
    assert project.head() == prev


def test_verify_is_clean_and_counts(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path)
    found = project.verify()
    assert (found.clean, found.captures, found.files, found.reports, found.lines) == (True, 1, 1, 1, 4)


@pytest.mark.parametrize("table", ["log", "decisions", "captures"])
def test_append_only_tables_refuse_changes(project: Project, tmp_path: Path, table: str) -> None:
    ident = add_text(project, tmp_path)
    project.decide(ident, "comment", by="a", text="ينظر فيه")
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET seq = seq + 1000"):
        with pytest.raises(StoreError, match="append-only"), project.store.write("2024") as tx:
            tx.conn.execute(text(statement))


def test_report_text_refuses_changes(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path)
    with pytest.raises(StoreError, match=r"frozen|append-only"), project.store.write("2024") as tx:
        tx.conn.execute(text("UPDATE reports SET text = 'x'"))


def tamper(project: Project, statement: str) -> None:
    """Change the database as somebody would who owns it: triggers dropped."""
    with project.store.write("2024") as tx:
        if project.store.is_postgres:
            tx.conn.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = tx.conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            for name in names:
                tx.conn.execute(text(f"DROP TRIGGER {name}"))
        tx.conn.execute(text(statement))


@pytest.mark.parametrize(("statement", "kind", "what"), [
    ("UPDATE reports SET text = text || ' '", "changed", "report"),
    ("UPDATE reports SET outlet = 'x'", "changed", "report"),
    ("UPDATE captures SET url = 'x'", "changed", "capture"),
    ("UPDATE log SET data = '{\"by\":\"x\"}' WHERE seq = 1", "changed", "log line 1"),
    ("DELETE FROM log WHERE seq = 5", "missing", "end of the log"),
    ("DELETE FROM log WHERE seq = 1", "missing", "log line 1"),
    ("UPDATE decisions SET reason = 'other'", "changed", "decision"),
    ("DELETE FROM decisions", "missing", "decision"),
    ("INSERT INTO decisions (id, subject, action, \"by\", at, seen, reason, payload) "
     "VALUES ('d-x', 's', 'comment', 'b', 'now', '', '', '{}')", "added", "decision d-x"),
    ("DELETE FROM record_bodies", "changed", "reading of r-"),
    ("UPDATE records SET current = 0", "changed", "reading of r-"),
    ("INSERT INTO redirects (old, new, at, \"by\") VALUES ('X-1', 'X-2', '2024', 'b')", "added", "redirect of X-1"),
])
def test_verify_names_a_changed_row(project: Project, tmp_path: Path, statement: str, kind: str, what: str) -> None:
    project.decide(add_text(project, tmp_path), "comment", by="a", text="ينظر فيه")
    tamper(project, statement)
    found = project.verify()
    assert any(problem.kind == kind and problem.what.startswith(what) for problem in found.problems), found.problems


def test_verify_reads_every_record_again(project: Project, tmp_path: Path) -> None:
    report = add_text(project, tmp_path)
    added = project.add_event(report, [[0, 5]], kind="destruction", by="a", reason="فات القارئ")
    machine = next(r for r in project.records() if r.id != added.id)
    for record, what in ((machine, f"reading of {report}"), (added, f"record {added.id}")):
        body = encode_record(replace(record, kind="aid"))
        with project.store.write("2024") as tx:
            tx.conn.execute(update(record_bodies).where(record_bodies.c.record == record.id).values(body=body))
        assert what in [problem.what for problem in project.verify().problems]
    with project.store.write("2024") as tx:
        tx.conn.execute(update(record_bodies).where(record_bodies.c.record == machine.id).values(body=b"?"))
    assert f"record {machine.id}" in [problem.what for problem in project.verify().problems]


def test_what_is_captured_meanwhile_is_no_stranger(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path)
    before = list(project.blobs.walk())
    add_text(project, tmp_path, NEWS.replace("بغداد", "حلب"), "b.txt")
    with project.store.read() as conn:
        assert verify_store(conn, project.blobs, files=before).files == 2
        assert verify_store(conn, project.blobs, files=before).clean
    kept = next(path for path in project.blobs.walk() if path not in before)
    kept.rename(project.blobs.incoming / f"{kept.name}.x")  # as another process has it between commit and move
    with project.store.read() as conn:
        assert verify_store(conn, project.blobs).clean


def test_whole_degrees_hash_as_fractions() -> None:
    reading = FakeReader()("قصف على حلب")
    record = reading.records[0]
    assert record.place is not None
    whole, fraction = (replace(record, place=replace(record.place, lat=lat)) for lat in (36, 36.0))
    assert seen_hash(whole) == seen_hash(fraction) == seen_hash(decode_record(encode_record(whole)))


def test_rewritten_log_is_caught_by_a_noted_head(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path)
    noted = project.head()
    assert project.verify(expected_head=noted).clean
    assert not project.verify(expected_head="0" * 63 + "1").clean


def test_verify_names_changed_missing_and_added_files(project: Project, tmp_path: Path) -> None:
    first = add_text(project, tmp_path)
    add_text(project, tmp_path, NEWS.replace("بغداد", "حلب"), "b.txt")
    paths = [project.root / project.show(ident)["capture"]["location"] for ident in (first,)]
    paths[0].chmod(0o644)
    paths[0].write_bytes(b"other")
    other = next(path for path in project.blobs.walk() if path != paths[0])
    other.unlink()
    stranger = project.blobs.kept / "ff" / "ff" / ("f" * 64)
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"?")
    kinds = sorted((problem.kind, problem.what.split("/")[-1]) for problem in project.verify().problems)
    assert kinds == sorted([("changed", paths[0].name), ("missing", other.name), ("added", "f" * 64)])


def test_original_comes_back_as_it_was(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    body = NEWS.encode("cp1256") + b"\r\n\r\n"
    path.write_bytes(body)
    ident = project.add([str(path)]).added[0]
    assert project.original(ident) == body
    assert project.report(ident).text == NEWS


def test_missing_original_says_so(project: Project, tmp_path: Path) -> None:
    ident = add_text(project, tmp_path)
    shutil.rmtree(project.blobs.kept)
    with pytest.raises(CustodyError, match="missing"):
        project.original(ident)


def test_altered_export_shows(project: Project, tmp_path: Path) -> None:
    path = project.root / "export.csv"
    path.write_text("a,b\n")
    project.note_export(path, form="csv", by="a")
    assert project.verify().clean
    path.write_text("a,c\n")
    assert [problem.what for problem in project.verify().problems] == ["export export.csv"]
    path.unlink()
    assert project.verify().clean


def test_interrupted_move_is_finished(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blobs.create()
    staged = blobs.stage(b"bytes")
    assert not blobs.has(staged.sha256)
    assert blobs.read(staged.sha256) == b"bytes"  # readable meanwhile
    assert blobs.recover(frozenset((staged.sha256,))) == 1
    assert blobs.has(staged.sha256)
    blobs.settle(Staged(staged.sha256, 5, staged.path, staged.location))  # again: nothing happens


def test_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blobs.create()
    for _ in range(2):
        blobs.settle(blobs.stage(b"bytes"))
    assert len(list(blobs.walk())) == 1
    assert not list(blobs.incoming.iterdir())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A timestamp authority of the tests' own, made with openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=cert.pem\nsigner_key=key.pem\ncerts=cert.pem\n"
        "default_policy=1.2.3.4\ndigests=sha256\nsigner_digest=sha256\n[req]\ndistinguished_name=dn\n[dn]\n"
        "[ext]\nextendedKeyUsage=critical,timeStamping\n")
    (folder / "serial").write_text("01\n")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-subj",
            "/CN=test authority",
            "-config",
            "tsa.cnf",
            "-extensions",
            "ext",
            "-days",
            "2",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


def stamp(authority: Path, request: bytes) -> bytes:
    (authority / "q.tsq").write_bytes(request)
    subprocess.run(["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "q.tsq", "-out", "r.tsr"],
                   cwd=authority, check=True, capture_output=True)
    return (authority / "r.tsr").read_bytes()


def test_timestamp_token_beside_the_head(project: Project, tmp_path: Path, authority: Path) -> None:
    add_text(project, tmp_path)
    head = project.head()
    info = project.attach_token(stamp(authority, project.timestamp_request()))
    assert info.covers == head
    assert info.stamped_at.year >= 2024
    assert project.verify().clean


def test_timestamp_token_for_something_else_is_refused(project: Project, authority: Path) -> None:
    with pytest.raises(InputError, match="no log line, capture or text"):
        project.attach_token(stamp(authority, make_request("ab" * 32)))


def test_token_command_decides(project: Project, tmp_path: Path, authority: Path) -> None:
    from khabar.store.verify import verify_store

    add_text(project, tmp_path)
    project.attach_token(stamp(authority, project.timestamp_request()))
    command = (
        "openssl",
        "ts",
        "-verify",
        "-digest",
        "{hash}",
        "-in",
        "{token}",
        "-CAfile",
        str(authority / "cert.pem"),
    )
    with project.store.read() as conn:
        assert verify_store(conn, project.blobs, token_command=command).clean
        assert not verify_store(conn, project.blobs, token_command=("false",)).clean


@pytest.mark.parametrize("body", [b"", b"\x30\x03abc", b"\x30\x80", b"junk" * 20])
def test_no_token_is_refused(body: bytes) -> None:
    with pytest.raises(InputError, match="RFC 3161"):
        read_token(body)
