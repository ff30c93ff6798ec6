"""The strings an entity or place goes by in its report, longest first told, as written."""

from __future__ import annotations

from collections.abc import Iterable

from khabar.code.context import Context
from khabar.model.document import ActorClass

_LONGEST = 90  # characters; a longer phrase is a clause that the phrase finder took in


def mention_names(ctx: Context, a: int) -> list[tuple[int, int]]:
    """Character spans of the names that one phrase gives: the whole, its shorter head, the actor inside it."""
    mention = ctx.doc.actors[a]
    tokens = ctx.doc.tokens
    spans = [(mention.start, mention.end)]
    words = mention.last - mention.first
    if words > 3:
        spans.append((mention.start, tokens[mention.first + 1].end))
    if mention.inner is not None and mention.cls is not ActorClass.ADJECTIVE:
        first, last = mention.inner
        if first > mention.first and last > first:
            spans.append((tokens[first].start, tokens[min(last, mention.last) - 1].end))
    if mention.cls is ActorClass.PERSON and words > 2:
        spans.append((tokens[mention.last - 2].start, mention.end))
    return [s for s in spans if s[1] - s[0] <= _LONGEST]


def unique_names(ctx: Context, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans with distinct texts, first occurrence kept."""
    seen: dict[str, tuple[int, int]] = {}
    for start, end in spans:
        text = ctx.text[start:end].strip("\"'«»“” ")
        if text and text not in seen:
            at = ctx.text.index(text, start)
            seen[text] = (at, at + len(text))
    return list(seen.values())


def entity_names(ctx: Context, mentions: Iterable[int], best: int | None = None) -> list[tuple[int, int]]:
    """Spans of all names of an entity; those of the phrase that scored best come first."""
    order = list(mentions)
    if best is not None:
        order = [best, *(m for m in order if m != best)]
    return unique_names(ctx, (span for a in order for span in mention_names(ctx, a)))


def place_names(ctx: Context, mentions: Iterable[int], best: int) -> list[tuple[int, int]]:
    """Spans of a place's names: with its type word, and the name alone."""
    spans = []
    for p in [best, *(m for m in mentions if m != best)]:
        place = ctx.doc.places[p]
        spans.append((place.start, place.end))
        if place.name and place.name_first > place.first:
            spans.append((ctx.doc.tokens[place.name_first].start, place.end))
    return unique_names(ctx, spans)
