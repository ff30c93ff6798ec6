"""Incidents keep their identity: what is merged leads on, what is split stays apart, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from fake_fusion import SamePlace
from fake_reader import FakeReader
from khabar.errors import InputError
from khabar.project import Filters, Project
from khabar.project_fusion import _keep_ids, _uuid7


@pytest.fixture
def project(tmp_path: Path, database: str | None) -> Project:
    return Project.init(
        tmp_path / "p", database=database, reader=FakeReader(), reader_name="fake/1", fusion=SamePlace(), slug="SYR"
    )


def add_rows(project: Project, tmp_path: Path, *rows: tuple[str, str]) -> list[str]:
    """Add reports (day, words that make them no copies of each other); returns the ids of their records."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
    path.write_text(
        "\n".join(json.dumps({"published": day, "text": text}, ensure_ascii=False) for day, text in rows), "utf-8"
    )
    reports = project.add([str(path)]).added
    return [record for report in reports for record in project.show(report)["records"]]


ONE, TWO, THREE = "قصف على حلب أوقع جرحى", "تجدد قصف أحياء حلب بعنف شديد أمس", "شهود تحدثوا عن قصف حلب من عدة جهات"


def test_reports_join_as_they_come(project: Project, tmp_path: Path) -> None:
    first = add_rows(project, tmp_path, ("2020-01-01", ONE), ("2020-01-09", TWO))
    listed = project.incidents()
    assert [(line["id"], line["records"]) for line in listed] == [("SYR-2020-00001", 1), ("SYR-2020-00002", 1)]
    later = add_rows(project, tmp_path, ("2020-01-01", THREE))
    assert project.incident("SYR-2020-00001").records == tuple(sorted([first[0], later[0]]))
    assert project.incident("SYR-2020-00002").records == (first[1],)
    view = project.show("SYR-2020-00001")
    assert (view["grading"], view["reports"], view["place"]["name"]) == ("fair", 2, "حلب")
    assert [edge["judgement"] for edge in view["edges"]] == ["different", "same", "different"]
    assert project.show(view["uuid"])["id"] == "SYR-2020-00001"


def test_merge_redirects_for_ever(project: Project, tmp_path: Path) -> None:
    add_rows(
        project,
        tmp_path,
        ("2020-01-01", "قصف على حلب"),
        ("2020-01-02", "انفجار في بغداد عند الظهر"),
        ("2021-01-02", "غارة على دمشق"),
    )
    assert project.merge("SYR-2020-00001", "SYR-2020-00002", by="a", reason="حدث واحد") == "SYR-2020-00001"
    assert project.merge("SYR-2021-00001", "SYR-2020-00002", by="a", reason="حدث واحد") == "SYR-2021-00001"
    for old in ("SYR-2020-00001", "SYR-2020-00002"):
        view = project.show(old)
        assert (view["id"], view["redirected_from"]) == ("SYR-2021-00001", old)
    assert project.show("SYR-2021-00001")["previous_ids"] == ["SYR-2020-00001", "SYR-2020-00002"]
    assert [line["id"] for line in project.incidents()] == ["SYR-2021-00001"]
    with pytest.raises(InputError, match="one incident already"):
        project.merge("SYR-2020-00001", "SYR-2020-00002", by="a", reason="أيضا")
    with pytest.raises(InputError, match="give a reason"):
        project.split("SYR-2021-00001", [project.incident("SYR-2021-00001").records[0]], by="a", reason=" ")
    assert project.verify().clean


def test_merge_is_undone_without_a_trace_lost(project: Project, tmp_path: Path) -> None:
    first, second = add_rows(
        project, tmp_path, ("2020-01-01", "قصف على حلب"), ("2020-01-02", "انفجار في بغداد عند الظهر")
    )
    uuid = project.show("SYR-2020-00002")["uuid"]
    project.decide("SYR-2020-00002", "comment", by="a", text="قبل الضم")
    project.merge("SYR-2020-00001", "SYR-2020-00002", by="a", reason="حدث واحد")
    assert not project.show("SYR-2020-00001")["stale"]  # the merge itself is no reason to look again
    steps = [(step.action, step.subject) for step in project.history("SYR-2020-00002")]
    assert steps == [("comment", "SYR-2020-00002"), ("merge", ""), ("merge", "SYR-2020-00002")]
    taken = project.history("SYR-2020-00001")[-2].decision
    with pytest.raises(InputError, match="undone by a split"):
        project.decide("SYR-2020-00001", "withdraw", by="b", reason="حدثان", decision=taken)
    project.split("SYR-2020-00001", [second], by="b", reason="حدثان")
    assert not project.show("SYR-2020-00001")["stale"] and project.verify().clean
    assert project.incident("SYR-2020-00001").records == (first,)
    other = project.show(second)["incident"]
    assert other == "SYR-2020-00002" and project.incident(other).records == (second,)  # it has its own id again
    assert project.show(other)["uuid"] == uuid and project.show(other)["redirected_from"] is None
    assert [step.action for step in project.history(other)] == ["comment", "merge"]
    judged = project.show("SYR-2020-00001")["edges"]
    assert [(e["judgement"], e["by"], e["withdrawn"] is None) for e in judged] == [
        ("same", "a", False),
        ("different", "b", True),
    ]
    assert [step.action for step in project.history("SYR-2020-00001")] == ["merge", "split"]
    held = project.show("SYR-2020-00001")["members"]
    assert [(m["record"], m["until"] is None) for m in held] == [(first, True), (second, False)]


def test_merge_holds_whole_incidents(project: Project, tmp_path: Path) -> None:
    """Every record of the one with every record of the other: none is left behind, whichever is read otherwise."""
    ids = add_rows(project, tmp_path, ("2020-01-01", ONE), ("2020-01-01", TWO),
                   ("2020-02-01", "انفجار في بغداد عند الظهر"), ("2020-02-01", "دوي انفجار سمع في أرجاء بغداد"))
    first, second = (line["id"] for line in project.incidents())
    project.merge(second, first, by="a", reason="حملة واحدة")
    assert project.incident(second).records == tuple(sorted(ids))
    with project.store.write("2024") as tx:  # the reader no longer finds one of them
        tx.conn.execute(text("UPDATE records SET current = 0, linked = 0 WHERE id = :id"), {"id": min(ids)})
    project.update()
    assert project.incident(second).records == tuple(sorted(ids)[1:])
    assert [line["id"] for line in project.incidents()] == [second]


def test_rejected_merge_stays_rejected(project: Project, tmp_path: Path) -> None:
    first, second = add_rows(project, tmp_path, ("2020-01-01", ONE), ("2020-01-01", TWO))
    assert len(project.incidents()) == 1
    project.split("SYR-2020-00001", [second], by="a", reason="قصفان مختلفان")
    assert project.show(first)["incident"] != project.show(second)["incident"]
    add_rows(project, tmp_path, ("2020-01-01", THREE))
    project.update(reread=True)
    assert project.show(first)["incident"] != project.show(second)["incident"]
    assert len(project.incidents()) == 2


def test_split_names_what_is_wrong(project: Project, tmp_path: Path) -> None:
    first, second = add_rows(project, tmp_path, ("2020-01-01", ONE), ("2020-01-01", TWO))
    for leaving, why in (((), "some"), ((first, second), "some"), (("e-x",), "e-x is not in")):
        with pytest.raises(InputError, match=why):
            project.split("SYR-2020-00001", leaving, by="a", reason="لسبب")
    with pytest.raises(InputError, match="no record, incident or report"):
        project.split("SYR-1999-00001", [first], by="a", reason="لسبب")


def test_new_version_of_a_report_takes_its_records_along(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("قصف على حلب", "utf-8")
    project.add([str(path)])
    old = project.incidents()[0]["id"]
    path.write_text("انفجار في بغداد", "utf-8")
    project.add([str(path)])
    listed = project.incidents()
    assert [(line["kind"], line["records"]) for line in listed] == [("bombing", 1)]
    assert not project.show(old)["current"]  # still there to be looked at, but of nothing any more


def test_corrected_record_is_compared_again(project: Project, tmp_path: Path) -> None:
    add_rows(project, tmp_path, ("2020-01-01", ONE), ("2020-01-01", "قصف على دمشق وريفها من جهات عدة"))
    other = project.records(Filters(place="دمشق"))[0]
    place = {"type": "place", "names": ["حلب"], "id": "g:aleppo", "name": "حلب", "lat": 36.2, "lon": 37.1}
    decision = project.decide(other.id, "correct", by="a", reason="سها القارئ", property="place", values=[place])
    assert len(project.incidents()) == 1
    project.decide(other.id, "withdraw", by="a", reason="بل أصاب", decision=decision.id)
    assert len(project.incidents()) == 2


def test_reviewed_incident_goes_stale_when_a_report_joins(project: Project, tmp_path: Path) -> None:
    add_rows(project, tmp_path, ("2020-01-01", ONE))
    project.decide("SYR-2020-00001", "state", by="a", to="reviewed")
    assert not project.show("SYR-2020-00001")["stale"]
    assert [line["id"] for line in project.incidents(Filters(state="reviewed"))] == ["SYR-2020-00001"]
    add_rows(project, tmp_path, ("2020-01-01", TWO))
    assert project.show("SYR-2020-00001")["stale"]


def test_incidents_by_filter(project: Project, tmp_path: Path) -> None:
    add_rows(project, tmp_path, ("2020-01-01", ONE), ("2020-01-01", TWO), ("2020-02-01", "انفجار في بغداد عند الظهر"))
    assert [line["kind"] for line in project.incidents(Filters(kinds=("bombing",)))] == ["bombing"]
    assert [line["records"] for line in project.incidents(Filters(near=(36.2, 37.1, 10)))] == [2]
    assert project.incidents(Filters(near=(0, 0, 10))) == []
    assert len(project.incidents(limit=1)) == 1 and len(project.incidents(limit=5, offset=1)) == 1


@pytest.mark.parametrize(("clusters", "former", "kept"), [
    ([("a", "b")], {}, [""]),
    ([("a", "b", "c")], {"a": "I2", "b": "I1", "c": "I1"}, ["I1"]),
    ([("a", "b")], {"a": "I2", "b": "I1"}, ["I1"]),  # a tie: the older
    ([("a",), ("b", "c")], {"a": "I1", "b": "I1", "c": "I1"}, ["", "I1"]),
    ([("a",), ("b",)], {"a": "I1", "b": "I2"}, ["I1", "I2"]),
])
def test_ids_stay_with_most_records(clusters: list[tuple[str, ...]], former: dict[str, str], kept: list[str]) -> None:
    assert list(_keep_ids(clusters, former, None, ()).values()) == kept


def test_uuid_is_of_version_7_and_sorts_by_time() -> None:
    from datetime import UTC, datetime
    from uuid import UUID

    ids = [_uuid7(datetime(2020 + i, 1, 1, tzinfo=UTC)) for i in range(5)]
    assert (
        ids == sorted(ids)
        and {UUID(i).version for i in ids} == {7}
        and {UUID(i).variant for i in ids} == {"specified in RFC 4122"}
    )
