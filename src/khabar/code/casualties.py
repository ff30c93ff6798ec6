"""Tolls as the text tells them: "مقتل 5 مدنيين وإصابة 3 آخرين", "12 قتيلا بينهم طفلان", "دون إصابات"."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.casualty_words import load_table
from khabar.code.context import Context
from khabar.code.victims import Victim, list_from, of_actor, of_count, read_victims, total
from khabar.model.document import TriggerMention

_BEFORE = 8  # tokens before a verb in which its victims stand
_TALLY = 14  # tokens after "عدد القتلى" in which its number stands
_MANY = ("3mp", "3fp", "3md", "3fd")  # verb forms whose victims are told before them
_ENDS = frozenset(("،", ",", ".", ":", "؛", "؟"))


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
                found += _tally(ctx, n, s)
                continue
            tolls = _read(ctx, n, s, *slot)
            if not tolls:
                if _waits(ctx, n):
                    pending.append((n, slot[0]))
                continue
            first = tolls[0]
            if pending and ctx.doc.triggers[n].first - ctx.doc.triggers[pending[-1][0]].last <= 1 and first.minimum:
                most = first.maximum if first.maximum is not None else first.minimum
                for k, other in [*pending, (n, slot[0])]:
                    found.append(Toll(other, 0, most, "joint", first.first, first.last, k, first.subset))
            else:
                found += tolls
            pending = []
    return found


def _waits(ctx: Context, n: int) -> bool:
    """Whether the next word is "و" + another casualty word."""
    t = ctx.doc.triggers[n]
    k = ctx.trigger_at.get(t.last)
    if k is None or t.enclitic or not ctx.norms[t.last].startswith("و"):
        return False
    return slot_of(ctx.doc.triggers[k]) is not None


def _subset(ctx: Context, first: int, start: int) -> bool:
    return any(ctx.words[k].function == "subset" for k in range(max(start, first - 4), first))


def _toll(ctx: Context, n: int, slot: str, v: Victim, start: int) -> Toll:
    """A counted phrase as the toll that a trigger tells."""
    t = ctx.doc.triggers[n]
    subset = _subset(ctx, v.first, start if v.first < t.first else max(start, t.last))
    return Toll(slot, v.minimum, v.maximum, v.relation, min(t.first, v.first), max(t.last, v.last), n, subset)


def _read(ctx: Context, n: int, s: int, slot: str, counted: bool) -> list[Toll]:
    """The tolls that a trigger of death or injury tells; the surest first."""
    t = ctx.doc.triggers[n]
    start, end = ctx.doc.sentences[s].first, ctx.doc.sentences[s].last
    if _negated(ctx, t, start, end):
        unsaid = load_table().unsaid
        if any(ctx.norms[k] in unsaid for k in range(max(start, t.first - 6), t.first)):
            return []
        slots = ("killed", "injured") if slot == "both" else (slot,)
        return [Toll(one, 0, 0, "none", t.first, t.last, n, False) for one in slots]
    slot = "killed" if slot == "both" else slot
    v = _tallied(ctx, t, start, end)
    if v is not None:
        return [_toll(ctx, n, slot, v, start)]
    return _counted(ctx, n, t, slot, start, end) if counted else _act(ctx, n, t, slot, start, end)


def _negated(ctx: Context, t: TriggerMention, start: int, end: int) -> bool:
    """"دون إصابات", "لم يصب أحد": told to be none."""
    table = load_table()
    if not any(_bare(ctx.norms[k]) in table.none for k in range(max(start, t.first - 6), t.first)):
        return False
    if t.pos in ("n", "phrase") or (t.pos == "both" and t.person == "p"):
        return not t.definite
    return any(ctx.norms[k] in table.nobody for k in range(t.last, min(end, t.last + 3)))


def _bare(norm: str) -> str:
    return norm[1:] if norm[0] in "وف" else norm


def _tally(ctx: Context, n: int, s: int) -> list[Toll]:
    """"ارتفعت حصيلة القتلى إلى 17": a word for the toll that says of whom."""
    t, table = ctx.doc.triggers[n], load_table()
    if t.entry not in table.tallies:
        return []
    sentence = ctx.doc.sentences[s]
    slot = next((table.tallied[w] for w in ctx.norms[t.first : t.last + 1] if w in table.tallied), None)
    v = _number_after(ctx, t.last, sentence.last)
    return [_toll(ctx, n, slot, v, sentence.first)] if v is not None and slot is not None else []


def _tallied(ctx: Context, t: TriggerMention, start: int, end: int) -> Victim | None:
    """"عدد الذين قتلوا إلى 36", "القتلى 12", "الضحايا البالغ عددهم 45"."""
    number = load_table().number
    before = any(_bare(ctx.norms[k]) in number for k in range(max(start, t.first - 5), t.first))
    if before or (t.definite and t.pos == "n"):
        return _number_after(ctx, t.last, end)
    return None


def _number_after(ctx: Context, start: int, end: int) -> Victim | None:
    """The number that "إلى", "بلغ" or nothing at all leads to."""
    reaches = load_table().reaches
    for k in range(start, min(end, start + _TALLY)):
        number = ctx.count_at.get(k)
        if number is not None and k not in ctx.time_at:
            led = k == start or ctx.norms[k - 1] in reaches or ctx.norms[k][:1] == "ل"
            return of_count(ctx, number) if led else None
        if ctx.norms[k] in _ENDS or (ctx.words[k].report and ctx.norms[k] not in reaches):
            return None
    return None


def _counted(ctx: Context, n: int, t: TriggerMention, slot: str, start: int, end: int) -> list[Toll]:
    joint = _joint(ctx, n, start)
    if joint:
        return joint
    for back in (1, 2):
        number = ctx.count_at.get(t.first - back) if t.first - back >= start else None
        if number is not None and (back == 1 or ctx.norms[t.first - 1] in ("من", "بين")):
            return [_toll(ctx, n, slot, of_count(ctx, number), start)]
    number = ctx.count_at.get(t.last)
    if t.pos == "phrase" and number is not None:  # راح ضحيته أكثر من 300
        return [_toll(ctx, n, slot, of_count(ctx, number), start)]
    least: int | None = None
    if t.person == "md" and not t.definite:
        least = 2
    elif t.person in ("ms", "fs") and not t.definite:
        least = 1
    relation = {None: "untold", 1: "single", 2: "dual"}[least]
    subset = least is not None and _subset(ctx, t.first, start)
    return [Toll(slot, least, least, relation, t.first, t.last, n, subset)]


def _joint(ctx: Context, n: int, start: int) -> list[Toll]:
    """"90 قتيلا وجريحا", "12 شخصا بين قتيل وجريح": one number for both, so each is from none to all."""
    t = ctx.doc.triggers[n]
    if not _waits(ctx, n) or ctx.count_at.get(t.last) is not None:
        return []
    back = 6 if ctx.norms[t.first - 1] in load_table().between else 1
    near = range(t.first - 1, max(start, t.first - back) - 1, -1)
    number = next((c for k in near if (c := ctx.count_at.get(k)) is not None), None)
    if number is None:
        return []
    v = of_count(ctx, number)
    most = v.maximum if v.maximum is not None else v.minimum
    other = ctx.trigger_at[t.last]
    last = ctx.doc.triggers[other].last
    both = (("killed", n), ("injured", other))
    return [
        Toll(slot, low, high, name, v.first, last, k, False)
        for low, high, name in ((0, most, "joint"), (v.minimum, v.maximum, "shared"))
        for slot, k in both
    ]


def _act(ctx: Context, n: int, t: TriggerMention, slot: str, start: int, end: int) -> list[Toll]:
    verb = t.pos in ("v", "w", "both")
    if t.enclitic and t.pos == "n":
        return _own(ctx, n, t, slot, start)
    if verb and t.person in _MANY:
        v = _preceding(ctx, t, start)
        if v is not None:
            return [_toll(ctx, n, slot, v, start)]
    other = _other(ctx, t, end)
    victims = list_from(ctx, other, end) if other is not None else read_victims(ctx, t.last, end, verb)
    if victims:
        found = [_toll(ctx, n, slot, victims[0], start)]
        whole = total(victims)
        return [*found, _toll(ctx, n, slot, whole, start)] if whole is not None else found
    v = _preceding(ctx, t, start) if verb else None
    return [_toll(ctx, n, slot, v, start)] if v is not None else []


def _own(ctx: Context, n: int, t: TriggerMention, slot: str, start: int) -> list[Toll]:
    """"أدى إلى مقتله": one man or woman; "لقوا مصرعهم" is told by its verb."""
    single = ctx.norms[t.head].endswith(("ه", "ها"))
    told = any(ctx.trigger_at.get(k) == n - 1 for k in range(max(start, t.first - 8), t.first))
    if not single or (told and ctx.doc.triggers[n - 1].cls == "light"):
        return []
    return [Toll(slot, 1, 1, "single", t.first, t.last, n, False)]


def _other(ctx: Context, t: TriggerMention, end: int) -> Victim | None:
    """"وأصيب آخران": the others right after the word."""
    if t.last >= end:
        return None
    table, k = load_table(), t.last
    if ctx.norms[k] in table.two:
        return Victim(2, 2, "dual", k, k + 1)
    if ctx.norms[k] in table.one and k + 1 < end and ctx.norms[k + 1] not in table.none:
        return Victim(1, 1, "single", k, k + 2)
    if ctx.norms[k] in table.other:
        value = 1 if ctx.norms[k] == "اخر" else None
        return Victim(value, value, "single" if value else "untold", k, k + 1)
    return None


def _preceding(ctx: Context, t: TriggerMention, start: int) -> Victim | None:
    """"إن 250 شخصا قتلوا", "جنديان أصيبا": the victims told before a verb."""
    for k in range(t.first - 1, max(start, t.first - _BEFORE) - 1, -1):
        number = ctx.count_at.get(k)
        if number is not None and k not in ctx.time_at:
            return of_count(ctx, number) if ctx.words[k].function != "subset" else None
        actor = ctx.actor_at.get(k)
        if actor is not None and k - 1 in ctx.count_at and ctx.doc.actors[actor].last >= t.first - 1:
            continue
        if actor is not None and (t.person in ("3md", "3fd") or ctx.doc.actors[actor].last >= t.first - 1):
            return of_actor(ctx, actor) if ctx.doc.actors[actor].proclitic[:1] not in ("ب", "ل", "ك") else None
        if ctx.norms[k] in _ENDS:
            return None
    return None
