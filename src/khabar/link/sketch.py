"""What comparing needs of a report's text, worked out once: its stems, numbers with what they count, persons, acts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from khabar.lexicon.analysis import load_lexicon
from khabar.lexicon.firing import find_entries
from khabar.lexicon.fold import fold
from khabar.lexicon.numbers import load_numbers
from khabar.lexicon.persons import find_person
from khabar.link.words import TOKEN, rarity, stem_of, weigh
from khabar.model.record import EventRecord

LEAD_SENTENCES = 2  # after the title; news tells its event there
LEAD_WORDS = 90  # a lead ends here though its sentence goes on
LEAST_RARITY = 2.5  # natural log: a stem that fewer than one report in twelve has is a telling one
FEW_KINDS = 3
_ENDERS = frozenset(".!?؟…")
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Words:
    """A set of stems with the sum of their rarities."""

    stems: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Sketch:
    """A report for comparison. `group` is the same for wire copies. Offsets are code points of the report's text."""

    report: str
    published: date | None
    outlet: str | None
    group: str
    title: Words
    lead: Words  # title and first sentences
    body: Words  # everything
    numbers: frozenset[tuple[int, str]]  # (value, stem of what is counted), in the lead
    persons: frozenset[str]  # stems of surnames
    acts: frozenset[str]  # kinds that the trigger words of the lead allow
    title_acts: frozenset[str]  # of the title
    many: bool  # the title tells acts in the dual or plural
    values: frozenset[int]  # every number of the report
    lead_end: int  # where the lead ends
    starts: tuple[int, ...]  # of the words
    stems: tuple[str, ...]
    sentences: tuple[int, ...]  # starts of the sentences


def sketch_report(
    text: str,
    *,
    report: str,
    published: date | None = None,
    title: str | None = None,
    outlet: str | None = None,
    group: str | None = None,
) -> Sketch:
    """The sketch of a report's text. `group` is the report's own id where it is a copy of nothing known.

    A title that the text does not begin with takes part as if it did.
    """
    tokens, sentences = _split(text)
    starts = tuple(start for start, norm in tokens if norm[0].isalnum())
    stems = tuple(stem_of(norm) for _, norm in tokens if norm[0].isalnum())
    first_line = text.partition("\n")[0]
    told = title if title is not None else first_line if len(first_line) < 160 else ""
    title_norms = [norm for _, norm in _split(told)[0]]
    head = frozenset(stem_of(norm) for norm in title_norms if norm[0].isalnum())
    begins = told != "" and text.startswith(told)
    lead_end = _lead_end(text, len(told) if begins else 0, starts, sentences)
    lead = frozenset(stems[: bisect_right(starts, lead_end - 1)]) | head
    norms = [norm for _, norm in tokens]
    in_lead = sum(start < lead_end for start, _ in tokens)
    return Sketch(
        report,
        published,
        outlet,
        group or report,
        _words(head),
        _words(lead),
        _words(frozenset(stems) | head),
        _numbers(norms[:in_lead]),
        _persons(norms),
        _acts(norms[:in_lead]),
        _acts(title_norms),
        _tells_many(title_norms),
        frozenset(value for value, _ in _numbers(norms)),
        lead_end,
        starts,
        stems,
        sentences,
    )


def passage(sketch: Sketch, record: EventRecord) -> Words:
    """The stems of the sentences that tell a record's event, and of the title where the lead tells it."""
    found: set[str] = set()
    last = len(sketch.sentences) - 1
    for at in sorted({bisect_right(sketch.sentences, m.start) - 1 for m in record.mentions}):
        start = sketch.sentences[at]
        first = bisect_right(sketch.starts, start - 1)
        end = len(sketch.starts) if at == last else bisect_right(sketch.starts, sketch.sentences[at + 1] - 1)
        found.update(sketch.stems[first : min(end, first + LEAD_WORDS)])
    if is_lead(sketch, record):
        found.update(sketch.title.stems)
    return _words(frozenset(found))


def is_lead(sketch: Sketch, record: EventRecord) -> bool:
    """Whether the title or the first sentences mention the record's event."""
    return any(m.start < sketch.lead_end for m in record.mentions)


def likeness(a: Words, b: Words) -> float:
    """Shared rarity over the mean of both (Dice), 0..1."""
    total = a.weight + b.weight
    return 2 * weigh(a.stems & b.stems) / total if total else 0.0


def containment(a: Words, b: Words) -> float:
    """Shared rarity over that of the smaller, 0..1."""
    least = min(a.weight, b.weight)
    return weigh(a.stems & b.stems) / least if least else 0.0


def telling(a: Words, b: Words) -> float:
    """Sum of what the telling stems that both have exceed LEAST_RARITY by."""
    shared = sorted(rarity(stem) for stem in a.stems & b.stems)
    return sum(r - LEAST_RARITY for r in shared if r > LEAST_RARITY)


def _words(stems: frozenset[str]) -> Words:
    return Words(stems, weigh(stems))


def _split(text: str) -> tuple[list[tuple[int, str]], tuple[int, ...]]:
    """Words and marks (start, folded), and the starts of the sentences."""
    tokens: list[tuple[int, str]] = []
    sentences = [0]
    end = 0
    for match in TOKEN.finditer(text):
        start = match.start()
        if (
            tokens
            and sentences[-1] != start
            and ("\n" in text[end:start] or (start > end and tokens[-1][1] in _ENDERS))
        ):
            sentences.append(start)
        tokens.append((start, fold(match.group()) or match.group()))
        end = match.end()
    return tokens, tuple(sentences)


def _lead_end(text: str, title: int, starts: tuple[int, ...], sentences: tuple[int, ...]) -> int:
    after = [start for start in sentences if start >= title]
    end = after[LEAD_SENTENCES] if len(after) > LEAD_SENTENCES else len(text)
    first = bisect_right(starts, title - 1)
    if first + LEAD_WORDS < len(starts):
        end = min(end, starts[first + LEAD_WORDS])
    return end


def _numbers(norms: list[str]) -> frozenset[tuple[int, str]]:
    """Numbers with the stem that follows: 12 مسلح. Years are no counts."""
    table = load_numbers()
    values = {**table.tens, **table.units}
    found: set[tuple[int, str]] = set()
    for i, norm in enumerate(norms[:-1]):
        value = int(norm) if norm.isdecimal() and len(norm) < 7 else values.get(norm)
        noun = norms[i + 1]
        if value is not None and value not in _YEARS and noun[0].isalpha() and noun not in values:
            found.add((value, stem_of(noun)))
    return frozenset(found)


def _acts(norms: list[str]) -> frozenset[str]:
    """Kinds that the trigger words allow; a word that allows more than a few tells none of them."""
    entries = load_lexicon().entries
    kinds = [entries[firing.entry].kinds for firing in find_entries(norms)]
    return frozenset(kind for some in kinds if len(some) <= FEW_KINDS for kind in some)


def _tells_many(norms: list[str]) -> bool:
    """Whether an act is told in the dual or plural: غارات, هجومين. The dead are counted in the plural always."""
    entries = load_lexicon().entries
    return any(
        firing.reading.pos == "n"
        and firing.reading.person[-1:] in ("p", "d")
        and entries[firing.entry].kinds[0] != "killing"
        for firing in find_entries(norms)
    )


def _persons(norms: list[str]) -> frozenset[str]:
    found: set[str] = set()
    i = 0
    while i < len(norms):
        hit = find_person(norms, i)
        if hit is not None and hit.name is not None:
            found.add(stem_of(norms[hit.name[1] - 1]))
        i = hit.last if hit is not None and hit.last > i else i + 1
    return frozenset(found)
