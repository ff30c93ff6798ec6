"""Readings survive the way to JSON and back; what does not hold together is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khabar.errors import InputError
from khabar.model.codec import (
    check_reading,
    decode_reading,
    encode_reading,
    reading_from_plain,
    reading_to_plain,
    upgrade,
    value_from_plain,
    value_to_plain,
)
from khabar.model.document import Interval, Issue, Precision, TimeBasis
from khabar.model.record import SCHEMA_VERSION, ActorValue, CountValue, Evidence, LinkValue, PlaceValue, Reading

WORDS = st.text(min_size=0, max_size=20).filter(lambda s: not any(0xD800 <= ord(c) <= 0xDFFF for c in s))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32)
DATES = st.dates(min_value=date(1900, 1, 1))
VALUES = st.one_of(
    WORDS,
    st.builds(ActorValue, st.lists(WORDS).map(tuple), WORDS, st.none() | WORDS, WORDS, st.none() | WORDS),
    st.builds(
        PlaceValue,
        names=st.lists(WORDS).map(tuple),
        relation=WORDS,
        id=st.none() | WORDS,
        lat=st.none() | NUMBERS,
        lon=st.none() | NUMBERS,
        admin1=st.none() | WORDS,
        geo_precision=st.none() | st.integers(1, 3),
        abstained=st.none() | WORDS,
    ),
    st.builds(Interval, DATES, DATES, st.sampled_from(Precision), st.sampled_from(TimeBasis)),
    st.builds(CountValue, st.integers(0, 10**6), st.none() | st.integers(0, 10**6)),
    st.builds(LinkValue, WORDS, WORDS),
)


def test_reading_survives(strike: Reading) -> None:
    reading = replace(strike, issues=(Issue("odd", "قصف", 1, 2), Issue("odder", "x")))
    line = encode_reading(reading)
    assert b"\n" not in line
    assert decode_reading(line) == reading
    assert encode_reading(decode_reading(line)) == line


@given(VALUES)
@settings(deadline=None)
def test_value_survives(value: object) -> None:
    plain = json.loads(json.dumps(value_to_plain(value)))  # type: ignore[arg-type]
    assert value_from_plain(plain) == value


def test_value_of_unknown_type_is_refused() -> None:
    with pytest.raises(InputError, match="known: text, actor"):
        value_from_plain({"type": "weapon"})


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b'{"schema": 1}', b'{"schema": "1"}', b"\xff", "ق"])
def test_no_reading_is_refused(line: bytes | str) -> None:
    with pytest.raises(InputError):
        decode_reading(line)


def test_newer_schema_is_refused(strike: Reading) -> None:
    plain = reading_to_plain(strike) | {"schema": SCHEMA_VERSION + 1}
    with pytest.raises(InputError, match="update Khabar"):
        reading_from_plain(plain)


def test_older_schema_is_lifted_step_by_step() -> None:
    steps = {1: lambda p: p | {"two": True}, 2: lambda p: p | {"three": p["two"]}}
    assert upgrade({"schema": 1}, 3, steps) == {"schema": 3, "two": True, "three": True}
    with pytest.raises(InputError, match="nothing lifts it to 2"):
        upgrade({"schema": 1}, 2, {})


def test_every_schema_has_a_step() -> None:
    from khabar.model.codec import UPGRADES

    assert sorted(UPGRADES) == list(range(1, SCHEMA_VERSION))


def broken(strike: Reading, **changes: object) -> Reading:
    record = strike.records[0]
    claim = replace(record.claims[0], **changes)  # type: ignore[arg-type]
    return replace(strike, records=(replace(record, claims=(claim,)), *strike.records[1:]))


def test_promises_of_the_model_are_checked(strike: Reading) -> None:
    check_reading(strike)
    evidence = strike.records[0].claims[0].evidence[0]
    moved = Evidence(evidence.start + 1, evidence.end + 1, evidence.quote)
    empty = Evidence(3, 3, "")
    for reading, says in (
        (broken(strike, evidence=()), "has no evidence"),
        (broken(strike, evidence=(moved,)), "is not"),
        (broken(strike, evidence=(empty,)), "is not"),
        (broken(strike, property="colour"), "no such property"),
        (broken(strike, record="other"), "belongs to other"),
        (replace(strike, records=(replace(strike.records[0], mentions=()),)), "no mention"),
        (replace(strike, records=strike.records[:1]), "links to"),
    ):
        with pytest.raises(InputError, match=says):
            check_reading(reading)
        with pytest.raises(InputError, match=says):
            decode_reading(encode_reading(reading))
