"""Persons by the grammar of their names."""

from __future__ import annotations

import tomllib

import pytest

from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold
from khabar.lexicon.lint import split_words
from khabar.lexicon.persons import PersonHit, find_person


def _persons(text: str) -> tuple[list[str], list[PersonHit]]:
    norms = split_words(text)
    found = []
    i = 0
    while i < len(norms):
        hit = find_person(norms, i)
        if hit is not None:
            found.append(hit)
        i = max(i + 1, hit.last if hit is not None else 0)
    return norms, found


def _names(text: str) -> list[str]:
    norms, found = _persons(text)
    return [" ".join(norms[hit.name[0] : hit.name[1]]) for hit in found if hit.name is not None]


@pytest.mark.parametrize(
    ("text", "name", "actor", "role"),
    [
        ("قال الرئيس الأميركي دونالد ترامب إن", "دونالد ترامب", "person.trump", "head_of_state"),
        ("صرح وزير الدفاع آشتون كارتر بأن", "آشتون كارتر", "person.carter", "minister"),
        ("أعلن العميد محمد الجبوري مقتلهم", "محمد الجبوري", None, "rank"),
        ("وقال المتحدث باسم البنتاجون جيف ديفيس أمس", "جيف ديفيس", "person.jeff_davis", "spokesman"),
        ("وزير الداخلية الهندي، راجناث سينغ، دعا", "راجناث سينغ", "person.rajnath", "minister"),
        ("اغتيال القيادي في حماس محمود المبحوح في دبي", "محمود المبحوح", "person.mabhouh", "commander"),
        ("استشهد الشاب أحمد نبيل عقل (25 عاما)", "أحمد نبيل عقل", None, "honorific"),
        ("وزير الخارجية الإيطالي باولو جينتيلوني أن", "باولو جينتيلوني", "person.gentiloni", "minister"),
        ("وزير الخارجية الإيطالي باولو جنتلوني أن", "باولو جنتلوني", "person.gentiloni", "minister"),
        ("وزير العدل الإيطالي ماركو بيلوتي أن", "ماركو بيلوتي", None, "minister"),
        ("العميد بالجيش الوطني الليبي سالم الواعر", "سالم الواعر", None, "rank"),
        ("المتحدث العسكري اللفتنانت كولونيل بيتر لينر إن", "بيتر لينر", None, "spokesman"),
        ("نائب رئيس اللجنة الأمنية في مجلس محافظة كركوك محمد خليل الجبوري", "محمد خليل الجبوري", None, "head_of_state"),
        ("قتل عمر وحيد سمور، وهو مزارع", "عمر وحيد سمور", None, ""),
        ("الرئيس هادي يصل إلى عدن", "هادي", "person.hadi", "head_of_state"),
    ],
)
def test_named_persons(text: str, name: str, actor: str | None, role: str) -> None:
    norms, found = _persons(text)
    hit = next(hit for hit in found if hit.name is not None)
    assert hit.name is not None
    assert " ".join(norms[hit.name[0] : hit.name[1]]).removeprefix("الرييس ") == fold(name)
    assert hit.has_name
    assert hit.actor == actor
    assert hit.role in (role, "")


@pytest.mark.parametrize(
    ("text", "affiliation", "words"),
    [
        ("قال متحدث باسم الجيش الإسرائيلي إن", "il.army", "متحدث باسم الجيش الاسراييلي"),
        ("رئيس الوزراء الباكستاني يستقيل", "pk", "رييس الوزراء الباكستاني"),
        ("المتحدث باسم التحالف العربي قال", "ye.coalition", "المتحدث باسم التحالف العربي"),
    ],
)
def test_roles_without_name(text: str, affiliation: str, words: str) -> None:
    norms, found = _persons(text)
    assert [" ".join(norms[h.title[0] : h.title[1]]) for h in found if h.title is not None] == [words]
    assert (found[0].has_name, found[0].affiliation) == (False, affiliation)


def test_adjective_after_a_ministry_names_its_state() -> None:
    _, found = _persons("قال وزير الداخلية الهندي راجناث سينغ")
    assert found[0].affiliation == "in.interior"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("هجوم على الحدود", "على is a preposition, not the name"),
        ("مطار الملك خالد الدولي", "an airport is named after a person"),
        ("لواء الفرقان يتقدم", "a brigade"),
        ("يبلغ من العمر 25 عاما", "age"),
        ("غارات جو متطورة", "air"),
        ("قصف خان يونس", "a town"),
    ],
)
def test_what_is_no_name(text: str, why: str) -> None:
    assert _names(text) == [], why


def test_title_examples_hold() -> None:
    data = tomllib.loads((DATA / "ar/persons.toml").read_text("utf-8"))
    for title in data["title"]:
        for text in title["examples"]:
            assert any(hit.role == title["class"] for hit in _persons(text)[1]), text
