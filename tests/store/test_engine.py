"""Migrations, transactions, several processes, and errors that say what to do."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from fake_reader import FakeReader
from khabar.errors import ConfigError, StoreError
from khabar.project import Project
from khabar.store.blobs import Blobs
from khabar.store.engine import HEAD, MIGRATIONS, Store
from khabar.store.schema import metadata

TESTS = Path(__file__).parents[1]
NOW = "2024-01-01T00:00:00.000000Z"


def test_migrations_make_the_tables_of_the_schema(project: Project) -> None:
    with project.store.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "include_name": _is_ours})
        assert compare_metadata(context, metadata) == []


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name is not None and name.startswith("fts"))


def test_head_is_the_newest_migration() -> None:
    assert sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))[-1] == HEAD


def test_newer_store_is_refused(project: Project) -> None:
    with project.store.write(NOW) as tx:
        tx.conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="upgrade khabar"):
        Project.open(project.root)


def test_failed_transaction_leaves_nothing(project: Project) -> None:
    head = project.head()
    with pytest.raises(ZeroDivisionError), project.store.write(NOW) as tx:
        tx.ledger.append("x", "y", {})
        tx.conn.execute(text("INSERT INTO meta (key, value) VALUES ('x', 'y')"))
        raise ZeroDivisionError
    assert project.head() == head
    with project.store.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM meta WHERE key = 'x'")).scalar() == 0


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite://"])
def test_unknown_databases_are_refused(tmp_path: Path, url: str) -> None:
    if url == "sqlite://":
        assert Store(url).url == url
        return
    with pytest.raises(ConfigError, match="known: sqlite"):
        Store(url)


def test_unreachable_postgres_says_so_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="can't be reached") as caught:
        Store("postgresql://user:secret@127.0.0.1:1/x").version()
    assert "secret" not in str(caught.value)


def test_no_project_and_no_store_are_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="khabar init"):
        Project.open(tmp_path)
    Project.init(tmp_path / "p").close()
    (tmp_path / "p" / "store.sqlite").unlink()
    with pytest.raises(ConfigError, match="store is missing"):
        Project.open(tmp_path / "p")


@pytest.mark.parametrize(("lines", "why"), [
    ("[project]\nname = 'x'\nslug = 'X1'\ncolour = 1\n", "known: name, slug, database"),
    ("[nonsense]\n", r"known: project, review, fetch, custody"), ("[project]\nname = 1\nslug = 'X1'\n", "expected str"),
    ("[project\n", "project.toml"), ("[project]\nname = 'x'\n", "slug"), ("", r"\[project\] is missing"),
    ("[project]\nname='x'\nslug='X1'\n[fetch]\nports = ['80']\n", "list of int"),
    ("[project]\nname='x'\nslug='X1'\n[review]\nsecond_pair = 1\n", "expected bool"),
    ("[project]\nname='x'\nslug='x y'\n", "capital Latin"),
    ("[project]\nname='x'\nslug='X1'\n[fetch]\ndelay_seconds = -1\n", r"\[fetch\]: delay_seconds: -1.0 is too small"),
])
def test_wrong_settings_name_the_known_ones(tmp_path: Path, lines: str, why: str) -> None:
    (tmp_path / "project.toml").write_text(lines)
    with pytest.raises(ConfigError, match=why):
        Project.open(tmp_path)


def test_bad_slug_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="capital Latin"):
        Project.init(tmp_path / "p", slug="x-1")
    assert not (tmp_path / "p").exists()


def test_full_disk_is_a_clear_error_and_loses_nothing(tmp_path: Path) -> None:
    """SQLite's own limit stands in for a full disk: it fails in the same place, with the same error."""
    with Project.init(tmp_path / "p") as project:
        head = project.head()
        with pytest.raises(StoreError, match="disk is full; nothing was changed"), project.store.write(NOW) as tx:
            pages = tx.conn.execute(text("PRAGMA page_count")).scalar()
            tx.conn.execute(text(f"PRAGMA max_page_count = {pages}"))
            tx.conn.execute(text("INSERT INTO meta (key, value) VALUES ('x', :x)"), {"x": "x" * 10_000_000})
        assert project.head() == head
        assert project.verify().clean


def test_really_full_disk(tmp_path: Path) -> None:
    """A disk of 3 MB that runs full while reports come in: what was told is there, and goes on when there is room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], check=False, capture_output=True
    ).returncode:
        pytest.skip("a small disk can't be mounted here")
    try:
        write_table(tmp_path / "t.jsonl", 3000)
        told: list[str] = []
        with Project.init(disk / "p", reader=FakeReader(), reader_name="fake/1") as project:
            with pytest.raises(StoreError, match=r"disk is full|No space left"):
                project.add([str(tmp_path / "t.jsonl")], progress=lambda o: told.append(o.report or ""))
            subprocess.run(["mount", "-o", "remount,size=30m", disk], check=True)
            found = project.verify()
            assert found.clean and found.reports == len(told)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with Project.open(disk / "p", reader=FakeReader(), reader_name="fake/1") as project:
            assert project.verify().clean
            with pytest.raises(StoreError, match=r"read-only|Read-only"):
                project.add([str(tmp_path / "t.jsonl")])
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "No space left"), (errno.EROFS, "Read-only"), (errno.EACCES, "denied")]
)
def test_full_or_closed_disk_while_bytes_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    (tmp_path / "a.txt").write_text("قصف على حلب", "utf-8")
    with Project.init(tmp_path / "p") as project:
        def refuse(*_: object) -> None:
            raise OSError(code, os.strerror(code), "disk")

        monkeypatch.setattr("khabar.store.blobs.os.fsync", refuse)
        with pytest.raises(StoreError, match=words):
            project.add([str(tmp_path / "a.txt")])
        monkeypatch.undo()
        assert project.verify().clean and not list(project.blobs.incoming.iterdir())


def test_read_only_store_can_be_read_not_written(tmp_path: Path) -> None:
    with Project.init(tmp_path / "p") as project:
        with pytest.raises(StoreError, match="read-only; nothing was changed"), project.store.write(NOW) as tx:
            tx.conn.execute(text("PRAGMA query_only = ON"))
            tx.ledger.append("x", "y", {})
        assert project.verify().clean


def test_what_is_no_store_says_so(tmp_path: Path) -> None:
    Project.init(tmp_path / "p").close()
    for path in (tmp_path / "p").glob("store.sqlite*"):
        path.unlink()
    (tmp_path / "p" / "store.sqlite").write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreError, match="not a Khabar store"):
        Project.open(tmp_path / "p")


# Several processes


WORKER = """
import sys
sys.path.insert(0, sys.argv[3])
from fake_reader import FakeReader
from khabar.project import Project
with Project.open(sys.argv[1], reader=FakeReader(), reader_name="fake/1") as project:
    project.add([sys.argv[2]], progress=lambda o: print(o.status, o.report, flush=True))
"""


def start(project: Path, table: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WORKER, str(project), str(table), str(TESTS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def write_table(path: Path, count: int) -> None:
    rows = ({"id": f"t{i}", "published": f"2020-01-{i % 28 + 1:02d}",
             "text": f"انفجار رقم {i} في بغداد " + " ".join(f"كلمة{i}_{j}" for j in range(12))} for i in range(count))
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def test_two_processes_add_the_same_reports_once(project: Project, tmp_path: Path) -> None:
    write_table(tmp_path / "t.jsonl", 150)
    workers = [start(project.root, tmp_path / "t.jsonl") for _ in range(2)]
    outputs = [worker.communicate(timeout=120)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    added = [line.split()[1] for output in outputs for line in output.splitlines() if line.startswith("added")]
    assert len(added) == len(set(added)) == 150
    found = project.verify()
    assert (found.clean, found.reports, found.captures) == (True, 150, 151)
    assert len({r.id for r in project.records()}) == 150


def test_killed_at_random_points_loses_nothing_told(project: Project, tmp_path: Path) -> None:
    write_table(tmp_path / "t.jsonl", 200)
    random = Random(7)
    told: set[str] = set()
    for _ in range(8):
        worker = start(project.root, tmp_path / "t.jsonl")
        time.sleep(0.5 + random.random() * 0.5)
        worker.send_signal(signal.SIGKILL)
        output = worker.communicate(timeout=60)[0]
        told.update(
            line.split()[1] for line in output.splitlines() if line.startswith("added") and line.count(" ") == 1
        )
        found = project.verify()
        assert found.clean, found.problems
        for ident in told:
            assert project.report(ident).text
    output = start(project.root, tmp_path / "t.jsonl").communicate(timeout=60)[0]
    assert "failed" not in output
    found = project.verify()
    assert (found.clean, found.reports) == (True, 200)
    held = sum(line["records"] for line in project.incidents(limit=1000))
    assert held == 200  # what was interrupted before fusion was made up for


def test_staged_bytes_of_a_killed_process_go_in_time(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blobs.create()
    staged = blobs.stage(b"never committed")
    blobs.recover(frozenset())
    assert staged.path.exists()  # its process may be about to commit
    os.utime(staged.path, (0, 0))
    blobs.recover(frozenset())
    assert not staged.path.exists()


def test_older_store_is_lifted(project: Project, tmp_path: Path) -> None:
    """The first tables, which had the bodies among the records, and copies counted with former versions."""
    (tmp_path / "a.txt").write_text("قصف على حلب", "utf-8")
    project.add([str(tmp_path / "a.txt")])
    before = project.records()
    binary = "BYTEA" if project.store.is_postgres else "BLOB"
    with project.store.write(NOW) as tx:
        for statement in (
            f"ALTER TABLE records ADD COLUMN body {binary}",
            "UPDATE records SET body = (SELECT body FROM record_bodies WHERE record = records.id)",
            "DROP TABLE record_bodies", "ALTER TABLE groups ADD COLUMN size INTEGER NOT NULL DEFAULT 1",
            "UPDATE alembic_version SET version_num = '0001'",
        ):
            tx.conn.execute(text(statement))
    project.close()
    with Project.open(project.root) as lifted:
        assert lifted.store.version() == HEAD
        assert lifted.records() == before and before
        assert lifted.verify().clean


def test_emptied_store_is_refused(tmp_path: Path) -> None:
    Project.init(tmp_path / "p").close()
    for path in (tmp_path / "p").glob("store.sqlite*"):
        path.unlink()
    (tmp_path / "p" / "store.sqlite").touch()
    with pytest.raises(ConfigError, match="its store is empty"):
        Project.open(tmp_path / "p")


@pytest.mark.parametrize("given", [{"slug": "ABC"}, {"name": "other"}, {"database": "sqlite:///other.sqlite"}])
def test_project_is_not_made_anew_with_other_settings(tmp_path: Path, given: dict[str, str]) -> None:
    Project.init(tmp_path / "p", slug="SYR", name="x").close()
    with pytest.raises(ConfigError, match=f"another {next(iter(given))}"):
        Project.init(tmp_path / "p", **given)
    Project.init(tmp_path / "p").close()


def test_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="a project can't be made here"):
        Project.init(tmp_path / "file" / "p")
    (tmp_path / "p" / "project.toml").mkdir(parents=True)
    with pytest.raises(ConfigError, match="can't be read"):
        Project.open(tmp_path / "p")
