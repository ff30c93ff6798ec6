"""The table keeps its columns: isolates are balanced, widths are kept, nothing steers the terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from khabar.export.table import Item, cell_width, clean, clip, wrap, write
from khabar.model.document import Issue
from khabar.model.record import Reading


def table(reading: Reading, width: int = 110) -> list[str]:
    out = io.StringIO()
    write([reading], out, width=width)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 110, 200])
def test_lines_fit_and_isolates_are_balanced(strike: Reading, width: int) -> None:
    for line in table(strike, width):
        assert line.count("\u2068") == line.count("\u2069")
        assert cell_width(line) <= width


def test_table_shows_the_values(strike: Reading) -> None:
    lines = table(strike)
    text = "\n".join(lines)
    for shown in (
        "airstrike",
        "claimed",
        "2023-03-14",
        "Deir ez-Zor, SY",
        "response to",
        "denied",
        "published 2023-03-14",
    ):
        assert shown in text
    assert any("← \u2068مصدر" in line for line in lines)  # the chain's arrow stands outside the isolate


def test_rows_start_in_the_same_column(strike: Reading) -> None:
    lines = table(strike)
    ruler = next(line for line in lines if "──" in line)
    starts = [i for i, c in enumerate(ruler) if c == "─" and ruler[i - 1] != "─"]
    head = lines[lines.index(ruler) - 1]
    assert all(head[i] != " " for i in starts[1:])


def test_no_events_and_issues_are_said(strike: Reading) -> None:
    lines = table(replace(strike, records=(), issues=(Issue("other-language", "Give Arabic."),)))
    assert "no events" in lines
    assert "! other-language: Give Arabic." in lines


def test_what_steers_a_terminal_is_taken_out() -> None:
    assert clean("a\x1b[31mb\u202ec\nd\u2069e\x00") == "a[31mbc def".replace("def", "de")


@pytest.mark.parametrize(
    ("text", "width"), [("قصف", 3), ("قَصْفٌ", 3), ("abc", 3), ("\u2068قصف\u2069", 3), ("漢字", 4), ("", 0)]
)
def test_cell_width(text: str, width: int) -> None:
    assert cell_width(text) == width


def test_wrap_breaks_between_words() -> None:
    assert wrap(Item("متحدث باسم قوات التحالف", "← "), 14) == ["← \u2068متحدث باسم\u2069", "  \u2068قوات التحالف\u2069"]


def test_clip() -> None:
    assert clip("abcdef", 4) == "abc…"
    assert clip("abc", 4) == "abc"
