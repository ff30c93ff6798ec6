"""Whether two records tell one incident: an edge with its reasons and a calibrated score."""

from __future__ import annotations

from dataclasses import dataclass

from khabar.lexicon.ontology import family_of
from khabar.lexicon.weights import load_model, sigmoid
from khabar.link.features import Found, Side, contradict, interval_gap, make_side, pair_features, place_gap
from khabar.link.sketch import Sketch
from khabar.model.document import Precision
from khabar.model.incident import Edge, Feature, Judgement
from khabar.model.record import EventRecord

MACHINE = "machine"
MODEL = "link"
# Probabilities of "same", chosen on pairs_dev.jsonl by cross-validation (tools/training/link.py --cv 10): from SURE on
# two records are joined, from POSSIBLE on a person is asked, below they are apart. Re-run when the model changes.
SURE = 0.60
POSSIBLE = 0.35
PART = 0.50  # of "part" against "same", among those that would be joined
WORTH = 0.05  # an edge below is not worth remembering
FAR = 150.0  # km beyond the radii: no news desk blurs a place that much
DAYS = 3  # days between two fine dates that are told
_FINE = frozenset((Precision.HOUR, Precision.PART_OF_DAY, Precision.DAY, Precision.DAYS))


@dataclass(frozen=True, slots=True)
class Context:
    """What scoring needs beside the records: the sketches of their reports, by id."""

    sketches: dict[str, Sketch]


def score_pair(a: EventRecord, b: EventRecord, context: Context) -> Edge:
    """The machine's judgement on two records, with every feature's part in it.

    `score` is the calibrated probability of "same". Two records of one report are different: the reader told them
    apart. Symmetric: the edge's left is the smaller id. Raises KeyError where a report has no sketch.
    """
    left, right = sorted((a, b), key=lambda r: r.id)
    return judge_pair(make_side(left, context.sketches[left.report]), make_side(right, context.sketches[right.report]))


def judge_pair(left: Side, right: Side) -> Edge:
    """`score_pair` of two sides that are made already."""
    a, b = left.record, right.record
    if a.report == b.report:
        return Edge(a.id, b.id, Judgement.DIFFERENT, 0.0, (Feature("one_report", 1.0, 0.0, a.report),), MACHINE)
    found = pair_features(left, right)
    features, log_odds = _weigh(found, "same", "bias")
    score = round(sigmoid(log_odds), 4)
    reason = hard_contradiction(a, b)
    if reason is not None:
        blocked = (Feature("contradiction", 1.0, 0.0, reason), *features)
        return Edge(a.id, b.id, Judgement.DIFFERENT, min(score, WORTH), blocked, MACHINE)
    judgement = Judgement.DIFFERENT
    if score >= SURE:
        part = sigmoid(_weigh(found, "part", "bias")[1])
        judgement = Judgement.PART if part >= PART else Judgement.SAME
    elif score >= POSSIBLE:
        judgement = Judgement.UNSURE
    return Edge(a.id, b.id, judgement, score, features, MACHINE)


def _weigh(found: tuple[Found, ...], label: str, bias: str) -> tuple[tuple[Feature, ...], float]:
    """Features with their part in the log-odds, heaviest first, and the log-odds."""
    weights = load_model(MODEL).weights
    total = weights.get(bias, {}).get(label, 0.0)
    features: list[Feature] = []
    for f in found:
        weight = weights.get(f.name, {}).get(label, 0.0)
        total += weight * f.value
        if weight:
            features.append(Feature(f.name, round(f.value, 3), weight, f.note))
    return tuple(sorted(features, key=lambda f: (-abs(f.value * f.weight), f.name))), total


def hard_contradiction(a: EventRecord, b: EventRecord) -> str | None:
    """Why two records cannot tell one incident whatever else they share; None where they can."""
    if a.date is not None and b.date is not None:
        gap = interval_gap(a.date, b.date)
        if gap > 30 or (gap > DAYS and a.date.precision in _FINE and b.date.precision in _FINE and _told(a) and _told(b)):
            return f"{gap} days apart"
    if a.place is not None and b.place is not None:
        apart = place_gap(a.place, b.place)
        if apart is not None and apart.outside > FAR and _countries_differ(a, b):
            return f"{apart.km:.0f} km apart, in {a.place.country} and {b.place.country}"
    return None


def _told(record: EventRecord) -> bool:
    return record.date is not None and record.date.basis == "told"


def _countries_differ(a: EventRecord, b: EventRecord) -> bool:
    x, y = a.place, b.place
    return x is not None and y is not None and None not in (x.country, y.country) and x.country != y.country


__all__ = ["Context", "contradict", "family_of", "hard_contradiction", "judge_pair", "score_pair"]
