"""Whether two records tell one incident: an edge with its reasons and a calibrated score."""

from __future__ import annotations

from collections.abc import Mapping

from khabar.lexicon.weights import ANY, LinearModel, load_model, sigmoid
from khabar.link.features import Found, Side, interval_gap, make_side, pair_features, place_gap
from khabar.link.sketch import Sketch
from khabar.model.document import Precision, TimeBasis
from khabar.model.incident import Edge, Feature, Judgement
from khabar.model.record import EventRecord

MACHINE = "machine"
MODEL = "link"
BIAS = "bias"
# Calibrated probabilities of "same", chosen on the pairs of pairs_dev.jsonl by cross-validation so that 0.93 of what is
# joined is right (python tools/evaluate_pairs.py). From SURE on two records are the same, from POSSIBLE on a person is
# asked, below they are different. Re-run when the model changes.
SURE = 0.70
POSSIBLE = 0.35
FULL = 10.0  # lead points of a record that its report could not be more about
WORTH = 0.03  # an edge below is not worth remembering
DAYS = 3  # days between two told days from which they are two events, where the places do not speak against it
FAR = 150.0  # km beyond the stated radii
_NONE: dict[str, float] = {}
_FINE = frozenset((Precision.HOUR, Precision.PART_OF_DAY, Precision.DAY, Precision.DAYS))


def score_pair(
    a: EventRecord,
    b: EventRecord,
    context: Mapping[str, Sketch],
    model: LinearModel | None = None,
) -> Edge:
    """The machine's judgement on two records, with every feature's part in it.

    `context` has the sketch of each record's report by its id (KeyError where it is missing). `score` is the
    calibrated probability of "same". Two records of one report are different: the reader told them apart.
    Symmetric: the edge's left is the smaller id.
    """
    return judge_pair(make_side(a, context[a.report]), make_side(b, context[b.report]), model)


def judge_pair(a: Side, b: Side, model: LinearModel | None = None) -> Edge:
    """`score_pair` of two sides that are made already."""
    left, right = (a, b) if a.record.id <= b.record.id else (b, a)
    one, other = left.record, right.record
    if one.report == other.report:
        return Edge(one.id, other.id, Judgement.DIFFERENT, 0.0, (Feature("one_report", 1.0, 0.0, one.report),), MACHINE)
    found = pair_features(left, right)
    features, log_odds = weigh_features(found, model or load_model(MODEL))
    score = round(sigmoid(log_odds), 4)
    reason = hard_contradiction(one, other, found)
    if reason is not None:
        blocked = (Feature("contradiction", 1.0, 0.0, reason), *features)
        return Edge(one.id, other.id, Judgement.DIFFERENT, min(score, WORTH), blocked, MACHINE)
    judgement = _judge(score, found)
    if judgement in (Judgement.SAME, Judgement.UNSURE):
        features += (Feature("about", _about(left, right), 0.0, "how far both reports are about it"),)
    return Edge(one.id, other.id, judgement, score, features, MACHINE)


def _about(a: Side, b: Side) -> float:
    """From 0 (told in passing) to 1 (the title's own event), of the side that is less about it. No evidence of "same":
    it says how far the judgement can be trusted, since the model learns from what reports are about."""
    return round(max(0.0, min(1.0, min(a.points, b.points) / FULL)), 3)


def _judge(score: float, found: tuple[Found, ...]) -> Judgement:
    if score < POSSIBLE:
        return Judgement.DIFFERENT
    if is_part(found):
        return Judgement.PART
    return Judgement.SAME if score >= SURE else Judgement.UNSURE


def is_part(found: tuple[Found, ...]) -> bool:
    """Whether records that are alike tell a whole and a part: tolls of which one is more than twice the other, and no
    target in common."""
    names = {f.name for f in found}
    return "killed.far_apart" in names and "target.shared" not in names


def weigh_features(found: tuple[Found, ...], model: LinearModel) -> tuple[tuple[Feature, ...], float]:
    """Features with their weights, heaviest part first, and the log-odds of "same"."""
    weights = model.weights
    total = weights.get(BIAS, _NONE).get(ANY, 0.0)
    features: list[Feature] = []
    for f in found:
        weight = weights.get(f.name, _NONE).get(ANY, 0.0)
        total += weight * f.value
        if weight:
            features.append(Feature(f.name, round(f.value, 3), weight, f.note))
    return tuple(sorted(features, key=lambda f: (-abs(f.value * f.weight), f.name))), total


def hard_contradiction(a: EventRecord, b: EventRecord, found: tuple[Found, ...]) -> str | None:
    """Why two records cannot tell one incident whatever else they share; None where they can.

    One property read wrong must not part two reports for ever, so it takes two: told days apart, and places far apart
    that the other's report does not name.
    """
    if a.date is None or b.date is None or a.place is None or b.place is None:
        return None
    gap, apart = interval_gap(a.date, b.date), place_gap(a.place, b.place)
    fine = a.date.precision in _FINE and b.date.precision in _FINE
    told = a.date.basis == b.date.basis == TimeBasis.TOLD
    unheard = any(f.name == "place.unheard" for f in found)
    if fine and told and gap > DAYS and unheard and apart is not None and apart.outside > FAR:
        return f"{gap} days and {apart.km:.0f} km apart"
    return None
