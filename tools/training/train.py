"""Trains every model of the coder and writes data/models/*.tsv; --cv reports figures by cross-validation over reports.

    python tools/training/train.py            # fit on everything there is to learn from, write the models
    python tools/training/train.py --cv 5     # figures over held-out reports; writes nothing

Deterministic: folds by report order, L-BFGS from zero. The second-stage models see out-of-fold scores of the first.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "shared" / "evaluation"))

from fit import Design, Fitted, Group, fit
from gold import ROOT, load_gold

from khabar.code.casualties import find_tolls
from khabar.code.confirm import confirm_blocks, find_world
from khabar.code.coreference import find_local, in_reach, new_blocks, pair_blocks
from khabar.code.date_choice import choose_date, date_candidates, date_key
from khabar.code.drafts import gather_events, score_triggers
from khabar.code.entities import entity_keys, find_entities
from khabar.code.history import Told
from khabar.code.kind_choice import kind_features
from khabar.code.names import entity_names, place_names
from khabar.code.place_choice import none_blocks, place_candidates, place_groups
from khabar.code.roles import (
    LEAST,
    Past,
    Scene,
    build_scene,
    choose_roles,
    event_blocks,
    more_blocks,
    nobody_blocks,
    role_pairs,
    role_pool,
)
from khabar.code.source_choice import (
    Sourced,
    chain_names,
    choose_sources,
    describe_event,
    remember_sources,
    source_blocks,
    source_candidates,
)
from khabar.code.status_choice import STATUSES, Stated, choose_status, status_features
from khabar.code.toll_choice import toll_blocks, toll_candidates, toll_none
from khabar.code.trigger_features import find_facts, trigger_blocks
from khabar.lexicon.same_name import is_same_name
from khabar.lexicon.weights import LinearModel, expand
from khabar.pipeline import annotate, build_context, make_report

FOLDS = 5
# Penalties (l2 on shared weights, on class weights), least number of groups a feature must occur in, least weight
# that is kept; chosen on dev.jsonl and by cross-validation.
SETTINGS: dict[str, dict[str, Any]] = {
    "trigger": {"l2": 3.0, "label_l2": 4.0, "minimum": 3, "least": 0.1},
    "kind": {"l2": 3.0, "label_l2": 5.0, "minimum": 3, "least": 0.1},
    "confirm": {"l2": 4.0, "labels": False, "minimum": 3},
    "cluster": {"l2": 3.0, "labels": False, "minimum": 3},
    "actor": {"l2": 3.0, "labels": False, "minimum": 4},
    "target": {"l2": 2.0, "labels": False, "minimum": 4},
    "actor_event": {"l2": 3.0, "labels": False, "minimum": 3},
    "target_event": {"l2": 3.0, "labels": False, "minimum": 3},
    "actor_more": {"l2": 3.0, "labels": False, "minimum": 3},
    "target_more": {"l2": 1.0, "labels": False, "minimum": 3},
    "place": {"l2": 6.0, "labels": False, "minimum": 3},
    "date": {"l2": 6.0, "labels": False, "minimum": 10},
    "toll": {"l2": 4.0, "labels": False, "minimum": 3},
    "status": {"l2": 8.0, "label_l2": 8.0, "minimum": 3},
    "source": {"l2": 2.0, "labels": False, "minimum": 4},
}


class Example:
    """One annotated report with its context and which trigger tells which event. `fold` groups what is held out."""

    def __init__(self, report: dict[str, Any], fold: int = 0) -> None:
        self.report, self.fold = report, fold
        self.own = bool(report.get("own"))
        published = date.fromisoformat(report["published"]) if report.get("published") else None
        self.ctx = build_context(annotate(make_report(report["text"], published=published, id=report["id"])))
        self.events = report["events"]
        self.owner = [self._owner(n) for n in range(len(self.ctx.doc.triggers))]
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
        """The annotated event that trigger `n` tells: of a kind it allows, in the shortest mention that holds it."""
        t = self.ctx.doc.triggers[n]
        found = []
        for i, event in enumerate(self.events):
            for m in event["mentions"]:
                if m["start"] < t.end and t.start < m["end"]:
                    found.append((event["kind"] not in t.kinds, m["end"] - m["start"], i))
        return min(found)[2] if found else None

    def triggers_of(self, i: int) -> list[int]:
        return [n for n, owner in enumerate(self.owner) if owner == i]


def excerpts(x: Example) -> list[Example]:
    """The sentences of a report that may tell an event, each as a text of its own: people also read excerpts."""
    found = []
    tokens = x.ctx.doc.tokens
    for s, sentence in enumerate(x.ctx.doc.sentences):
        if s == 0 or not x.ctx.triggers[s] or sentence.last - sentence.first < 6:
            continue
        start, end = tokens[sentence.first].start, tokens[sentence.last - 1].end
        events = []
        for event in x.events:
            mentions = [
                {"start": m["start"] - start, "end": m["end"] - start, "quote": m["quote"]}
                for m in event["mentions"]
                if start <= m["start"] and m["end"] <= end
            ]
            if mentions:
                events.append({**event, "mentions": mentions})
        report = {"id": f"{x.report['id']}/{s}", "text": x.ctx.text[start:end], "events": events}
        found.append(Example({**report, "published": x.report.get("published")}, x.fold))
    return found


def as_model(fitted: Fitted, name: str = "") -> LinearModel:
    weights: dict[str, dict[str, float]] = {}
    for (feature, label), weight in fitted.weights.items():
        weights.setdefault(feature, {})[label] = weight
    return LinearModel(name, weights)


def trigger_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        facts = find_facts(x.ctx)
        for n, t in enumerate(x.ctx.doc.triggers):
            owner = x.owner[n]
            kind = x.events[owner]["kind"] if owner is not None else None
            if kind is not None and kind not in t.kinds:
                continue
            atoms = expand(trigger_blocks(x.ctx, n, facts))
            candidates = [("", []), *((k, atoms) for k in t.kinds)]
            groups.append((candidates, [0 if kind is None else 1 + t.kinds.index(kind)]))
    return groups


def cluster_groups(examples: Iterable[Example], model_of: Any) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        kinds = score_triggers(x.ctx, model_of(x)).kinds
        table = {n: find_local(x.ctx, n, row) for n, row in enumerate(kinds)}
        earlier: list[int] = []
        sizes: Counter[int] = Counter()
        for n, owner in enumerate(x.owner):
            if owner is None:
                continue
            reach = in_reach(x.ctx, n, earlier, table)
            candidates = [("", expand(new_blocks(x.ctx, n, earlier, table)))]
            candidates += [("", expand(pair_blocks(x.ctx, n, i, table, sizes[x.owner[i]]))) for i in reach]
            right = [k + 1 for k, i in enumerate(reach) if x.owner[i] == owner]
            if right or owner not in sizes:
                groups.append((candidates, right or [0]))
            sizes[owner] += 1
            earlier.append(n)
    return groups


def kind_groups(examples: Iterable[Example], model_of: Any) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        scored = score_triggers(x.ctx, model_of(x))
        for i, event in enumerate(x.events):
            triggers = sorted(x.triggers_of(i), key=lambda n: (-scored.probabilities[n], n))
            if not triggers:
                continue
            shared, own = kind_features(triggers, scored.kinds, scored.blocks)
            names = sorted(own)
            if event["kind"] in names:
                candidates = [(k, shared + expand([own[k]])) for k in names]
                groups.append((candidates, [names.index(event["kind"])]))
    return groups


def match_events(x: Example, events: list[Any]) -> tuple[set[int], set[int]]:
    """(gathered events that pair with an annotated one of their kind, those that pair by family), by the scorer."""
    from score import FAMILY, assign, sentence_index

    index = sentence_index(x.report["text"])
    gold = [(e["kind"], {index(m["start"]) for m in e["mentions"]}) for e in x.events]
    found = [(k, {index(x.ctx.doc.triggers[n].start) for n in t}) for k, _, t in events]

    def pairs(same: Any) -> set[int]:
        weights = {
            (i, j): len(g[1] & f[1])
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if same(g[0], f[0]) and g[1] & f[1]
        }
        return {j for _, j in assign(weights)}

    return pairs(lambda a, b: a == b), pairs(lambda a, b: FAMILY[a] == FAMILY[b])


def confirm_groups(examples: Iterable[Example], models_of: Any) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        events, scored, locals_ = gather_events(x.ctx, models_of(x))
        exact, near = match_events(x, events)
        world = find_world(x.ctx, events, scored.probabilities, scored.facts.block)
        for n in range(len(events)):
            if n in exact or n not in near:
                blocks = confirm_blocks(x.ctx, events, n, scored.probabilities, locals_, world)
                groups.append(([("", []), ("", expand(blocks))], [1 if n in exact else 0]))
    return groups


def told(x: Example, key: str, event: dict[str, Any], slot: str) -> bool:
    """Whether the entity is one of the event's annotated actors or targets."""
    return any(is_same_name(n, g) for entry in event[slot] for n in entry["names"] for g in x.names[key])


def role_groups(examples: Iterable[Example], slot: str) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        keys = entity_keys(x.ctx)
        for i, event in enumerate(x.events):
            right = {key for key in x.entities if told(x, key, event, slot)}
            for _, a, blocks in role_pairs(x.ctx, x.triggers_of(i), event["kind"]):
                groups.append(([("", []), ("", expand(blocks))], [1 if keys[a] in right else 0]))
    return groups


def scenes(x: Example, models: dict[str, LinearModel]) -> Iterable[tuple[dict[str, Any], Scene, set[str], set[str]]]:
    """(event, scene, right actors, right targets) of the events in the order the coder decides them.

    What went before is what was annotated, or what `models` would have chosen when they are all there.
    """
    past: list[Past] = []
    for i, triggers, s in told_order(x):
        event = x.events[i]
        scene = build_scene(x.ctx, triggers, event["kind"], models, past)
        actors = {k for k in x.entities if told(x, k, event, "actors")}
        targets = {k for k in x.entities if told(x, k, event, "targets")}
        yield event, scene, actors, targets
        if "actor_event" in models:
            chosen = choose_roles(x.ctx, scene, x.entities, models)
            actors, targets = ({c.key for c in role} for role in chosen)
        past.append(Past(s, event["kind"], frozenset(actors), frozenset(targets)))


def role_event_groups(examples: Iterable[Example], role: str, models_of: Any) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for event, scene, actors, targets in scenes(x, models_of(x)):
            right = actors if role == "actor" else targets
            taken = set() if role == "actor" else actors - targets
            pool = role_pool(scene, role, taken)
            candidates = [("", expand(nobody_blocks(scene, role)))]
            candidates += [("", expand(event_blocks(x.ctx, scene, k, role, x.entities))) for k in pool]
            found = [n + 1 for n, k in enumerate(pool) if k in right]
            gold = event["actors" if role == "actor" else "targets"]
            if found or not gold:
                groups.append((candidates, found or [0]))
            else:  # told elsewhere: nobody in reach is right
                groups.append((candidates, [0]))
    return groups


def role_more_groups(examples: Iterable[Example], role: str, models_of: Any) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        for event, scene, actors, targets in scenes(x, models_of(x)):
            right = actors if role == "actor" else targets
            taken = set() if role == "actor" else actors - targets
            pool = role_pool(scene, role, taken)
            best = scene.best[role]
            firsts = [k for k in pool if k in right and k in best]
            if not firsts:
                continue
            first = max(firsts, key=lambda k: (best[k][0], k))
            gold = event["actors" if role == "actor" else "targets"]
            used = next(
                (n for n, g in enumerate(gold) if any(is_same_name(a, b) for a in g["names"] for b in x.names[first])),
                None,
            )
            for key in pool:
                if key == first or key not in best or best[key][0] < LEAST:
                    continue
                other = any(
                    n != used and any(is_same_name(a, b) for a in g["names"] for b in x.names[key])
                    for n, g in enumerate(gold)
                )
                weighed = event_blocks(x.ctx, scene, key, role, x.entities)
                features = expand(more_blocks(x.ctx, scene, key, first, role, weighed))
                groups.append(([("", []), ("", features)], [1 if other else 0]))
    return groups


def told_order(x: Example) -> list[tuple[int, list[int], int]]:
    """(event, triggers, sentence) of the events that have triggers, in the order that the coder decides them."""
    found = [(min(t), i, t) for i in range(len(x.events)) if (t := x.triggers_of(i))]
    return [(i, t, x.ctx.sentence_of(x.ctx.doc.triggers[first].first)) for first, i, t in sorted(found)]


def place_choice_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        history: list[Told] = []
        for i, triggers, s in told_order(x):
            event = x.events[i]
            found = place_candidates(x.ctx, triggers, event["kind"], x.groups, history)
            candidates = [
                ("", expand(none_blocks(x.ctx, triggers, event["kind"], found, history))),
                *(("", expand(c.blocks)) for c in found),
            ]
            gold = event["place"]
            if not gold or not gold.get("names"):
                right = [0]
            else:
                right = [
                    k + 1
                    for k, c in enumerate(found)
                    if any(is_same_name(a, b) for a in gold["names"] for b in x.places[c.name])
                ]
            if right:
                groups.append((candidates, right))
            name = None if right == [0] or not right else found[right[0] - 1].name
            history.append(Told(s, event["kind"], name))
    return groups


def date_groups(examples: Iterable[Example], model_of: Any = None) -> list[Group]:
    """Choices of a date. What went before is what was annotated, or what `model_of` a report would have chosen."""
    groups: list[Group] = []
    for x in examples:
        history: list[Told] = []
        for i, triggers, s in told_order(x):
            event = x.events[i]
            found = date_candidates(x.ctx, triggers, event["kind"], history)
            gold = event["date"]
            key = None if gold is None else (date.fromisoformat(gold["start"]), date.fromisoformat(gold["end"]))
            right = [k for k, c in enumerate(found) if date_key(c.interval) == key]
            if right:
                groups.append(([("", expand(c.blocks)) for c in found], right))
            if model_of is not None:
                key = date_key(choose_date(x.ctx, triggers, event["kind"], history, model_of(x))[0].interval)
            history.append(Told(s, event["kind"], key))
    return groups


def toll_groups(examples: Iterable[Example]) -> list[Group]:
    groups: list[Group] = []
    for x in examples:
        taken = {n for n, owner in enumerate(x.owner) if owner is not None}
        for i, triggers, _ in told_order(x):
            for slot in ("killed", "injured"):
                group = toll_group(x, x.events[i], triggers, slot, taken)
                if group is not None:
                    groups.append(group)
    return groups


def toll_group(x: Example, event: dict[str, Any], triggers: list[int], slot: str, taken: set[int]) -> Group | None:
    """The choice of one event's number of dead or injured; None where it has no candidate or no right one."""
    found = toll_candidates(x.ctx, triggers, slot, x.tolls)
    if not found:
        return None
    candidates = [("", toll_none(event["kind"], slot, found, triggers))]
    candidates += [
        ("", expand(toll_blocks(x.ctx, t, triggers, event["kind"], n, found, taken, slot)))
        for n, t in enumerate(found)
    ]
    gold = event[slot]
    if gold is None:
        right = [0, *(n + 1 for n, t in enumerate(found) if t.minimum is None)]
    else:
        right = [n + 1 for n, t in enumerate(found) if t.minimum is not None and t.minimum == gold["min"]]
    return (candidates, right) if right else None


def status_groups(examples: Iterable[Example], model_of: Any = None) -> list[Group]:
    """One group for each event. Events look back on the right choices, or on those of `model_of`. Our own annotations
    say "claimed" half as often as the shared ones: a feature that no reading has takes the difference up."""
    groups: list[Group] = []
    for x in examples:
        earlier: list[Stated] = []
        for i, triggers, s in told_order(x):
            event = x.events[i]
            actors = [k for k in x.entities if told(x, k, event, "actors")]
            targets = [k for k in x.entities if told(x, k, event, "targets")]
            features = status_features(x.ctx, triggers, event["kind"], actors, targets, earlier)
            if x.own:
                features = [*features, "own"]
            groups.append(([(name, features) for name in STATUSES], [STATUSES.index(event["status"])]))
            status = event["status"]
            if model_of is not None:
                status, _, _ = choose_status(x.ctx, triggers, event["kind"], actors, targets, earlier, model_of(x))
            earlier.append(Stated(s, status))
    return groups


def source_groups(examples: Iterable[Example], model_of: Any = None) -> list[Group]:
    """One group for each attribution of an event. Events look back on the right choices, or on those of `model_of`."""
    groups: list[Group] = []
    for x in examples:
        earlier: list[Sourced] = []
        for i, triggers, _ in told_order(x):
            actors = [k for k in x.entities if told(x, k, x.events[i], "actors")]
            right_ones: list[tuple[int, float]] = []
            event = describe_event(x.ctx, triggers, x.events[i]["kind"], actors)
            for index in source_candidates(x.ctx, event.sentences):
                right = is_source(x, index, x.events[i])
                groups.append(([("", []), ("", expand(source_blocks(x.ctx, event, index, earlier)))], [int(right)]))
                if right:
                    right_ones.append((index, 1.0))
            if model_of is not None:
                right_ones = choose_sources(x.ctx, event, earlier, model_of(x))
            earlier.append(remember_sources(x.ctx, event, right_ones))
    return groups


def is_source(x: Example, index: int, event: dict[str, Any]) -> bool:
    """Whether an attribution names one of the event's annotated sources."""
    chain = chain_names(x.ctx, index)
    return any(is_same_name(g, c) for names in event["sources"] for g in names for c in chain)


def design_of(examples: list[Example], make: Any, name: str) -> tuple[Design, np.ndarray]:
    """(design over all examples, fold of each group)."""
    groups: list[Group] = []
    folds: list[int] = []
    for x in examples:
        made = make([x])
        groups += made
        folds += [x.fold] * len(made)
    settings = SETTINGS[name]
    return Design(groups, labels=settings.get("labels", True), minimum=settings["minimum"]), np.array(folds)


def crossed(make: Any, name: str, over: list[Example]) -> tuple[Fitted, list[LinearModel]]:
    """(a model of all the examples, by fold the model of the others)."""
    design, folds = design_of(over, make, name)
    penalties = {k: v for k, v in SETTINGS[name].items() if k in ("l2", "label_l2")}
    least = SETTINGS[name].get("least", 0.0)
    held = [as_model(design.fit(keep=folds != k, **penalties).without(least)) for k in range(FOLDS)]
    return design.fit(**penalties).without(least), held


def train(examples: list[Example]) -> dict[str, Fitted]:
    """Every model, the later ones on out-of-fold scores of the earlier."""
    told = examples + [part for x in examples for part in excerpts(x)][::4]  # every fourth: they are many
    eventful = [x for x in examples if x.events]

    fitted: dict[str, Fitted] = {}
    fitted["trigger"], triggers = crossed(trigger_groups, "trigger", told)

    def trigger_model(x: Example) -> LinearModel:
        return triggers[x.fold]

    fitted["kind"], kinds = crossed(lambda part: kind_groups(part, trigger_model), "kind", told)
    fitted["cluster"], clusters = crossed(lambda part: cluster_groups(part, trigger_model), "cluster", told)

    def event_models(x: Example) -> dict[str, LinearModel]:
        k = x.fold
        return {"trigger": triggers[k], "kind": kinds[k], "cluster": clusters[k]}

    fitted["confirm"] = fit(confirm_groups(told, event_models), **SETTINGS["confirm"])
    fitted["actor"], actors = crossed(lambda part: role_groups(part, "actors"), "actor", examples)
    fitted["target"], targets = crossed(lambda part: role_groups(part, "targets"), "target", examples)

    def pair_models(x: Example) -> dict[str, LinearModel]:
        return {"actor": actors[x.fold], "target": targets[x.fold]}

    makers = {"event": role_event_groups, "more": role_more_groups}
    names = [(role, stage) for role in ("actor", "target") for stage in makers]
    first = {
        f"{r}_{stage}": crossed(partial(makers[stage], role=r, models_of=pair_models), f"{r}_{stage}", eventful)[1]
        for r, stage in names
    }

    def role_models(x: Example) -> dict[str, LinearModel]:
        return pair_models(x) | {name: held[x.fold] for name, held in first.items()}

    for r, stage in names:
        fitted[f"{r}_{stage}"] = fit(makers[stage](eventful, r, role_models), **SETTINGS[f"{r}_{stage}"])
    return fitted | {name: train_slot(examples, name) for name in SLOTS}


# Models that look at annotated events alone: each can be fitted without the others.
SLOTS: dict[str, Any] = {
    "place": place_choice_groups,
    "date": date_groups,
    "toll": toll_groups,
    "status": status_groups,
    "source": source_groups,
}
LOOKING_BACK = ("date", "status", "source")  # at what was chosen before


def train_slot(examples: list[Example], name: str) -> Fitted:
    """One slot's model. One that looks back on what was chosen before is fitted on choices of its own kind."""
    eventful = [x for x in examples if x.events]
    if name in LOOKING_BACK:
        _, held = crossed(SLOTS[name], name, eventful)
        return fit(SLOTS[name](eventful, lambda x: held[x.fold]), **SETTINGS[name])
    return fit(SLOTS[name](eventful), **SETTINGS[name])


def predict(x: Example, models: dict[str, LinearModel]) -> dict[str, Any]:
    from khabar.code.records import code_events
    from khabar.export.annotation import annotate_reading

    return annotate_reading(code_events(x.ctx, models))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cv", type=int, default=0, metavar="K", help="cross-validate over K folds of reports")
    parser.add_argument("--slot", action="append", choices=sorted(SLOTS), help="fit this model only (may be repeated)")
    parser.add_argument("--only-train", action="store_true", help="leave our own annotations out")
    args = parser.parse_args()
    reports = load_gold(own=not args.only_train)
    examples = [Example(r, k % FOLDS) for k, r in enumerate(reports)]
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
    made = {n: train_slot(examples, n) for n in args.slot} if args.slot else train(examples)
    for name, fitted in made.items():
        rows = fitted.write(
            folder / f"{name}.tsv",
            f"Model {name}: feature, class (* for all), weight. Made by tools/training/train.py.",
        )
        print(f"{name:14} {rows} weights")


if __name__ == "__main__":
    main()
