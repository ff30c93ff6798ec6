"""Named features of an actor-like phrase beside a trigger: what decides whether it did the act or suffered it.

Voice is never decided first: active and passive readings, order, prepositions, agreement and meaning all vote.
قتل ثلاثة جنود في هجوم: a counted fighter right after a verb that can be passive is the victim.
قتل مسلحون ثلاثة جنود: of two bare phrases the first acts.
"""

from __future__ import annotations

from khabar.code.context import BREAKS, Buckets, Context
from khabar.code.entities import entity_classes
from khabar.lexicon.weights import Block, one
from khabar.model.document import ActorClass

_BY_0_1_3_6_12_20 = Buckets(0, 1, 3, 6, 12, 20)
_BY_1_2_3_5 = Buckets(1, 2, 3, 5)

_PREPS = frozenset(("prep", "against", "agent", "cause", "after", "before", "comp", "rel", "prep_pron"))


def path_signs(ctx: Context) -> list[str]:
    """By token: the grammar word, break, trigger ("T") or phrase ("E") that starts there, or "". Found once."""
    if ctx.signs is None:
        ctx.signs = [_sign(ctx, k) for k in range(len(ctx.norms))]
    return ctx.signs


def _sign(ctx: Context, k: int) -> str:
    word = ctx.words[k]
    if ctx.norms[k] in BREAKS:
        return "،"
    if word.function in _PREPS:
        return word.stem if word.function == "prep" else word.function
    if word.report:
        return "rep"
    n = ctx.trigger_at.get(k)
    if n is not None and ctx.doc.triggers[n].first == k:
        return "T"
    a = ctx.actor_at.get(k)
    return "E" if a is not None and ctx.doc.actors[a].cls is not ActorClass.ADJECTIVE else ""


def role_blocks(ctx: Context, n: int, a: int, kind: str, rivals: int) -> list[Block]:
    """Feature blocks of actor mention `a` for trigger `n` of an event of `kind`, in one sentence (`count_rivals`)."""
    t, e = ctx.doc.triggers[n], ctx.doc.actors[a]
    cls = entity_classes(ctx)[a]
    form = f"{'v' if t.pos in ('v', 'both') else t.pos}{t.voices}{'+' if t.enclitic else ''}"
    proclitic = _proclitic(e.proclitic)
    counted = e.count is not None
    if e.first >= t.last:
        side, first, last = "a", t.last, e.first
    elif e.last <= t.first:
        side, first, last = "b", e.last, t.first
    else:
        side, first, last = "in", 0, 0
    path = [sign for sign in path_signs(ctx)[first:last] if sign]
    route = " ".join(path[:3]) if len(path) <= 3 else f"{path[0]}..{path[-1]}"
    near = _BY_0_1_3_6_12_20[last - first]
    order = path.count("E")
    s = ctx.sentence_of(t.first)
    blocks: list[Block] = [
        (_stands, side, near, route, cls, order),
        (_form, side, form, cls, counted, route, order),
        (_preposed, side, proclitic, form, route),
        (_entry, t.entry, side, route, cls, proclitic),
        (_kind, kind, side, route, cls),
        (_around, side, ctx.tag(e.first - 1) if e.first else "", ctx.tag(e.last)),
        one("rivals=" + _BY_1_2_3_5[rivals]),
    ]
    if e.entry:
        blocks.append((_known, e.entry, kind))
    if e.affiliation:
        blocks.append((_affiliated, e.affiliation))
    if e.cls is ActorClass.ADJECTIVE:
        blocks.append(one(f"adj&gap={near}&{t.pos}"))
    if side == "a" and order == 0 and t.pos in ("v", "both"):
        blocks.append(one(f"agree={t.person}:{e.number or '?'}:{cls[:4]}"))
    for k in ctx.attributions[s]:
        if a in ctx.doc.attributions[k].actors:
            blocks.append((_speaker, ctx.doc.attributions[k].manner))
    if s == 0:
        blocks.append(one(f"title&{side}:n={order}"))
    return blocks


def _proclitic(letters: str) -> str:
    if letters.endswith("لل"):
        return "ل"
    first = letters[:1]
    return first if first in ("ب", "ل", "ك") else ("و" if first in ("و", "ف") else "")


def count_rivals(ctx: Context, s: int) -> int:
    """Phrases of a sentence that may take a role."""
    return sum([1 for k in ctx.actors[s] if ctx.doc.actors[k].cls is not ActorClass.ADJECTIVE])


def _stands(side: str, near: str, route: str, cls: str, order: int) -> list[str]:
    return [
        "bias",
        f"side={side}",
        f"{side}:gap={near}",
        f"{side}:path={route}",
        f"cls={cls}",
        f"{side}:cls={cls}",
        f"{side}:route={route}&cls={cls}",
        f"{side}:n={order}&cls={cls}",
    ]


def _form(side: str, form: str, cls: str, counted: bool, route: str, order: int) -> list[str]:
    atoms = [
        f"{side}:path={route}&form={form}",
        f"form={form}&{side}&cls={cls}{'#' if counted else ''}",
        f"form={form}&{side}:n={order}",
    ]
    return [*atoms, "counted", f"counted&form={form}", f"counted&{side}:n={order}"] if counted else atoms


def _preposed(side: str, proclitic: str, form: str, route: str) -> list[str]:
    pro = f"{side}:pro={proclitic}"
    return [pro, f"{pro}&form={form}", f"{pro}&path={route}"]


def _entry(entry: str, side: str, route: str, cls: str, proclitic: str) -> list[str]:
    return [
        f"e={entry}&{side}:path={route}",
        f"e={entry}&cls={cls}",
        f"e={entry}&{side}",
        f"e={entry}&{side}:pro={proclitic}",
    ]


def _kind(kind: str, side: str, route: str, cls: str) -> list[str]:
    return [f"kind={kind}&cls={cls}", f"kind={kind}&{side}", f"kind={kind}&{side}:path={route}"]


def _around(side: str, before: str, after: str) -> list[str]:
    return [*((f"prev={before}", f"prev={before}&{side}") if before else ()), f"next={after}"]


def _known(actor: str, kind: str) -> list[str]:
    return [f"actor={actor}", f"actor={actor}&kind={kind}"]


def _affiliated(actor: str) -> list[str]:
    return ["affiliated", f"aff={actor}"]


def _speaker(manner: str) -> list[str]:
    return ["speaker", f"speaker&manner={manner}"]
