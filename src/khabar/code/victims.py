"""The people whom a word of death or injury is told of: "قتل في الهجوم جنديان ومدني" is two and one."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.casualty_words import load_table
from khabar.code.context import Context
from khabar.model.document import ActorClass

_REACH = 14  # tokens after the word in which its victims begin
_LIST = 6  # counted phrases of one list
_GAP = 7  # tokens between two victims of one list
_STOPS = frozenset((".", ":", "؛", "؟", "!", "(", "-", "–"))
_COMMAS = frozenset(("،", ","))
_PREPOSITIONS = ("prep", "cause", "against")
_BODIES = ("force", "group", "state", "site", "media")  # nouns of one body, not of one man


class Victim(NamedTuple):
    """One counted phrase of a list. `minimum` None: told without a number."""

    minimum: int | None
    maximum: int | None
    relation: str
    first: int
    last: int


def read_victims(ctx: Context, start: int, end: int, verb: bool) -> list[Victim]:
    """The list of victims that begins at or after token `start`; empty when nobody is named. `verb`: the word before
    it is a verb, so that an act or a body may stand first that did it."""
    first = _first(ctx, start, end, verb)
    return list_from(ctx, first, end) if first is not None else []


def list_from(ctx: Context, first: Victim, end: int) -> list[Victim]:
    """A victim with those that "و" joins to it."""
    found = [first]
    while len(found) < _LIST and (more := _joined(ctx, found[-1].last, end)) is not None:
        found.append(more)
    return found


def total(victims: list[Victim]) -> Victim | None:
    """The sum of two or more counted phrases, or None."""
    if len(victims) < 2 or any(v.minimum is None for v in victims):
        return None
    least = sum(v.minimum or 0 for v in victims)
    most = None if any(v.maximum is None for v in victims) else sum(v.maximum or 0 for v in victims)
    return Victim(least, most, "sum", victims[0].first, victims[-1].last)


def _first(ctx: Context, start: int, end: int, verb: bool) -> Victim | None:
    k = start
    while k < min(end, start + _REACH):
        if k in ctx.time_at:
            k = ctx.doc.times[ctx.time_at[k]].last
            continue
        number = ctx.count_at.get(k)
        if number is not None:
            return of_count(ctx, number)
        actor = ctx.actor_at.get(k)
        if actor is not None and not _is_beside(ctx, actor, k > start):
            victim = of_actor(ctx, actor)
            if victim is not None or not verb or k > start:
                return victim
        step = _skip(ctx, k, start, end, verb)
        if step is None:
            return None
        k = step
    return None


def _is_beside(ctx: Context, actor: int, later: bool) -> bool:
    """Whether a mention is what the act was done with, to or by, not a victim: "بقصف", an adjective of an act."""
    mention = ctx.doc.actors[actor]
    if mention.proclitic[:1] in ("ب", "ك", "ل"):
        return True
    single = mention.definite and mention.number == "s" and mention.cls is ActorClass.GROUP
    return later and (mention.cls is ActorClass.ADJECTIVE or single)  # قتل التنظيم المتشدد 9 رجال


def _skip(ctx: Context, k: int, start: int, end: int, verb: bool) -> int | None:
    """The token after what stands at `k` before the victims, or None where the clause ends."""
    word, norm = ctx.words[k], ctx.norms[k]
    if norm in _COMMAS:
        return k + 1 if k + 1 in ctx.time_at or (k - 1 in ctx.time_at and k > start) else None
    if norm in _STOPS or word.report or word.function in ("comp", "rel", "agent"):
        return None
    if word.function in _PREPOSITIONS:
        agent = k + 1 < end and ctx.norms[k + 1] in load_table().agents
        return None if agent else _after_phrase(ctx, k + 1, end)
    n = ctx.trigger_at.get(k)
    if n is not None and not word.proclitic.startswith("ب"):
        trigger = ctx.doc.triggers[n]
        return trigger.last if verb and trigger.pos == "n" and trigger.definite and k == start else None
    actor = ctx.actor_at.get(k)
    return ctx.doc.actors[actor].last if actor is not None else k + 1


def _after_phrase(ctx: Context, k: int, end: int) -> int:
    """The token after the noun phrase that a preposition before `k` governs."""
    if k >= end:
        return end
    for index, mentions in (
        (ctx.actor_at, ctx.doc.actors),
        (ctx.place_at, ctx.doc.places),
        (ctx.time_at, ctx.doc.times),
        (ctx.trigger_at, ctx.doc.triggers),
    ):
        n = index.get(k)
        if n is not None:
            return max(k + 1, mentions[n].last)
    number = ctx.count_at.get(k)
    return ctx.doc.counts[number].last + 1 if number is not None else k + 1


def _joined(ctx: Context, start: int, end: int) -> Victim | None:
    """The next of a list: "و" with a number or a victim, before any other clause."""
    for k in range(start, min(end, start + _GAP)):
        norm, word = ctx.norms[k], ctx.words[k]
        if norm in _STOPS or word.report or word.function in ("comp", "rel", "subset"):
            return None
        if k in ctx.trigger_at or (k in ctx.time_at and norm[:1] == "و"):
            return None
        if norm[:1] == "و" and norm not in load_table().numeral:
            return _item(ctx, k, end)
    return None


def _item(ctx: Context, k: int, end: int) -> Victim | None:
    """The number or victim that "و" at token `k` joins to a list."""
    if ctx.norms[k] == "و":
        k += 1
    number = ctx.count_at.get(k) if k < end else None
    if number is not None and k not in ctx.time_at:
        return of_count(ctx, number)
    actor = ctx.actor_at.get(k)
    if actor is None or ctx.doc.actors[actor].definite:
        return None
    return of_actor(ctx, actor)


def of_count(ctx: Context, number: int) -> Victim:
    """A number with its bounds."""
    c = ctx.doc.counts[number]
    return Victim(c.minimum, c.maximum, c.relation.value, c.first, c.last)


def of_actor(ctx: Context, actor: int) -> Victim | None:
    """A victim phrase without a number: one person, two, or untold many; None for a body or a site."""
    e = ctx.doc.actors[actor]
    norm = ctx.norms[e.head]
    if e.cls is ActorClass.ADJECTIVE:
        return None if e.definite else _by_ending(norm, e.first, e.last)
    if e.cls in (ActorClass.SITE, ActorClass.NAMED):
        return None
    if e.count is not None:
        return of_count(ctx, e.count)._replace(last=e.last)
    if e.cls is ActorClass.PERSON or (e.number == "s" and e.noun not in _BODIES):
        return Victim(1, 1, "single", e.first, e.last)
    dual = norm.endswith(("ان", "تين")) or e.noun == "people" or ctx.words[e.head].noun_person[:2] in ("md", "fd")
    if e.number == "d" and dual:
        return Victim(2, 2, "dual", e.first, e.last)
    return Victim(None, None, "untold", e.first, e.last) if e.number in ("p", "d") else None


def _by_ending(norm: str, first: int, last: int) -> Victim:
    """A nationality standing for people: فلسطيني، فلسطينيان، فلسطينيون."""
    if norm.endswith("يان"):
        return Victim(2, 2, "dual", first, last)
    if norm.endswith(("يون", "يين")):
        return Victim(None, None, "untold", first, last)
    return Victim(1, 1, "single", first, last)
