"""The strings that an entity goes by."""

from __future__ import annotations

import pytest

from khabar.code.context import Context
from khabar.code.names import entity_names, mention_names, trim_quotes
from khabar.pipeline import annotate, make_report


def _context(text: str) -> Context:
    doc = annotate(make_report(text))
    return Context(doc, [t.norm for t in doc.tokens], [None] * len(doc.times), [None] * len(doc.places))


def _names(text: str) -> list[list[str]]:
    ctx = _context(text)
    return [[text[a:b] for a, b in mention_names(ctx, k)] for k in range(len(ctx.doc.actors))]


NAMES = [
    ("قتل أكثر من 20 مدنيا في القصف", "أكثر من 20 مدنيا"),
    ("اعتقلت الشرطة عددا من المدنيين", "عددا من المدنيين"),
    ("أسقط الجيش بعض الصواريخ", "بعض الصواريخ"),
    ("قصفت الطائرات مواقع في سوريا", "مواقع في سوريا"),
    ("ضربت المدفعية أهدافا ومواقع للمسلحين", "أهدافا"),
    ("استهدفت الغارة مواقع لميليشيا الحوثي غرب المدينة", "ميليشيا الحوثي"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_names_of_a_phrase(text: str, name: str) -> None:
    assert any(name in names for names in _names(text)), _names(text)


def test_whole_phrase_comes_first() -> None:
    text = "قتل أكثر من 20 مدنيا في القصف"
    assert [names[0] for names in _names(text)] == ["مدنيا"]


def test_names_are_distinct_and_in_the_text() -> None:
    text = "قصف الجيش السوري البلدة. وقال الجيش السوري إن الجيش السوري تقدم."
    ctx = _context(text)
    mentions = [k for k, a in enumerate(ctx.doc.actors) if a.entry is not None]
    found = [text[a:b] for a, b in entity_names(ctx, mentions)]
    assert found == ["الجيش السوري"]


@pytest.mark.parametrize(("text", "trimmed"), [
    ('"الدولة"', "الدولة"), ('تنظيم "الدولة"', 'تنظيم "الدولة"'), ('تنظيم "الدولة', 'تنظيم "الدولة'),
    ("الجيش»", "الجيش"),
    ('"الدولة" الإسلامية', '"الدولة" الإسلامية'), ('"', ""), ("", ""),
])
def test_quotation_marks_at_the_ends(text: str, trimmed: str) -> None:
    assert trim_quotes(text) == trimmed
