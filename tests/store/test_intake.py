"""What comes in is kept once, frozen, versioned and grouped."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fake_reader import FakeReader
from khabar.project import AddResult, Project, Wishes
from khabar.project_intake import Added
from khabar.store.groups import DAYS, Signature, sign

NEWS = "انفجار في بغداد\nهز انفجار وسط بغداد صباح اليوم وسقط 5 قتيل بحسب الشرطة التي طوقت المكان وأغلقت الطرق."
LONG = " ".join(f"كلمة{i} في السياق العام للخبر رقم {i}" for i in range(60))


def add_text(project: Project, path: Path, words: str, **wishes: Any) -> AddResult:
    path.write_text(words, "utf-8")
    return project.add([str(path)], wishes=Wishes(**wishes))


def test_adding_again_changes_nothing(project: Project, tmp_path: Path) -> None:
    first = add_text(project, tmp_path / "a.txt", NEWS)
    head = project.head()
    again = project.add([str(tmp_path / "a.txt"), str(tmp_path)])
    assert (len(first.added), again.added, again.known) == (1, [], 2)
    assert project.head() == head
    assert not list(project.blobs.incoming.iterdir())


def test_table_added_again_changes_nothing(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"text": f"{NEWS} {i}"}, ensure_ascii=False) + "\n" for i in range(40)), "utf-8")
    assert len(project.add([str(path)]).added) == 40
    head = project.head()
    assert project.add([str(path)]).known == 40
    assert project.head() == head
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps({"text": "خبر جديد كل الجدة عن شيء آخر"}, ensure_ascii=False))
    grown = project.add([str(path)])
    assert (len(grown.added), grown.known) == (1, 40)
    found = project.verify()
    assert (found.clean, found.files, found.captures) == (True, 2, 43)  # two states of the file, 41 rows


def test_changed_text_is_a_new_version(project: Project, tmp_path: Path) -> None:
    first = add_text(project, tmp_path / "a.txt", NEWS).added[0]
    changed = add_text(project, tmp_path / "a.txt", NEWS.replace("5", "7"))
    second = changed.versions[0]
    assert changed.added == []
    old, new = project.show(first), project.show(second)
    assert (old["version"], old["current"], new["version"], new["current"]) == (1, False, 2, True)
    assert new["versions"] == [first, second]
    assert project.report(first).text == NEWS
    assert [r.report for r in project.records()] == [second, second]
    assert len(project.search("انفجار")) == 1


def test_report_carries_what_is_told(project: Project, tmp_path: Path) -> None:
    ident = add_text(project, tmp_path / "a.txt", NEWS, outlet="صحيفة", published=date(2020, 1, 2)).added[0]
    report = project.report(ident)
    assert (report.outlet, report.published, report.published_basis, report.language) == (
        "صحيفة",
        date(2020, 1, 2),
        "told",
        "ar",
    )
    assert report.capture is not None and report.capture.media_type == "text/plain"


def test_one_text_under_two_addresses_is_two_reports(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        "".join(
            json.dumps({"url": f"http://n.example/{i}", "text": NEWS}, ensure_ascii=False) + "\n" for i in range(2)
        ),
        "utf-8",
    )
    ids = project.add([str(path)]).added
    assert len(ids) == 2 and project.show(ids[1])["copies"] == ids
    assert len({record.id for record in project.records()}) == 4


def test_given_ids_and_addresses_find_a_report(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "x-1", "url": "http://n.example/1", "text": NEWS}, ensure_ascii=False), "utf-8")
    ident = project.add([str(path)]).added[0]
    assert project.report("x-1").id == project.report("http://n.example/1").id == ident


def test_progress_hears_of_what_is_safe(project: Project, tmp_path: Path) -> None:
    heard: list[Added] = []

    def progress(outcome: Added) -> None:
        heard.append(outcome)
        if outcome.report is not None:
            with Project.open(project.root) as other:
                assert other.report(outcome.report).id == outcome.report

    path = tmp_path / "a.jsonl"
    path.write_text(
        "".join(json.dumps({"text": f"{LONG} {i} {NEWS}"}, ensure_ascii=False) + "\n" for i in range(3)) + "x\n",
        "utf-8",
    )
    project.add([str(path)], progress=progress)
    assert sorted(outcome.status for outcome in heard) == ["added", "added", "added", "failed"]


def test_reader_that_fails_on_one_report_keeps_the_others(tmp_path: Path, database: str | None) -> None:
    reader = FakeReader(fail="ملغوم")
    with Project.init(tmp_path / "p", database=database, reader=reader, reader_name="fake/1") as project:
        (tmp_path / "t").mkdir()
        (tmp_path / "t" / "a.txt").write_text(NEWS + " ملغوم", "utf-8")
        (tmp_path / "t" / "b.txt").write_text("قصف على حلب", "utf-8")
        result = project.add([str(tmp_path / "t")])
        assert len(result.added) == 2 and [r.reason for r in result.remarks] == [
            "the reader failed: ValueError: a word it can't stand"
        ]
        unread = result.remarks[0].report
        assert unread is not None and project.show(unread)["issues"][0]["code"] == "unread"
        reader.fail = None
        assert project.update().read == 1
        assert len(project.show(unread)["records"]) == 2


def test_update_reads_again_with_a_new_reader(tmp_path: Path, database: str | None) -> None:
    with Project.init(tmp_path / "p", database=database, reader=FakeReader(), reader_name="fake/1") as project:
        add_text(project, tmp_path / "a.txt", NEWS)
        assert project.update().read == 0
        before = project.records()
    with Project.open(tmp_path / "p", reader=FakeReader(bonus=2), reader_name="fake/2") as project:
        assert project.update().read == 1
        after = project.records()
        assert [r.id for r in after] == [r.id for r in before]
        assert [r.killed.minimum for r in after if r.killed] == [7]
        assert project.update().read == 0
        assert project.update(reread=True).read == 1


def test_watched_folder(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    add_text(project, folder / "a.txt", NEWS)
    project.add([str(folder)], wishes=Wishes(outlet="صحيفة"), watch=True)
    assert project.update().added == []
    (folder / "b.txt").write_text("قصف على حلب", "utf-8")
    new = project.update().added
    assert [project.report(ident).outlet for ident in new] == ["صحيفة"]


# Wire copies


def test_copies_are_shown_once_and_all_kept(project: Project, tmp_path: Path) -> None:
    ids = [
        add_text(project, tmp_path / f"{i}.txt", text, published=date(2020, 1, 1 + i)).added[0]
        for i, text in enumerate(
            [f"بيروت (رويترز) - {LONG}", f"عنوان آخر\n{LONG} وأضاف الموقع جملة", LONG + " (تحديث)"]
        )
    ]
    assert {project.show(ident)["agency"] for ident in ids} == {"Reuters", None}
    assert project.show(ids[2])["copies"] == ids
    hits = project.search("السياق")
    assert [(hit["report"] in ids, hit["copies"]) for hit in hits] == [(True, 3)]


@pytest.mark.parametrize(("apart", "copies"), [(0, 2), (DAYS, 2), (DAYS + 1, 1), (365, 1)])
def test_copies_come_within_days(project: Project, tmp_path: Path, apart: int, copies: int) -> None:
    first = date(2020, 1, 1)
    add_text(project, tmp_path / "a.txt", LONG, published=first)
    other = add_text(
        project, tmp_path / "b.txt", LONG + " وزيادة", published=date.fromordinal(first.toordinal() + apart)
    ).added[0]
    assert len(project.show(other)["copies"]) == copies


def test_different_texts_stay_apart(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path / "a.txt", NEWS)
    other = add_text(project, tmp_path / "b.txt", "قصف مدفعي على أطراف حلب أدى إلى دمار واسع في عدة منازل").added[0]
    assert len(project.show(other)["copies"]) == 1


def test_signature_estimates_resemblance() -> None:
    one = sign(LONG)
    assert Signature.unpack(one.pack()) == one
    assert one.resemblance(sign(LONG)) == 1
    assert sign(LONG.replace("كلمة", "لفظة")).resemblance(one) < 0.75
    assert sign(NEWS).resemblance(one) < 0.1
    assert len(one.bands()) == 32
    assert sign("").values == sign("").values


def test_spelling_does_not_hide_a_copy() -> None:
    assert sign("أعلنت قوّات الجيش في إدلب اليوم").resemblance(sign("اعلنت قوات الجيش في ادلب اليوم")) == 1


def test_watched_file_that_is_gone_does_not_keep_the_others_out(project: Project, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        project.add([str(tmp_path / name)], watch=True)
    (tmp_path / "a").rmdir()
    (tmp_path / "b" / "new.txt").write_text(NEWS, "utf-8")
    result = project.update()
    assert len(result.added) == 1
    assert [(f.address, f.reason) for f in result.failures] == [
        (str(tmp_path / "a"), "no such file or folder, and not an http(s) address")]


def test_update_tells_of_what_is_linked(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path / "a.txt", NEWS)
    told: list[Added] = []
    project.update(reread=True, progress=told.append)
    assert [o.status for o in told] == ["read"]  # the same reading: nothing to link anew
    with Project.open(project.root, reader=FakeReader(bonus=1), reader_name="fake/2") as other:
        result = other.update(progress=told.append)
        assert [o.status for o in told[1:]] == ["read", "linked"] and result.failures == []


def test_former_versions_are_no_copies(project: Project, tmp_path: Path) -> None:
    add_text(project, tmp_path / "a.txt", LONG)
    add_text(project, tmp_path / "a.txt", LONG + " (تحديث)")
    assert [hit["copies"] for hit in project.search("السياق")] == [1]
