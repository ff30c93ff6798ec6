"""Trains every model of the coder and writes data/models/*.tsv; --cv reports figures by cross-validation over reports.

    python tools/training/train.py            # fit on everything there is to learn from, write the models
    python tools/training/train.py --cv 5     # figures over held-out reports; writes nothing

Deterministic: folds by report order, L-BFGS from zero. The second-stage models see out-of-fold scores of the first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from fit import Fitted, Group, fit  # noqa: E402
from gold import ROOT, load_gold  # noqa: E402

from khabar.code.casualties import find_tolls, toll_features  # noqa: E402
from khabar.code.context import Context  # noqa: E402
from khabar.code.coreference import Cluster, new_features, pair_features  # noqa: E402
from khabar.code.date_choice import date_candidates  # noqa: E402
from khabar.code.drafts import score_triggers, toll_candidates, toll_none  # noqa: E402
from khabar.code.names import entity_names, place_names  # noqa: E402
from khabar.code.place_choice import none_features, place_candidates, place_groups  # noqa: E402
from khabar.code.role_features import role_features  # noqa: E402
from khabar.code.roles import entity_key, event_features, find_entities, pair_scores  # noqa: E402
from khabar.code.status_choice import STATUSES, source_candidates, source_features, status_features  # noqa: E402
from khabar.code.trigger_features import document_atoms, trigger_atoms  # noqa: E402
from khabar.lexicon.same_name import is_same_name  # noqa: E402
from khabar.lexicon.weights import LinearModel  # noqa: E402
from khabar.pipeline import annotate, build_context, make_report  # noqa: E402

FOLDS = 5
# Penalties (l2 on shared weights, on class weights) and least number of groups a feature must occur in; chosen on dev.jsonl.
SETTINGS = {
    "trigger": dict(l2=1.0, label_l2=1.0, minimum=3), "cluster": dict(l2=1.0, labels=False, minimum=3),
    "actor": dict(l2=1.0, labels=False, minimum=3), "target": dict(l2=1.0, labels=False, minimum=3),
    "actor_event": dict(l2=1.0, labels=False, minimum=3), "target_event": dict(l2=1.0, labels=False, minimum=3),
    "place": dict(l2=1.0, labels=False, minimum=3), "date": dict(l2=1.0, labels=False, minimum=3),
    "toll": dict(l2=1.0, labels=False, minimum=3), "status": dict(l2=1.0, label_l2=1.0, minimum=3),
    "source": dict(l2=1.0, labels=False, minimum=3),
}


class Example:
    """One annotated report with its context and which trigger tells which event."""

    def __init__(self, report: dict[str, Any]) -> None:
        self.report = report
        published = date.fromisoformat(report["published"]) if report.get("published") else None
        self.ctx = build_context(annotate(make_report(report["text"], published=published, id=report["id"])))
        self.events = report["events"]
        self.owner = [self._owner(n) for n in range(len(self.ctx.doc.triggers))]
        self.keys = [entity_key(self.ctx, a) for a in range(len(self.ctx.doc.actors))]
        self.entities = find_entities(self.ctx)
        self.groups = place_groups(self.ctx)
        self.tolls = find_tolls(self.ctx)
        self.names = {
            key: [self.ctx.text[a:b] for a, b in entity_names(self.ctx, e.mentions)] for key, e in self.entities.items()
        }
        self.places = {
            name: [self.ctx.text[a:b] for a, b in place_names(self.ctx, m, m[0])] for name, m in self.groups.items()
        }

    def _owner(self, n: int) -> int | None:
        """The annotated event that trigger `n` tells: one whose kind it allows, in the shortest mention that holds it."""
        t = self.ctx.doc.triggers[n]
        found = []
        for i, event in enumerate(self.events):
            for m in event["mentions"]:
                if m["start"] < t.end and t.start < m["end"]:
                    found.append((event["kind"] not in t.kinds, m["end"] - m["start"], i))
        return min(found)[2] if found else None

    def triggers_of(self, i: int) -> list[int]:
        return [n for n, owner in enumerate(self.owner) if owner == i]


def as_model(fitted: Fitted, name: str = "") -> LinearModel:
    weights: dict[str, dict[str, float]] = {}
    for (feature, label), weight in fitted.weights.items():
        weights.setdefault(feature, {})[label] = weight
    return LinearModel(name, weights)


def trigger_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        shared = document_atoms(x.ctx)
        for n, t in enumerate(x.ctx.doc.triggers):
            owner = x.owner[n]
            kind = x.events[owner]["kind"] if owner is not None else None
            if kind is not None and kind not in t.kinds:
                continue
            atoms = trigger_atoms(x.ctx, n, shared)
            candidates = [("", []), *((k, atoms) for k in t.kinds)]
            groups.append((candidates, [0 if kind is None else 1 + t.kinds.index(kind)]))
    return groups


def cluster_groups(examples: Iterable[Example], model_of: Any) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        _, kinds, _ = score_triggers(x.ctx, model_of(x))
        clusters: list[Cluster] = []
        owners: list[int] = []
        for n, owner in enumerate(x.owner):
            if owner is None:
                continue
            candidates = [("", new_features(x.ctx, n, clusters, kinds))]
            candidates += [("", pair_features(x.ctx, n, c, kinds)) for c in clusters]
            if owner in owners:
                right = owners.index(owner)
                target = clusters[right]
                groups.append((candidates, [right + 1]))
            else:
                groups.append((candidates, [0]))
                target = Cluster()
                clusters.append(target)
                owners.append(owner)
            target.triggers.append(n)
            for kind, value in kinds[n].items():
                target.kinds[kind] = target.kinds.get(kind, 0.0) + value
    return groups


def told(x: Example, key: str, event: dict[str, Any], slot: str) -> bool:
    """Whether the entity is one of the event's annotated actors or targets."""
    return any(is_same_name(n, g) for entry in event[slot] for n in entry["names"] for g in x.names[key])


def role_groups(examples: Iterable[Example], slot: str) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for i, event in enumerate(x.events):
            right = {key for key in x.entities if told(x, key, event, slot)}
            for n in x.triggers_of(i)[:8]:
                t = x.ctx.doc.triggers[n]
                for a in x.ctx.actors[x.ctx.sentence_of(t.first)]:
                    e = x.ctx.doc.actors[a]
                    if e.first - t.last > 30 or t.first - e.last > 30:
                        continue
                    features = role_features(x.ctx, n, a, event["kind"])
                    groups.append(([("", []), ("", features)], [1 if x.keys[a] in right else 0]))
    return groups


def role_event_groups(examples: Iterable[Example], role: str, models_of: Any) -> list[Group]:
    groups: list[Group] = []
    slot, opposite = ("actors", "target") if role == "actor" else ("targets", "actor")
    for x in examples:
        models = models_of(x)
        for i, event in enumerate(x.events):
            triggers = x.triggers_of(i)
            if not triggers:
                continue
            weighed = pair_scores(x.ctx, x.keys, triggers, event["kind"], models[role])
            others = pair_scores(x.ctx, x.keys, triggers, event["kind"], models[opposite])
            ranking = sorted((max(v)[0] for v in weighed.values()), reverse=True)
            for key, scores in weighed.items():
                features = event_features(x.ctx, key, scores, ranking, event["kind"], x.entities, max(others[key])[0])
                groups.append(([("", []), ("", features)], [1 if told(x, key, event, slot) else 0]))
    return groups


def place_choice_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for i, event in enumerate(x.events):
            triggers = x.triggers_of(i)
            if not triggers:
                continue
            found = place_candidates(x.ctx, triggers, event["kind"], x.groups)
            candidates = [("", none_features(x.ctx, triggers, event["kind"], found)), *(("", list(c.features)) for c in found)]
            gold = event["place"]
            if not gold or not gold.get("names"):
                right = [0]
            else:
                right = [k + 1 for k, c in enumerate(found)
                         if any(is_same_name(a, b) for a in gold["names"] for b in x.places[c.name])]
            if right:
                groups.append((candidates, right))
    return groups


def date_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for i, event in enumerate(x.events):
            triggers = x.triggers_of(i)
            if not triggers:
                continue
            found = date_candidates(x.ctx, triggers, event["kind"])
            gold = event["date"]
            right = [k for k, c in enumerate(found) if (c.interval is None) == (gold is None) and (
                c.interval is None or (c.interval.start.isoformat(), c.interval.end.isoformat()) == (gold["start"], gold["end"]))]
            if right:
                groups.append(([("", list(c.features)) for c in found], right))
    return groups


def toll_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for i, event in enumerate(x.events):
            triggers = x.triggers_of(i)
            if not triggers:
                continue
            for slot in ("killed", "injured"):
                found = toll_candidates(x.ctx, triggers, slot, x.tolls)
                if not found:
                    continue
                candidates = [("", toll_none(event["kind"], slot, found, triggers))]
                candidates += [("", [*toll_features(x.ctx, t, triggers, event["kind"], n), f"slot={slot}"])
                               for n, t in enumerate(found)]
                gold = event[slot]
                if gold is None:
                    right = [0, *(n + 1 for n, t in enumerate(found) if t.minimum is None)]
                else:
                    right = [n + 1 for n, t in enumerate(found) if t.minimum is not None and t.minimum == gold["min"]]
                if right:
                    groups.append((candidates, right))
    return groups


def status_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for i, event in enumerate(x.events):
            triggers = x.triggers_of(i)
            if not triggers:
                continue
            actors = [k for k in x.entities if told(x, k, event, "actors")]
            targets = [k for k in x.entities if told(x, k, event, "targets")]
            features = status_features(x.ctx, triggers, event["kind"], actors, targets)
            groups.append(([(s, features) for s in STATUSES], [STATUSES.index(event["status"])]))
    return groups


def source_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for i, event in enumerate(x.events):
            triggers = x.triggers_of(i)
            gold = [n for chain in event["sources"] for n in chain]
            actors = [k for k in x.entities if told(x, k, event, "actors")]
            for index in source_candidates(x.ctx, triggers):
                chain = [x.ctx.text[a:b] for a, b in x.ctx.doc.attributions[index].chain]
                right = any(is_same_name(g, c) for g in gold for c in chain)
                features = source_features(x.ctx, triggers, event["kind"], index, actors)
                groups.append(([("", []), ("", features)], [1 if right else 0]))
    return groups


def train(examples: list[Example]) -> dict[str, Fitted]:
    """Every model, the later ones on out-of-fold scores of the earlier."""
    fold = {id(x): k % FOLDS for k, x in enumerate(examples)}

    def crossed(make: Any, name: str) -> tuple[Fitted, list[LinearModel]]:
        held = []
        for k in range(FOLDS):
            part = [x for x in examples if fold[id(x)] != k]
            held.append(as_model(fit(make(part), **SETTINGS[name])))
        return fit(make(examples), **SETTINGS[name]), held

    fitted: dict[str, Fitted] = {}
    fitted["trigger"], triggers = crossed(trigger_groups, "trigger")
    fitted["cluster"] = fit(cluster_groups(examples, lambda x: triggers[fold[id(x)]]), **SETTINGS["cluster"])
    fitted["actor"], actors = crossed(lambda part: role_groups(part, "actors"), "actor")
    fitted["target"], targets = crossed(lambda part: role_groups(part, "targets"), "target")

    def pair_models(x: Example) -> dict[str, LinearModel]:
        return {"actor": actors[fold[id(x)]], "target": targets[fold[id(x)]]}

    for role in ("actor", "target"):
        fitted[role + "_event"] = fit(role_event_groups(examples, role, pair_models), **SETTINGS[role + "_event"])
    for name, make in (("place", place_choice_groups), ("date", date_groups), ("toll", toll_groups),
                       ("status", status_groups), ("source", source_groups)):
        fitted[name] = fit(make(examples), **SETTINGS[name])
    return fitted


def predict(x: Example, models: dict[str, LinearModel]) -> dict[str, Any]:
    from khabar.code.records import code_events
    from khabar.export.annotation import reading_to_annotation

    return reading_to_annotation(code_events(x.ctx, models))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cv", type=int, default=0, metavar="K", help="cross-validate over K folds of reports")
    parser.add_argument("--only-train", action="store_true", help="leave our own annotations out")
    args = parser.parse_args()
    reports = load_gold(own=not args.only_train)
    examples = [Example(r) for r in reports]
    if args.cv:
        sys.path.insert(0, str(ROOT.parent / "shared" / "evaluation"))
        from score import score  # the shared scorer

        predicted = []
        for k in range(args.cv):
            models = {n: as_model(f) for n, f in train([x for j, x in enumerate(examples) if j % args.cv != k]).items()}
            predicted += [predict(x, models) for j, x in enumerate(examples) if j % args.cv == k]
        result, _ = score(reports, predicted)
        for name, row in result.items():
            if name != "kinds":
                print(f"{name:24} {row}")
        return
    folder = ROOT / "src/khabar/data/models"
    for name, fitted in train(examples).items():
        rows = fitted.write(folder / f"{name}.tsv", f"Model {name}: feature, class (* for all), weight. Made by tools/training/train.py.")
        print(f"{name:14} {rows} weights")


if __name__ == "__main__":
    main()
