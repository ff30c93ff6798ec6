"""Which triggers of a report tell the same event: left to right, each joins an earlier trigger or starts an event.

A mention-ranking model: every earlier trigger in reach is a candidate antecedent, "a new event" another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from khabar.code.context import Buckets, Context
from khabar.code.entities import entity_keys
from khabar.lexicon.ontology import family_of
from khabar.lexicon.weights import Block, LinearModel, one
from khabar.model.document import TriggerMention

_BY_1_2_4_8 = Buckets(1, 2, 4, 8)
_BY_1_2_4 = Buckets(1, 2, 4)
_BY_0_1_3_6_12_24 = Buckets(0, 1, 3, 6, 12, 24)
_BY_0_1_2_4_8 = Buckets(0, 1, 2, 4, 8)
_BY_0_1_2 = Buckets(0, 1, 2)
_BY_0_1_3_6_12 = Buckets(0, 1, 3, 6, 12)

_WINDOW = 10  # latest triggers weighed as antecedents, beside those of the title and the lead
_NEAR = 9  # tokens around a trigger whose places, actors and numbers are taken as its own


class Local(NamedTuple):
    """What stands around a trigger: the ground on which two triggers are compared."""

    sentence: int
    kind: str
    family: str
    cls: str
    definite: str
    places: frozenset[str]
    actors: frozenset[str]
    numbers: frozenset[int]
    dates: frozenset[object]
    other: bool
    dem: bool
    many: str  # "p" or "d" for a plural or dual noun
    opening: str  # how its sentence begins
    cue: str  # the nearest cue of modality or negation before it
    when: str  # how long ago its time was: "day", "week", "old" or "" when none is told


def _class_of(t: TriggerMention) -> str:
    return t.cls or ("verb" if t.pos in ("v", "both") else ("part" if t.pos in ("ap", "pp") else "noun"))


def find_local(ctx: Context, n: int, scores: dict[str, float]) -> Local:
    """The surroundings of trigger `n`, whose log-scores by kind are `scores`."""
    t = ctx.doc.triggers[n]
    s = ctx.sentence_of(t.first)
    kind = max(scores, key=lambda k: (scores[k], k))
    low, high = t.first - _NEAR, t.last + _NEAR
    places = frozenset([p.name for k in ctx.places[s] if low < (p := ctx.doc.places[k]).first < high + 4])
    keys = entity_keys(ctx)
    actors = frozenset(
        [keys[k] for k in ctx.actors[s] if low < (a := ctx.doc.actors[k]).first < high and a.noun != "place"]
    )
    numbers = frozenset(
        [c.minimum for k in ctx.counts[s] if low < (c := ctx.doc.counts[k]).first < high and c.minimum is not None]
    )
    dates = frozenset(
        [
            (i.start, i.end)
            for k in ctx.times[s]
            if low - 4 < ctx.doc.times[k].first < high + 4 and (i := ctx.intervals[k]) is not None
        ]
    )
    after = range(t.last, min(t.last + 2, len(ctx.words)))
    return Local(
        s,
        kind,
        family_of(kind),
        _class_of(t),
        "D" if t.definite or t.enclitic else "I",
        places,
        actors,
        numbers,
        dates,
        any(ctx.words[k].function == "other" for k in after),
        t.first > 0 and ctx.words[t.first - 1].function == "dem",
        t.person[-1:] if t.person[-1:] in ("p", "d") and _class_of(t) != "verb" else "",
        ctx.tag(ctx.doc.sentences[s].first),
        next((cue.cue for cue, _ in ctx.cues_before(t.first, s, 5)), ""),
        _when(ctx, dates),
    )


def _when(ctx: Context, dates: frozenset[tuple[date, date]]) -> str:
    published = ctx.doc.report.published
    if not dates or published is None:
        return ""
    days = (published - max(end for _, end in dates)).days
    return "day" if days <= 1 else ("week" if days <= 10 else "old")


def _between(ctx: Context, a: TriggerMention, b: TriggerMention) -> list[str]:
    """Grammar and punctuation between two triggers of one sentence that stand close."""
    gap = b.first - a.last
    if gap > 9:
        return []
    atoms = []
    if gap <= 3:
        atoms.append("btw=" + " ".join(ctx.tag(k) for k in range(a.last, b.first)))
    functions = {ctx.words[k].function for k in range(a.last, b.first)}
    for f in ("rel", "cause", "agent", "comp", "after", "before", "dem", "conj", "contrast", "prep"):
        if f in functions:
            atoms.append(f"btw:{f}")
    if any(ctx.norms[k] in ("،", ".", "؛", ":") for k in range(a.last, b.first)):
        atoms.append("btw:punct")
    if b.proclitics.startswith("و"):
        atoms.append("btw:wa")
    return atoms


_OVERLAPS = {name: (f"{name}:?", f"{name}:same", f"{name}:differ") for name in ("place", "actor", "number", "date")}


def _overlap(
    name: str,
    a: frozenset[object] | frozenset[str] | frozenset[int],
    b: frozenset[object] | frozenset[str] | frozenset[int],
) -> str:
    """Whether two triggers share what stands around them, as far as both have it."""
    unknown, same, differ = _OVERLAPS[name]
    if not a or not b:
        return unknown
    return differ if a.isdisjoint(b) else same


def pair_blocks(ctx: Context, j: int, i: int, locals_: Mapping[int, Local], size: int) -> list[Block]:
    """Feature blocks of trigger `j` telling the same event as the earlier `i`, whose event has `size` triggers."""
    t, u = ctx.doc.triggers[j], ctx.doc.triggers[i]
    a, b = locals_[j], locals_[i]
    distance = "0" if a.sentence == b.sentence else _BY_1_2_4_8[a.sentence - b.sentence]
    relation = "same" if a.kind == b.kind else ("fam" if a.family == b.family else "other")
    mine, yours = a.kind in u.kinds, b.kind in t.kinds
    compat = "can" if mine and yours else ("half" if mine or yours else "no")
    place, actor = _overlap("place", a.places, b.places), _overlap("actor", a.actors, b.actors)
    number, day = _overlap("number", a.numbers, b.numbers), _overlap("date", a.dates, b.dates)
    blocks: list[Block] = [
        (_alike, relation, compat, distance, a.definite, a.cls, b.cls),
        (_kinds, a.kind, b.kind, a.definite),
        (_entries, t.entry, u.entry, relation),
        (_ground, place, actor, number, day, relation),
        (_grounded, place, number, relation, distance, a.definite, a.cls),
        (_size, _BY_1_2_4[size]),
    ]
    if t.entry == u.entry:
        same = ctx.norms[t.head] == ctx.norms[u.head]
        blocks.append((_same_entry, distance, a.definite, same, place))
    if distance == "0":
        blocks.append((_gap, _BY_0_1_3_6_12_24[t.first - u.last], a.cls, b.cls, relation))
        if t.first - u.last <= 9:
            blocks.append((_between_is, tuple(_between(ctx, u, t)), relation))
    if b.sentence == 0 and len(ctx.doc.sentences) > 1:
        blocks.append((_titled, relation, distance, a.family == b.family, place))
    blocks.append((_style, a.many, b.many, a.cue, b.cue, a.when, b.when, relation))
    if b.sentence <= 1 and a.sentence != b.sentence:
        blocks.append((_opening, a.opening, relation, a.definite, b.sentence))
    if a.other:
        blocks.append(one(f"another&rel={relation}"))
    if a.dem:
        blocks.append(one(f"dem&rel={relation}"))
    return blocks


def _style(many: str, other: str, cue: str, cue2: str, when: str, when2: str, relation: str) -> list[str]:
    atoms = [f"many={many}>{other}", f"many={many}>{other}&rel={relation}", f"cue={cue}>{cue2}"]
    atoms += [f"cue={'same' if cue == cue2 else 'differ'}&rel={relation}"]
    return [*atoms, f"when={when}>{when2}", f"when={when}>{when2}&rel={relation}"]


def _opening(opening: str, relation: str, definite: str, sentence: int) -> list[str]:
    return [f"open={opening}&s={sentence}", f"open={opening}&rel={relation}", f"open={opening}&def={definite}"]


def _alike(relation: str, compat: str, distance: str, definite: str, cls: str, other: str) -> list[str]:
    return [
        "pair",
        f"rel={relation}",
        f"compat={compat}",
        f"d={distance}",
        f"rel={relation}&d={distance}",
        f"compat={compat}&d={distance}",
        f"rel={relation}&def={definite}&d={distance}",
        f"cls={cls}>{other}&d={distance}",
        f"cls={cls}>{other}&rel={relation}",
    ]


def _kinds(kind: str, other: str, definite: str) -> list[str]:
    return [f"kinds={kind}|{other}", f"kind={kind}&def={definite}"]


def _entries(entry: str, other: str, relation: str) -> list[str]:
    return [f"e={entry}&rel={relation}", f"es={entry}|{other}"]


def _ground(place: str, actor: str, number: str, day: str, relation: str) -> list[str]:
    alone = [place, actor, number, day]
    return [*alone, *(f"{x}&rel={relation}" for x in alone), f"{place}&{actor}&rel={relation}"]


def _grounded(place: str, number: str, relation: str, distance: str, definite: str, cls: str) -> list[str]:
    return [f"{place}&d={distance}", f"{number}&{cls}", f"def={definite}&{place}&rel={relation}"]


def _size(size: str) -> list[str]:
    return [f"size={size}"]


def _same_entry(distance: str, definite: str, same: bool, place: str) -> list[str]:
    return ["entry", f"entry&d={distance}", f"entry&def={definite}", f"entry&word={same}", f"entry&{place}"]


def _gap(gap: str, cls: str, other: str, relation: str) -> list[str]:
    return [f"gap={gap}", f"gap={gap}&cls={cls}>{other}", f"gap={gap}&rel={relation}"]


def _between_is(atoms: tuple[str, ...], relation: str) -> list[str]:
    return [f"{x}&{relation}" for x in atoms]


def _titled(relation: str, distance: str, family: bool, place: str) -> list[str]:
    return [f"title&rel={relation}", f"title&d={distance}&{family}", f"title&{place}"]


def new_blocks(ctx: Context, j: int, earlier: Sequence[int], locals_: Mapping[int, Local]) -> list[Block]:
    """Feature blocks of trigger `j` starting an event of its own, after the chosen triggers `earlier`."""
    t, a = ctx.doc.triggers[j], locals_[j]
    before = [locals_[i] for i in earlier]
    same = a.kind in [x.kind for x in before]
    family = a.family in [x.family for x in before]
    here = [x.sentence for x in before].count(a.sentence)
    fresh = all(a.places.isdisjoint(x.places) for x in before) if a.places else None
    return [
        (_new_kind, a.kind, t.entry, same),
        (_new_form, a.definite, a.cls, same, family, a.other),
        (_new_place, fresh, same),
        (_new_style, a.many, a.opening, a.cue, a.when, same),
        (
            _new_order,
            _BY_0_1_2_4_8[a.sentence],
            _BY_0_1_2[here],
            _BY_0_1_3_6_12[len(earlier)],
        ),
    ]


def _new_kind(kind: str, entry: str, same: bool) -> list[str]:
    return ["new", f"new:kind={kind}", f"new:e={entry}", f"new:same={same}&kind={kind}"]


def _new_form(definite: str, cls: str, same: bool, family: bool, other: bool) -> list[str]:
    return [
        f"new:def={definite}",
        f"new:cls={cls}",
        f"new:same={same}&def={definite}",
        f"new:family={family}",
        f"new:other={other}",
        f"new:cls={cls}&same={same}",
    ]


def _new_place(fresh: bool | None, same: bool) -> list[str]:
    return [f"new:fresh={fresh}", f"new:fresh={fresh}&same={same}"]


def _new_style(many: str, opening: str, cue: str, when: str, same: bool) -> list[str]:
    atoms = [f"new:many={many}", f"new:open={opening}", f"new:cue={cue}", f"new:when={when}"]
    return [*atoms, *(f"{a}&same={same}" for a in atoms)]


def _new_order(sentence: str, here: str, count: str) -> list[str]:
    return [f"new:s={sentence}", f"new:here={here}", f"new:n={count}"]


def in_reach(ctx: Context, j: int, earlier: Sequence[int], locals_: Mapping[int, Local]) -> list[int]:
    """The antecedents weighed for trigger `j`: of the latest triggers and of title and lead, those that may be.

    A trigger that can't tell the other's kind is no antecedent from afar: in none of 25,000 pairs was it chosen.
    """
    early = [i for i in earlier[:-_WINDOW] if locals_[i].sentence <= 1]
    kinds, mine = ctx.doc.triggers[j].kinds, locals_[j]
    found = []
    for i in (*early, *earlier[-_WINDOW:]):
        other = locals_[i]
        gap = mine.sentence - other.sentence
        if gap:
            shared = (mine.kind in ctx.doc.triggers[i].kinds) + (other.kind in kinds)
            if shared == 0 or (shared == 1 and gap > 1):
                continue
        found.append(i)
    return found


def find_clusters(
    ctx: Context, chosen: Sequence[int], locals_: Mapping[int, Local], model: LinearModel
) -> list[list[int]]:
    """Events as clusters of the chosen triggers, in text order. `locals_` are the surroundings of each trigger."""
    clusters: list[list[int]] = []
    owner: dict[int, list[int]] = {}
    earlier: list[int] = []
    for j in chosen:
        best: list[int] | None = None
        top = model.total(new_blocks(ctx, j, earlier, locals_))
        for i in in_reach(ctx, j, earlier, locals_):
            score = model.total(pair_blocks(ctx, j, i, locals_, len(owner[i])))
            if score > top:
                best, top = owner[i], score
        if best is None:
            best = []
            clusters.append(best)
        best.append(j)
        owner[j] = best
        earlier.append(j)
    return clusters
