"""Named features of a trigger in its place: what decides whether it tells an event, and of which kind.

Features come in blocks, each a function of a few plain values: reports repeat themselves, so a model remembers the
sum of a block that it has seen (`khabar.lexicon.weights`).
"""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import BREAKS, Buckets, Context
from khabar.lexicon.ontology import family_of
from khabar.lexicon.weights import Block, one
from khabar.model.document import ActorMention, TriggerMention

_QUOTES = frozenset('"«“\'')
_UP = frozenset(("after", "before", "cause", "rel", "comp", "was", "agent", "light"))
_SCOPE = frozenset(
    ("rel", "comp", "was", "qad", "cause", "agent", "after", "before", "happen", "light", "other", "dem")
)
_NEXT = frozenset(("rel", "other", "same", "agent", "against"))

_BY_0_1_2_4 = Buckets(0, 1, 2, 4)
_BY_0_1_3_6 = Buckets(0, 1, 3, 6)
_BY_1_2_4_8 = Buckets(1, 2, 4, 8)
_BY_8_16_30_50 = Buckets(8, 16, 30, 50)
_BY_3_6_12 = Buckets(3, 6, 12)
_BY_0_1_3 = Buckets(0, 1, 3)
_BY_0_1_2 = Buckets(0, 1, 2)
_FAR = 12


class SentenceFacts(NamedTuple):
    """What all triggers of a sentence share."""

    clauses: tuple[int, ...]  # tokens that part clauses
    reported: int  # first token that reports speech; past the sentence when none
    people: tuple[ActorMention, ...]
    weapons: tuple[tuple[int, int, str], ...]  # first, last, means
    near: tuple[str, ...]  # means told in this sentence or its neighbours
    families: tuple[str, ...]  # of its triggers
    blocks: tuple[Block, ...]  # features that hold for every trigger of it


class DocumentFacts(NamedTuple):
    """What all triggers of a report share."""

    block: Block
    titles: frozenset[str]  # families of the title's triggers
    positions: list[str]  # by sentence: "title", "lead" … or "only"
    entries: dict[str, int]  # triggers by entry
    sentences: dict[int, SentenceFacts]


def find_facts(ctx: Context) -> DocumentFacts:
    """How much the report speaks of war, and what its sentences hold."""
    doc = ctx.doc
    armed = sum(1 for a in doc.actors if a.noun in ("force", "fighter") or a.cls.value == "named")
    attack = sum(1 for t in doc.triggers if family_of(t.kinds[0]) == "attack")
    size = max(1, len(doc.tokens) // 100)
    alone = len(doc.sentences) == 1
    titles = frozenset(() if alone else [family_of(doc.triggers[n].kinds[0]) for n in ctx.triggers[0]])
    entries: dict[str, int] = {}
    for t in doc.triggers:
        entries[t.entry] = entries.get(t.entry, 0) + 1
    block = (
        _document,
        _BY_0_1_2_4[len(doc.weapons) // size],
        _BY_0_1_3_6[armed // size],
        _BY_0_1_2_4[attack // size],
        tuple(sorted(titles)),
    )
    sentences = {s: _sentence_facts(ctx, s) for s, triggers in enumerate(ctx.triggers) if triggers}
    positions = ["title", "lead", *[_BY_3_6_12[s] for s in range(2, len(doc.sentences))]]
    return DocumentFacts(block, titles, ["only"] if alone else positions, entries, sentences)


def _document(weapons: str, armed: str, attack: str, titles: tuple[str, ...]) -> list[str]:
    return [f"doc:weapons={weapons}", f"doc:armed={armed}", f"doc:attack={attack}", *("doc:title=" + f for f in titles)]


def _sentence_facts(ctx: Context, s: int) -> SentenceFacts:
    doc, sentence = ctx.doc, ctx.doc.sentences[s]
    people = tuple(a for k in ctx.actors[s] if (a := doc.actors[k]).noun != "place")
    weapons = tuple((w.first, w.last, w.means) for k in ctx.weapons[s] if (w := doc.weapons[k]))
    around = range(max(0, s - 1), min(len(ctx.weapons), s + 2))
    near = tuple(sorted({doc.weapons[k].means for r in around for k in ctx.weapons[r]}))
    tokens = range(sentence.first, sentence.last)
    opening = ctx.tag(sentence.first)
    width = sentence.last - sentence.first
    blocks: list[Block] = [
        (_sentence, opening, _BY_1_2_4_8[len(ctx.triggers[s])], _BY_8_16_30_50[width], width <= 3),
        (_holds, bool(ctx.places[s]), bool(ctx.times[s])),
    ]
    named = [entry for k in ctx.actors[s] if (entry := doc.actors[k].entry)]
    blocks += [one("actor=" + entry) for entry in named[:3]]
    return SentenceFacts(
        tuple(k for k in tokens if ctx.norms[k] in BREAKS),
        next((k for k in tokens if ctx.words[k].report), sentence.last),
        people,
        weapons,
        near,
        tuple(family_of(doc.triggers[k].kinds[0]) for k in ctx.triggers[s]),
        tuple(blocks),
    )


def _sentence(opening: str, triggers: str, length: str, short: bool) -> list[str]:
    return [f"open={opening}", f"nt={triggers}", f"len={length}", *(("short",) if short else ())]


def _holds(place: bool, time: bool) -> list[str]:
    return [*(("place",) if place else ()), *(("time",) if time else ())]


def trigger_blocks(ctx: Context, n: int, facts: DocumentFacts) -> list[Block]:
    """Feature blocks of trigger `n`."""
    t = ctx.doc.triggers[n]
    s = ctx.sentence_of(t.first)
    sentence, here = ctx.doc.sentences[s], facts.sentences[s]
    h, e = t.first, t.last
    prev = h - 1
    while prev >= sentence.first and ctx.norms[prev] in _QUOTES:
        prev -= 1
    p1 = ctx.tag(prev) if prev >= sentence.first else "^"
    p2 = ctx.tag(prev - 1) if prev - 1 >= sentence.first else "^"
    n1 = ctx.tag(e) if e < sentence.last else "$"
    n2 = ctx.tag(e + 1) if e + 1 < sentence.last else "$"
    form = f"{t.pos}{t.tense}{'D' if t.definite else ''}{'+' if t.enclitic else ''}"
    entries, kind, cls = t.entries[:2], t.kinds[0], t.cls or "-"
    family = family_of(kind)
    position = facts.positions[s]
    up = next((f for k in range(h - 1, max(sentence.first, h - 5) - 1, -1) if (f := ctx.words[k].function) in _UP), "-")
    commas = sum(1 for k in here.clauses if k < h)
    counts = _BY_0_1_3[len(ctx.counts[s])]
    blocks: list[Block] = [
        (_type, entries, form, kind, cls),
        (_word, ctx.norms[h], t.proclitics, t.person),
        (_before, entries, kind, p1),
        (_before_two, p2, p1),
        (_after, entries, kind, n1),
        (_after_two, n1, n2),
        (_clause, entries[:1], kind, form, up),
        (_position, position, form, family in facts.titles),
        (_standing, _BY_0_1_3[commas], here.reported < h, form),
        (_repeated, _BY_0_1_3[facts.entries[t.entry] - 1], form),
        (_company, _BY_0_1_2[here.families.count(family) - 1], cls, form, counts),
        facts.block,
        *here.blocks,
    ]
    if prev >= sentence.first:
        blocks.append(one("pw=" + ctx.norms[prev]))
    if e < sentence.last:
        blocks.append(one("nw=" + ctx.norms[e]))
    if h in ctx.quoted:
        blocks.append(one("quoted"))
    blocks.append(_phrase_after(ctx, t, kind, here))
    _neighbours(ctx, n, s, here, blocks)
    _scope(ctx, t, s, blocks)
    return blocks


def _type(entries: tuple[str, ...], form: str, kind: str, cls: str) -> list[str]:
    atoms = ["bias", f"form={form}", f"cls={cls}", f"cls={cls}&form={form}", f"k0={kind}", f"k0={kind}&form={form}"]
    atoms.append(f"k0={kind}&cls={cls}")
    for entry in entries:
        atoms += [f"e={entry}", f"e={entry}&form={form}"]
    return atoms


def _word(word: str, proclitics: str, person: str) -> list[str]:
    return [f"w={word}", f"proc={proclitics}", f"person={person}"]


def _before(entries: tuple[str, ...], kind: str, tag: str) -> list[str]:
    return [f"p1={tag}", f"k0={kind}&p1={tag}", *(f"e={entry}&p1={tag}" for entry in entries)]


def _before_two(far: str, near: str) -> list[str]:
    return [f"p2={far}", f"p12={far} {near}"]


def _after(entries: tuple[str, ...], kind: str, tag: str) -> list[str]:
    return [f"n1={tag}", f"k0={kind}&n1={tag}", *(f"e={entry}&n1={tag}" for entry in entries)]


def _after_two(near: str, far: str) -> list[str]:
    return [f"n2={far}", f"n12={near} {far}"]


def _clause(entries: tuple[str, ...], kind: str, form: str, up: str) -> list[str]:
    return [f"up={up}", f"up={up}&form={form}", f"k0={kind}&up={up}", *(f"e={entry}&up={up}" for entry in entries)]


def _position(position: str, form: str, titled: bool) -> list[str]:
    return [f"pos={position}", f"pos={position}&form={form}", f"tf={titled}", f"tf={titled}&pos={position}"]


def _standing(commas: str, reported: bool, form: str) -> list[str]:
    return [f"commas={commas}", f"reported={reported}&form={form}"]


def _repeated(times: str, form: str) -> list[str]:
    return [f"rep={times}", f"rep={times}&form={form}"]


def _company(others: str, cls: str, form: str, counts: str) -> list[str]:
    return [f"sf={others}&cls={cls}", f"sf={others}&form={form}", f"counts={counts}&cls={cls}"]


def _phrase_after(ctx: Context, t: TriggerMention, kind: str, here: SentenceFacts) -> Block:
    """The first phrase after the trigger, with what stands between."""
    for a in here.people:
        if t.last <= a.first < t.last + 7:
            gap = " ".join([ctx.tag(k) for k in range(t.last, a.first)]) if a.first - t.last <= 2 else "far"
            return (_after_is, f"{a.cls.value}:{a.noun}", gap, a.proclitic[:1], kind)
    return (_after_is, "", "", "", kind)


def _after_is(phrase: str, gap: str, proclitic: str, kind: str) -> list[str]:
    if not phrase:
        return [f"k0={kind}&na="]
    atoms = [f"na={phrase}", f"na={phrase}&gap={gap}", f"k0={kind}&na={phrase}"]
    if proclitic in ("ب", "ل"):
        atoms.append(f"na:proc={proclitic}")
    return atoms


def _neighbours(ctx: Context, n: int, s: int, here: SentenceFacts, blocks: list[Block]) -> None:
    """What else stands near in the sentence: weapons, counts, places, other triggers."""
    t = ctx.doc.triggers[n]
    before = [a for a in here.people if t.first - 5 < a.last <= t.first]
    if before:
        blocks.append(one(f"pa={before[-1].cls.value}:{before[-1].noun}"))
    if here.weapons:
        nearest: dict[str, int] = {}
        for first, last, means in here.weapons:
            nearest[means] = min(max(first - t.last, t.first - last, 0), nearest.get(means, 99))
        blocks += [(_means, means, distance <= 3) for means, distance in nearest.items()]
    else:
        blocks.append((_means_around, here.near))
    if any(abs(ctx.doc.counts[k].first - t.last) < 4 for k in ctx.counts[s]):
        blocks.append(one("count"))
    if any(0 <= ctx.doc.places[k].first - t.last < 8 for k in ctx.places[s]):
        blocks.append(one("place:after"))
    for k, family in zip(ctx.triggers[s], here.families, strict=True):
        if k == n:
            continue
        other = ctx.doc.triggers[k]
        after = other.first >= t.last
        distance = other.first - t.last if after else t.first + 1 - other.last
        if distance <= 3:
            blocks.append((_beside, "a" if after else "b", other.entry, family, other.cls))
        elif distance <= _FAR:
            blocks.append((_beyond, "a" if after else "b", family))


def _means(means: str, close: bool) -> list[str]:
    return [f"means={means}", f"near:means={means}"] if close else [f"means={means}"]


def _means_around(means: tuple[str, ...]) -> list[str]:
    return ["means=none", *(f"around:means={m}" for m in means)]


def _beside(side: str, entry: str, family: str, cls: str) -> list[str]:
    return [f"co:{side}={entry}", f"co:{side}:f={family}:{cls}"]


def _beyond(side: str, family: str) -> list[str]:
    return [f"far:{side}:f={family}"]


def _scope(ctx: Context, t: TriggerMention, s: int, blocks: list[Block]) -> None:
    """Cues before the trigger in its clause, and the attribution that covers it."""
    for cue, distance in ctx.cues_before(t.first, s, 8):
        clause = any(ctx.norms[k] in BREAKS for k in range(cue.last, t.first))
        near = "0" if distance == 0 else ("2" if distance <= 2 else "8")
        blocks.append(one(f"cue={cue.cue}@{near}{'|' if clause else ''}"))
        if distance <= 3:
            blocks.append(one(f"cue:e={cue.entry}"))
    sentence = ctx.doc.sentences[s]
    for k in range(t.first - 1, max(t.first - 6, sentence.first) - 1, -1):
        tag = ctx.words[k].function
        if tag in _SCOPE:
            blocks.append((_function, tag, "1" if t.first - k == 1 else "5"))
        if ctx.norms[k] in BREAKS:
            break
    for k in range(t.last, min(t.last + 3, sentence.last)):
        tag = ctx.words[k].function
        if tag in _NEXT:
            blocks.append((_function_next, tag))
    attribution = ctx.attribution_over(t.start, s)
    if attribution is not None:
        blocks.append(one(f"attr={attribution.manner}"))


def _function(tag: str, distance: str) -> list[str]:
    return [f"fn={tag}@{distance}"]


def _function_next(tag: str) -> list[str]:
    return [f"fn:next={tag}"]
