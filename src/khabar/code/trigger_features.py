"""Named features of a trigger in its place: what decides whether it tells an event, and of which kind."""

from __future__ import annotations

from khabar.code.context import Context, bucket
from khabar.lexicon.ontology import family_of

_CLAUSE = frozenset(("،", ",", "؛", ":", "(", ")", "..", "-", "–"))
_FAR = 12


def document_atoms(ctx: Context) -> list[str]:
    """Features of the whole report: how much of it speaks of war."""
    doc = ctx.doc
    armed = sum(1 for a in doc.actors if a.noun in ("force", "fighter") or a.cls.value == "named")
    attack = sum(1 for t in doc.triggers if family_of(t.kinds[0]) == "attack")
    size = max(1, len(doc.tokens) // 100)
    title = sorted({family_of(doc.triggers[n].kinds[0]) for n in ctx.triggers[0]}) if ctx.triggers else []
    return [
        "doc:weapons=" + bucket(len(doc.weapons) // size, (0, 1, 2, 4)),
        "doc:armed=" + bucket(armed // size, (0, 1, 3, 6)),
        "doc:attack=" + bucket(attack // size, (0, 1, 2, 4)),
        *("doc:title=" + f for f in title),
    ]


def trigger_atoms(ctx: Context, n: int, shared: list[str]) -> list[str]:
    """Features of trigger `n`; `shared` are the report's (`document_atoms`)."""
    t = ctx.doc.triggers[n]
    s = ctx.sentence_of(t.first)
    sentence = ctx.doc.sentences[s]
    h, e = t.first, t.last
    prev = h - 1
    while prev >= sentence.first and ctx.norms[prev] in '"«“\'':
        prev -= 1
    p1 = ctx.tag(prev) if prev >= sentence.first else "^"
    p2 = ctx.tag(prev - 1) if prev - 1 >= sentence.first else "^"
    n1 = ctx.tag(e) if e < sentence.last else "$"
    n2 = ctx.tag(e + 1) if e + 1 < sentence.last else "$"
    form = f"{t.pos}{t.tense}{'D' if t.definite else ''}{'+' if t.enclitic else ''}"
    atoms = [
        "bias",
        f"form={form}",
        f"p1={p1}", f"p2={p2}", f"n1={n1}", f"n2={n2}", f"p12={p2} {p1}", f"n12={n1} {n2}",
        f"proc={t.proclitics}", f"person={t.person}",
    ]
    for entry in t.entries[:2]:
        atoms += [f"e={entry}", f"e={entry}&form={form}", f"e={entry}&p1={p1}", f"e={entry}&n1={n1}"]
    word = ctx.norms[h]
    atoms.append(f"w={word}")
    if prev >= sentence.first:
        atoms.append(f"pw={ctx.norms[prev]}")
    if e < sentence.last:
        atoms.append(f"nw={ctx.norms[e]}")
    position = "title" if s == 0 else ("lead" if s == 1 else bucket(s, (3, 6, 12)))
    atoms.append(f"pos={position}")
    if h in ctx.quoted:
        atoms.append("quoted")
    opening = sentence.first
    commas = sum(1 for k in range(opening, h) if ctx.norms[k] in _CLAUSE)
    up = next((ctx.words[k].function for k in range(h - 1, max(opening, h - 5) - 1, -1)
               if ctx.words[k].function in ("after", "before", "cause", "rel", "comp", "was", "agent", "light")), "-")
    reported = any(ctx.words[k].report for k in range(opening, h))
    atoms += [f"open={ctx.tag(opening)}", f"commas={bucket(commas, (0, 1, 3))}", f"up={up}", f"up={up}&form={form}",
              f"reported={reported}&form={form}", f"pos={position}&form={form}"]
    atoms += [f"e={e}&up={up}" for e in t.entries[:1]]
    atoms += _neighbours(ctx, n, s)
    atoms += _scope(ctx, n, s)
    atoms += shared
    return atoms


def _neighbours(ctx: Context, n: int, s: int) -> list[str]:
    """What stands near in the sentence: entities with their preposition, weapons, counts, places, other triggers."""
    t = ctx.doc.triggers[n]
    sentence = ctx.doc.sentences[s]
    atoms: list[str] = []
    people = [a for k in ctx.actors[s] if (a := ctx.doc.actors[k]).noun != "place"]
    after = [a for a in people if t.last <= a.first < t.last + 7]
    if after:
        a = after[0]
        gap = " ".join(ctx.tag(k) for k in range(t.last, a.first)) if a.first - t.last <= 2 else "far"
        atoms += [f"na={a.cls.value}:{a.noun}", f"na={a.cls.value}&gap={gap}"]
        if a.proclitic[:1] in ("ب", "ل", "لل"):
            atoms.append(f"na:proc={a.proclitic[:1]}")
    before = [a for a in people if t.first - 5 < a.last <= t.first]
    if before:
        atoms.append(f"pa={before[-1].cls.value}:{before[-1].noun}")
    nearest: dict[str, int] = {}
    for k in ctx.weapons[s]:
        w = ctx.doc.weapons[k]
        distance = max(w.first - t.last, t.first - w.last, 0)
        nearest[w.means] = min(distance, nearest.get(w.means, 99))
    for means, distance in nearest.items():
        atoms.append(f"means={means}")
        if distance <= 3:
            atoms.append(f"near:means={means}")
    if not nearest:
        atoms.append("means=none")
        around = range(max(0, s - 1), min(len(ctx.weapons), s + 2))
        for means in sorted({ctx.doc.weapons[k].means for r in around for k in ctx.weapons[r]}):
            atoms.append(f"around:means={means}")
    if any(abs(ctx.doc.counts[k].first - t.last) < 4 for k in ctx.counts[s]):
        atoms.append("count")
    if any(0 <= ctx.doc.places[k].first - t.last < 8 for k in ctx.places[s]):
        atoms.append("place:after")
    if ctx.places[s]:
        atoms.append("place")
    if ctx.times[s]:
        atoms.append("time")
    for k in ctx.triggers[s]:
        if k == n:
            continue
        other = ctx.doc.triggers[k]
        distance = other.first - t.last if other.first >= t.last else other.last - t.first - 1
        side = "a" if other.first >= t.last else "b"
        if abs(distance) <= 3:
            atoms.append(f"co:{side}={other.entry}")
            atoms.append(f"co:{side}:f={family_of(other.kinds[0])}:{other.cls}")
        elif abs(distance) <= _FAR:
            atoms.append(f"far:{side}:f={family_of(other.kinds[0])}")
    named = [ctx.doc.actors[k] for k in ctx.actors[s] if ctx.doc.actors[k].entry]
    for a in named[:3]:
        atoms.append(f"actor={a.entry}")
    if sentence.last - sentence.first <= 3:
        atoms.append("short")
    return atoms


def _scope(ctx: Context, n: int, s: int) -> list[str]:
    """Cues before the trigger in its clause, and the attribution that covers it."""
    t = ctx.doc.triggers[n]
    atoms = []
    for cue, distance in ctx.cues_before(t.first, s, 8):
        clause = any(ctx.norms[k] in _CLAUSE for k in range(cue.last, t.first))
        near = "0" if distance == 0 else ("2" if distance <= 2 else "8")
        atoms.append(f"cue={cue.cue}@{near}{'|' if clause else ''}")
        if distance <= 3:
            atoms.append(f"cue:e={cue.entry}")
    for k in range(t.first - 1, max(t.first - 6, ctx.doc.sentences[s].first) - 1, -1):
        tag = ctx.words[k].function
        if tag in ("rel", "comp", "was", "qad", "cause", "agent", "after", "before", "happen", "light", "other", "dem"):
            atoms.append(f"fn={tag}@{'1' if t.first - k == 1 else '5'}")
        if ctx.norms[k] in _CLAUSE:
            break
    for k in range(t.last, min(t.last + 3, ctx.doc.sentences[s].last)):
        tag = ctx.words[k].function
        if tag in ("rel", "other", "same", "agent", "against"):
            atoms.append(f"fn:next={tag}")
    attribution = ctx.attribution_over(t.start, s)
    if attribution is not None:
        atoms.append(f"attr={attribution.manner}")
    return atoms
