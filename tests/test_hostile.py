"""Texts made to take long: reading stays about linear in length, and bounded."""

from __future__ import annotations

import time

import pytest

import khabar
from khabar.text.source import MAX_TEXT

LINE = "استهدفت غارة جوية رتلا قرب البوكمال وأدت إلى مقتل سبعة أشخاص بحسب وكالة الأفق نقلا عن مصدر ميداني قال إن "


def seconds(text: str) -> float:
    start = time.perf_counter()
    khabar.read(text)
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "unit",
    [
        LINE,
        LINE + "\n",
        "قصف ",
        "قصف 5 ",
        "حلب ",
        "قال ",
        '"',
        "و",
        "قصف المدينة" + "\u0301" * 15,
        "\u202eقصف ",
        "قصف",
        "12 ",
        "الجيش ",
        "مساء أمس ",
        "قتل 5 وأصيب 3 ",
        "(",
        "،",
        "قال الجيش إن ",
    ],
    ids=lambda unit: repr(unit[:20]),
)
def test_reading_is_linear(unit: str) -> None:
    khabar.read(LINE)
    short, long = unit * (2_000 // len(unit)), unit * (8_000 // len(unit))
    base = min(seconds(short) for _ in range(2))
    assert seconds(long) < 10 * max(base, 0.05)  # four times the length; the slack is for a busy machine


def test_the_longest_text_is_read_in_a_minute() -> None:
    text = (LINE + "\n") * (MAX_TEXT // (len(LINE) + 1))
    assert seconds(text) < 60
