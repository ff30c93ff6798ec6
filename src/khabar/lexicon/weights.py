"""Linear models over named features: small tables of weights that a person can read (data/models/*.tsv).

A model scores candidates of one choice ("which kind, if any?", "is this actor the agent?"). A feature has a name;
its weight may differ by class. score = sum of weights; a softmax over the candidates gives probabilities.
Trained by tools/train.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from khabar.lexicon.compiled import load_cached
from khabar.lexicon.entries import DATA

ANY = "*"  # weights that hold for every class


class LinearModel:
    """Weights by feature and class."""

    def __init__(self, name: str, weights: dict[str, dict[str, float]]) -> None:
        self.name = name
        self.weights = weights
        # Most models have shared weights only: one flat table makes their score one look-up a feature.
        self._rows = {
            feature: (row.get(ANY, 0.0), tuple((k, w) for k, w in row.items() if k != ANY))
            for feature, row in weights.items()
        }
        self._shared = {feature: row[ANY] for feature, row in weights.items() if ANY in row}

    def score(self, features: Iterable[str]) -> float:
        """Sum of the shared weights of `features`."""
        shared = self._shared
        return sum([shared[f] for f in features if f in shared])

    def scores(self, features: Iterable[str], labels: Sequence[str]) -> list[float]:
        """Scores of several classes over the same features."""
        rows = self._rows
        shared = 0.0
        totals: dict[str, float] = dict.fromkeys(labels, 0.0)
        for feature in features:
            row = rows.get(feature)
            if row is not None:
                shared += row[0]
                for label, weight in row[1]:
                    if label in totals:
                        totals[label] += weight
        return [shared + totals[label] for label in labels]

    def steps(self, features: Iterable[str], label: str = ANY) -> list[tuple[str, float]]:
        """The features that moved a score, heaviest first: what `khabar explain` shows."""
        found = []
        for feature in features:
            row = self.weights.get(feature)
            if row is not None:
                weight = row.get(ANY, 0.0) + (row.get(label, 0.0) if label != ANY else 0.0)
                if weight:
                    found.append((feature, weight))
        return sorted(found, key=lambda step: (-abs(step[1]), step[0]))


def sigmoid(x: float) -> float:
    """The logistic function, safe for large values."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-x))
    z = math.exp(x)
    return z / (1.0 + z)


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities of scores."""
    top = max(scores)
    exps = [math.exp(s - top) for s in scores]
    total = sum(exps)
    return [e / total for e in exps]


def _read(path: Path) -> dict[str, dict[str, float]]:
    weights: dict[str, dict[str, float]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            feature, label, weight = line.split("\t")
            weights.setdefault(feature, {})[label] = float(weight)
    return weights


@cache
def load_model(name: str) -> LinearModel:
    """The model data/models/NAME.tsv; empty (all scores 0) when it has not been trained yet."""
    path = DATA / "models" / f"{name}.tsv"
    if not path.exists():
        return LinearModel(name, {})
    return LinearModel(name, load_cached("model-" + name, [path], lambda: _read(path)))
