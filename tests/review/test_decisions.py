"""People decide; nothing is edited; what the machine reads later does not overwrite what they said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fake_reader import FakeReader
from khabar.errors import InputError
from khabar.project import Filters, Project, Wishes

NEWS = "انفجار في بغداد وسقوط 5 قتيل\nوقال المدني أحمد سالم الخطيب إن قصف حلب استمر وهاتفه +963 944 123 456"


@pytest.fixture
def filled(project: Project, tmp_path: Path) -> Project:
    (tmp_path / "a.txt").write_text(NEWS, "utf-8")
    project.add([str(tmp_path / "a.txt")])
    return project


def kind(project: Project, name: str) -> str:
    return project.records(Filters(kinds=(name,)))[0].id


KILLED = [{"type": "count", "minimum": 3, "maximum": 4}]
DATE = {"type": "date", "start": "2020-01-01", "end": "2020-01-01", "precision": "day"}


def correct(project: Project, ident: str, **other: Any) -> str:
    given = {"by": "a", "reason": "المصدر يقول ثلاثة", "property": "killed", "values": KILLED, **other}
    return project.decide(ident, "correct", **given).id


def test_states_follow_each_other(filled: Project) -> None:
    ident = kind(filled, "bombing")
    assert filled.show(ident)["review"] == "machine"
    for state in ("in_review", "rejected", "in_review", "reviewed"):
        filled.decide(ident, "state", by="a", to=state)
        assert filled.show(ident)["review"] == state
    with pytest.raises(InputError, match="reviewed can't become machine; it can become in_review"):
        filled.decide(ident, "state", by="a", to="machine")


def test_publication_needs_a_second_person(filled: Project) -> None:
    ident = kind(filled, "bombing")
    review = filled.decide(ident, "state", by="a", to="reviewed").id
    with pytest.raises(InputError, match="a second person must confirm"):
        filled.decide(ident, "state", by="a", to="published")
    for same in ("a", "A", " a "):
        with pytest.raises(InputError, match="took decision"):
            filled.decide(ident, "confirm", by=same, decision=review)
    filled.decide(ident, "confirm", by="b", decision=review)
    filled.decide(ident, "state", by="a", to="published")
    assert [view["id"] for view in filled.public_records()] == [ident]


def test_a_later_correction_needs_confirming_too(filled: Project) -> None:
    ident = kind(filled, "bombing")
    filled.decide(ident, "confirm", by="b", decision=filled.decide(ident, "state", by="a", to="reviewed").id)
    correction = correct(filled, ident)
    assert filled.show(ident)["unconfirmed"] == [correction]
    with pytest.raises(InputError, match=correction):
        filled.decide(ident, "state", by="b", to="published")
    filled.decide(ident, "confirm", by="b", decision=correction)
    filled.decide(ident, "state", by="b", to="published")


def test_correction_is_shown_and_the_machines_claim_kept(filled: Project) -> None:
    ident = kind(filled, "bombing")
    correct(filled, ident, evidence=[[23, 24]], reference="http://n.example/")
    view = filled.show(ident)
    assert view["killed"] == {"minimum": 3, "maximum": 4}
    claims = [claim for claim in view["claims"] if claim["property"] == "killed"]
    assert [(claim["value"]["minimum"], claim["origin"]["reviewer"]) for claim in claims] == [(5, None), (3, "a")]
    assert claims[1]["evidence"][0]["quote"] == NEWS[23:24]


def test_correction_moves_a_record_in_searches(filled: Project) -> None:
    ident = kind(filled, "bombing")
    place = {"type": "place", "names": ["دمشق"], "id": "g:damascus", "name": "دمشق", "lat": 33.5, "lon": 36.3}
    correct(filled, ident, property="place", values=[place])
    assert [r.id for r in filled.records(Filters(place="دمشق"))] == [ident]
    assert filled.records(Filters(place="بغداد")) == []
    withdrawn = filled.show(ident)["corrections"][0]
    filled.decide(ident, "withdraw", by="b", reason="خطأ", decision=withdrawn)
    assert [r.id for r in filled.records(Filters(place="بغداد"))] == [ident]


@pytest.mark.parametrize(("action", "payload", "why"), [
    ("correct", {"property": "killed", "values": KILLED, "reason": ""}, "give a reason"),
    ("correct", {"property": "colour", "values": []}, "known: kind, status"),
    ("correct", {"property": "killed", "values": [{"type": "text", "text": "3"}]}, "expected CountValue"),
    ("correct", {"property": "killed", "values": [{"type": "number", "n": 3}]}, "text, actor"),
    ("correct", {"property": "killed", "values": KILLED * 2}, "give one value"),
    ("correct", {"property": "kind", "values": []}, "can't be without"),
    ("correct", {"property": "kind", "values": [{"type": "text", "text": "boom"}]}, "known: airstrike"),
    ("correct", {"property": "status", "values": [{"type": "text", "text": "sure"}]}, "known: asserted"),
    ("correct", {"property": "killed", "values": KILLED, "evidence": [[5, 2]]}, "not inside the text"),
    ("correct", {"property": "killed", "values": KILLED, "evidence": [[0, 9999]]}, "not inside the text"),
    ("correct", {"property": "killed", "values": "3"}, "as a list"),
    ("state", {}, "'to' is missing"), ("state", {"to": "done"}, "known: machine"), ("dance", {}, "known: state"),
    ("comment", {"text": " "}, "needs words"), ("grade", {"grading": "fair"}, "it is for incidents"),
    ("confirm", {"decision": "d-none"}, "no standing decision"), ("merge", {"with": "x"}, "use Project.merge"),
    ("comment", {"text": "x", "by": " "}, "name of who"), ("comment", {"text": ["x"]}, "must be words"),
    ("comment", {"text": "x", "loud": "y"}, "argument 'loud' is unknown; known: text"),
    ("state", {"to": None}, "must be words"), ("release", {"name": " "}, "give the name"),
    ("correct", {"property": "killed"}, "'values' is missing"),
    ("correct", {"property": "killed", "values": [3]}, "objects with their type"),
    ("correct", {"property": "killed", "values": [{"type": "count", "minimum": "x"}]}, "not a value"),
    ("correct", {"property": "killed", "values": [{"type": "count", "minimum": 5, "maximum": 3}]}, "no number"),
    ("correct", {"property": "killed", "values": [{"type": "count", "minimum": -1, "maximum": 3}]}, "no number"),
    ("correct", {"property": "kind", "values": [{"type": "text"}]}, "without its 'text'"),
    ("correct", {"property": "means", "values": [{"type": "text", "text": " "}]}, "needs words"),
    ("correct", {"property": "place", "values": [{"type": "place", "names": ["x"], "lat": 100, "lon": 1}]}, "on earth"),
    ("correct", {"property": "place", "values": [{"type": "place", "names": ["x"], "lat": 10}]}, "on earth"),
    ("correct", {"property": "place", "values": [{"type": "place", "names": []}]}, "needs a name"),
    ("correct", {"property": "actor", "values": [{"type": "actor", "names": [], "label": ""}]}, "needs a label"),
    ("correct", {"property": "date", "values": [DATE | {"end": "2019-12-31"}]}, "before it begins"),
    ("correct", {"property": "date", "values": [DATE | {"start": "2020-02-30"}]}, "not a value"),
    ("correct", {"property": "link", "values": [{"type": "link", "relation": "part_of", "event": "e-x"}]}, "no event"),
    ("correct", {"property": "killed", "values": KILLED, "evidence": [1]}, r"as \[\[start, end\]"),
    ("correct", {"property": "killed", "values": KILLED, "evidence": [["a", 2]]}, r"as \[\[start, end\]"),
    ("correct", {"property": "killed", "values": KILLED, "evidence": "foo"}, r"as \[\[start, end\]"),
])
def test_refused_decisions_leave_nothing(filled: Project, action: str, payload: dict[str, Any], why: str) -> None:
    head = filled.head()
    with pytest.raises(InputError, match=why):
        filled.decide(kind(filled, "bombing"), action, **{"by": "a", "reason": "لسبب", **payload})
    assert filled.head() == head


def test_decision_on_something_else_than_was_seen_is_refused(filled: Project) -> None:
    ident = kind(filled, "bombing")
    seen = filled.show(ident)["seen"]
    filled.decide(ident, "comment", by="a", text="رأيته", seen=seen)
    with pytest.raises(InputError, match="it has changed since you saw it"):
        filled.decide(ident, "comment", by="a", text="رأيته", seen="0" * 64)


@pytest.fixture
def reread(tmp_path: Path, database: str | None) -> Iterator[tuple[Project, Any]]:
    """A project, and a function that has it read again by a reader that finds two more dead."""
    project = Project.init(tmp_path / "p", database=database, reader=FakeReader(), reader_name="fake/1")
    (tmp_path / "a.txt").write_text(NEWS, "utf-8")
    project.add([str(tmp_path / "a.txt")])

    def again(bonus: int) -> None:
        with Project.open(tmp_path / "p", reader=FakeReader(bonus=bonus), reader_name=f"fake/{bonus}") as other:
            other.update()

    yield project, again
    project.close()


def test_decision_goes_stale_when_the_reading_changes(reread: tuple[Project, Any]) -> None:
    project, again = reread
    changed, same = kind(project, "bombing"), kind(project, "shelling")
    for ident in (changed, same):
        project.decide(ident, "state", by="a", to="reviewed")
    again(2)
    assert (project.show(changed)["stale"], project.show(same)["stale"]) == (True, False)
    assert [item["subject"] for item in project.queue(stale=True)] == [changed]
    assert project.show(changed)["review"] == "reviewed"  # not overwritten
    with pytest.raises(InputError, match="review it again first"):
        project.decide(changed, "state", by="b", to="published")
    project.decide(changed, "state", by="b", to="in_review")
    project.decide(changed, "state", by="b", to="reviewed")
    assert not project.show(changed)["stale"]


def test_correction_survives_a_new_reading(reread: tuple[Project, Any]) -> None:
    project, again = reread
    ident = kind(project, "bombing")
    correct(project, ident)
    again(2)
    view = project.show(ident)
    assert (view["killed"]["minimum"], view["stale"], view["version"]) == (3, True, 2)
    assert [r.killed.minimum for r in project.records(Filters(kinds=("bombing",))) if r.killed] == [3]


def test_history_tells_what_each_step_changed(reread: tuple[Project, Any]) -> None:
    project, again = reread
    ident = kind(project, "bombing")
    decision = correct(project, ident)
    again(2)
    project.decide(ident, "comment", by="b", text="نعم")
    project.decide(ident, "withdraw", by="b", reason="المصدر صحح", decision=decision)
    steps = project.history(ident)
    assert [(step.action, step.by, step.withdrawn) for step in steps] == [
        ("correct", "a", True), ("read", "machine", False), ("comment", "b", False), ("withdraw", "b", False)]
    assert [[(d.field, d.before["minimum"], d.after["minimum"]) for d in step.differences] for step in steps] == [
        [("killed", 7, 3)], [("killed", 5, 7)], [], [("killed", 3, 7)]]


def test_sources_and_links_are_corrected_too(filled: Project) -> None:
    bombing, shelling = kind(filled, "bombing"), kind(filled, "shelling")
    correct(filled, bombing, property="source", values=[{"type": "text", "text": "المرصد ← رويترز"}])
    correct(filled, bombing, property="link", values=[{"type": "link", "relation": "response_to", "event": shelling}])
    view = filled.show(bombing)
    assert [list(chain) for chain in view["sources"]] == [["المرصد", "رويترز"]]
    assert list(view["links"]) == [{"relation": "response_to", "event": shelling}]


def test_added_event(filled: Project) -> None:
    report = filled.records()[0].report
    start = NEWS.index("وسقوط")
    record = filled.add_event(report, [[start, start + 5]], kind="destruction", by="a", reason="فات القارئ")
    view = filled.show(record.id)
    assert (view["origin"], view["review"], view["claims"][0]["original"]) == ("review", "in_review", "وسقوط")
    correct(
        filled,
        record.id,
        property="date",
        values=[{"type": "date", "start": "2020-01-01", "end": "2020-01-01", "precision": "day"}],
    )
    assert [r.id for r in filled.records(Filters(kinds=("destruction",)))] == [record.id]
    assert filled.incident(filled.show(record.id)["incident"]).records == (record.id,)
    with pytest.raises(InputError, match="added before"):
        filled.add_event(report, [[start, start + 5]], kind="destruction", by="b", reason="أيضا")
    with pytest.raises(InputError, match=r"as \[\[start, end\]"):
        filled.add_event(report, "foo", kind="destruction", by="b", reason="أيضا")
    with pytest.raises(InputError, match="an added event is rejected"):
        filled.decide(record.id, "withdraw", by="b", reason="خطأ", decision=view["unconfirmed"][0])
    with pytest.raises(InputError, match="select the words"):
        filled.add_event(report, [], kind="destruction", by="b", reason="أيضا")
    with pytest.raises(InputError, match="known: airstrike"):
        filled.add_event(report, [[0, 3]], kind="boom", by="b", reason="أيضا")
    filled.update(reread=True)
    assert filled.show(record.id)["current"]  # a new reading does not take it away


def test_assignment_and_queue(filled: Project) -> None:
    ident = kind(filled, "bombing")
    filled.decide(ident, "assign", by="a", to="b")
    filled.decide(ident, "state", by="b", to="in_review")
    assert [item["subject"] for item in filled.queue(assignee="b", state="in_review")] == [ident]
    filled.decide(ident, "assign", by="a", to=None)
    assert filled.queue(assignee="b") == []


def test_grading_of_an_incident(filled: Project) -> None:
    incident = filled.incidents()[0]["id"]
    for payload, why in (({"grading": "sure"}, "known: confirmed"), ({}, "'grading' is missing")):
        with pytest.raises(InputError, match=why):
            filled.decide(incident, "grade", by="a", reason="اعترف الطرف", **payload)
    with pytest.raises(InputError, match="it is for records; this is of the kind incident"):
        correct(filled, incident)
    filled.decide(incident, "grade", by="a", reason="اعترف الطرف", grading="confirmed")
    view = filled.show(incident)
    assert (view["grading"], view["machine_grading"], view["grading_why"]) == ("confirmed", "weak", "graded by a")


def test_every_decision_is_in_the_log_and_verified(filled: Project) -> None:
    ident = kind(filled, "bombing")
    taken = [filled.decide(ident, "comment", by="a", text=str(i)).id for i in range(3)]
    assert [entry.subject for entry in filled.log(kind="decide")] == taken
    assert filled.verify().decisions == 3 and filled.verify().clean


# What must not become public


def publish(project: Project, ident: str) -> None:
    for decision in project.show(ident)["unconfirmed"]:
        project.decide(ident, "confirm", by="b", decision=decision)
    project.decide(ident, "confirm", by="b", decision=project.decide(ident, "state", by="a", to="reviewed").id)
    project.decide(ident, "state", by="a", to="published")


def test_names_and_contacts_are_marked(filled: Project) -> None:
    view = filled.show(kind(filled, "shelling"))
    assert view["sensitive"] == ["أحمد سالم الخطيب"]
    marks = filled.show(view["report"])["sensitive"]
    assert [(mark["kind"], mark["text"]) for mark in marks] == [
        ("name", "أحمد سالم الخطيب"),
        ("phone", "+963 944 123 456"),
    ]
    assert all(NEWS[mark["start"]:mark["end"]] == mark["text"] for mark in marks)


def test_public_view_has_no_private_names_no_text_no_quotes(filled: Project) -> None:
    ident = kind(filled, "shelling")
    publish(filled, ident)
    incident = filled.show(ident)["incident"]
    for private in (incident, kind(filled, "bombing"), filled.show(filled.show(ident)["report"])["capture"]["id"]):
        with pytest.raises(InputError):
            filled.show(private, public=True)
    publish(filled, incident)
    public = [
        *filled.public_records(),
        filled.show(ident, public=True),
        filled.show(filled.show(ident)["incident"], public=True),
        filled.show(filled.show(ident)["report"], public=True),
    ]
    for view in public:
        assert "الخطيب" not in str(view) and "944" not in str(view) and "text" not in view
    assert public[0]["targets"][0]["label"] == "[…]"
    assert public[0]["withheld"] == 1


def test_released_name_is_public_and_can_be_withheld_again(filled: Project) -> None:
    ident = kind(filled, "shelling")
    filled.decide(ident, "release", by="a", reason="نشرته الأسرة", name="أحمد سالم الخطيب")
    with pytest.raises(InputError, match="give a reason"):
        filled.decide(ident, "release", by="a", name="أحمد سالم الخطيب")
    publish(filled, ident)
    assert filled.public_records()[0]["targets"][0]["label"] == "أحمد سالم الخطيب"
    filled.decide(ident, "withhold", by="a", name="أحمد سالم الخطيب")
    assert filled.public_records()[0]["targets"][0]["label"] == "[…]"


def test_unpublished_records_are_not_in_public_lists(filled: Project) -> None:
    ident = kind(filled, "shelling")
    assert filled.public_records() == []
    publish(filled, ident)
    filled.decide(ident, "state", by="b", to="in_review")
    assert filled.public_records() == []


def test_second_pair_can_be_switched_off(tmp_path: Path) -> None:
    root = tmp_path / "p"
    Project.init(root).close()
    path = root / "project.toml"
    path.write_text(path.read_text("utf-8").replace("second_pair = true", "second_pair = false"), "utf-8")
    (tmp_path / "a.txt").write_text(NEWS, "utf-8")
    with Project.open(root, reader=FakeReader()) as project:
        project.add([str(tmp_path / "a.txt")], wishes=Wishes())
        ident = kind(project, "bombing")
        project.decide(ident, "state", by="a", to="reviewed")
        project.decide(ident, "state", by="a", to="published")
