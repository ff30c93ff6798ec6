"""What a person corrected stays corrected in searches, lists and fusion, whatever is read again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fake_fusion import SamePlace
from fake_reader import FakeReader
from khabar.project import Filters, Project

PLACE = {"type": "place", "names": ["دمشق"], "id": "g:damascus", "name": "دمشق", "lat": 33.5, "lon": 36.3}
DAMASCUS, BAGHDAD = Filters(place="دمشق"), Filters(place="بغداد")
NEAR = Filters(near=(33.5, 36.3, 5))
Again = Callable[[Project], Project]


def same_reader(project: Project) -> Project:
    """Everything read again by the same reader, which says the same."""
    project.update(reread=True)
    return project


def other_reader(project: Project) -> Project:
    """Everything read again by a reader that counts two more dead."""
    other = Project.open(project.root, reader=FakeReader(bonus=2), reader_name="fake/2", fusion=SamePlace())
    other.update()
    return other


@pytest.fixture(params=(same_reader, other_reader))
def again(request: pytest.FixtureRequest) -> Again:
    found: Again = request.param
    return found


@pytest.fixture
def corrected(tmp_path: Path, database: str | None) -> Project:
    """A bombing in Baghdad that a person moved to Damascus."""
    project = Project.init(
        tmp_path / "p", database=database, reader=FakeReader(), reader_name="fake/1", fusion=SamePlace()
    )
    add(project, tmp_path, "a.txt", "انفجار في بغداد وسقوط 5 قتيل في حي مزدحم")
    project.decide(record(project), "correct", by="a", reason="وهم القارئ", property="place", values=[PLACE])
    return project


def add(project: Project, tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_text(words, "utf-8")
    project.add([str(tmp_path / name)])


def record(project: Project) -> str:
    return project.records(Filters(kinds=("bombing",)))[0].id


def test_found_by_the_corrected_value(corrected: Project, again: Again) -> None:
    with again(corrected) as project:
        assert [r.id for r in project.records(DAMASCUS)] == [r.id for r in project.records(NEAR)] == [record(project)]
        assert project.records(BAGHDAD) == []
        assert [hit["records"] for hit in project.search("انفجار", DAMASCUS)] == [[record(project)]]
        assert project.search("انفجار", BAGHDAD) == []


def test_listed_by_the_corrected_value(corrected: Project, again: Again) -> None:
    with again(corrected) as project:
        assert [line["place"] for line in project.incidents(DAMASCUS)] == ["دمشق"]
        assert [line["place"] for line in project.incidents(NEAR)] == ["دمشق"]
        assert project.incidents(BAGHDAD) == []


def test_fused_by_the_corrected_value(corrected: Project, again: Again, tmp_path: Path) -> None:
    with again(corrected) as project:
        add(project, tmp_path, "b.txt", "دوي انفجار عنيف سمع في أرجاء دمشق مساء")
        add(project, tmp_path, "c.txt", "شهود عيان يصفون ما خلفه انفجار آخر وسط بغداد")
        places = sorted((line["place"], line["records"]) for line in project.incidents())
        assert places == [("بغداد", 1), ("دمشق", 2)]


def test_incident_shows_the_corrected_value(tmp_path: Path, database: str | None) -> None:
    with Project.init(tmp_path / "p", database=database, reader=FakeReader(), reader_name="fake/1") as project:
        add(project, tmp_path, "a.txt", "انفجار في بغداد وسقوط 5 قتيل في حي مزدحم")
        project.decide(record(project), "correct", by="a", reason="وهم القارئ", property="place", values=[PLACE])
        killed = [{"type": "count", "minimum": 2, "maximum": 2}]
        project.decide(record(project), "correct", by="a", reason="وهم القارئ", property="killed", values=killed)
        for _ in range(2):
            incident = project.show(project.show(record(project))["incident"])
            shown = {p["property"]: p["shown"] for p in incident["properties"]}
            assert (shown["place"]["name"], shown["killed"]["minimum"], shown["killed"]["maximum"]) == ("دمشق", 2, 2)
            project.update(reread=True)
