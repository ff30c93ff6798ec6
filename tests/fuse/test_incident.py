from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from khabar.fuse.incident import fuse_incident, incident_id
from khabar.model.document import Interval, TimeBasis
from khabar.model.incident import Incident, PropertyView
from khabar.model.record import ActorValue, CountValue, EventRecord, PlaceValue, Status
from khabar.model.report import Report
from told import ADEN, ARMY, CIVILIANS, HALIB, SYRIA, make_record, make_report

TEXT = "غارة على حلب\nقال متحدث إن غارة على مدينة حلب أوقعت قتلى."
RIVAL = ActorValue(("القوات الروسية",), "Russian forces", "ru.army", "named", "RU")
FIGHTERS = ActorValue(("داعش",), "Islamic State", "isis", "named", None)


def reports(*outlets: str, day: int = 4) -> list[Report]:
    return [make_report(f"rep{n}", TEXT, date(2021, 5, day + n), outlet) for n, outlet in enumerate(outlets)]


def record(report: Report, **values: object) -> EventRecord:
    return make_record(report, f"rec-{report.id}", "غارة", **values)  # type: ignore[arg-type]


def view(incident: Incident, prop: str) -> PropertyView:
    return next(v for v in incident.properties if v.property == prop)


def test_a_single_report_is_weak_and_shows_what_it_tells() -> None:
    (one,) = reports("Sana")
    incident = fuse_incident([record(one, killed=CountValue(3, 3))], [one])
    assert (incident.kind, incident.records, incident.sources) == ("airstrike", ("rec-rep0",), 1)
    assert incident.grading == "weak"
    assert view(incident, "killed").shown == CountValue(3, 3)
    assert view(incident, "killed").why == "All say so: Sana."
    assert incident.id == incident_id(["rec-rep0"])


def test_every_claim_is_kept_by_value_with_its_sources() -> None:
    made = reports("A", "B", "C")
    tolls = [CountValue(12, 12), CountValue(12, 12), CountValue(15, 15)]
    incident = fuse_incident([record(r, killed=k) for r, k in zip(made, tolls, strict=True)], made)
    killed = view(incident, "killed")
    assert [len(group) for group in killed.groups] == [2, 1]
    assert killed.shown == CountValue(12, 15)
    assert "12: A, B" in killed.why
    assert "the latest report says 15" in killed.why
    assert not killed.disputed  # it rose: the higher toll is the later


def test_tolls_of_one_day_that_differ_are_disputed() -> None:
    a, b = make_report("a", TEXT, date(2021, 5, 4), "A"), make_report("b", TEXT, date(2021, 5, 4), "B")
    killed = view(
        fuse_incident([record(a, killed=CountValue(2, 2)), record(b, killed=CountValue(8, 8))], [a, b]), "killed"
    )
    assert killed.disputed
    assert "2 (A) against 8 (B)" in killed.why


@pytest.mark.parametrize(
    ("tolls", "shown"),
    [
        ([CountValue(12, None), CountValue(15, 15)], CountValue(12, 15)),
        ([CountValue(12, 12), CountValue(15, None)], CountValue(12, None)),
        ([CountValue(20, 99), CountValue(30, 30)], CountValue(20, 99)),
    ],
)
def test_the_range_of_tolls(tolls: list[CountValue], shown: CountValue) -> None:
    made = reports("A", "B")
    assert (
        view(fuse_incident([record(r, killed=k) for r, k in zip(made, tolls, strict=True)], made), "killed").shown
        == shown
    )


def test_wire_copies_are_one_source() -> None:
    made = reports("A", "B", "C")
    records = [record(r, actors=(ARMY,)) for r in made]
    assert fuse_incident(records, made).sources == 3
    copied = fuse_incident(records, made, {"rep0": "g", "rep1": "g", "rep2": "g"})
    assert (copied.sources, copied.grading) == (1, "weak")


def test_one_outlet_is_one_source_and_so_is_one_known_speaker() -> None:
    made = reports("A", "A", "B")
    assert fuse_incident([record(r) for r in made], made).sources == 2
    apart = reports("A", "B")
    told = [record(r, chain=("المرصد السوري لحقوق الإنسان",)) for r in apart]
    assert fuse_incident(told, apart).sources == 1
    unnamed = [record(r, chain=("مصدر طبي",)) for r in apart]
    assert fuse_incident(unnamed, apart).sources == 2


def test_the_finest_place_that_agrees_is_shown() -> None:
    made = reports("A", "B", "C")
    places: list[PlaceValue] = [SYRIA, HALIB, SYRIA]
    place = view(fuse_incident([record(r, place=p) for r, p in zip(made, places, strict=True)], made), "place")
    assert place.shown == HALIB
    assert not place.disputed
    far = view(fuse_incident([record(made[0]), record(made[1], place=ADEN)], made), "place")
    assert far.disputed


def test_a_told_day_is_shown_before_a_default() -> None:
    made = reports("A", "B", "C")
    days = [date(2021, 5, 3), date(2021, 5, 5), date(2021, 5, 5)]
    bases = [TimeBasis.TOLD, TimeBasis.PUBLISHED, TimeBasis.PUBLISHED]
    told = [record(r, day=d, basis=b) for r, d, b in zip(made, days, bases, strict=True)]
    shown = view(fuse_incident(told, made), "date").shown
    assert isinstance(shown, Interval)
    assert shown.start == date(2021, 5, 3)


def grading(records: list[EventRecord], made: list[Report]) -> str:
    return fuse_incident(records, made).grading


def test_gradings() -> None:
    made = reports("A", "B")
    both = [record(r, actors=(ARMY,), targets=(CIVILIANS,)) for r in made]
    assert grading(both, made) == "fair"
    assert grading([record(r) for r in made], made) == "weak"  # two sources, no belligerent
    rivals = [both[0], record(made[1], actors=(RIVAL,), targets=(CIVILIANS,))]
    assert grading(rivals, made) == "contested"
    sides = [replace(r, kind="clash") for r in rivals]
    assert grading(sides, made) == "fair"  # a clash has two sides
    denied = [both[0], record(made[1], actors=(ARMY,), status=Status.DENIED, chain=("متحدث",))]
    assert grading(denied, made) == "contested"
    fallen = [record(r, targets=(FIGHTERS,), killed=CountValue(4, 4)) for r in made]
    assert grading(fallen, made) == "discounted"


def test_a_belligerent_that_says_so_confirms() -> None:
    made = reports("A", "B")
    actor = ActorValue(("حركة الشباب",), "al-Shabaab", speaker("حركة الشباب"), "named", "SO")
    claim = record(made[0], actors=(actor,), chain=("حركة الشباب",), status=Status.CLAIMED)
    incident = fuse_incident([claim, record(made[1], actors=(actor,))], made)
    assert incident.grading == "confirmed"
    assert "حركة الشباب" in incident.grading_why


def speaker(name: str) -> str:
    from khabar.fuse.sources import known_speaker

    found = known_speaker(name)
    assert found is not None
    return found


def test_the_order_of_the_records_does_not_matter() -> None:
    made = reports("A", "B", "C")
    records = [record(r, killed=CountValue(n + 1, n + 1)) for n, r in enumerate(made)]
    assert fuse_incident(records, made) == fuse_incident(records[::-1], made[::-1])


def test_nothing_is_no_incident() -> None:
    with pytest.raises(ValueError, match="needs a record"):
        fuse_incident([], [])
    (one,) = reports("A")
    with pytest.raises(KeyError):
        fuse_incident([record(one)], [])
