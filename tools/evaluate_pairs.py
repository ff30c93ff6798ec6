"""How well lead incidents of two reports are recognised as one, by cross-validation on judged pairs.

    python tools/evaluate_pairs.py [--folds 10] [--cache FILE] [--causes] [--curve]

Three figures, all on articles that the model has not seen: of the pair judgement alone; of the incidents that
clustering makes of all records of the held-out articles, where both leads must be in one; and of these incidents where
the lead of one and anything that the lead of the other tells must be: of an attack and its interception, told by both
reports, one report may lead with the one, the other with the other, and both incidents are right.

Precision is against pairs judged different; "part" pairs are to be linked, not merged, and merged ones are counted
beside, with the precision that counts them as wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "training"))

from pairs import Article, Pair, load_pairs, strangers

from khabar.fuse.cluster import Constraints, cluster
from khabar.lexicon.weights import LinearModel
from khabar.link.block import BlockIndex, side_keys
from khabar.link.features import Side, make_side, pair_features
from khabar.link.score import MODEL, WORTH, judge_pair
from khabar.model.incident import Edge, Judgement
from link import fit_pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--causes", action="store_true", help="count the causes of wrong merges and misses")
    parser.add_argument("--curve", action="store_true", help="precision and recall at other thresholds")
    args = parser.parse_args()
    pairs = load_pairs(args.folds, args.cache)
    models = {k: train(pairs, k) for k in sorted({p.fold for p in pairs})}
    edges = [
        None if p.a.lead is None or p.b.lead is None else judge_pair(p.a.lead, p.b.lead, models[p.fold]) for p in pairs
    ]
    labels = Counter(p.label for p in pairs)
    print(f"{len(pairs)} pairs: {dict(sorted(labels.items()))}; {args.folds} folds by connected articles")
    judged = [e is not None and e.judgement == Judgement.SAME for e in edges]
    print("judgements:", _table(pairs, [e.judgement.value if e is not None else "no record" for e in edges]))
    print("pair judgement  ", figures(pairs, judged))
    incidents, found = fuse(pairs, models)
    merged = [_both_leads(p, incidents) for p in pairs]
    print("incidents       ", figures(pairs, merged))
    print("incidents shared", figures(pairs, [_shared(p, incidents) for p in pairs]))
    print(f"candidates       {found} of {labels['same']} same pairs have lead records under a common block key")
    if args.curve:
        for least in (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9):
            print(
                f"  score >= {least:.2f}  ",
                figures(pairs, [e is not None and e.score >= least and e.judgement != Judgement.PART for e in edges]),
            )
        calibration(pairs, edges)
    if args.causes:
        causes(pairs, judged, edges, "pair judgement")
        causes(pairs, merged, edges, "incidents")


def train(pairs: list[Pair], held: int) -> LinearModel:
    """The model of all folds but one."""
    seen = [p for p in pairs if p.fold != held]
    weights = fit_pairs(seen, [s for s in strangers(pairs) if s[2] != held])
    return LinearModel(MODEL, {name: {"*": weight} for name, weight in weights.items()})


def figures(pairs: list[Pair], same: list[bool]) -> str:
    """Precision, recall and F1 of "same"."""
    count = Counter(p.label for p, s in zip(pairs, same, strict=True) if s)
    hits, wrong, parts = count["same"], count["different"], count["part"]
    recall = hits / sum(p.label == "same" for p in pairs)
    precision = hits / max(1, hits + wrong)
    strict = hits / max(1, hits + wrong + parts)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return (
        f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f}  ({hits} right, {wrong} different merged, {parts} of "
        f"{sum(p.label == 'part' for p in pairs)} parts merged; P with these as wrong {strict:.3f})"
    )


def fuse(pairs: list[Pair], models: dict[int, LinearModel]) -> tuple[dict[str, tuple[Side, ...]], int]:
    """The incident of each record when all records of a fold's articles are fused; how many leads share a key."""
    incidents: dict[str, tuple[Side, ...]] = {}
    common = 0
    for fold, model in models.items():
        articles: dict[str, Article] = {a.id: a for p in pairs if p.fold == fold for a in (p.a, p.b)}
        sides: dict[str, Side] = {r.id: make_side(r, a.sketch) for _, a in sorted(articles.items()) for r in a.records}
        keys = {i: side_keys(s) for i, s in sides.items()}
        index = BlockIndex()
        edges: list[Edge] = []
        for ident, side in sides.items():
            for other in index.candidates(keys[ident]):
                edge = judge_pair(side, sides[other], model)
                if edge.score >= WORTH or any(f.name == "contradiction" for f in edge.features):
                    edges.append(edge)
            index.add(ident, keys[ident])
        clusters = cluster(
            edges, Constraints(reports={i: s.record.report for i, s in sides.items()}), records=sorted(sides)
        )
        for members in clusters:
            incidents |= dict.fromkeys(members, tuple(sides[ident] for ident in members))
        common += sum(
            p.label == "same"
            and p.a.lead is not None
            and p.b.lead is not None
            and bool(set(keys[p.a.lead.record.id]) & set(keys[p.b.lead.record.id]))
            for p in pairs
            if p.fold == fold
        )
    return incidents, common


def _both_leads(pair: Pair, incidents: dict[str, tuple[Side, ...]]) -> bool:
    a, b = pair.a.lead, pair.b.lead
    return a is not None and b is not None and incidents[a.record.id] == incidents[b.record.id]


def _shared(pair: Pair, incidents: dict[str, tuple[Side, ...]]) -> bool:
    return any(
        one.lead is not None and any(s.lead and s.record.report == other.id for s in incidents[one.lead.record.id])
        for one, other in ((pair.a, pair.b), (pair.b, pair.a))
    )


def _table(pairs: list[Pair], judgements: list[str]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for pair, judgement in zip(pairs, judgements, strict=True):
        found.setdefault(pair.label, Counter())[judgement] += 1
    return {label: dict(sorted(count.items())) for label, count in sorted(found.items())}


def calibration(pairs: list[Pair], edges: list[Edge | None]) -> None:
    """Share of "same" (against different) by score."""
    bins: dict[int, list[bool]] = {}
    for pair, edge in zip(pairs, edges, strict=True):
        if edge is not None and pair.label != "part":
            bins.setdefault(min(9, int(edge.score * 10)), []).append(pair.label == "same")
    for n, labels in sorted(bins.items()):
        print(f"  score {n / 10:.1f}-{n / 10 + 0.1:.1f}: {sum(labels)} of {len(labels)} same")


# What the features of a wrong pair show, and the cause it is counted under: the first row of which all is seen
# (a|b: either). It is what the reading got wrong, or what the text leaves open.
_MERGES = (
    ("an attack and the reply to it, or its aftermath", "roles.swapped"),
    ("one place and day, other means", "place.same|place.same.coarse|place.within kind.family day.same"),
    ("one place, kind and day, as read", "place.same|place.same.coarse|place.within kind.same day.same"),
    ("one place, another day or kind", "place.same|place.same.coarse|place.within"),
    ("place unresolved or far, words alike", ""),
)
_MISSES = (
    ("day read differently", "day.next.told|day.apart.told|day.apart|day.long_apart|day.long_apart.told"),
    ("place read far apart", "place.far|place.abroad"),
    ("tolls at odds", "killed.at_odds|killed.far_apart|injured.at_odds"),
    ("another kind", "kind.other|kind.family"),
    ("published a day apart, few words shared", "published.next"),
    ("few words shared", ""),
)


def _seen(pair: Pair) -> set[str]:
    """Names of the features of a pair's leads."""
    if pair.a.lead is None or pair.b.lead is None:
        return set()
    return {f.name for f in pair_features(pair.a.lead, pair.b.lead)}


def _cause(edge: Edge | None, rows: tuple[tuple[str, str], ...], seen: set[str]) -> str:
    if edge is None:
        return "no record found"
    return next(c for c, needed in rows if all(set(either.split("|")) & seen for either in needed.split()))


def causes(pairs: list[Pair], same: list[bool], edges: list[Edge | None], title: str) -> None:
    """Counts of causes, with an example each."""
    for name, rows, wrong in (("different merged", _MERGES, "different"), ("same missed", _MISSES, "same")):
        count: Counter[str] = Counter()
        example: dict[str, str] = {}
        for pair, judged, edge in zip(pairs, same, edges, strict=True):
            if pair.label == wrong and judged == (wrong == "different"):
                cause = _cause(edge, rows, _seen(pair))
                count[cause] += 1
                example.setdefault(cause, f"{pair.row['incident_a']} / {pair.row['incident_b']}")
        print(f"{title}, {name}: {sum(count.values())}")
        for cause, number in count.most_common():
            print(f"  {number:3} {cause}, e.g. {example[cause]}")


if __name__ == "__main__":
    main()
