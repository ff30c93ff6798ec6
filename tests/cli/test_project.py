"""The project's commands: each one call, tables for people, JSON Lines for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fake_reader import FakeReader
from khabar.cli.main import main
from khabar.cli.tables import render_table

NEWS = "انفجار في بغداد وسقوط 5 قتيل\nوقال المدني أحمد سالم الخطيب إن قصف حلب استمر"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Runs a command in a project whose reader is the tests' own."""
    monkeypatch.setattr("khabar.reader.read", FakeReader())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KHABAR_USER", "a")
    runner = CliRunner()

    def call(*words: str, code: int = 0) -> Result:
        result = runner.invoke(main, list(words), catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    call("init", "p", "--slug", "TST")
    monkeypatch.setenv("KHABAR_PROJECT", "p")
    return call


@pytest.fixture
def filled(run, tmp_path: Path):  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text(NEWS, "utf-8")
    run("add", "a.txt", "--outlet", "صحيفة", "--published", "2020-01-02")
    return run


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_add_tells_what_was_done(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text(NEWS, "utf-8")
    assert "1 added" in run("add", "a.txt").stderr
    assert "0 added" in run("add", "a.txt").stderr
    (tmp_path / "b.csv").write_text(f'matn,x\n"{NEWS} مرة أخرى",1\n', "utf-8")
    assert "which column holds the text" in run("add", "b.csv", code=2).stderr
    told = rows(run("add", "b.csv", "--column", "text=matn", "--format", "json"))
    assert [(row["status"], row["records"]) for row in told] == [("added", 2)]


def test_failures_are_named_and_exit_with_1(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text(" ", "utf-8")
    assert "there is no text" in run("add", "a.txt", code=1).stderr
    assert "no such file" in run("add", "none.txt", code=1).stderr
    assert "write YYYY-MM-DD" in run("add", "a.txt", "--published", "أمس", code=2).stderr


def test_update_takes_what_is_new(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "in").mkdir()
    run("add", "in", "--watch")
    (tmp_path / "in" / "a.txt").write_text(NEWS, "utf-8")
    assert "1 added" in run("update").stderr
    assert "0 added" in run("update").stderr
    assert "1 read again" in run("update", "--reread").stderr


def test_search(filled) -> None:  # type: ignore[no-untyped-def]
    assert "صحيفة" in filled("search", "انفجار").stdout
    assert len(rows(filled("search", "ادلب", "--format", "json"))) == 0
    for words in (
        ("--kind", "shelling"),
        ("--place", "حلب", "--radius", "5"),
        ("--near", "33.3,44.3", "--radius", "20"),
        ("--since", "2020-01-01", "--until", "2020-02-01"),
        ("--outlet", "صحيفة"),
        ("--status", "asserted"),
        ("--review", "machine"),
        ("--actor", "أحمد سالم الخطيب"),
    ):
        assert len(rows(filled("search", *words, "--format", "json"))) == 1, words
    assert len(rows(filled("search", "--kind", "detention", "--format", "json"))) == 0
    assert "--radius needs" in filled("search", "--radius", "5", code=2).stderr
    assert "LAT,LON" in filled("search", "--near", "x", code=2).stderr
    assert "give coordinates" in filled("search", "--place", "نيويورك", "--radius", "5", code=1).stderr


def test_incidents_show_merge_split(filled) -> None:  # type: ignore[no-untyped-def]
    first, second = (row["id"] for row in rows(filled("incidents", "--format", "json")))
    assert first == "TST-2020-00001"
    assert filled("incidents").stdout.splitlines()[0].split() == [
        "id", "date_start", "kind", "place", "records", "sources", "grading", "review"]
    assert filled("merge", first, second, "--reason", "حدث واحد").stdout.strip() == first
    shown = json.loads(filled("show", second).stdout)
    assert shown["id"] == first
    other = filled("split", first, shown["records"][1], "--reason", "حدثان").stdout.strip()
    assert json.loads(filled("show", other).stdout)["records"] == [shown["records"][1]]
    assert [step["action"] for step in json.loads(filled("show", first, "--history").stdout)] == ["merge", "split"]
    assert "حدث واحد" in filled("show", first, "--history", "--format", "table").stdout
    lines = dict(line.split(None, 1) for line in filled("show", first, "--format", "table").stdout.splitlines())
    assert (lines["id"], lines["members"]) == (first, "(2)")


def test_decide(filled) -> None:  # type: ignore[no-untyped-def]
    hit = rows(filled("search", "--kind", "shelling", "--format", "json"))[0]
    record = hit["records"][0]  # type: ignore[index]
    filled(
        "decide",
        record,
        "correct",
        "property=killed",
        'values=[{"type":"count","minimum":1,"maximum":2}]',
        "--reason",
        "عدّ",
    )
    reviewed = filled("decide", record, "state", "to=reviewed").stdout.strip()
    for decision in json.loads(filled("show", record).stdout)["unconfirmed"]:
        assert "a second person" in filled("decide", record, "confirm", f"decision={decision}", code=1).stderr
        filled("decide", record, "confirm", f"decision={decision}", "--by", "b")
    assert reviewed.startswith("d-")
    filled("decide", record, "state", "to=published")
    public = json.loads(filled("show", record, "--public").stdout)
    assert (public["killed"], "الخطيب" in str(public)) == ({"minimum": 1, "maximum": 2}, False)
    assert "it has changed" in filled("decide", record, "comment", "text=x", "--seen", "abc", code=1).stderr
    assert "NAME=VALUE" in filled("decide", record, "comment", "x", code=2).stderr
    added = filled("decide", hit["report"], "add", "kind=detention", "spans=[[0,6]]").stdout.strip()
    assert json.loads(filled("show", added).stdout)["mentions"][0]["quote"] == NEWS[:6]


def test_verify_and_log(filled, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "clean; head" in filled("verify").stdout
    assert rows(filled("verify", "--format", "json"))[0]["clean"] is True
    assert [row["kind"] for row in rows(filled("log", "--format", "json"))] == ["init", "capture", "extract", "read"]
    assert len(filled("log", "--kind", "capture").stdout.splitlines()) == 2
    filled("log", "--timestamp-request", "q.tsq")
    assert (tmp_path / "q.tsq").read_bytes()[0] == 0x30
    assert "RFC 3161" in filled("log", "--attach-token", "a.txt", code=1).stderr
    kept = next((tmp_path / "p" / "captures" / "sha256").rglob("?" * 64))
    kept.chmod(0o644)
    kept.write_bytes(b"other")
    assert filled("verify", code=1).stdout.startswith("changed: captures/sha256/")


def test_original_bytes(filled, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = rows(filled("search", "--format", "json"))[0]["report"]
    command = [sys.executable, "-c", "from khabar.cli.main import main; main()", "show", str(report), "--original"]
    out = subprocess.run(
        command, capture_output=True, check=True, cwd=tmp_path, env={**os.environ, "KHABAR_PROJECT": "p"}
    )
    assert out.stdout == (tmp_path / "a.txt").read_bytes()


def test_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["search", "x"])
    assert result.exit_code == 2 and "khabar init" in result.stderr


def test_init_again_opens(run) -> None:  # type: ignore[no-untyped-def]
    run("init", "p")
    assert "another database" in run("init", "p", "--database", "postgresql://x/y", code=2).stderr


def test_start_up_stays_light() -> None:
    """`khabar --help` and `khabar read` must not pay for the project's libraries."""
    heavy = ("sqlalchemy", "trafilatura", "alembic")
    probe = f"import sys, khabar.cli.main, khabar.cli.project; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_table_keeps_hostile_text_in_its_cell() -> None:
    lines = list(render_table([{"a": "x\u202ey\nz\x1b[31m", "b": None}, {"a": "ق" * 99, "b": 1}], ("a", "b"), None))
    assert lines[0].split() == ["a", "b"]
    assert "\u202e" not in lines[1] and "\x1b" not in lines[1] and lines[1].startswith("xy z[31m")
    assert lines[2].startswith("ق" * 59 + "…  1")
