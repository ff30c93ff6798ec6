"""Which days the golden expressions mean, precision, codes, beginnings, the inferred publication day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from khabar.annotate.times import find_times
from khabar.model.document import Interval, Precision, TimeBasis, TimeMention
from khabar.resolve.dateline import infer_published
from khabar.resolve.time import resolve_start, resolve_time, resolve_value, time_codes
from khabar.text.tokens import find_sentences, find_tokens

_GOLDEN = tomllib.loads((Path(__file__).parents[1] / "golden/time.toml").read_text("utf-8"))["group"]
_PUBLISHED = date(2018, 3, 12)


def find(text: str) -> tuple[TimeMention, ...]:
    tokens = find_tokens(text)
    return find_times(tokens, find_sentences(text, tokens))


def rows(kind: str) -> list[Any]:
    return list(_rows(kind))


def _rows(kind: str) -> Iterator[Any]:
    for group in _GOLDEN:
        for number, row in enumerate(group.get(kind, []), 1):
            cells = [row] if isinstance(row, str) else row
            yield pytest.param(group, *cells, id=f"{group['id']}-{number}")


@pytest.mark.parametrize(("group", "text", "words", "start", "end"), rows("cases"))
def test_placed(group: dict[str, Any], text: str, words: str, start: str, end: str) -> None:
    found = find(text)
    assert [text[m.start : m.end] for m in found] == [words], group["why"]
    interval = resolve_time(found[0], group.get("published"), tense=group.get("tense", "past"))
    assert interval is not None
    assert (interval.start.isoformat(), interval.end.isoformat()) == (start, end), found[0].value
    assert interval.basis is TimeBasis.TOLD


@pytest.mark.parametrize(("group", "text", "words"), rows("placeless"))
def test_placeless(group: dict[str, Any], text: str, words: str) -> None:
    found = find(text)
    assert [text[m.start : m.end] for m in found] == [words], group["why"]
    assert resolve_time(found[0], group.get("published")) is None


@pytest.mark.parametrize(("group", "text"), rows("nothing"))
def test_nothing(group: dict[str, Any], text: str) -> None:
    assert [text[m.start : m.end] for m in find(text)] == [], group["why"]


def test_golden_size() -> None:
    negatives = len(rows("nothing"))
    total = negatives + len(rows("cases")) + len(rows("placeless"))
    assert total >= 400
    assert negatives >= total / 5


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("day:0", Precision.DAY),
        ("part:evening day:-1", Precision.PART_OF_DAY),
        ("clock:10:30 day:0", Precision.HOUR),
        ("last:3 day", Precision.DAYS),
        ("week:-1", Precision.WEEK),
        ("month:-1", Precision.MONTH),
        ("season:summer 2014", Precision.SEASON),
        ("date:2014", Precision.YEAR),
        ("decade:80", Precision.DECADE),
    ],
)
def test_precision(value: str, precision: Precision) -> None:
    interval = resolve_value(value, _PUBLISHED)
    assert interval is not None
    assert interval.precision is precision


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("day:0", (1, 1)),
        ("range:weekday:5..weekday:6", (2, 2)),
        ("week:-1", (2, 3)),
        ("ago:1 week", (2, 3)),
        ("edge:mid month:-1", (2, 4)),
        ("month:-1", (3, 4)),
        ("year:-1", (None, 5)),
        ("decade:80", (None, None)),
        ("duration:2 hour", (None, None)),
    ],
)
def test_time_codes(value: str, codes: tuple[int | None, int | None]) -> None:
    assert time_codes(resolve_value(value, _PUBLISHED)) == codes


@pytest.mark.parametrize("value", ["date:2018-02-30", "hijri:1445-13-40", "date:????-02-30", "", "nonsense:3"])
def test_impossible_is_none(value: str) -> None:
    assert resolve_value(value, _PUBLISHED) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("منذ حزيران 2014", date(2014, 6, 1), date(2014, 6, 30)),
        ("منذ 2011", date(2011, 1, 1), date(2011, 12, 31)),
        ("منذ الأربعاء", date(2018, 3, 7), date(2018, 3, 7)),
        ("منذ نحو عام", date(2017, 3, 1), date(2017, 3, 31)),
        ("منذ شهرين", date(2018, 1, 12), date(2018, 1, 12)),
    ],
)
def test_beginning(text: str, start: date, end: date) -> None:
    interval = resolve_start(find(text)[0], _PUBLISHED)
    assert interval is not None
    assert (interval.start, interval.end) == (start, end)


def test_no_beginning() -> None:
    assert resolve_start(find("أمس")[0], _PUBLISHED) is None


@pytest.mark.parametrize(
    ("text", "published"),
    [
        # today is Tuesday, a day after the second anniversary
        ("قال متحدث اليوم الثلاثاء إن الغارات جاءت بعد يوم من الذكرى الثانية لاغتيال قاسم سليماني.", date(2022, 1, 4)),
        ("أعلن الجيش اليوم الاثنين 12 مارس 2018 مقتل قيادي.", date(2018, 3, 12)),
        ("قتل قيادي أمس الأحد 11 مارس 2018.", date(2018, 3, 12)),
        ("قال اليوم الاثنين 12 مارس إن القصف توقف، بعد أن تصاعد العام الماضي 2017.", date(2018, 3, 12)),
        ("سيطر الجيش يوم السبت 10 مارس 2018 على البلدة، وأعلن اليوم الاثنين انتهاء العملية.", date(2018, 3, 12)),
        # abstains: nothing ties it to the calendar, or the signals disagree
        ("أعلن الجيش اليوم الثلاثاء مقتل قيادي.", None),
        ("أعلن الجيش مقتل قيادي في 2016.", None),
        ("قال اليوم الثلاثاء إن الهجوم وقع أمس الجمعة.", None),
        ("قال اليوم الجمعة إن ذلك جاء بعد يوم من الذكرى الثانية لاغتيال قاسم سليماني.", date(2022, 1, 7)),
        ("قال اليوم الأحد إن ذلك جاء بعد يوم من الذكرى الثانية لاغتيال قاسم سليماني.", None),
        ("", None),
    ],
)
def test_infer_published(text: str, published: date | None) -> None:
    tokens = find_tokens(text)
    sentences = find_sentences(text, tokens)
    inferred, reasons = infer_published(tokens, sentences, find_times(tokens, sentences))
    assert inferred == published, reasons
    assert reasons


def test_interval_is_ordered() -> None:
    for group in _GOLDEN:
        for text, *_ in group.get("cases", []):
            for mention in find(text):
                interval = resolve_time(mention, group.get("published"))
                assert interval is None or (isinstance(interval, Interval) and interval.start <= interval.end)
