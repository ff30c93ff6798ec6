"""Actor-like phrases gathered into the things they name."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Context
from khabar.lexicon.actors import load_actors
from khabar.model.document import ActorClass

_STATE_KINDS = frozenset(("military", "government", "police", "intelligence", "ministry", "agency", "state"))


class Entity(NamedTuple):
    """All mentions of one actor-like thing in a report."""

    key: str
    mentions: tuple[int, ...]
    titled: bool  # whether the first stands in the title


def entity_keys(ctx: Context) -> list[str]:
    """By mention: what it is a mention of. Found once per document."""
    if ctx.keys is None:
        ctx.keys = [_key(ctx, a) for a in range(len(ctx.doc.actors))]
    return ctx.keys


def entity_classes(ctx: Context) -> list[str]:
    """By mention: what the phrase names, coarsely ("force", "civilian", "person" …). Found once per document."""
    if ctx.classes is None:
        ctx.classes = [_class(ctx, a) for a in range(len(ctx.doc.actors))]
    return ctx.classes


def _class(ctx: Context, a: int) -> str:
    mention = ctx.doc.actors[a]
    if mention.noun and mention.rule == "noun":
        return mention.noun
    if mention.entry is not None:
        return "k:" + load_actors().kind(mention.entry)
    return mention.cls.value


def _key(ctx: Context, a: int) -> str:
    """The known actor (its state for state organs), the person, or the phrase's own words."""
    mention = ctx.doc.actors[a]
    if mention.cls is ActorClass.PERSON:
        if mention.entry:
            return "p:" + mention.entry
        return "w:" + ctx.words[mention.last - 1].stem
    if mention.cls in (ActorClass.NAMED, ActorClass.ADJECTIVE) and mention.entry:
        return "a:" + _root(mention.entry)
    if (
        mention.cls is ActorClass.GROUP
        and mention.affiliation
        and mention.noun in ("force", "fighter", "group", "state")
    ):
        return "a:" + _root(mention.affiliation)
    words = [ctx.words[k].stem for k in range(mention.first, min(mention.last, mention.first + 2))]
    return "w:" + " ".join(words)


def side_keys(ctx: Context, a: int) -> list[str]:
    """The known actors that a mention is or belongs to: "متحدث باسم الجيش" speaks for the state."""
    mention = ctx.doc.actors[a]
    return ["a:" + _root(entry) for entry in (mention.entry, mention.affiliation) if entry]


def _root(entry: str) -> str:
    """The state of a state organ; any other actor is its own root."""
    table = load_actors()
    seen = 0
    while table.kind(entry) in _STATE_KINDS and table.parent(entry) and seen < 6:
        entry = table.parent(entry) or entry
        seen += 1
    return entry


def find_entities(ctx: Context) -> dict[str, Entity]:
    """The report's entities by key, in order of first mention."""
    found: dict[str, list[int]] = {}
    for a, key in enumerate(entity_keys(ctx)):
        found.setdefault(key, []).append(a)
    actors = ctx.doc.actors
    return {
        key: Entity(key, tuple(mentions), ctx.sentence_of(actors[mentions[0]].first) == 0)
        for key, mentions in found.items()
    }
