"""find_places: spans, relations, containers; the examples of data/ar/places.toml."""

from __future__ import annotations

from itertools import pairwise

import pytest

from khabar.annotate.places import find_places
from khabar.lexicon.gazetteer_types import place_tables
from khabar.model.document import PlaceMention
from khabar.text.tokens import find_sentences, find_tokens


def read(text: str) -> tuple[PlaceMention, ...]:
    tokens = find_tokens(text)
    return find_places(tokens, find_sentences(text, tokens))


def quotes(text: str) -> list[str]:
    return [text[m.start : m.end] for m in read(text)]


EXAMPLES = [
    (entry["id"], text)
    for group in ("type", "described")
    for entry in place_tables()[group]
    for text in entry["examples"]
]
COUNTEREXAMPLES = [
    (entry["id"], text)
    for group in ("type", "described")
    for entry in place_tables()[group]
    for text in entry.get("counterexamples", ())
]


@pytest.mark.parametrize(("entry", "text"), EXAMPLES)
def test_example_of_data_is_found(entry: str, text: str) -> None:
    assert read(text), f"{entry}: nothing found in {text}"


@pytest.mark.parametrize(("entry", "text"), COUNTEREXAMPLES)
def test_counterexample_of_data_is_not_of_its_type(entry: str, text: str) -> None:
    assert entry not in [m.type_word for m in read(text)]


SPANS = [
    ("coordination_of_typed_names", "قصفت طائرات قريتي السفافنة والعرقوب وأطراف بلدة الباغوز",
     ["قريتي السفافنة", "والعرقوب", "بلدة الباغوز"]),
    ("unknown_name_after_type_word", "سيطرت القوات على جبال المنقعر", ["جبال المنقعر"]),
    ("quotes_around_a_name", 'هجوم في مدينة "الموصل" العراقية', ['مدينة "الموصل']),
    ("hashtag", "قصف عنيف على #حلب_الشرقية", ["حلب_الشرقية"]),
    ("clitic", "قتل مدنيون بفيينا", ["بفيينا"]),
    ("country_part", "اشتباكات في شمال شرق البلاد", ["شمال شرق البلاد"]),
    ("country_part_named", "غارات على جنوب شرق تركيا", ["جنوب شرق تركيا"]),
    ("capital_by_adjective", "انفجار في العاصمة السعودية", ["العاصمة السعودية"]),
    ("capital_with_name", "قتيل في العاصمة اليمنية صنعاء", ["العاصمة اليمنية صنعاء"]),
    ("border_by_adjectives", "تحركات قرب الحدود السورية العراقية", ["الحدود السورية العراقية"]),
    ("border_with", "اشتباك قرب الحدود مع تركيا", ["الحدود مع تركيا"]),
    ("site_without_name", "انفجار قرب حاجز أمني", ["حاجز أمني"]),
    ("base_without_name", "استهدف الهجوم قاعدة عسكرية", ["قاعدة عسكرية"]),
    ("countryside", "غارات على ريف حلب الشمالي الشرقي", ["ريف حلب الشمالي الشرقي"]),
    ("settlement_that_begins_with_a_type_word", "معارك قرب تل أبيض", ["تل أبيض"]),
    ("name_with_site_adjective", "سقط صاروخ في مطار بغداد الدولي", ["مطار بغداد الدولي"]),
    ("name_that_looks_like_an_anaphor", "سقطت قذائف بالقرب من القرية الخضراء", ["القرية الخضراء"]),
    ("adjective_of_origin_is_no_place", "قالت الحكومة السورية إن القوات الروسية انسحبت", []),
    ("place_in_an_organisation", "هاجم تنظيم الدولة الإسلامية في العراق والشام حاجزا", []),
    ("forces_named_after_a_country", "تقدمت قوات سوريا الديمقراطية", []),
    ("observatory", "أفاد المرصد السوري لحقوق الإنسان", []),
    ("common_words_that_are_villages", "كشف التحالف اليوم عن علي بين القوات", []),
    ("verb_after_type_word", "انسحب من مدينة كانت تحت سيطرته", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in SPANS], ids=[c[0] for c in SPANS])
def test_spans(text: str, expected: list[str]) -> None:
    found = quotes(text)
    if not expected:
        assert [m for m in read(text) if m.rule not in ("site", "anaphor")] == []
    else:
        assert found == expected


RELATIONS = [
    ("انفجار شرق مدينة الرقة", "east_of", None),
    ("قتلى شمال غربي بغداد", "north_west_of", None),
    ("على بعد 120 كلم شمال بغداد", "north_of", 120.0),
    ("هجوم بالقرب من بلدة سرمدا", "near", None),
    ("انفجار في محيط مدينة تعز", "around", None),
    ("تقدم إلى الغرب من حلب", "west_of", None),
    ("قصف ريف إدلب الجنوبي", "countryside_of", None),
    ("على بعد 5 أميال من الحديدة", "near", 8.045),
]


@pytest.mark.parametrize(("text", "relation", "distance"), RELATIONS)
def test_relation_and_distance(text: str, relation: str, distance: float | None) -> None:
    (mention,) = read(text)
    assert (mention.relation, mention.distance_km) == (relation, distance)


PARENTS = [
    ("انفجار في بلدة سرمدا بريف إدلب", "ريف إدلب"),
    ("اشتباك في مديرية حيس بمحافظة الحديدة", "محافظة الحديدة"),
    ("هجوم في قضاء الحويجة (جنوب غرب كركوك)", "كركوك"),
    ("معارك في منطقة بيت بوس جنوب العاصمة صنعاء", "العاصمة صنعاء"),
]


@pytest.mark.parametrize(("text", "container"), PARENTS)
def test_container(text: str, container: str) -> None:
    mentions = read(text)
    parent = mentions[0].parent
    assert parent is not None
    assert text[mentions[parent].start : mentions[parent].end].endswith(container)


def test_coordination_is_no_container() -> None:
    assert [m.parent for m in read("في سوريا والعراق")] == [None, None]


def test_name_comes_again_without_its_type_word() -> None:
    text = "سيطرت القوات على بلدة الزعيترة. ودخلت آليات الزعيترة ليلا."
    assert [m.rule for m in read(text)] == ["typed", "again"]


def test_offsets_are_quotes_and_never_overlap() -> None:
    text = "قتل 3 في مدينة دوما بغوطة دمشق، وأصيب آخرون شمال حمص وفي مخيم اليرموك جنوب العاصمة."
    mentions = read(text)
    tokens = find_tokens(text)
    for mention in mentions:
        assert tokens[mention.first].start == mention.start
        assert tokens[mention.last - 1].end == mention.end
        assert mention.first <= mention.name_first < mention.last
    for before, after in pairwise(mentions):
        assert before.last <= after.first


def test_empty_text() -> None:
    assert read("") == ()
