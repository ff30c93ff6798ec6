"""Whether a gathered event stands: a last look at all that was gathered, before its slots are filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from khabar.code.casualties import slot_of
from khabar.code.context import Buckets, Context
from khabar.code.coreference import Local
from khabar.code.entities import entity_classes
from khabar.lexicon.ontology import family_of, verbal_kinds
from khabar.lexicon.weights import Block

_BY_1_2_4 = Buckets(1, 2, 4)
_BY_0_1_2_4_8 = Buckets(0, 1, 2, 4, 8)
_BY_0_1_4 = Buckets(0, 1, 4)
_BY_1_2_3 = Buckets(1, 2, 3)
_BY_1_3_6_10_15 = Buckets(1, 3, 6, 10, 15)
_BY_0_1_2_4 = Buckets(0, 1, 2, 4)
_BY_0_1_3_6_12 = Buckets(0, 1, 3, 6, 12)
EXCERPT = 4  # sentences that a text must have to show of which world it is
_RELATIVE = 5  # tokens before a verb in which a relative pronoun makes its clause a relative one
_ARMED = frozenset(("k:military", "k:rebel", "k:militia", "k:jihadist", "k:coalition"))


def _share(p: float) -> str:
    for edge in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98):
        if p <= edge:
            return str(edge)
    return "1"


def told_by_verb(ctx: Context, triggers: Sequence[int]) -> bool:
    """Whether a finite verb outside a relative clause tells the event."""
    for n in triggers:
        t = ctx.doc.triggers[n]
        if t.pos in ("v", "both"):
            first = max(ctx.doc.sentences[ctx.sentence_of(t.first)].first, t.first - _RELATIVE)
            if not any(ctx.words[k].function == "rel" for k in range(first, t.first)):
                return True
    return False


class World(NamedTuple):
    """How much a report tells of war, seen over the events gathered from it."""

    block: Block  # features of the report as a whole
    short: bool  # too short a text to show of what world it is
    top: str  # the highest probability of a trigger of a material event
    strong: str  # material events with a trigger that is sure
    armed: str  # phrases that name armed people
    known: str  # armed actors that are known by name


def find_world(
    ctx: Context, events: Sequence[tuple[str, float, Sequence[int]]], probabilities: Sequence[float], block: Block
) -> World:
    """What `confirm_blocks` weighs about the report; `block` is `DocumentFacts.block`."""
    tops = [max(probabilities[k] for k in e[2]) for e in events if e[0] not in verbal_kinds()]
    classes = entity_classes(ctx)
    armed = sum(1 for a in ctx.doc.actors if a.noun in ("force", "fighter"))
    known = len({a.entry for a, c in zip(ctx.doc.actors, classes, strict=True) if c in _ARMED})
    return World(
        block,
        len(ctx.doc.sentences) < EXCERPT,
        _share(max(tops, default=0.0)),
        _BY_0_1_2_4[sum(1 for p in tops if p > 0.9)],
        _BY_0_1_3_6_12[armed],
        _BY_0_1_2_4[known],
    )


def _world(verbal: bool, short: bool, top: str, strong: str, armed: str, known: str) -> list[str]:
    own = "verbal" if verbal else "material"
    atoms = [f"top={top}", f"strong={strong}", f"armed={armed}", f"known={known}", f"armed={armed}&known={known}"]
    atoms += [f"strong={strong}&armed={armed}", f"strong={strong}&known={known}"]
    return [f"short={short}", *(f"world:{a}" for a in atoms), *(f"world:{own}:{a}&{short}" for a in atoms)]


def confirm_blocks(
    ctx: Context,
    events: Sequence[tuple[str, float, Sequence[int]]],
    n: int,
    probabilities: Sequence[float],
    locals_: Mapping[int, Local],
    world: World,
) -> list[Block]:
    """Feature blocks of event `n` of `events` (kind, lead of the kind, triggers) standing as an event of its own.

    `locals_` are the surroundings of each trigger, `world` what the report tells of war (`find_world`).
    """
    kind, lead, triggers = events[n]
    mine = sorted([probabilities[k] for k in triggers], reverse=True)
    around = [locals_[k] for k in triggers]
    best = ctx.doc.triggers[triggers[0]]
    sentences = {x.sentence for x in around}
    only = all(slot_of(ctx.doc.triggers[k]) is not None for k in triggers)
    definite = best.definite or best.enclitic
    size = _BY_1_2_4[len(triggers)]
    grounded = "".join(
        (
            "p" if any(x.places for x in around) else "",
            "a" if any(x.actors for x in around) else "",
            "n" if any(x.numbers for x in around) else "",
            "d" if any(x.dates for x in around) else "",
        )
    )
    rivals = [e for m, e in enumerate(events) if m != n and family_of(e[0]) == family_of(kind)]
    same = sum([1 for e in rivals if e[0] == kind])
    s = min(sentences)
    blocks: list[Block] = [
        (_sure, _share(mine[0]), _share(sum(mine) / len(mine)), size, kind, _share(mine[1]) if len(mine) > 1 else ""),
        (_kind, kind, size, _BY_0_1_2_4_8[int(lead * 2)], best.entry),
        (_told, best.pos, bool(definite), only, grounded, size),
        (_where, _BY_0_1_2_4_8[s], _BY_0_1_4[s], size, _BY_1_2_3[len(sentences)]),
        (
            _rivals,
            _BY_1_3_6_10_15[len(events)],
            _BY_0_1_2_4[len(rivals)],
            _BY_0_1_2_4[same],
            size,
            bool(definite),
        ),
        world.block,
        (_world, kind in verbal_kinds(), world.short, world.top, world.strong, world.armed, world.known),
    ]
    here = [e for e in rivals if any(locals_[k].sentence in sentences for k in e[2])]
    if here:
        larger = any(len(e[2]) > len(triggers) for e in here)
        samekind = any(e[0] == kind for e in here)
        stronger = any(probabilities[k] > mine[0] for e in here for k in e[2])
        blocks.append((_beside, larger, samekind, stronger, size))
    return blocks


def _sure(top: str, mean: str, size: str, kind: str, second: str) -> list[str]:
    atoms = ["bias", f"top={top}", f"mean={mean}", f"size={size}", f"top={top}&size={size}", f"kind={kind}&top={top}"]
    return [*atoms, f"second={second}"] if second else atoms


def _kind(kind: str, size: str, lead: str, entry: str) -> list[str]:
    return [f"kind={kind}", f"kind={kind}&size={size}", f"lead={lead}", f"e={entry}"]


def _told(form: str, definite: bool, only: bool, grounded: str, size: str) -> list[str]:
    return [f"form={form}", f"def={definite}&size={size}", f"only={only}&size={size}", f"grounded={grounded}"]


def _where(sentence: str, coarse: str, size: str, sentences: str) -> list[str]:
    return [f"s={sentence}", f"s={coarse}&size={size}", f"sentences={sentences}"]


def _rivals(events: str, rivals: str, same: str, size: str, definite: bool) -> list[str]:
    return [f"events={events}", f"rivals={rivals}&size={size}", f"same={same}&def={definite}"]


def _beside(larger: bool, samekind: bool, stronger: bool, size: str) -> list[str]:
    return [
        f"here:larger={larger}",
        f"here:kind={samekind}",
        f"here:kind={samekind}&larger={larger}",
        f"here:stronger={stronger}&size={size}",
    ]
