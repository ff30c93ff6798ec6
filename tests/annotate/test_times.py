"""What is found as time: the rules' own examples, the golden expressions, clitics, overlaps, sentences."""

from __future__ import annotations

import pytest

from khabar.annotate.times import find_times
from khabar.annotate.times_grammar import Rule, load_grammar
from khabar.annotate.times_words import read_number
from khabar.model.document import TimeMention
from khabar.text.tokens import find_sentences, find_tokens

_SHOWN = [rule for rule in load_grammar().rules if rule.makes == "time"]


def find(text: str) -> tuple[TimeMention, ...]:
    tokens = find_tokens(text)
    return find_times(tokens, find_sentences(text, tokens))


def test_every_shown_rule_has_an_example() -> None:
    assert [rule.id for rule in _SHOWN if not rule.examples] == []


@pytest.mark.parametrize(
    ("rule", "text"), [pytest.param(r, e, id=f"{r.id}-{i}") for r in _SHOWN for i, e in enumerate(r.examples)]
)
def test_rule_matches_its_example(rule: Rule, text: str) -> None:
    expected = [] if rule.value == "-" else [rule.id]
    assert [mention.rule for mention in find(text)] == expected


@pytest.mark.parametrize(
    ("rule", "text"), [pytest.param(r, e, id=f"{r.id}-{i}") for r in _SHOWN for i, e in enumerate(r.counterexamples)]
)
def test_rule_leaves_its_counterexample(rule: Rule, text: str) -> None:
    assert rule.id not in [mention.rule for mention in find(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("اليوم الثلاثاء", ["day:0 wd:2"]),
        ("28 أكتوبر/تشرين الأول الماضي", ["date:????-10-28 past"]),
        ("قبل ثلاثة أيام", ["ago:3 day"]),
        ("لمدة ساعتين", ["duration:2 hour"]),
        ("منذ حزيران/يونيو 2014", ["since:date:2014-06"]),
        ("مساء أمس", ["part:evening day:-1"]),
        ("وبالأمس", ["day:-1"]),
        ("للعام الماضي", ["year:-1"]),
        ("الخميس. الماضي", ["weekday:4"]),  # no match crosses a sentence
        ("السبت والأحد", ["weekday:6", "weekday:7"]),
        ("قتل الخميس ثلاثة أشخاص", ["weekday:4"]),
    ],
)
def test_values(text: str, values: list[str]) -> None:
    assert [mention.value for mention in find(text)] == values


def test_spans_are_the_tokens() -> None:
    text = "أعلن الجيش، مساء السبت، أنه سيطر على البلدة في 3 مارس/آذار 2018 بعد معارك."
    tokens = find_tokens(text)
    found = find_times(tokens, find_sentences(text, tokens))
    assert [text[m.start : m.end] for m in found] == ["مساء السبت", "3 مارس/آذار 2018"]
    for mention in found:
        assert (tokens[mention.first].start, tokens[mention.last - 1].end) == (mention.start, mention.end)


def test_same_text_same_result() -> None:
    text = "منذ ثلاثة أيام وحتى الأحد 11 مارس، قبل أسبوعين"
    assert find(text) == find(text)


@pytest.mark.parametrize(
    ("norm", "expected"),
    [
        ("28", {"num": "28", "day31": "28"}),
        ("2017", {"num": "2017", "year4": "2017", "year_near": "2017"}),
        ("2000", {"num": "2000", "year4": "2000"}),
        ("14.10.2017", {"dotted": "2017-10-14"}),
        ("23.35", {"clock": "23:35"}),
        ("12500", {}),
        ("3.5", {}),
    ],
)
def test_read_number(norm: str, expected: dict[str, str]) -> None:
    assert read_number(norm) == expected
