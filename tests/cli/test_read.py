"""`khabar read`: input, formats, messages and exit codes. The reader itself is replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import khabar.pipeline
from khabar.cli.main import main
from khabar.model.record import Reading
from made import load_made, make_reading

TEXT = "قتل خمسة مدنيين في قصف مدفعي على بلدة كفرنبل جنوب إدلب أمس السبت.\n"
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with a reader that finds nothing, except in the strike example."""
    strike = make_reading(load_made("strike"))

    def read(text: str, *, steps: bool = False, **told: Any) -> Reading:
        if text == strike.report.text:
            return strike
        return Reading(khabar.pipeline.make_report(text, **told), ())

    monkeypatch.setattr(khabar.pipeline, "read", read)

    def call(*args: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, args, input=stdin)

    return call


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_plain_text(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(TEXT, "utf-8")
    result = run("read", str(file), "--published", "2019-05-04", "--outlet", "الأفق", "--format", "annotation")
    assert result.exit_code == 0
    (line,) = lines(result)
    assert line["text"] == TEXT
    assert (line["published"], line["outlet"], line["events"]) == ("2019-05-04", "الأفق", [])


def test_standard_input(run: Run) -> None:
    result = run("read", "-", "--format", "annotation", stdin=TEXT.encode("utf-16"))
    assert result.exit_code == 0
    assert lines(result)[0]["text"] == TEXT


def test_annotation_format_as_input(run: Run, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "title": "t", "outlet": "o", "published": "2018-01-02", "text": TEXT, "events": [{"id": "e1"}]},
        {"id": "b", "text": TEXT, "published": None},
    ]
    file = tmp_path / "x.jsonl"
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    result = run("read", str(file), "--published", "2020-02-02", "--outlet", "p", "--format", "annotation")
    assert result.exit_code == 0
    found = [(x["id"], x["title"], x["outlet"], x["published"], x["text"], x["events"]) for x in lines(result)]
    assert found == [("a", "t", "o", "2018-01-02", TEXT, []), ("b", None, "p", "2020-02-02", TEXT, [])]
    assert "2 reports, 0 events" in result.stderr


@pytest.mark.parametrize(
    ("form", "shows"),
    [
        ("table", "airstrike"),
        ("jsonl", '"schema":1'),
        ("annotation", '"kind": "airstrike"'),
        ("html", "<!doctype html>"),
    ],
)
def test_every_format(run: Run, form: str, shows: str) -> None:
    result = run("read", "examples/strike.txt", "--format", form)
    assert result.exit_code == 0
    assert shows in result.stdout
    assert result.stderr == ""


def test_bad_files_stop_nothing_and_are_reported_at_the_end(run: Run, tmp_path: Path) -> None:
    good, binary, lines_file = tmp_path / "good.txt", tmp_path / "bad.bin", tmp_path / "x.jsonl"
    good.write_text(TEXT, "utf-8")
    binary.write_bytes(bytes(range(256)))
    lines_file.write_text("nonsense\n" + json.dumps({"id": "b", "text": TEXT}) + "\n", "utf-8")
    names = [str(binary), str(tmp_path / "missing.txt"), str(tmp_path), str(lines_file), str(good)]
    result = run("read", *names, "--format", "annotation")
    assert result.exit_code == 1
    assert len(lines(result)) == 2
    for says in ("bad.bin: is a binary file", "missing.txt: can't be opened", "x.jsonl:1: the line is not JSON"):
        assert says in result.stderr
    assert result.stderr.rstrip().endswith("4 could not be read")


@pytest.mark.parametrize("data", [b"", b"Five civilians were killed", ("قتل" + "\u0301" * 5000).encode()])
def test_nothing_to_read_is_said_and_is_no_error(run: Run, data: bytes) -> None:
    result = run("read", "-", "--format", "annotation", stdin=data)
    assert result.exit_code == 0
    (line,) = lines(result)
    assert line["events"] == [] and line["issues"]
    assert "nothing to read" in result.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("read",),
        ("read", "-", "--format", "xml"),
        ("read", "-", "--published", "yesterday"),
        ("reed", "-"),
        ("explain", "-"),
        ("evaluate",),
        ("--no-such-option",),
    ],
)
def test_usage_errors(run: Run, args: tuple[str, ...]) -> None:
    result = run(*args, stdin=TEXT.encode())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_explain(run: Run) -> None:
    result = run("explain", "examples/strike.txt", "e1")
    assert result.exit_code == 0
    assert "killed: 7 to 7" in result.stdout and "[مقتل سبعة أشخاص]" in result.stdout
    assert run("explain", "examples/strike.txt", "e7").exit_code == 2
    assert "there are: e1, e2, e3" in run("explain", "examples/strike.txt", "e7").stderr
    assert run("explain", "no-such-file", "e1").exit_code == 1


def test_output_bytes_are_utf8_with_plain_line_breaks(run: Run) -> None:
    result = run("read", "examples/strike.txt")
    assert b"\r" not in result.stdout_bytes
    assert "غارة".encode() in result.stdout_bytes


def test_library_call_takes_a_date_or_its_text(run: Run) -> None:
    import khabar

    assert khabar.read(TEXT, published="2019-05-04").report.published == date(2019, 5, 4)
    assert khabar.read(TEXT, published=date(2019, 5, 4)).report.published == date(2019, 5, 4)
    with pytest.raises(khabar.KhabarError, match="YYYY-MM-DD"):
        khabar.read(TEXT, published="4 May")
