"""How many annotated dates some time expression of the report resolves to, on the shared evaluation reports.

Counts events whose date is not the publication day. Skips where ../shared is absent. The figures are
printed by `pytest -s tests/resolve/test_time_shared.py`.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from khabar.annotate.times import find_times
from khabar.model.document import TimeMention
from khabar.resolve.dateline import infer_published
from khabar.resolve.time import resolve_start, resolve_time
from khabar.text.tokens import find_sentences, find_tokens

_SHARED = Path(__file__).parents[3] / "shared"
pytestmark = pytest.mark.skipif(not _SHARED.is_dir(), reason="../shared is absent")

Days = tuple[str, str]


def readings(mention: TimeMention, published: date) -> set[Days]:
    found = [resolve_time(mention, published, tense=tense) for tense in ("past", "future")]
    found.append(resolve_start(mention, published))
    return {(i.start.isoformat(), i.end.isoformat()) for i in found if i is not None}


def count_report(report: dict[str, Any]) -> tuple[int, int, int]:
    """Events with a date of their own; of these, dated by a mentioning sentence, and by the report."""
    text, published = report["text"], date.fromisoformat(report["published"])
    tokens = find_tokens(text)
    sentences = find_sentences(text, tokens)
    times = [(m, readings(m, published)) for m in find_times(tokens, sentences)]
    events = near = anywhere = 0
    for event in report["events"]:
        told = event["date"]
        if told is None or told["start"] == told["end"] == report["published"]:
            continue
        days = (told["start"], told["end"])
        around = [s for s in sentences if any(s.start <= m["start"] < s.end for m in event["mentions"])]
        events += 1
        near += any(days in found and any(s.start <= m.start < s.end for s in around) for m, found in times)
        anywhere += any(days in found for _, found in times)
    return events, near, anywhere


@pytest.mark.parametrize(("name", "near", "anywhere"), [("train", 0.69, 0.86), ("dev", 0.58, 0.72)])
def test_share_of_dates(name: str, near: float, anywhere: float) -> None:
    lines = (_SHARED / f"evaluation/{name}.jsonl").read_text("utf-8").splitlines()
    counts = [count_report(json.loads(line)) for line in lines]
    events, in_sentence, in_report = (sum(column) for column in zip(*counts, strict=True))
    print(f"{name}: {events} dates, {in_sentence / events:.3f} by the sentence, {in_report / events:.3f} by the report")
    assert in_sentence / events >= near
    assert in_report / events >= anywhere


def test_seed_dateline() -> None:
    text = (_SHARED / "seed/report.txt").read_text("utf-8")
    tokens = find_tokens(text)
    sentences = find_sentences(text, tokens)
    published, reasons = infer_published(tokens, sentences, find_times(tokens, sentences))
    assert published == date(2022, 1, 4), reasons
    assert len(reasons) == 2
