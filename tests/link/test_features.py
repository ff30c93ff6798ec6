from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from khabar.link.features import make_side, pair_features, place_gap
from khabar.link.sketch import sketch_report
from khabar.model.document import TimeBasis
from khabar.model.record import CountValue, EventRecord
from told import ADEN, ARMY, CIVILIANS, HALIB, SYRIA, make_record, make_report

TEXT = "مقتل مدنيين في غارة على حلب\nقتل مدنيون في غارة إسرائيلية على مدينة حلب الاثنين."
A, B = make_report("a", TEXT), make_report("b", TEXT)


def names(left: EventRecord, right: EventRecord) -> set[str]:
    sides = [make_side(r, sketch_report(TEXT, report=r.report, published=date(2021, 5, 4))) for r in (left, right)]
    found = pair_features(*sides)
    back = pair_features(*reversed(sides))
    assert {(f.name, f.value) for f in found} == {(f.name, f.value) for f in back}
    assert all(f.value and f.value <= 1.0 for f in found)
    return {f.name for f in found}


def make(**changes: object) -> tuple[EventRecord, EventRecord]:
    return make_record(A, "a1", "غارة"), make_record(B, "b1", "غارة", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "present", "absent"),
    [
        ({}, {"kind.same", "place.same", "day.same", "day.same.told", "copy"}, {"kind.other", "place.far"}),
        ({"kind": "shelling"}, {"kind.family"}, {"kind.same"}),
        ({"kind": "protest"}, {"kind.other"}, {"kind.family"}),
        ({"place": ADEN}, {"place.far", "place.abroad"}, {"place.same"}),
        ({"place": SYRIA}, {"place.within", "place.wider"}, {"place.far", "place.abroad"}),
        ({"place": None}, {"place.untold"}, {"place.same"}),
        ({"place": replace(HALIB, id=None, lat=None, lon=None)}, {"place.name"}, {"place.unresolved"}),
        ({"day": date(2021, 5, 4)}, {"day.next", "day.next.told"}, {"day.same"}),
        ({"day": date(2021, 5, 4), "basis": TimeBasis.PUBLISHED}, {"day.next"}, {"day.next.told"}),
        ({"day": date(2021, 5, 20)}, {"day.long_apart"}, {"day.apart"}),
        ({"day": None}, {"day.untold"}, {"day.same"}),
    ],
)
def test_what_changes_shows(changes: dict[str, object], present: set[str], absent: set[str]) -> None:
    seen = names(*make(**changes))
    assert present <= seen
    assert not absent & seen


@pytest.mark.parametrize(
    ("one", "other", "feature"),
    [
        (CountValue(12, 12), CountValue(12, 12), "killed.equal"),
        (CountValue(12, None), CountValue(15, 15), "killed.compatible"),
        (CountValue(12, 12), CountValue(14, 14), "killed.rising"),
        (CountValue(12, 12), CountValue(20, 20), "killed.at_odds"),
        (CountValue(12, 12), CountValue(43, 43), "killed.far_apart"),
        (CountValue(12, 12), None, "killed.one"),
    ],
)
def test_tolls(one: CountValue, other: CountValue | None, feature: str) -> None:
    assert feature in names(make_record(A, "a1", "غارة", killed=one), make_record(B, "b1", "غارة", killed=other))


def test_a_reply_swaps_the_roles() -> None:
    strike = make_record(A, "a1", "غارة", actors=(ARMY,), targets=(CIVILIANS,))
    reply = make_record(B, "b1", "غارة", targets=(ARMY,))
    assert "roles.swapped" in names(strike, reply)
    assert "roles.swapped" not in names(strike, strike)
    assert {"actor.shared", "target.shared"} <= names(strike, replace(strike, id="b1", report="b"))


def test_a_country_holds_its_towns() -> None:
    gap = place_gap(HALIB, SYRIA)
    assert gap is not None and gap.outside <= 0
    assert place_gap(HALIB, replace(ADEN, lat=None)) is None
