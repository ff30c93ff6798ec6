"""Noun phrases: where they begin and end, what they name, what they leave out."""

from __future__ import annotations

from time import perf_counter

import pytest

from khabar.lexicon.phrase_words import load_phrase_words
from khabar.model.document import ActorClass, ActorMention, Document
from khabar.pipeline import annotate, make_report


def _read(text: str) -> Document:
    return annotate(make_report(text))


def _phrases(text: str) -> list[str]:
    doc = _read(text)
    return [text[a.start:a.end] for a in doc.actors]


def _one(text: str, quote: str) -> ActorMention:
    found = [a for a in _read(text).actors if text[a.start:a.end] == quote]
    assert found, _phrases(text)
    return found[0]


EXTENTS = [
    ("انسحبت بريطانيا السبت من القاعدة", "بريطانيا"),
    ("هاجمت وحدات حماية الشعب الكردية الشهر الماضي البلدة", "وحدات حماية الشعب الكردية"),
    ("قصفت الولايات المتحدة وبريطانيا وفرنسا مواقع في البلاد", "بريطانيا"),
    ("قصفت الولايات المتحدة وبريطانيا وفرنسا مواقع في البلاد", "فرنسا"),
    ("هاجم مقاتلو تنظيم \"الدولة الإسلامية\" حاجزا", "مقاتلو تنظيم \"الدولة الإسلامية\""),
    ("قتل طلاب المدارس في القصف", "طلاب المدارس"),
    ("استهدف الهجوم نقطة تفتيش عسكرية عند المدخل", "نقطة تفتيش عسكرية"),
    ("قصفت الطائرات مطار أبها الدولي فجرا", "مطار أبها الدولي"),
    ("اقتلع المستوطنون أشجار زيتون في القرية", "أشجار زيتون"),
    ("أصيب مقاتلون محليون بجروح", "مقاتلون محليون"),
    ("وقال مسؤولون محليون إن القصف توقف", "مسؤولون محليون"),
    ("استهدفت الغارات منصات إطلاق صواريخ قرب الحدود", "منصات إطلاق صواريخ"),
    ("اشتبكت قوات الأمن مع مسلحين مجهولين", "مسلحين مجهولين"),
    ("قصف الجيش مواقع تابعة لحزب الله", "مواقع تابعة لحزب الله"),
    ("قتل ثلاثة عناصر من قوات النظام", "عناصر من قوات النظام"),
    ("اعترض الدفاع الجوي صاروخا باليستيا أمس", "صاروخا باليستيا"),
    ("أسقطت القوات طائرة بدون طيار فوق البلدة", "طائرة بدون طيار"),
    ("فجر انتحاري سيارة مفخخة أمام المقر", "سيارة مفخخة"),
]


@pytest.mark.parametrize(("text", "quote"), EXTENTS)
def test_extent(text: str, quote: str) -> None:
    assert quote in _phrases(text)


APART = [
    ("هاجم الجيش إسرائيل", "الجيش إسرائيل"),
    ("قتل مسلحون جنودا", "مسلحون جنودا"),
    ("طور الجيش آلية جديدة تؤدي إلى نتائج", "آلية جديدة تؤدي"),
    ("وقع هجوم إرهابي في السوق", "إرهابي"),
    ("أودى القصف بحياة خمسة", "حياة"),
    ("شهدت المدينة هجمات قوية", "قوية"),
    ("أمر الرئيس بتعزيز المراقبة", "تعزيز المراقبة"),
    ("احترق المبنى قبل تفجير القنبلة", "تفجير"),
]


@pytest.mark.parametrize(("text", "quote"), APART)
def test_left_out(text: str, quote: str) -> None:
    assert quote not in _phrases(text)


def test_affiliation_is_the_actor_inside() -> None:
    site = _one("استهدفت الغارة مواقع لميليشيا الحوثي غرب المدينة", "مواقع لميليشيا الحوثي")
    assert (site.cls, site.noun, site.affiliation) == (ActorClass.SITE, "site", "houthis")
    assert site.inner is not None and site.entry is None


def test_a_weapon_leaves_its_owner_a_phrase_of_its_own() -> None:
    assert _phrases("قصفت طائرات التحالف البلدة")[0].endswith("التحالف")
    rockets = _one("اعترضت المنظومة صواريخ بالستية", "صواريخ بالستية")
    assert (rockets.cls, rockets.noun, rockets.number) == (ActorClass.SITE, "weapon", "p")


def test_plural_of_an_origin_is_people() -> None:
    people = _one("خطف المسلحون إسرائيليين قرب الحدود", "إسرائيليين")
    assert (people.cls, people.noun, people.affiliation, people.number) == (ActorClass.CIVILIAN, "people", "il", "p")
    assert _one("قصف إسرائيلي على القرية", "إسرائيلي").cls is ActorClass.ADJECTIVE


def test_count_of_the_head_also_after_min() -> None:
    assert _one("قتل خمسة جنود في الكمين", "جنود").count is not None
    assert _one("قتل خمسة من الجنود في الكمين", "الجنود").count is not None
    assert _one("وأصيب ثمانية آخرون في الانفجار", "آخرون").noun == "people"


def test_pronoun_on_the_head_keeps_the_group() -> None:
    allies = _one("خسر النظام وحلفاؤه عشرات القتلى", "حلفاؤه")
    assert (allies.cls, allies.noun, allies.number) == (ActorClass.GROUP, "group", "p")


def test_unknown_attackers() -> None:
    assert _one("أطلق مجهولون النار على الحارس", "مجهولون").entry == "unknown"
    assert _one("أطلق مجهولان النار على الحارس", "مجهولان").cls in (ActorClass.UNKNOWN, ActorClass.NAMED)


def test_family_name_alone_after_the_full_name() -> None:
    text = "قال المبعوث مارتن غريفيث إن الهدنة صامدة. وأضاف غريفيث أن الوفد وصل."
    found = [a for a in _read(text).actors if text[a.start:a.end] == "غريفيث"]
    assert [a.cls for a in found] == [ActorClass.PERSON]


def test_a_place_that_is_struck() -> None:
    place = _one("سقطت قذائف على جرمانا في ريف دمشق", "جرمانا")
    assert (place.cls, place.noun) == (ActorClass.SITE, "place")


def test_spans_are_in_order_and_in_the_text() -> None:
    text = "قتل ١٢ مدنيا، بينهم أطفال، في «غارات» على #سوق_شعبي \"\n" * 3
    doc = _read(text)
    assert all(0 <= a.start < a.end <= len(text) and a.first < a.last for a in doc.actors)
    assert [a.first for a in doc.actors] == sorted(a.first for a in doc.actors)


def test_phrase_lists_are_folded() -> None:
    lists = load_phrase_words()
    assert "تابعه" in lists.links and "المواليه" in lists.links
    assert all("ة" not in word for word in lists.inside | lists.named | lists.stops)


def test_time_grows_with_the_text() -> None:
    sentence = "قصفت طائرات التحالف مواقع تابعة للمسلحين في بلدة قريبة من الحدود. "

    def seconds(times: int) -> float:
        best = 9.0
        for _ in range(3):
            start = perf_counter()
            _read(sentence * times)
            best = min(best, perf_counter() - start)
        return best

    assert seconds(400) < 40 * seconds(40)
