"""Choosing a place for a name, and the places of a document together."""

from __future__ import annotations

import pytest

from khabar.annotate.places import find_places
from khabar.lexicon.gazetteer import load_gazetteer
from khabar.model.document import Document
from khabar.model.record import PlaceValue
from khabar.model.report import Report
from khabar.resolve.place import choose, resolve_places
from khabar.resolve.place_query import query_of
from khabar.text.tokens import find_sentences, find_tokens


def resolve(text: str) -> list[PlaceValue]:
    tokens = find_tokens(text)
    sentences = find_sentences(text, tokens)
    doc = Document(Report("r", text, ""), tokens, sentences, places=find_places(tokens, sentences))
    return [value for value in resolve_places(doc, load_gazetteer()) if value is not None]


NAMES = [  # name, within, latitude and longitude to 0.1 degree, kind
    ("دوما", "ريف دمشق", 33.57, 36.40, "locality"),
    ("كنصفرا", "Idlib", 35.66, 36.50, "locality"),  # final letter
    ("كوباني", "SY", 36.89, 38.35, "locality"),  # another name
    ("بوليل", "Deir ez-Zor", 35.20, 40.30, "locality"),  # article
    ("بورتسودان", "السودان", 19.62, 37.22, "locality"),  # spacing
    ("بور تسودان", "السودان", 19.62, 37.22, "locality"),
    ("حمص", "SY", 34.73, 36.71, "locality"),  # a bare name is the seat
    ("محافظة حمص", "SY", 34.56, 38.91, "adm1"),
    ("حقل العمر النفطي", "Syria", 35.08, 40.55, "oilfield"),
    ("حقل عمر", "دير الزور", 35.08, 40.55, "oilfield"),
    ("قاعدة التيفور", "سوريا", 34.52, 37.63, "airbase"),
    ("نيويورك", "", 40.71, -74.01, "locality"),
    ("كييف", "", 50.45, 30.52, "locality"),
    ("موسكو", "", 55.75, 37.62, "locality"),
]


@pytest.mark.parametrize(("name", "within", "lat", "lon", "kind"), NAMES)
def test_choose(name: str, within: str, lat: float, lon: float, kind: str) -> None:
    gazetteer = load_gazetteer()
    choice = choose(query_of(name, within, gazetteer), gazetteer)
    assert choice.place is not None, choice.reason
    assert (choice.place.lat, choice.place.lon) == pytest.approx((lat, lon), abs=0.1)
    assert choice.place.kind == kind
    assert 0.6 <= choice.score <= 1.0


ABSTAINED = [
    ("قرية الزعيترة البعيدة", "SY"),  # not in the gazetteer
    ("حقل الروضة", "SY"),  # only villages of this name: no field
    ("الجديدة", ""),  # dozens of namesakes
]


@pytest.mark.parametrize(("name", "within"), ABSTAINED)
def test_choose_abstains_with_a_reason(name: str, within: str) -> None:
    gazetteer = load_gazetteer()
    choice = choose(query_of(name, within, gazetteer), gazetteer)
    assert choice.place is None
    assert choice.reason


def test_variants_stay_inside_the_told_division() -> None:
    """كنصفرا is a spelling of كنصفرة in Idlib; no village of Deir ez-Zor is spelled so."""
    gazetteer = load_gazetteer()
    choice = choose(query_of("كنصفرا", "Deir ez-Zor", gazetteer), gazetteer)
    assert choice.place is None or choice.place.admin1 == "دير الزور"


def test_container_decides_between_namesakes() -> None:
    village, countryside = resolve("قصفت طائرات بلدة حاس بريف إدلب")
    assert (village.admin1, countryside.relation) == ("Idlib", "countryside_of")


def test_country_of_the_report_decides() -> None:
    values = resolve("قالت الحكومة اليمنية إن معارك دارت في اليمن. وقتل جندي في مدينة البيضاء.")
    assert values[-1].country == "YE"


def test_unknown_name_keeps_the_division_it_is_told_in() -> None:
    value = resolve("هجوم على قرية الزعيترة في محافظة دير الزور")[0]
    assert value.id is None
    assert value.abstained
    assert (value.country, value.admin1, value.where_prec) == ("SY", "Deir ez-Zor", 4)


def test_unresolved_place_empties_no_other() -> None:
    values = resolve("سيطروا على قرية الزعيترة وعلى مدينة الموصل")
    assert [v.id is None for v in values] == [True, False]


def test_anaphor_takes_the_last_city() -> None:
    values = resolve("دخلت القوات مدينة الموصل. وقال شهود في المدينة إن القتال مستمر.")
    assert values[1].id == values[0].id


def test_capital_by_adjective() -> None:
    (value,) = resolve("انفجار في العاصمة السعودية")
    assert value.name == "الرياض"


def test_homeland_is_the_country_the_report_speaks_of() -> None:
    values = resolve("أعلن الجيش الليبي مقتل ثلاثة مسلحين في جنوب البلاد")
    assert (values[-1].country, values[-1].relation) == ("LY", "south_of")


def test_border_lies_between_the_two_countries() -> None:
    values = resolve("اشتباك في سوريا قرب الحدود مع العراق")
    border = next(v for v in values if v.relation == "on_border")
    assert border.lat is not None and border.lon is not None
    assert 33 < border.lat < 38 and 38.5 < border.lon < 42.5
    assert (border.geo_precision, border.where_prec) == (3, 5)


def test_distance_and_direction_move_the_point() -> None:
    (value,) = resolve("انفجار على بعد 40 كلم شمال بغداد")
    assert value.lat == pytest.approx(33.34 + 40 / 111.2, abs=0.1)


def test_same_input_same_output() -> None:
    text = "غارات على مدن حلب والحسكة وعين العرب قرب الحدود مع تركيا، وفي الموصل والفلوجة"
    assert resolve(text) == resolve(text)
