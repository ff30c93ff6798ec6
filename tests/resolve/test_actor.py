"""Weak names resolved by the report's context."""

from __future__ import annotations

from datetime import date

import pytest

from khabar.lexicon.actors import load_actors
from khabar.model.document import ActorClass, ActorMention, Document
from khabar.model.report import Report
from khabar.resolve.actor import ActorResolver, resolve_actor, resolve_actors
from khabar.text.tokens import find_tokens


def _document(text: str, published: date | None = None) -> Document:
    """A document whose actors are the table's hits, as the annotate stage gives them."""
    tokens = find_tokens(text)
    norms = [token.norm for token in tokens]
    actors: list[ActorMention] = []
    i = 0
    while i < len(tokens):
        hits = load_actors().match(norms, i)
        if hits:
            hit = hits[0]
            cls = ActorClass.ADJECTIVE if hit.strength == "adjective" else ActorClass.NAMED
            actors.append(
                ActorMention(
                    tokens[i].start, tokens[hit.last - 1].end, i, hit.last, i, cls, hit.actors[0],
                    hit.strength == "weak",
                )
            )
        i = max([i + 1, *(hit.last for hit in hits)])
    report = Report("r", text, "", published=published)
    return Document(report, tokens, actors=tuple(actors))


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("أعلن التحالف العربي بدء العملية في اليمن. وقال التحالف إن الغارات مستمرة", "ye.coalition"),
        ("قصف التحالف الدولي مواقع في سوريا. وأوضح التحالف", "coalition.us"),
        ("هاجم تنظيم داعش بلدة في العراق. وتبنى التنظيم", "isis"),
        ("هاجم تنظيم القاعدة معسكرا في اليمن. وتبنى التنظيم", "aq"),
        ("قالت حركة حماس إنها ترد. وأضافت الحركة", "hamas"),
        ("قالت حركة طالبان إنها ترد. وأضافت الحركة", "taliban"),
        ("قصف الجيش السوري البلدة السورية. وتقدم الجيش", "sy.army"),
        ("قتل جنود في مصر والسلطات المصرية تحقق. ورد الجيش", "eg.army"),
        ("في اليمن هاجم مسلحون يمنيون. وردت الميليشيات", "houthis"),
        ("أفاد المرصد السوري لحقوق الإنسان بذلك. وأضاف المرصد", "sohr"),
        ("دانت موسكو الهجوم ونفت واشنطن", "us"),
        ("قصف النظام السوري المدينة. ونفى النظام", "sy.regime"),
    ],
)
def test_weak_names(text: str, last: str) -> None:
    doc = _document(text)
    assert resolve_actors(doc)[-1] == last


def test_nothing_told_gives_none() -> None:
    doc = _document("قالت الحركة إنها ترد")
    assert resolve_actors(doc) == (None,)
    bare = doc.actors[0]._replace(entry=None, weak=False)
    assert resolve_actor(bare, doc) is None


def test_candidates_by_the_day_of_the_report() -> None:
    text = "أعلنت الحكومة السورية ذلك"
    assert resolve_actors(_document(text, date(2016, 5, 1))) == ("sy.regime",)
    assert resolve_actors(_document(text, date(2025, 5, 1))) == ("sy.gov",)


def test_affiliation_of_a_generic_word() -> None:
    doc = _document("هاجم تنظيم داعش بلدة في العراق وقتل مقاتلو التنظيم")
    fighters = doc.actors[-1]._replace(entry=None, affiliation="any.organisation")
    assert ActorResolver(doc).affiliation(fighters) == "isis"
    assert ActorResolver(doc).affiliation(fighters._replace(affiliation="pkk")) == "pkk"
