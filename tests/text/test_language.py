"""Languages are told apart by their letters; the examples stand in the data file."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from khabar.text.language import find_language

LANGUAGES = tomllib.loads((files("khabar.data") / "languages.toml").read_text("utf-8"))["language"]


@pytest.mark.parametrize(("language", "example"), [(x["id"], e) for x in LANGUAGES for e in x["examples"]])
def test_example_is_in_its_language(language: str, example: str) -> None:
    found, issue = find_language(example)
    assert found == language
    assert issue is not None and issue.code == "other-language"


@pytest.mark.parametrize("example", [e for x in LANGUAGES for e in x.get("counterexamples", ())])
def test_counterexample_is_arabic(example: str) -> None:
    assert find_language(example) == ("ar", None)


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("قتل جنديان في كمين قرب بلدة منبج", "ar", None),
        ("قال تشاووش أوغلو إن أنقرة قلقة من تصاعد القصف في إدلب وريفها", "ar", None),
        ("قتل جنديان في كمين قرب منبج reported by the news agency", "ar", "mixed-scripts"),
        ("חמישה אזרחים נהרגו בהפגזה", None, "other-language"),
        ("!!! 123", None, "no-letters"),
    ],
)
def test_find_language(text: str, language: str | None, code: str | None) -> None:
    found, issue = find_language(text)
    assert found == language
    assert (issue.code if issue else None) == code
