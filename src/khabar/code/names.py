"""The strings an entity or place goes by in its report, longest first told, as written."""

from __future__ import annotations

from collections.abc import Iterable

from khabar.code.context import Context
from khabar.lexicon.actors import load_actors
from khabar.lexicon.phrase_words import load_phrase_words
from khabar.model.document import ActorClass

_LONGEST = 90  # characters; a longer phrase is a clause that the phrase finder took in
_COUNTED = frozenset((ActorClass.CIVILIAN, ActorClass.GROUP, ActorClass.SITE, ActorClass.ROLE, ActorClass.UNKNOWN))


def mention_names(ctx: Context, a: int) -> list[tuple[int, int]]:
    """Character spans of the names that one phrase gives: the whole, with its number, its head, the actor inside."""
    found = ctx.names.get(a)
    if found is None:
        found = ctx.names[a] = _mention_names(ctx, a)
    return found


def _mention_names(ctx: Context, a: int) -> list[tuple[int, int]]:
    mention = ctx.doc.actors[a]
    tokens = ctx.doc.tokens
    spans = [(mention.start, mention.end)]
    words = mention.last - mention.first
    if mention.cls in _COUNTED:
        first = quantity_start(ctx, a)
        if first < mention.first:
            spans.append((tokens[first].start, mention.end))
        spans += _located(ctx, a)
        spans += _joined(ctx, a)
    if words > 3:
        spans.append((mention.start, tokens[mention.first + 1].end))
    if mention.inner is not None and mention.cls is not ActorClass.ADJECTIVE:
        first, last = mention.inner
        if first > mention.first and last > first:
            start = tokens[first].start + _proclitic_length(ctx, first)
            spans.append((start, tokens[min(last, mention.last) - 1].end))
    if mention.cls is ActorClass.PERSON and words > 2:
        spans.append((tokens[mention.last - 2].start, mention.end))
    return [s for s in spans if s[1] - s[0] <= _LONGEST]


def _proclitic_length(ctx: Context, first: int) -> int:
    """Letters before the known actor's name at a token: the ل of "لميليشيا", but not that of "للحوثيين"."""
    token = ctx.doc.tokens[first]
    hits = load_actors().match(ctx.norms, first)
    if not hits or token.end - token.start != len(token.norm) or hits[0].proclitic.endswith("لل"):
        return 0
    return len(hits[0].proclitic)


def _located(ctx: Context, a: int) -> list[tuple[int, int]]:
    """"مواقع في سوريا": an indefinite phrase with the place that says which."""
    mention = ctx.doc.actors[a]
    at = mention.last
    if mention.definite or mention.last - mention.first > 2 or at + 1 >= len(ctx.norms) or ctx.norms[at] != "في":
        return []
    place = ctx.place_at.get(at + 1)
    return [] if place is None else [(mention.start, ctx.doc.places[place].end)]


def _joined(ctx: Context, a: int) -> list[tuple[int, int]]:
    """"أهداف ومواقع": two short phrases of one class told together."""
    mention = ctx.doc.actors[a]
    after = ctx.actor_at.get(mention.last)
    if after is None:
        return []
    other = ctx.doc.actors[after]
    joined = other.proclitic.startswith("و") and other.cls is mention.cls and other.noun == mention.noun
    return [(mention.start, other.end)] if joined and other.last - mention.first <= 5 else []


def quantity_start(ctx: Context, a: int) -> int:
    """First token of what says how much of it (عدد من المدنيين); the phrase's own when nothing does."""
    mention = ctx.doc.actors[a]
    lists = load_phrase_words()
    first = mention.first
    if mention.count is not None:
        count = ctx.doc.counts[mention.count]
        return min(count.first, first)
    if first == 0:
        return first
    before = ctx.norms[first - 1]
    if before in lists.quantity:
        return first - 1
    if before == "من" and first > 1 and ctx.words[first - 2].stem in lists.quantity_of:
        return first - 2
    return first


def unique_names(ctx: Context, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans with distinct texts, first occurrence kept."""
    seen: dict[str, tuple[int, int]] = {}
    for start, end in spans:
        text = trim_quotes(ctx.text[start:end])
        if text and text not in seen:
            at = ctx.text.index(text, start)
            seen[text] = (at, at + len(text))
    return list(seen.values())


def trim_quotes(text: str) -> str:
    """`text` without spaces and quotation marks at its ends; a mark that closes one inside stays."""
    text = text.strip()
    while text and text[0] in "\"'«»“” " and not _closes(text):
        text = text[1:]
    while text and text[-1] in "\"'«»“” " and not _opened(text):
        text = text[:-1]
    if len(text) > 1 and text[0] in "\"'«“" and text[-1] in "\"'»”":
        text = text[1:-1]
    return text.strip()


def _closes(text: str) -> bool:
    """Whether the mark that opens `text` is closed inside it."""
    return text[0] in "\"'«“" and any(mark in text[1:] for mark in "\"'»”")


def _opened(text: str) -> bool:
    """Whether the mark that ends `text` was opened inside it."""
    return text[-1] in "\"'»”" and any(mark in text[:-1] for mark in "\"'«“")


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
