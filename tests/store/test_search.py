"""Searching by words however spelled, and by what is in the reports."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from khabar.errors import InputError
from khabar.project import Filters, Project
from khabar.store.search import distance_km
from khabar.store.shadow import alternatives, find_marks, find_stems, fold_name, parse_query

# What a search engine with ordinary settings misses; each must be found both ways.
PROBES = [
    ("قوات", "وصلت قوّات إلى المكان", "shadda"),
    ("اعلنت", "أعلنت الوزارة ذلك", "hamza on alef"),
    ("ادلب", "في ريف إدلب الجنوبي", "hamza under alef"),
    ("مدنيين", "بين المدنيين في الحي", "article"),
    ("مستشفى", "مدرسة ومستشفى", "conjunction"),
    ("5", "أصيب ٥ أشخاص", "Arabic digit"),
    ("مستشفي", "قصف مستشفى", "alef maqsura"),
    ("غاره", "نفذت غارة", "ta marbuta"),
    ("العراق", "في العـــراق", "tatweel"),
    ("هذا", "هٰذا ما حدث", "dagger alef"),
    ("مسؤول", "قال مسوول", "hamza on waw"),
    ("7", "قتل ۷ اشخاص", "Persian digit"),
    ("لبنان", "قال \u202bلبنان\u202c ذلك", "bidirectional controls"),
    ("سلاح", "مخزن ﺳﻼﺡ", "presentation forms"),
    ("مدنيين", "بالمدنيين وللمدنيين", "preposition and article"),
]


def add_rows(project: Project, tmp_path: Path, rows: list[dict[str, str]]) -> list[str]:
    path = tmp_path / f"rows{len(list(tmp_path.iterdir()))}.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    result = project.add([str(path)])
    assert not result.failures
    return result.added


@pytest.mark.parametrize(("query", "words", "why"), PROBES, ids=[why for _, _, why in PROBES])
def test_probe_is_found_both_ways(project: Project, tmp_path: Path, query: str, words: str, why: str) -> None:
    there = add_rows(project, tmp_path, [{"text": words}, {"text": "نص آخر لا صلة له بشيء من ذلك كله"}])[0]
    assert [hit["report"] for hit in project.search(query)] == [there]
    other = add_rows(project, tmp_path, [{"text": f"كلام مختلف تماما فيه {query} وحدها هنا"}])[0]
    for word in words.split():
        if query in find_stems(word) or parse_query(word)[0].words[0][0] in alternatives(query):
            assert other in [hit["report"] for hit in project.search(word)]


def test_every_word_must_be_met_and_ranks_come_first(project: Project, tmp_path: Path) -> None:
    rows = [{"text": "قصف على حلب ثم قصف على حلب"}, {"text": "قصف على دمشق وحدها"}, {"text": "هدوء في حلب منذ أمس"}]
    both, shelling, _ = add_rows(project, tmp_path, rows)
    assert [hit["report"] for hit in project.search("حلب قصف")] == [both]
    assert {hit["report"] for hit in project.search("قصف")} == {both, shelling}
    assert [hit["report"] for hit in project.search("قصف -حلب")] == [shelling]


def test_phrase_keeps_order(project: Project, tmp_path: Path) -> None:
    ids = add_rows(project, tmp_path, [{"text": "مجلس الأمن يجتمع"}, {"text": "الأمن في مجلس المدينة"}])
    assert [hit["report"] for hit in project.search('"مجلس الأمن"')] == ids[:1]


@pytest.mark.parametrize("query", ['"', "-", "AND OR NOT", "a:b*", "()", "''", "\\", "قصف)", "^x", "NEAR(a b)", "\x00"])
def test_odd_queries_do_no_harm(project: Project, tmp_path: Path, query: str) -> None:
    add_rows(project, tmp_path, [{"text": "قصف على حلب"}])
    assert isinstance(project.search(query), list)


def test_snippet_marks_are_code_points(project: Project, tmp_path: Path) -> None:
    add_rows(project, tmp_path, [{"text": "😀 " * 100 + "ثم نفّذت الطائرات غارةً على المدنيّين هناك"}])
    hit = project.search("مدنيين غارة")[0]
    assert [hit["snippet"][a:b] for a, b in hit["marks"]] == ["غارةً", "المدنيّين"]


ROWS = [
    {"id": "1", "published": "2020-01-05", "outlet": "أ", "text": "قصف نفذه الجيش على إدلب وسقوط 3 قتيل"},
    {"id": "2", "published": "2020-02-05", "outlet": "ب", "text": "غارة شنتها طائرات روسية على حلب فيما نفى المتحدث"},
    {"id": "3", "published": "2020-03-05", "outlet": "أ", "text": "انفجار يهز بغداد من جديد ولا أنباء عن ضحايا"},
    {"id": "4", "published": "2020-03-06", "outlet": "أ", "text": "افتتاح معرض الكتاب في المدينة القديمة"},
]


@pytest.mark.parametrize(("filters", "found"), [
    (Filters(), "1234"),
    (Filters(kinds=("shelling",)), "1"),
    (Filters(kinds=("shelling", "bombing")), "13"),
    (Filters(actor="جيش"), "1"),
    (Filters(actor="russia-air"), "2"),
    (Filters(place="ادلب"), "1"),
    (Filters(place="g:baghdad"), "3"),
    (Filters(near=(35.9, 36.6, 10)), "1"),
    (Filters(near=(35.9, 36.6, 80)), "12"),
    (Filters(near=(35.9, 36.6, 20000)), "123"),
    (Filters(since=date(2020, 2, 1)), "23"),
    (Filters(until=date(2020, 2, 5)), "12"),
    (Filters(since=date(2020, 2, 1), until=date(2020, 2, 29)), "2"),
    (Filters(statuses=("denied",)), "2"),
    (Filters(outlet="أ"), "134"),
    (Filters(outlet="أ", kinds=("bombing",)), "3"),
    (Filters(kinds=("shelling",), place="بغداد"), ""),
    (Filters(state="machine"), "123"),
    (Filters(state="reviewed"), ""),
])
def test_filters(project: Project, tmp_path: Path, filters: Filters, found: str) -> None:
    ids = add_rows(project, tmp_path, ROWS)
    hits = {hit["report"] for hit in project.search("", filters)}
    assert "".join(str(i + 1) for i, ident in enumerate(ids) if ident in hits) == found


def test_filter_by_review_state(project: Project, tmp_path: Path) -> None:
    add_rows(project, tmp_path, ROWS)
    record = project.records(Filters(kinds=("bombing",)))[0]
    project.decide(record.id, "state", by="a", to="reviewed")
    assert [hit["records"] for hit in project.search("", Filters(state="reviewed"))] == [[record.id]]
    assert [r.kind for r in project.records(Filters(state="machine"))] == ["shelling", "airstrike"]


def test_words_and_filters_together(project: Project, tmp_path: Path) -> None:
    add_rows(project, tmp_path, ROWS)
    assert [hit["outlet"] for hit in project.search("على", Filters(near=(36.2, 37.1, 5)))] == ["ب"]
    assert project.search("على", Filters(outlet="ج")) == []


def test_pages_do_not_overlap(project: Project, tmp_path: Path) -> None:
    add_rows(
        project,
        tmp_path,
        [
            {"text": f"خبر رقم {i} عن {'قصف ' * (i + 1)} " + " ".join(f"كلمة{i}{j}" for j in range(20))}
            for i in range(30)
        ],
    )
    pages = [hit["report"] for page in range(4) for hit in project.search("قصف", limit=8, offset=page * 8)]
    assert len(pages) == len(set(pages)) == 30


def test_locate_uses_the_projects_own_events(project: Project, tmp_path: Path) -> None:
    add_rows(project, tmp_path, ROWS)
    assert project.locate("إدلب") == (35.931, 36.634)
    with pytest.raises(InputError, match="give coordinates"):
        project.locate("نيويورك")


@pytest.mark.parametrize(("word", "stems"), [
    ("وبالمدنيين", ("بالمدنيين", "المدنيين", "مدنيين")), ("المدنيين", ("مدنيين",)), ("للمدنيين", ("مدنيين",)),
    ("ومستشفي", ("مستشفي",)), ("من", ()), ("الم", ()), ("ولد", ()), ("كلب", ()),
])
def test_stems(word: str, stems: tuple[str, ...]) -> None:
    assert find_stems(word) == stems


def test_a_short_words_own_letter_is_not_taken_off_in_a_query() -> None:
    assert alternatives("والي") == ("والي",)
    assert alternatives("المدنيين") == ("المدنيين", "مدنيين")


def test_marks_cover_marks() -> None:
    text = "المدنيّين"
    assert find_marks(text, parse_query("مدنيين")) == ((0, len(text)),)


def test_names_fold_without_the_article() -> None:
    assert fold_name("الجيش السوري") == fold_name("جيش سورى") == "جيش سوري"


def test_distance() -> None:
    assert distance_km(33.513, 36.292, 36.202, 37.134) == pytest.approx(309, abs=3)


def test_only_unwanted_words_leave_the_rest(project: Project, tmp_path: Path) -> None:
    ids = add_rows(project, tmp_path, ROWS)
    for query, left in (("-على", {2, 3}), ("-على -المدينة", {2}), ("-كلمةليستهناك", {0, 1, 2, 3})):
        assert {hit["report"] for hit in project.search(query)} == {ids[i] for i in left}


@pytest.mark.parametrize(("filters", "why"), [
    (Filters(kinds=("shelling", "boom")), "kind 'boom' is unknown; known: airstrike"),
    (Filters(statuses=("sure",)), "status 'sure' is unknown; known: asserted"),
    (Filters(state="done"), "review state 'done' is unknown; known: machine"),
    (Filters(since=date(2020, 1, 2), until=date(2020, 1, 1)), "is before since"),
    (Filters(near=(91, 0, 5)), "latitude"), (Filters(near=(0, float("nan"), 5)), "longitude"),
    (Filters(near=(0, 0, -1)), "radius"), (Filters(near=(0, 0, float("nan"))), "radius"),
])
def test_filters_that_cannot_be_are_refused(project: Project, filters: Filters, why: str) -> None:
    for ask in (lambda: project.search("", filters), lambda: project.incidents(filters),
                lambda: project.records(filters), lambda: project.public_records(filters)):
        with pytest.raises(InputError, match=why):
            ask()


def test_broad_filters_find_what_narrow_ones_would(project: Project, tmp_path: Path) -> None:
    """With a filter that nearly all meet the hits are checked batch by batch."""
    rows = [{"id": str(i), "published": "2020-01-05", "text": f"{'قصف على حلب' if i % 97 == 0 else 'خبر'} رقم {i} {w}"}
            for i, w in enumerate(f"كلمة{n} أخرى{n * 7} ثالثة{n * 13}" for n in range(700))]
    ids = add_rows(project, tmp_path, rows)
    wanted = {ident for i, ident in enumerate(ids) if i % 97 == 0}
    for filters in (Filters(state="machine"), Filters(statuses=("asserted",)), Filters(kinds=("shelling",))):
        assert {hit["report"] for hit in project.search("رقم", filters, limit=50)} == wanted
