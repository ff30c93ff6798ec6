"""Named features of an actor-like phrase beside a trigger: what decides whether it did the act or suffered it.

Voice is never decided first: active and passive readings, order, prepositions, agreement and meaning all vote.
قتل ثلاثة جنود في هجوم: a counted fighter right after a verb that can be passive is the victim.
قتل مسلحون ثلاثة جنود: of two bare phrases the first acts.
"""

from __future__ import annotations

from khabar.code.context import Context, bucket
from khabar.lexicon.actors import load_actors

_BREAK = frozenset(("،", ",", "؛", ":", "..", "(", ")", "-", "–"))
_PREPS = frozenset(("prep", "against", "agent", "cause", "after", "before", "comp", "rel", "prep_pron"))


def entity_class(ctx: Context, a: int) -> str:
    """What the phrase names, coarsely: "force", "civilian", "state", "person" …"""
    mention = ctx.doc.actors[a]
    if mention.noun and mention.rule == "noun":
        return mention.noun
    if mention.entry is not None:
        return "k:" + load_actors().kind(mention.entry)
    return mention.cls.value


def _path(ctx: Context, first: int, last: int) -> list[str]:
    """Grammar words and breaks between two token positions, at most the last four."""
    found = []
    for k in range(first, last):
        norm = ctx.norms[k]
        if norm in _BREAK:
            found.append("،")
        elif ctx.words[k].function in _PREPS:
            found.append(ctx.words[k].stem if ctx.words[k].function == "prep" else ctx.words[k].function)
        elif ctx.words[k].report:
            found.append("rep")
        elif k in ctx.trigger_at and ctx.doc.triggers[ctx.trigger_at[k]].first == k:
            found.append("T")
        elif k in ctx.actor_at and ctx.doc.actors[ctx.actor_at[k]].cls.value != "adjective":
            found.append("E")
    return found


def role_features(ctx: Context, n: int, a: int, kind: str) -> list[str]:
    """Features of actor mention `a` for trigger `n` of an event of `kind`, in one sentence."""
    t, e = ctx.doc.triggers[n], ctx.doc.actors[a]
    cls = entity_class(ctx, a)
    form = f"{'v' if t.pos in ('v', 'both') else t.pos}{t.voices}{'+' if t.enclitic else ''}"
    proclitic = (
        e.proclitic[:1] if e.proclitic[:1] in ("ب", "ل", "ك") else ("و" if e.proclitic[:1] in ("و", "ف") else "")
    )
    if e.proclitic.endswith("لل"):
        proclitic = "ل"
    counted = "#" if e.count is not None else ""
    if e.first >= t.last:
        side, gap = "a", e.first - t.last
        path = _path(ctx, t.last, e.first)
    elif e.last <= t.first:
        side, gap = "b", t.first - e.last
        path = _path(ctx, e.last, t.first)
    else:
        side, gap, path = "in", 0, []
    route = " ".join(path[:3]) if len(path) <= 3 else f"{path[0]}..{path[-1]}"
    near = bucket(gap, (0, 1, 3, 6, 12, 20))
    order = sum(1 for p in path if p == "E")
    atoms = [
        "bias",
        f"side={side}",
        f"{side}:gap={near}",
        f"{side}:path={route}",
        f"cls={cls}",
        f"{side}:cls={cls}",
        f"{side}:route={route}&cls={cls}",
        f"{side}:path={route}&form={form}",
        f"{side}:pro={proclitic}",
        f"e={t.entry}&{side}:path={route}",
        f"e={t.entry}&cls={cls}",
        f"e={t.entry}&{side}",
        f"form={form}&{side}&cls={cls}{counted}",
        f"form={form}&{side}:n={order}",
        f"kind={kind}&cls={cls}",
        f"kind={kind}&{side}",
        f"{side}:pro={proclitic}&form={form}",
        f"e={t.entry}&{side}:pro={proclitic}",
        f"{side}:n={order}&cls={cls}",
        f"kind={kind}&{side}:path={route}",
        f"{side}:pro={proclitic}&path={route}",
    ]
    if e.entry:
        atoms += [f"actor={e.entry}", f"actor={e.entry}&kind={kind}"]
    if e.affiliation:
        atoms.append("affiliated")
        atoms.append(f"aff={e.affiliation}")
    if counted:
        atoms += ["counted", f"counted&form={form}", f"counted&{side}:n={order}"]
    if e.cls.value == "adjective":
        atoms.append(f"adj&gap={near}&{t.pos}")
    if t.pos in ("v", "both") and side == "a" and order == 0:
        atoms.append(f"agree={_agrees(t.person, e.number, cls)}")
    before = e.first - 1
    if before >= 0:
        atoms.append(f"prev={ctx.tag(before)}")
        atoms.append(f"prev={ctx.tag(before)}&{side}")
    atoms.append(f"next={ctx.tag(e.last)}")
    s = ctx.sentence_of(t.first)
    for k in ctx.attributions[s]:
        if a in ctx.doc.attributions[k].actors:
            atoms.append("speaker")
            atoms.append(f"speaker&manner={ctx.doc.attributions[k].manner}")
    rivals = sum(1 for k in ctx.actors[s] if ctx.doc.actors[k].cls.value != "adjective")
    atoms.append(f"rivals={bucket(rivals, (1, 2, 3, 5))}")
    if s == 0:
        atoms.append(f"title&{side}:n={order}")
    return atoms


def _agrees(person: str, number: str, cls: str) -> str:
    """How a verb's person goes with the noun after it: "fs" verbs take non-human plurals and feminine nouns."""
    return f"{person}:{number or '?'}:{cls[:4]}"
