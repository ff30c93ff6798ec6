"""By what means: the weapons told beside an event's triggers."""

from __future__ import annotations

from collections.abc import Iterable

from khabar.code.context import Context

_REACH = 8  # tokens between a trigger and its weapon


def find_means(ctx: Context, triggers: list[int], targets: Iterable[int]) -> list[tuple[int, int]]:
    """Character spans of weapons and ways of attack near the event's triggers, distinct in words.

    `targets` are actor mentions of what was struck: that is not what it was struck with ("رتل شاحنات").
    """
    struck = {_bare(ctx, k) for n in targets for k in range(ctx.doc.actors[n].first, ctx.doc.actors[n].last)}
    seen: dict[str, tuple[int, int]] = {}
    for n in sorted(triggers):
        t = ctx.doc.triggers[n]
        for k in ctx.weapons[ctx.sentence_of(t.first)]:
            w = ctx.doc.weapons[k]
            if _bare(ctx, w.first) in struck:
                continue
            gap = max(w.first - t.last, t.first - w.last)
            between = range(min(w.last, t.last), max(w.first, t.first))
            if gap <= _REACH and not any(x in ctx.trigger_at and ctx.trigger_at[x] not in triggers for x in between):
                seen.setdefault(ctx.text[w.start : w.end], (w.start, w.end))
    return sorted(seen.values())


def _bare(ctx: Context, token: int) -> str:
    return ctx.norms[token].removeprefix("ال")
