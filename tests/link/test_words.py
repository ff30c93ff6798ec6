from __future__ import annotations

import tomllib

import pytest

from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold
from khabar.link.words import find_stems, rarity, stem_of, weigh

TABLE = tomllib.loads((DATA / "link/stems.toml").read_text("utf-8"))


@pytest.mark.parametrize("example", TABLE["example"], ids=lambda e: e["stem"])
def test_examples_meet_in_their_stem(example: dict[str, object]) -> None:
    assert {stem_of(fold(w)) for w in example["words"]} == {example["stem"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize("word", [w for e in TABLE["counterexample"] for w in e["words"]])
def test_short_words_stay(word: str) -> None:
    assert stem_of(fold(word)) == fold(word)


def test_punctuation_is_no_word() -> None:
    assert find_stems("غارات، على (حلب)!") == ("غار", "علي", "حلب")


def test_common_words_weigh_less_than_names() -> None:
    assert rarity("في") < 0.1 < rarity("قتل") < rarity("سوروتش")
    assert weigh({"قتل", "سوروتش"}) == pytest.approx(rarity("قتل") + rarity("سوروتش"))
