"""What holds for every text that the reader is given, whatever it finds."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import khabar
from khabar.model.codec import check_reading, decode_reading, encode_reading
from khabar.model.record import PROPERTIES, Reading
from made import ROOT

# Pieces that news is made of, with everything that makes offsets go wrong: marks, tatweel, emoji, bidi, digits.
PIECES = st.sampled_from(
    [
        "قصفت طائرات حربية",
        "قُتِلَ خمسة مدنيين",
        "مقتل ٥ جنود",
        "إصابة ۱۲ شخصا",
        "في بلدة كفرنبل",
        "قرب مدينة البوكمال",
        "بحسب وكالة الأفق",
        "قال متحدث باسم الجيش إن",
        "نفى مصدر عسكري",
        "يوم الثلاثاء",
        "أمس",
        "في 28 أكتوبر/تشرين الأول الماضي",
        "اعتقلت القوات",
        "خطف مسلحون مجهولون",
        "تظاهر المئات",
        "هددت الفصائل ب",
        "وأسفر ذلك عن",
        "غـــارة",
        "ﻏﺎﺭﺓ",
        "اﻻشتباكات",
        "😀",
        "👩‍🚒",
        "\u202e",
        "\u202c",
        "\u200f",
        "\u0301",
        "«",
        "»",
        '"',
        ".",
        "،",
        ":",
        "؟",
        "\n",
        "\r\n",
        "\t",
        "\x00",
        "\ud800",
        "و",
        "ال",
        "1,200",
        "٣.٥",
        "drone",
        "(",
        ")",
        "ـ",
        "\u064b",
    ]
)
NEWS = st.lists(PIECES, max_size=25).map(" ".join)
ANYTHING = st.text(st.one_of(st.characters(min_codepoint=0x600, max_codepoint=0x6FF), st.characters()), max_size=60)
DATES = st.none() | st.dates()


def hold(reading: Reading) -> None:
    """A reading keeps the promises of the model."""
    check_reading(reading)  # quote equals slice, evidence everywhere, properties and links that exist
    text = reading.report.text
    assert reading.report.sha256 == hashlib.sha256(text.encode()).hexdigest()
    ids = [r.id for r in reading.records]
    assert len(set(ids)) == len(ids)
    for record in reading.records:
        told: dict[str, list[object]] = {name: [] for name in PROPERTIES}
        for claim in record.claims:
            told[claim.property].append(claim.value)
            assert 0 <= claim.score <= 1
            assert claim.original == claim.evidence[0].quote
            for e in claim.evidence:
                assert text[max(0, e.start - len(e.prefix)) : e.start] == e.prefix
                assert text[e.end : e.end + len(e.suffix)] == e.suffix
        assert told["kind"] == [record.kind]
        assert told["actor"] == list(record.actors) and told["target"] == list(record.targets)
        for name in ("place", "date", "killed", "injured"):
            value = getattr(record, name)
            assert told[name] == ([] if value is None else [value])
        assert told["means"] == list(record.means) and len(told["source"]) == len(record.sources)
        assert told["link"] == list(record.links)
    assert decode_reading(encode_reading(reading)) == reading


@given(NEWS, DATES)
@settings(max_examples=150, deadline=None)
def test_every_value_has_its_words(text: str, published: object) -> None:
    hold(khabar.read(text, published=published))  # type: ignore[arg-type]


@given(ANYTHING)
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    reading = khabar.read(text)
    hold(reading)
    assert len(reading.report.text) == len(text)


@given(NEWS)
@settings(max_examples=30, deadline=None)
def test_reading_twice_gives_the_same_bytes(text: str) -> None:
    assert encode_reading(khabar.read(text)) == encode_reading(khabar.read(text))


@pytest.mark.parametrize("form", ["jsonl", "annotation", "html", "table"])
def test_same_bytes_under_every_hash_seed(examples: list[Path], form: str) -> None:
    command = [sys.executable, "-m", "khabar.cli", "read", "--format", form, *map(str, examples)]
    out = {
        subprocess.run(
            command,
            env={**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "120"},
            capture_output=True,
            check=True,
            cwd=ROOT,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(out) == 1


def test_examples_hold(examples: list[Path]) -> None:
    assert len(examples) >= 8
    for file in examples:
        hold(khabar.read(file.read_text("utf-8")))
