"""The exchange format keeps what was given and says what was found."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pytest

from khabar.errors import ConfigError
from khabar.export import FORMATS, load_writer
from khabar.export.annotation import annotate_reading, write
from khabar.model.codec import decode_reading
from khabar.model.document import Issue
from khabar.model.record import Reading
from khabar.model.report import PublishedBasis
from made import SHARED, load_made, make_reading


def test_annotation_is_what_the_reading_was_made_from(strike: Reading) -> None:
    given, line = load_made("strike"), annotate_reading(strike)
    for key in ("id", "title", "text", "published", "outlet"):
        assert line[key] == given[key]
    for event, wanted in zip(line["events"], given["events"], strict=True):
        assert all(line["text"][m["start"] : m["end"]] == m["quote"] for m in event["mentions"])
        for key in ("id", "kind", "actors", "targets", "place", "means", "sources", "status", "links"):
            assert event[key] == wanted[key]
        for key in ("killed", "injured", "date"):
            bare = wanted[key] and {k: v for k, v in wanted[key].items() if k != "quotes"}
            assert event[key] == bare


def test_lines_are_json_without_escapes(strike: Reading) -> None:
    out = io.StringIO()
    write([strike, strike], out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert json.loads(lines[0]) == annotate_reading(strike)
    assert "غارة" in lines[0]


def test_inferred_date_is_not_told_as_fact(strike: Reading) -> None:
    report = replace(strike.report, published=date(2023, 3, 14), published_basis=PublishedBasis.INFERRED)
    assert annotate_reading(replace(strike, report=report))["published"] is None


def test_issues_are_carried(strike: Reading) -> None:
    assert "issues" not in annotate_reading(strike)
    line = annotate_reading(replace(strike, issues=(Issue("odd", "why"),)))
    assert line["issues"] == [{"code": "odd", "message": "why", "start": None, "end": None}]


def test_native_lines_can_be_read_back(strike: Reading) -> None:
    out = io.StringIO()
    load_writer("jsonl")([strike], out)
    assert decode_reading(out.getvalue()) == strike


def test_unknown_format_lists_the_known() -> None:
    with pytest.raises(ConfigError, match=", ".join(FORMATS)):
        load_writer("xml")


def test_the_worked_example_comes_back_whole() -> None:
    if not (SHARED / "seed/annotation.jsonl").exists():
        pytest.skip("needs the evaluation material beside the repository (../shared)")
    gold = json.loads((SHARED / "seed/annotation.jsonl").read_text("utf-8"))
    events = annotate_reading(make_reading(gold))["events"]
    assert [e["id"] for e in events] == [e["id"] for e in gold["events"]]
    for event, wanted in zip(events, gold["events"], strict=True):
        assert {k: event[k] for k in ("kind", "actors", "killed", "date", "sources", "links")} == {
            k: wanted[k] for k in ("kind", "actors", "killed", "date", "sources", "links")
        }
