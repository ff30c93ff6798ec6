"""Finding what is private in a text."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import pairwise
from typing import Any

import pytest

from khabar.review.sensitive import HIDDEN, find_marks, public_source, redact
from khabar.review.standing import Standing

ENTRIES = tomllib.loads(resources.files("khabar").joinpath("data/review/contacts.toml").read_text("utf-8"))["contact"]


def cases(name: str) -> list[Any]:
    return [
        pytest.param(entry, text, id=f"{entry['id']}-{i}") for entry in ENTRIES for i, text in enumerate(entry[name])
    ]


@pytest.mark.parametrize(("entry", "text"), cases("examples"))
def test_examples(entry: dict[str, str], text: str) -> None:
    found = re.search(entry["pattern"], f"قال {text} أمس")
    assert found is not None and found.group() == text


@pytest.mark.parametrize(("entry", "text"), cases("counterexamples"))
def test_counterexamples(entry: dict[str, str], text: str) -> None:
    assert re.search(entry["pattern"], f"قال {text} أمس") is None


@pytest.mark.parametrize(("text", "names", "public"), [
    ("قال أحمد الخطيب أمس", ("أحمد الخطيب",), f"قال {HIDDEN} أمس"),
    ("قال احمد الخطيب وأحمَد الخطيب", ("أحمد الخطيب",), f"قال {HIDDEN} و{HIDDEN}"),
    ("قال لأحمد الخطيب", ("أحمد الخطيب",), f"قال ل{HIDDEN}"),
    ("قال أحمد الخطيبي", ("أحمد الخطيب",), "قال أحمد الخطيبي"),
    ("سامح وصل", ("سام",), "سامح وصل"),
    ("أحمد سالم الخطيب وأحمد سالم", ("أحمد سالم الخطيب", "أحمد سالم"), f"{HIDDEN} و{HIDDEN}"),
    ("لا أحد", (), "لا أحد"), ("", ("أحمد",), ""), ("نص", ("",), "نص"),
])
def test_redact(text: str, names: tuple[str, ...], public: str) -> None:
    assert redact(text, names) == public


def test_marks_do_not_overlap_and_are_in_order() -> None:
    marks = find_marks("a.b@example.org أحمد سالم a@b.example", ("أحمد سالم", "سالم"))
    assert [mark.kind for mark in marks] == ["email", "name", "email"]
    assert all(a.end <= b.start for a, b in pairwise(marks))


@pytest.mark.parametrize(
    ("told", "public"),
    [
        ("وكالة رويترز", True),
        ("المواطن أحمد سالم الخطيب", False),
        ("الناشط أبو محمد الحلبي", False),
        ("شاهد عيان", False),
    ],
)
def test_sources_are_public_by_the_actor_they_name(told: str, public: bool) -> None:
    shown = public_source(told, Standing())
    assert (shown != HIDDEN) == public
    assert "الخطيب" not in shown and "الحلبي" not in shown


def test_released_source_is_public_by_the_released_name_only() -> None:
    standing = Standing(released=("أحمد سالم الخطيب",))
    assert public_source("المواطن احمد سالم الخطيب وجاره سعيد", standing) == "أحمد سالم الخطيب"
