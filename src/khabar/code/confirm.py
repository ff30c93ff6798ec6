"""Whether a gathered event stands: a last look at all that was gathered, before its slots are filled."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.code.casualties import slot_of
from khabar.code.context import Context, bucket
from khabar.code.coreference import Local, find_local
from khabar.lexicon.ontology import family_of


def _share(p: float) -> str:
    for edge in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98):
        if p <= edge:
            return str(edge)
    return "1"


def confirm_features(
    ctx: Context,
    events: Sequence[tuple[str, float, Sequence[int]]],
    n: int,
    probabilities: Sequence[float],
    kinds: Sequence[dict[str, float]],
    shared: list[str],
) -> list[str]:
    """Features of event `n` of `events` (kind, lead of the kind, triggers) being told as an event of its own."""
    kind, lead, triggers = events[n]
    mine = sorted((probabilities[k] for k in triggers), reverse=True)
    places: list[Local] = [find_local(ctx, k, kinds[k]) for k in triggers]
    first = ctx.doc.triggers[min(triggers)]
    best = ctx.doc.triggers[triggers[0]]
    s = ctx.sentence_of(first.first)
    sentences = {x.sentence for x in places}
    only = all(slot_of(ctx.doc.triggers[k]) is not None for k in triggers)
    top, mean = _share(mine[0]), _share(sum(mine) / len(mine))
    size = bucket(len(triggers), (1, 2, 4))
    grounded = "".join(
        (
            "p" if any(x.places for x in places) else "",
            "a" if any(x.actors for x in places) else "",
            "n" if any(x.numbers for x in places) else "",
            "d" if any(x.dates for x in places) else "",
        )
    )
    atoms = [
        "bias",
        f"top={top}",
        f"mean={mean}",
        f"size={size}",
        f"top={top}&size={size}",
        f"kind={kind}",
        f"kind={kind}&top={top}",
        f"lead={bucket(int(lead * 2), (0, 1, 2, 4, 8))}",
        f"e={best.entry}",
        f"form={best.pos}",
        f"def={best.definite or best.enclitic}&size={size}",
        f"only={only}&size={size}",
        f"grounded={grounded}",
        f"s={bucket(s, (0, 1, 2, 4, 8))}",
        f"s={bucket(s, (0, 1, 4))}&size={size}",
        f"sentences={bucket(len(sentences), (1, 2, 3))}",
        f"kind={kind}&size={size}",
        f"events={bucket(len(events), (1, 3, 6, 10, 15))}",
        *shared,
    ]
    if len(mine) > 1:
        atoms.append(f"second={_share(mine[1])}")
    rivals = [(m, e) for m, e in enumerate(events) if m != n and family_of(e[0]) == family_of(kind)]
    same = [(m, e) for m, e in rivals if e[0] == kind]
    atoms.append(f"rivals={bucket(len(rivals), (0, 1, 2, 4))}&size={size}")
    atoms.append(f"same={bucket(len(same), (0, 1, 2, 4))}&def={best.definite or best.enclitic}")
    here = [e for _, e in rivals if {ctx.sentence_of(ctx.doc.triggers[k].first) for k in e[2]} & sentences]
    if here:
        larger = any(len(e[2]) > len(triggers) for e in here)
        samekind = any(e[0] == kind for e in here)
        stronger = any(max(probabilities[k] for k in e[2]) > mine[0] for e in here)
        atoms += [
            f"here:larger={larger}",
            f"here:kind={samekind}",
            f"here:kind={samekind}&larger={larger}",
            f"here:stronger={stronger}&size={size}",
        ]
    return atoms
