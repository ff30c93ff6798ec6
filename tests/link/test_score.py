from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from khabar.link.score import SURE, hard_contradiction, score_pair
from khabar.link.sketch import sketch_report
from khabar.model.incident import Judgement
from khabar.model.record import CountValue, EventRecord
from khabar.model.report import Report
from told import ADEN, ARMY, CIVILIANS, make_record, make_report

ONE = make_report(
    "one",
    "مقتل 12 مدنيا في غارة على سوق الهال في حلب\nقتل 12 مدنيا الاثنين في غارة جوية استهدفت سوق الهال في مدينة حلب.",
)
TWO = make_report(
    "two",
    "حلب: غارة جوية على سوق الهال توقع 14 قتيلا\nارتفعت إلى 14 قتيلا حصيلة غارة جوية على سوق الهال وسط حلب الاثنين.",
)
FAR = make_report(
    "far", "مقتل جندي بهجوم انتحاري في عدن\nقال مسؤول إن جنديا قتل الاثنين في هجوم انتحاري استهدف حاجزا شمال عدن."
)
FIRST = make_record(ONE, "r1", "غارة", killed=CountValue(12, 12), targets=(CIVILIANS,))
SECOND = make_record(TWO, "r2", "غارة", killed=CountValue(14, 14), targets=(CIVILIANS,))
OTHER = make_record(FAR, "r3", "هجوم انتحاري", kind="suicide_bombing", place=ADEN, killed=CountValue(1, 1))


def score(a: EventRecord, b: EventRecord, reports: tuple[Report, ...] = (ONE, TWO, FAR)):  # type: ignore[no-untyped-def]
    sketches = {r.id: sketch_report(r.text, report=r.id, published=r.published, title=r.title) for r in reports}
    return score_pair(a, b, sketches)


def test_two_reports_of_one_strike_are_the_same_and_say_why() -> None:
    edge = score(FIRST, SECOND)
    assert edge.judgement == Judgement.SAME
    assert edge.score >= SURE
    assert (edge.left, edge.right, edge.by) == ("r1", "r2", "machine")
    parts = [abs(f.value * f.weight) for f in edge.features]
    assert parts == sorted(parts, reverse=True)
    assert any(f.note for f in edge.features)


def test_an_edge_says_how_far_both_reports_are_about_the_event() -> None:
    """`SECOND` is what its title tells; `aside` is told at the end of a report about something else."""
    long = make_report(
        "long",
        "محادثات في جنيف بشأن سوريا\nعقد وفدان محادثات الاثنين في جنيف. ودعا مبعوث إلى التهدئة. وقال إن الحوار طويل.\n"
        "وكانت ارتفعت إلى 14 قتيلا حصيلة غارة جوية على سوق الهال وسط حلب الاثنين.",
    )
    aside = make_record(long, "r4", "غارة", killed=CountValue(14, 14), targets=(CIVILIANS,))
    told, passing = (
        next(f for f in edge.features if f.name == "about")
        for edge in (score(FIRST, SECOND), score(SECOND, aside, (TWO, long)))
    )
    assert told.weight == 0.0
    assert told.value > 0.4 > passing.value
    assert all(f.name != "about" for f in score(FIRST, OTHER).features)


def test_another_strike_is_different() -> None:
    edge = score(FIRST, OTHER)
    assert edge.judgement == Judgement.DIFFERENT
    assert edge.score < 0.2


def test_the_order_of_a_pair_does_not_matter() -> None:
    assert score(SECOND, FIRST) == score(FIRST, SECOND)


def test_two_records_of_one_report_are_different() -> None:
    edge = score(FIRST, replace(FIRST, id="r9"))
    assert (edge.judgement, edge.score) == (Judgement.DIFFERENT, 0.0)
    assert edge.features[0].name == "one_report"


def test_a_total_and_its_part_are_linked_not_merged() -> None:
    total = replace(SECOND, killed=CountValue(43, 43), targets=(ARMY,))
    assert score(FIRST, total).judgement == Judgement.PART


def test_it_takes_two_properties_to_contradict() -> None:
    late = make_record(FAR, "r3", "هجوم انتحاري", place=ADEN, day=date(2021, 5, 20))
    edge = score(FIRST, late)
    assert edge.features[0].name == "contradiction"
    assert "17 days" in edge.features[0].note
    near = make_record(FAR, "r3", "هجوم انتحاري", day=date(2021, 5, 20))
    assert hard_contradiction(FIRST, near, ()) is None


def test_a_report_without_sketch_is_an_error() -> None:
    with pytest.raises(KeyError):
        score(FIRST, SECOND, (ONE,))
