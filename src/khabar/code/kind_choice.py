"""Of which kind an event is, seen over all its triggers together."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.code.context import Context, bucket
from khabar.lexicon.weights import LinearModel, softmax

_KEPT = (
    "e=",
    "w=",
    "means=",
    "near:means=",
    "around:means=",
    "actor=",
    "nw=",
    "co:",
    "na=",
    "cue=",
    "attr=",
    "doc:",
    "quoted",
    "pa=",
)


def kind_scores(triggers: Sequence[int], scores: Sequence[dict[str, float]]) -> dict[str, float]:
    """Log-scores by kind summed over the triggers that allow the kind."""
    total: dict[str, float] = {}
    for n in triggers:
        for kind, value in scores[n].items():
            total[kind] = total.get(kind, 0.0) + value
    return total


def kind_features(
    ctx: Context, triggers: Sequence[int], scores: Sequence[dict[str, float]], atoms: Sequence[list[str]]
) -> tuple[list[str], dict[str, list[str]]]:
    """(features of the event as a whole, further features by kind)."""
    union: dict[str, int] = {}
    for n in triggers:
        for atom in atoms[n]:
            if atom.startswith(_KEPT) and "&" not in atom:
                union[atom] = union.get(atom, 0) + 1
    shared = ["bias", f"n={bucket(len(triggers), (1, 2, 4))}", *union]
    shared += ["lead:" + a for a in atoms[triggers[0]] if a.startswith(("e=", "w=", "means=", "near:means="))]
    own: dict[str, list[str]] = {}
    total = kind_scores(triggers, scores)
    kinds = sorted(total)
    mean = dict(zip(kinds, softmax([total[k] / len(triggers) for k in kinds]), strict=True))
    whole = dict(zip(kinds, softmax([total[k] for k in kinds]), strict=True))
    best = max(whole.values())
    tops = [max(scores[n], key=lambda k: (scores[n][k], k)) for n in triggers]
    for kind in kinds:
        votes = sum(1 for t in tops if t == kind)
        allowed = sum(1 for n in triggers if kind in scores[n])
        own[kind] = [
            f"mean={_share(mean[kind])}",
            f"whole={_share(whole[kind])}",
            f"top={whole[kind] == best}",
            f"votes={_share(votes / len(triggers))}",
            f"allowed={_share(allowed / len(triggers))}",
            f"first={tops[0] == kind}",
            f"alone={allowed == 1 and len(triggers) > 1}",
        ]
    return shared, own


def _share(value: float) -> str:
    for edge in (0.02, 0.1, 0.25, 0.4, 0.6, 0.8, 0.95):
        if value <= edge:
            return str(edge)
    return "1"


def choose_kind(
    ctx: Context,
    triggers: Sequence[int],
    scores: Sequence[dict[str, float]],
    atoms: Sequence[list[str]],
    model: LinearModel,
) -> tuple[str, float]:
    """(kind, lead over the next in log-odds)."""
    shared, own = kind_features(ctx, triggers, scores, atoms)
    kinds = sorted(own)
    values = model.scores(shared, kinds)
    values = [v + model.scores(own[k], (k,))[0] for k, v in zip(kinds, values, strict=True)]
    order = sorted(range(len(kinds)), key=lambda n: (-values[n], kinds[n]))
    lead = values[order[0]] - values[order[1]] if len(order) > 1 else 4.0
    return kinds[order[0]], lead
