"""Linear models over named features: small tables of weights that a person can read (data/models/*.tsv).

A model scores candidates of one choice ("which kind, if any?", "is this actor the agent?"). A feature has a name;
its weight may differ by class. score = sum of weights; a softmax over the candidates gives probabilities.
Trained by tools/training/train.py.

Features are given in blocks: a function with its arguments, which makes the features' names only when a model meets
the block for the first time. From then on the block's sum is one look-up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from khabar.lexicon.compiled import load_cached
from khabar.lexicon.entries import DATA

ANY = "*"  # weights that hold for every class
Block = tuple[Any, ...]  # a function of plain values that returns features, then its arguments
Row = tuple[float, ...]
_REMEMBERED = 100_000  # blocks whose sums a model keeps


def _picker(columns: list[int]) -> Callable[[Row], Row]:
    """What takes these columns of a row."""
    if len(columns) == 1:
        return itemgetter(slice(columns[0], columns[0] + 1))
    return itemgetter(*columns)


def _single(feature: str) -> list[str]:
    return [feature]


def one(feature: str) -> Block:
    """The block of one feature."""
    return (_single, feature)


def expand(blocks: Iterable[Block]) -> list[str]:
    """The features of blocks."""
    return [feature for block in blocks for feature in block[0](*block[1:])]


def prefixed(prefix: str, blocks: Iterable[Block]) -> list[Block]:
    """Blocks whose features begin with `prefix`."""
    return [(_prefixed, prefix, *block) for block in blocks]


def _prefixed(prefix: str, make: Callable[..., list[str]], *args: Any) -> list[str]:
    return [f"{prefix}:{feature}" for feature in make(*args)]


class Memo(dict[Block, Any]):
    """What a function makes of a block, made when the block is first met."""

    def __init__(self, make: Callable[[Block], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, block: Block) -> Any:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[block] = self._make(block)
        return value


class LinearModel:
    """Weights by feature and class."""

    def __init__(self, name: str, weights: dict[str, dict[str, float]]) -> None:
        self.name = name
        self.weights = weights
        self._shared = {feature: row[ANY] for feature, row in weights.items() if ANY in row}
        self._classes = {c: n for n, c in enumerate(sorted({c for row in weights.values() for c in row} - {ANY}))}
        self._rows: dict[str, Row] = {}
        self._sums: dict[Block, float] = Memo(self.sum_of)
        self._block_rows: dict[Block, Row] = Memo(self._row_of)
        self._columns: dict[tuple[str, ...], Callable[[Row], Row]] = {}

    def score(self, features: Iterable[str]) -> float:
        """Sum of the shared weights of `features`."""
        shared = self._shared
        return sum([shared[f] for f in features if f in shared])

    def scores(self, features: Iterable[str], labels: tuple[str, ...]) -> list[float]:
        """Scores of several classes over the same features."""
        return self._sum(self._rows_of(features), labels)

    def total(self, blocks: Iterable[Block]) -> float:
        """`score` of the blocks' features."""
        return sum(map(self._sums.__getitem__, blocks))

    def totals(self, blocks: Iterable[Block], labels: tuple[str, ...]) -> list[float]:
        """`scores` of several classes over the blocks' features."""
        return self._sum([row for row in map(self._block_rows.__getitem__, blocks) if row], labels)

    def _sum(self, rows: list[Row], labels: tuple[str, ...]) -> list[float]:
        """Sums by class. A class that the model has no weight for of its own has the shared ones."""
        if not rows:
            return [0.0] * len(labels)
        pick = self._columns.get(labels)
        if pick is None:
            last = len(self._classes)
            pick = self._columns[labels] = _picker([self._classes.get(label, last) for label in labels])
        return [sum(column) for column in zip(*map(pick, rows), strict=True)]

    def _rows_of(self, features: Iterable[str]) -> list[Row]:
        rows = self._rows
        return [rows[f] if f in rows else self._row(f) for f in features if f in self.weights]

    def _row(self, feature: str) -> Row:
        """A feature's weight for each class, and at the end for any other."""
        weights = self.weights[feature]
        shared = weights.get(ANY, 0.0)
        row = self._rows[feature] = (
            *[shared + weights[c] if c in weights else shared for c in self._classes],
            shared,
        )
        return row

    def sum_of(self, block: Block) -> float:
        """`score` of one block's features."""
        return self.score(block[0](*block[1:]))

    def _row_of(self, block: Block) -> Row:
        found = self._rows_of(block[0](*block[1:]))
        same: dict[float, float] = {}  # most classes have the shared sum: one number for all keeps rows small
        sums = [sum(column) for column in zip(*found, strict=True)]
        return tuple([same.setdefault(value, value) for value in sums])

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


@lru_cache(maxsize=16)
def pair_sums(first: LinearModel, second: LinearModel) -> dict[Block, tuple[float, float]]:
    """By block: the sums that two models give it, for choices which both weigh."""
    return Memo(lambda block: (first.sum_of(block), second.sum_of(block)))


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


def best_of(scores: Sequence[float], alone: float = 5.0) -> tuple[int, float]:
    """(the highest score's index, the first among equals; its lead over the next, `alone` without one)."""
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], n))
    return order[0], scores[order[0]] - scores[order[1]] if len(order) > 1 else alone


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
