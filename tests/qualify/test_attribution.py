"""Chains of attribution: who is named, in which order, and over which sentences."""

from __future__ import annotations

import tomllib

import pytest

from khabar.model.document import Attribution
from khabar.pipeline import annotate, make_report
from khabar.qualify.words import FILE, load_source_words


def find(text: str) -> list[tuple[list[str], Attribution]]:
    """Each attribution of a text with the words of its chain."""
    return [([text[a:b] for a, b in found.chain], found) for found in annotate(make_report(text)).attributions]


def chains(text: str) -> list[list[str]]:
    """The chains of a text that its own words tell."""
    return [chain for chain, found in find(text) if found.verb not in ("carry", "quote_carry")]


ONE = [
    ("أعلن الجيش العراقي مقتل خمسة مسلحين في الموصل.", ["الجيش العراقي"]),
    ("كشفت وزارة الدفاع الروسية عن مقتل جنديين في القصف.", ["وزارة الدفاع الروسية"]),
    ("أفادت مصادر طبية بأن سبعة أشخاص قتلوا.", ["مصادر طبية"]),
    ("أفادت مصادر أمنية وطبية بأن سبعة أشخاص قتلوا.", ["مصادر أمنية وطبية"]),
    ("قال مدير المرصد السوري لحقوق الإنسان رامي عبد الرحمن إن الغارات تواصلت.",
     ["مدير المرصد السوري لحقوق الإنسان رامي عبد الرحمن"]),
    ("قال ضابط بالشرطة الصومالية إن سيارة انفجرت.", ["ضابط بالشرطة الصومالية"]),
    ("قتل سبعة أشخاص في القصف، بحسب ما أعلن مصدر طبي.", ["مصدر طبي"]),
    ("قتل سبعة أشخاص في القصف وفق المرصد السوري لحقوق الإنسان.", ["المرصد السوري لحقوق الإنسان"]),
    ("نقلت وكالة سانا عن مصدر عسكري قوله إن الدفاعات أسقطت صاروخا.", ["وكالة سانا", "مصدر عسكري"]),
    ("قال مصدر أمني لرويترز إن الهجوم انتهى.", ["رويترز", "مصدر أمني"]),
    ("وجاء في بيان للجيش الإسرائيلي أن الطائرات قصفت موقعا.", ["بيان للجيش الإسرائيلي"]),
    ("وكانت دمشق اتهمت إسرائيل بقصف المطار.", ["دمشق"]),
    ("المرصد السوري: مقتل خمسة مدنيين في قصف", ["المرصد السوري"]),
    ("لكن مسؤولا في المعارضة قال لـ«الأفق» إن الإفراج جرى بموجب صفقة.", ["الأفق", "مسؤولا في المعارضة"]),
    ("قال وزير الطاقة والموارد الطبيعية إن الخط تعطل.", ["وزير الطاقة والموارد الطبيعية"]),
    ("قال متحدث باسم التحالف لشبكة المنارة إن الضربة لم تقع.", ["شبكة المنارة", "متحدث باسم التحالف"]),
    ("وبحسب وكالة رويترز، قال متحدث باسم الجيش إن الضربة لم تقع.", ["وكالة رويترز", "متحدث باسم الجيش"]),
    ("شن المسلحون هجوما، بحسب المكتب البحري الدولي.", ["المكتب البحري الدولي"]),
    ("وذكر ناشطون وقوع غارات على البلدة.", ["ناشطون"]),
    ("قال مسؤول طلب عدم ذكر اسمه إن خمسة قتلوا.", ["مسؤول طلب عدم ذكر اسمه"]),
    ("وأشار المرصد إلى أن القصف توقف.", ["المرصد"]),
    ("واتهم مسؤولون محليون تنظيم القاعدة بالوقوف وراء الهجوم.", ["مسؤولون محليون"]),
    ("ونقلت قناة «سي إن إن» عن مصدر قوله إن القصف توقف.", ["قناة «سي إن إن»", "مصدر"]),
    ("قال مصدر في وزارة الدفاع اليوم الثلاثاء في بيان إن القصف توقف.", ["مصدر في وزارة الدفاع"]),
]


@pytest.mark.parametrize(("text", "chain"), ONE, ids=[text[:30] for text, _ in ONE])
def test_chain(text: str, chain: list[str]) -> None:
    assert chain in chains(text)


SILENT = [
    "تواصلت الاشتباكات بين الجيش ومسلحين قرب المدينة.",
    "ولم تعلن أي جهة مسؤوليتها عن التفجير.",
    "يذكر أن المدينة محاصرة منذ شهرين.",
]


@pytest.mark.parametrize("text", SILENT)
def test_nobody_speaks(text: str) -> None:
    assert chains(text) == []


def test_two_speakers_are_two_sources() -> None:
    assert chains("قال مسؤول محلي ومصدران بالشرطة إن ثلاثة قتلوا.") == [["مسؤول محلي"], ["مصدران بالشرطة"]]


def test_last_speaker_goes_on() -> None:
    text = "قال مصدر أمني لرويترز إن الهجوم انتهى. وأضاف أن القتلى خمسة."
    assert chains(text)[-1] == ["رويترز", "مصدر أمني"]


def test_short_name_stands_for_the_whole() -> None:
    text = "أعلن العميد محمد الجبوري مقتل أربعين مسلحا. وقال الجبوري إن سيارة انفجرت."
    found = [(chain, a.verb) for chain, a in find(text) if a.sentence == 1]
    assert found == [(["الجبوري"], "short_name"), (["العميد محمد الجبوري"], "qala")]


def test_quotation_runs_over_sentences() -> None:
    text = 'قال المتحدث باسم الجيش: "قصفنا الموقع فجرا. وقتل في القصف خمسة مسلحين".'
    found = [(chain, a) for chain, a in find(text) if a.sentence == 1]
    assert [(chain, a.verb) for chain, a in found] == [(["المتحدث باسم الجيش"], "quote_carry")]
    assert found[0][1].start < found[0][1].end


def test_nearness_covers_nothing() -> None:
    text = "أفاد المرصد السوري بمقتل خمسة مدنيين. وشنت الطائرات غارات على البلدة."
    carried = [a for _, a in find(text) if a.verb == "carry"]
    assert [(a.sentence, a.start == a.end) for a in carried] == [(1, True)]


def test_spans_lie_within_the_text() -> None:
    for text, _ in ONE:
        for _, found in find(text):
            assert all(0 <= a < b <= len(text) for a, b in found.chain)
            assert 0 <= found.start <= found.end <= len(text)


def test_lists_are_told() -> None:
    lists = tomllib.loads(FILE.read_text("utf-8"))["lists"]
    assert [name for name, row in lists.items() if not row.get("gloss") or not row["words"]] == []
    assert all(" " not in word for row in lists.values() for word in row["words"])
    assert load_source_words() is load_source_words()


def _examples() -> list[tuple[str, str]]:
    lists = tomllib.loads(FILE.read_text("utf-8"))["lists"]
    return [(name, text) for name, row in lists.items() for text in row.get("examples", ())]


@pytest.mark.parametrize(("name", "text"), _examples())
def test_examples_hold_a_listed_word(name: str, text: str) -> None:
    row = tomllib.loads(FILE.read_text("utf-8"))["lists"][name]
    assert set(text.split()) & set(row["words"])
