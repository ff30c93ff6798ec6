"""Tolls as the text tells them: "مقتل 5 مدنيين وإصابة 3 آخرين", "12 قتيلا بينهم طفلان", "دون إصابات"."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold
from khabar.model.document import ActorClass, TriggerMention

_REACH = 7  # tokens after "مقتل" in which its number or victim stands


class Toll(NamedTuple):
    """One told number of dead or injured. `minimum` None: told without a number."""

    slot: str  # killed or injured
    minimum: int | None
    maximum: int | None
    relation: str
    first: int  # tokens of the expression
    last: int
    trigger: int
    subset: bool


class _Table(NamedTuple):
    slots: dict[str, tuple[str, bool]]  # entry -> (slot, counted)
    none: frozenset[str]
    unsaid: frozenset[str]
    other: frozenset[str]


@cache
def load_table() -> _Table:
    """The casualty entries and words of data/ar/casualties.toml."""
    data = tomllib.loads((DATA / "ar/casualties.toml").read_text("utf-8"))
    slots = {}
    for slot in ("killed", "injured", "both"):
        for entry in data[slot].get("act", ()):
            slots[entry] = (slot, False)
        for entry in data[slot].get("counted", ()):
            slots[entry] = (slot, True)
    words = data["words"]
    return _Table(slots, *(frozenset(map(fold, words[k])) for k in ("none", "unsaid", "other")))


def slot_of(trigger: TriggerMention) -> tuple[str, bool] | None:
    """(killed, injured or both; whether the word itself is counted) of a trigger, or None."""
    table = load_table()
    for entry in trigger.entries:
        found = table.slots.get(entry)
        if found is not None:
            return found
    return None


def find_tolls(ctx: Context) -> list[Toll]:
    """Every told toll of the report, in text order."""
    found: list[Toll] = []
    for s in range(len(ctx.doc.sentences)):
        pending: list[tuple[int, str]] = []  # مقتل وإصابة 9: words that wait for a shared number
        for n in ctx.triggers[s]:
            slot = slot_of(ctx.doc.triggers[n])
            if slot is None:
                continue
            toll = _read(ctx, n, s, *slot)
            if toll is None:
                if _waits(ctx, n, s):
                    pending.append((n, slot[0]))
                continue
            if pending and ctx.doc.triggers[n].first - ctx.doc.triggers[pending[-1][0]].last <= 1 and toll.minimum:
                total = toll.maximum if toll.maximum is not None else toll.minimum
                for k, other in [*pending, (n, slot[0])]:
                    found.append(Toll(other, 0, total, "joint", toll.first, toll.last, k, toll.subset))
            else:
                found.append(toll)
            pending = []
    return found


def _waits(ctx: Context, n: int, s: int) -> bool:
    """Whether the next word is "و" + another casualty word."""
    last = ctx.doc.triggers[n].last
    k = ctx.trigger_at.get(last)
    return k is not None and slot_of(ctx.doc.triggers[k]) is not None and ctx.norms[last].startswith("و")


def _subset(ctx: Context, first: int, start: int) -> bool:
    return any(
        ctx.words[k].function == "subset" or ctx.norms[k] in ("بينهم", "بينهن", "بينها", "منهم", "ضمنهم")
        for k in range(max(start, first - 4), first)
    )


def _read(ctx: Context, n: int, s: int, slot: str, counted: bool) -> Toll | None:
    t = ctx.doc.triggers[n]
    start, end = ctx.doc.sentences[s].first, ctx.doc.sentences[s].last
    table = load_table()
    slot = "killed" if slot == "both" else slot
    before = range(max(start, t.first - 5), t.first)
    if any(ctx.norms[k] in table.none for k in before):
        if any(ctx.norms[k] in table.unsaid for k in range(max(start, t.first - 6), t.first)):
            return None
        if t.pos in ("n", "phrase") and not t.definite:
            return Toll(slot, 0, 0, "none", t.first, t.last, n, False)
    if counted:
        return _counted(ctx, n, t, slot, start, end)
    return _act(ctx, n, t, slot, start, end)


def _counted(ctx: Context, n: int, t: TriggerMention, slot: str, start: int, end: int) -> Toll | None:
    for back in (1, 2):
        number = ctx.count_at.get(t.first - back) if t.first - back >= start else None
        if number is not None:
            c = ctx.doc.counts[number]
            if back == 1 or ctx.norms[t.first - 1] in ("من", "بين"):
                return Toll(
                    slot, c.minimum, c.maximum, c.relation.value, c.first, t.last, n, _subset(ctx, c.first, start)
                )
    number = ctx.count_at.get(t.last)
    if t.definite and number is not None and ctx.words[t.last].is_number:  # القتلى 12
        c = ctx.doc.counts[number]
        return Toll(slot, c.minimum, c.maximum, c.relation.value, t.first, c.last, n, _subset(ctx, t.first, start))
    if t.definite and t.last + 2 < end and ctx.norms[t.last] in ("الي", "ل"):  # ارتفع عدد القتلى إلى 22
        number = ctx.count_at.get(t.last + 1)
        if number is not None:
            c = ctx.doc.counts[number]
            return Toll(slot, c.minimum, c.maximum, c.relation.value, t.first, c.last, n, False)
    if t.person == "md" and ctx.norms[t.head].endswith(("ان", "لان")):
        return Toll(slot, 2, 2, "dual", t.first, t.last, n, _subset(ctx, t.first, start))
    if t.person in ("ms", "fs") and not t.definite:
        return Toll(slot, 1, 1, "single", t.first, t.last, n, _subset(ctx, t.first, start))
    return Toll(slot, None, None, "untold", t.first, t.last, n, False)


def _act(ctx: Context, n: int, t: TriggerMention, slot: str, start: int, end: int) -> Toll | None:
    table = load_table()
    if t.pos == "v" and t.voices == "a" and slot == "killed" and t.entry == "qatala":
        return None
    k = t.last
    while k < min(end, t.last + _REACH):
        number = ctx.count_at.get(k)
        if number is not None and k == ctx.doc.counts[number].first and k not in ctx.time_at:
            c = ctx.doc.counts[number]
            return Toll(
                slot,
                c.minimum,
                c.maximum,
                c.relation.value,
                t.first,
                c.last,
                n,
                _subset(ctx, c.first, max(start, t.last)),
            )
        norm = ctx.norms[k]
        bare = ctx.words[k].stem
        if norm in table.other or bare in table.other:
            value = 1 if bare == "اخر" else None
            return Toll(slot, value, value, "single" if value else "untold", t.first, k + 1, n, False)
        actor = ctx.actor_at.get(k)
        if actor is not None:
            return _victim(ctx, n, t, slot, actor)
        word = ctx.words[k]
        if norm in ("،", ".", ":", "؛") or word.report or (k in ctx.trigger_at and k >= t.last):
            break
        if word.function in ("prep", "cause", "agent", "comp", "rel", "against") and k > t.last:
            break
        k += 1
    return _preceding(ctx, n, t, slot, start)


def _victim(ctx: Context, n: int, t: TriggerMention, slot: str, actor: int) -> Toll | None:
    """A toll from the victim phrase alone: one person, a dual, or a plural without a number."""
    e = ctx.doc.actors[actor]
    if e.proclitic[:1] in ("ب", "ك") or e.cls in (ActorClass.SITE, ActorClass.ADJECTIVE):
        return None
    if e.cls is ActorClass.NAMED:
        return None
    if e.cls is ActorClass.PERSON or (e.number == "s" and e.noun not in ("force", "group", "state", "site", "media")):
        return Toll(slot, 1, 1, "single", t.first, e.last, n, False)
    norm = ctx.norms[e.head]
    if e.number == "d" and (
        norm.endswith("ان")
        or e.noun in ("people",)
        or norm.endswith("تين")
        or ctx.words[e.head].noun_person.startswith(("md", "fd"))
    ):
        return Toll(slot, 2, 2, "dual", t.first, e.last, n, False)
    if e.number in ("p", "d"):
        return Toll(slot, None, None, "untold", t.first, e.last, n, False)
    return None


def _preceding(ctx: Context, n: int, t: TriggerMention, slot: str, start: int) -> Toll | None:
    """ "إن 250 شخصا قتلوا": the number before a verb."""
    if t.pos not in ("v", "both"):
        return None
    for k in range(t.first - 1, max(start, t.first - 5) - 1, -1):
        number = ctx.count_at.get(k)
        if number is not None and k not in ctx.time_at:
            c = ctx.doc.counts[number]
            return Toll(slot, c.minimum, c.maximum, c.relation.value, c.first, t.last, n, _subset(ctx, c.first, start))
        if ctx.norms[k] in ("،", ".", ":"):
            return None
    return None


def toll_features(ctx: Context, toll: Toll, triggers: list[int], kind: str, order: int) -> list[str]:
    """Features of a toll belonging to an event whose triggers are `triggers`."""
    own = toll.trigger in triggers
    s = ctx.sentence_of(toll.first)
    sentences = sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers})
    same = s in sentences
    gaps = [
        abs(ctx.doc.triggers[n].first - toll.first) for n in triggers if ctx.sentence_of(ctx.doc.triggers[n].first) == s
    ]
    value = "none" if toll.minimum is None else bucket(toll.minimum, (0, 1, 2, 10, 100))
    atoms = [
        "toll",
        f"own={own}",
        f"same={same}",
        f"own={own}&same={same}",
        f"rel={toll.relation}",
        f"value={value}",
        f"subset={toll.subset}",
        f"own={own}&subset={toll.subset}",
        f"order={bucket(order, (0, 1, 2, 4))}",
        f"own={own}&rel={toll.relation}",
        f"kind={kind}&own={own}",
        f"kind={kind}&same={same}",
        f"e={ctx.doc.triggers[toll.trigger].entry}",
        f"own={own}&value={value}",
    ]
    if gaps:
        atoms.append(f"gap={bucket(min(gaps), (0, 3, 8, 16, 30))}&own={own}")
    else:
        nearest = min(abs(s - x) for x in sentences)
        side = "after" if s > sentences[0] else "before"
        atoms.append(f"away={bucket(nearest, (1, 2, 4))}{side}")
    if s == 0:
        atoms.append(f"title&own={own}")
    return atoms
