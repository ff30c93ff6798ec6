from __future__ import annotations

from khabar.link.sketch import containment, is_lead, likeness, passage, sketch_report, telling
from told import make_record, make_report

TEXT = (
    "مقتل 12 مدنيا في غارات على حلب\n"
    "قتل 12 مدنيا الاثنين في غارات جوية استهدفت سوقا في مدينة حلب. وقال مصدر طبي إن عشرين آخرين أصيبوا.\n"
    "وفي سياق آخر التقى وزير الخارجية سيرغي لافروف نظيره في موسكو.\n"
    "وكانت قذيفة سقطت الشهر الماضي على قرية مجاورة."
)


def test_lead_is_title_and_two_sentences() -> None:
    sketch = sketch_report(TEXT, report="r", title=TEXT.partition("\n")[0])
    assert TEXT[: sketch.lead_end].rstrip().endswith("أصيبوا.")
    assert (12, "مدني") in sketch.numbers
    assert (20, "اخر") in sketch.numbers
    assert sketch.many


def test_title_is_the_first_line_when_none_is_given() -> None:
    assert sketch_report(TEXT, report="r").title == sketch_report(TEXT, report="r", title=TEXT.partition("\n")[0]).title


def test_a_title_apart_from_the_text_counts() -> None:
    sketch = sketch_report("سقط عشرة قتلى.", report="r", title="انفجار في سوروتش")
    assert "سوروتش" in sketch.title.stems
    assert "سوروتش" in sketch.lead.stems


def test_persons_by_surname() -> None:
    assert "لافروف" in sketch_report(TEXT, report="r").persons


def test_passage_is_the_sentence_and_for_leads_the_title() -> None:
    report = make_report("r", TEXT)
    sketch = sketch_report(TEXT, report="r")
    lead, old = make_record(report, "a", "غارات جوية"), make_record(report, "b", "قذيفة")
    assert is_lead(sketch, lead)
    assert not is_lead(sketch, old)
    assert "سوق" in passage(sketch, lead).stems
    assert "قذيف" in passage(sketch, old).stems
    assert "حلب" not in passage(sketch, old).stems


def test_likeness_runs_from_0_to_1() -> None:
    words = sketch_report(TEXT, report="r").body
    other = sketch_report("ارتفعت أسعار النفط اليوم", report="s").body
    assert likeness(words, words) == containment(words, words) == 1.0
    assert likeness(words, other) < 0.1
    assert telling(words, other) < telling(words, words)


def test_an_empty_text_is_like_nothing() -> None:
    empty = sketch_report("", report="r")
    assert likeness(empty.body, empty.body) == 0.0
    assert empty.lead_end == 0
