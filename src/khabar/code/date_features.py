"""What a report says of an event's day: the event's own sentences, and the times beside its words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from khabar.code.context import BREAKS, Context, bucket
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold
from khabar.lexicon.weights import Block, one

_FAR = 14  # tokens between "منذ" and the time that it governs: "منذ إعلان الجيش … في تموز"
_GOVERNORS = frozenset(("was", "qad", "after", "before", "rel", "cause", "comp"))
_CLAUSES = _GOVERNORS | {"light", "happen"}
_BEGUN = 6  # tokens between a word of beginning and its time
_COUNTED = 8  # tokens between a trigger and a number that tells its size
_SIZED = 8  # triggers of an event beside which such a number is looked for


@cache
def load_date_words(group: str) -> frozenset[str]:
    """A group of words of data/ar/dates.toml, folded: "since" and "begun", with which a time opens a stretch."""
    data = tomllib.loads((DATA / "ar/dates.toml").read_text("utf-8"))
    return frozenset(map(fold, data["words"][group]))


class Setting(NamedTuple):
    """What the choices of one event's date share."""

    kind: str
    sentences: list[int]  # of its triggers, in order
    timed: bool  # whether a time is told in them
    entry: str
    form: str
    first: str  # sentence of its first, as text
    size: str  # greatest number told beside its triggers, as text
    plural: bool  # whether its first word is a plural noun


def describe_setting(ctx: Context, triggers: list[int], kind: str) -> Setting:
    """The setting of the event that `triggers` tell."""
    mentions = ctx.doc.triggers
    first = mentions[triggers[0]]
    sentences = sorted({ctx.sentence_of(mentions[n].first) for n in triggers})
    plural = ctx.norms[first.last - 1].endswith("ات")
    timed = any(ctx.times[x] for x in sentences)
    s = bucket(sentences[0], (0, 1, 2, 4, 8))
    return Setting(
        kind, sentences, timed, first.entry, f"{first.pos}{first.tense}", s, _size(ctx, triggers, sentences), plural
    )


def _size(ctx: Context, triggers: list[int], sentences: list[int]) -> str:
    counts, mentions = ctx.doc.counts, ctx.doc.triggers
    near = [
        counts[c].minimum or 0
        for x in sentences[:3]
        for c in ctx.counts[x]
        if any(abs(counts[c].first - mentions[n].last) < _COUNTED for n in triggers[:_SIZED])
    ]
    return bucket(max(near, default=-1), (0, 9, 99, 999))


def setting_blocks(ctx: Context, triggers: list[int], setting: Setting) -> list[Block]:
    """What the event's own sentences say of background or today."""
    first = ctx.doc.triggers[triggers[0]]
    s, timed = setting.sentences[0], setting.timed
    resolved = any(ctx.intervals[k] is not None for x in setting.sentences for k in ctx.times[x])
    opening = ctx.doc.sentences[s].first
    p1 = ctx.tag(first.first - 1) if first.first > opening else "^"
    p2 = ctx.tag(first.first - 2) if first.first - 1 > opening else "^"
    commas = sum([norm in BREAKS for norm in ctx.norms[opening : first.first]])
    functions = [ctx.words[k].function for k in range(first.first - 1, max(opening, first.first - 4) - 1, -1)]
    up = next((f for f in functions if f in _GOVERNORS), "-")
    blocks: list[Block] = [
        (_kind, setting.kind, setting.first, bucket(s, (0, 1, 2, 4)), bucket(s, (0, 1, 4)), timed, resolved,
         bucket(len(triggers), (1, 2, 4))),
        (_form, setting.entry, setting.form, timed, first.definite or first.enclitic, first.pos, first.person),
        (_before, p1, p2, first.pos),
        (_opening, ctx.norms[opening], f"{ctx.tag(opening)} {ctx.tag(opening + 1)}"),
        (_above, up, timed, bucket(s, (0, 1, 4)), bucket(commas, (0, 1, 3))),
        (_sized, setting.size, setting.plural),
    ]
    return blocks + [one(feature) for feature in _seen(ctx, triggers)]


def _kind(kind: str, s: str, s4: str, s3: str, timed: bool, resolved: bool, n: str) -> list[str]:
    return [
        f"kind={kind}", f"s={s}", f"timed={timed}", f"resolved={resolved}", f"n={n}", f"kind={kind}&timed={timed}",
        f"s={s4}&timed={timed}", f"kind={kind}&s={s3}", f"size={n}&s={s3}&timed={timed}",
    ]


def _form(entry: str, form: str, timed: bool, definite: bool, pos: str, person: str) -> list[str]:
    return [
        f"e={entry}", f"form={form}", f"e={entry}&timed={timed}", f"form={form}&timed={timed}",
        f"def={definite}&pos={pos}", f"person={person}",
    ]


def _before(p1: str, p2: str, pos: str) -> list[str]:
    return [f"p1={p1}", f"p2={p2}", f"p1={p1}&pos={pos}"]


def _opening(word: str, tags: str) -> list[str]:
    return [f"open={word}", f"open2={tags}"]


def _above(up: str, timed: bool, s: str, commas: str) -> list[str]:
    return [f"up={up}", f"up={up}&timed={timed}", f"up={up}&s={s}", f"commas={commas}&timed={timed}"]


def _sized(size: str, plural: bool) -> list[str]:
    return [f"big={size}", f"plural={plural}"]


def _seen(ctx: Context, triggers: list[int]) -> list[str]:
    """Grammar, cues and speakers before the first of the event's words."""
    seen = set()
    for n in triggers[:5]:
        t = ctx.doc.triggers[n]
        x = ctx.sentence_of(t.first)
        start = ctx.doc.sentences[x].first
        for k in range(max(start, t.first - 10), t.first):
            f = ctx.words[k].function
            if f in _CLAUSES and f != "comp":
                seen.add(f"fn={f}")
        if ctx.words[start].function == "was":
            seen.add("opens=was")
        for cue, distance in ctx.cues_before(t.first, x, 10):
            seen.add(f"cue={cue.cue}@{'2' if distance <= 2 else '10'}")
        attribution = ctx.attribution_over(t.start, x)
        if attribution is not None:
            seen.add(f"attr={attribution.manner}")
    return sorted(seen)


class Pair(NamedTuple):
    """A time and one of an event's words in one sentence."""

    closeness: int
    trigger: int
    side: str  # "a": the time stands after the word
    first: int  # tokens between the two
    last: int
    others: int  # further events' words between
    breaks: int
    comp: bool


def pair_of(ctx: Context, n: int, m: int) -> Pair:
    """How time `m` stands to trigger `n`."""
    t, time = ctx.doc.triggers[n], ctx.doc.times[m]
    if time.first >= t.last:
        side, first, last = "a", t.last, time.first
    else:
        side, first, last = "b", time.last, t.first
    gap, last = max(last - first, 0), max(first, last)
    others, breaks = ctx.parted(n, first, last)
    comp = "comp" in [word.function for word in ctx.words[first:last]]
    return Pair(-gap - 6 * others - 2 * breaks - (4 if comp else 0), n, side, first, last, others, breaks, comp)


def pair_blocks(ctx: Context, p: Pair, m: int, where: str, reading: str) -> list[Block]:
    """Features of a pair. `where` the time's sentence stands; `reading` of the time."""
    time = ctx.doc.times[m]
    rep = any(ctx.words[k].report for k in range(max(0, time.first - 5), time.first))
    pre = ctx.tag(time.first - 1) if time.first else "^"
    noun = ctx.trigger_at.get(time.first - 1)
    after = "" if noun is None else ("own" if noun == p.trigger else "other")
    gap = bucket(p.last - p.first, (0, 1, 3, 6, 12, 20))
    between = range(p.first, p.last)
    governor = _governor(ctx, between if p.side == "a" else reversed(between))
    return [
        (_gap, p.side, gap, min(p.others, 3), min(p.breaks, 2), p.comp, where),
        (_around, p.side, pre, rep, p.comp, governor, after),
        one(f"since={_since(ctx, p.trigger, m)}&read={reading}"),
        one(f"begun={_begun(ctx, m)}&read={reading}"),
    ]


def _gap(side: str, gap: str, others: int, breaks: int, comp: bool, where: str) -> list[str]:
    return [
        f"{side}:gap={gap}", f"{side}:others={others}", f"{side}:breaks={breaks}", f"{where}:{side}:gap={gap}",
        f"{side}:others={min(others, 2)}&breaks={min(breaks, 1)}", f"{side}:comp={comp}&others={min(others, 2)}",
        f"{where}:{side}:others={others}",
    ]


def _around(side: str, pre: str, rep: bool, comp: bool, governor: str, after: str) -> list[str]:
    atoms = [f"{side}:rep={rep}&comp={comp}", f"{side}:pre={pre}", f"{side}:btw={governor}"]
    return [*atoms, f"{side}:after-trigger={after}"] if after else atoms


def _governor(ctx: Context, tokens: Iterable[int]) -> str:
    """The first grammar or reporting word among tokens."""
    for k in tokens:
        word = ctx.words[k]
        if word.function in _GOVERNORS:
            return word.function
        if word.report:
            return "rep"
    return "-"


def _since(ctx: Context, n: int, m: int) -> str:
    """Where a "منذ" that may govern the time stands: after the trigger, before it, or nowhere."""
    t, time, since = ctx.doc.triggers[n], ctx.doc.times[m], load_date_words("since")
    start = ctx.doc.sentences[ctx.sentence_of(t.first)].first
    for k in range(time.first - 1, max(start, time.first - _FAR) - 1, -1):
        if ctx.norms[k] in since:
            if k >= t.last:
                return "btw"
            return "pre" if k < t.first < time.first else "aft"
    return "-"


def _begun(ctx: Context, m: int) -> bool:
    """Whether a word of beginning stands shortly before the time."""
    time, begun = ctx.doc.times[m], load_date_words("begun")
    start = max(ctx.doc.sentences[ctx.sentence_of(time.first)].first, time.first - _BEGUN)
    return any(ctx.norms[k] in begun for k in range(start, time.first))
