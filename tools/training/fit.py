"""Fits conditional logit models: groups of candidates with named features, one right candidate each.

Deterministic: L-BFGS from zero, features in sorted order. A candidate is (label, features); its score is the sum
of weights (feature, "*") and (feature, label). A binary choice is a group of ("no", []) and ("yes", features).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

Candidate = tuple[str, list[str]]
Group = tuple[list[Candidate], list[int]]  # candidates, indices of the right ones (any of them counts)


class Fitted:
    def __init__(self, weights: dict[tuple[str, str], float]) -> None:
        self.weights = weights

    def score(self, candidate: Candidate) -> float:
        label, features = candidate
        return sum(self.weights.get((f, "*"), 0.0) + (self.weights.get((f, label), 0.0) if label else 0.0) for f in features)

    def best(self, candidates: list[Candidate]) -> int:
        return max(range(len(candidates)), key=lambda n: (self.score(candidates[n]), -n))

    def write(self, path: Path, note: str, floor: float = 0.01) -> int:
        rows = sorted((f, l, w) for (f, l), w in self.weights.items() if abs(w) >= floor)
        with path.open("w", encoding="utf-8") as out:
            out.write(f"# {note}\n")
            for f, label, w in rows:
                out.write(f"{f}\t{label}\t{w:.3f}\n")
        return len(rows)


def fit(groups: list[Group], *, l2: float = 1.0, label_l2: float = 2.0, minimum: int = 2, labels: bool = True,
        weights: list[float] | None = None) -> Fitted:
    """Fit weights. `minimum` is how many groups a feature must occur in; label weights are shrunk harder."""
    counts: Counter[tuple[str, str]] = Counter()
    for candidates, _ in groups:
        seen = set()
        for label, features in candidates:
            for f in features:
                seen.add((f, "*"))
                if labels and label:
                    seen.add((f, label))
        counts.update(seen)
    names = sorted(k for k, n in counts.items() if n >= minimum)
    index = {k: n for n, k in enumerate(names)}
    rows, cols, starts, gold = [], [], [0], []
    row = 0
    for candidates, right in groups:
        for n, (label, features) in enumerate(candidates):
            for f in features:
                a = index.get((f, "*"))
                if a is not None:
                    rows.append(row)
                    cols.append(a)
                if labels and label:
                    b = index.get((f, label))
                    if b is not None:
                        rows.append(row)
                        cols.append(b)
            if n in right:
                gold.append(row)
            row += 1
        starts.append(row)
    x = csr_matrix((np.ones(len(rows)), (rows, cols)), shape=(row, len(names)))
    start = np.array(starts[:-1])
    group_of = np.repeat(np.arange(len(groups)), np.diff(np.array(starts)))
    is_gold = np.zeros(row, dtype=bool)
    is_gold[gold] = True
    gw = np.ones(len(groups)) if weights is None else np.array(weights)
    penalty = np.array([l2 if k[1] == "*" else label_l2 for k in names])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        s = x @ w
        top = np.maximum.reduceat(s, start)
        e = np.exp(s - top[group_of])
        z = np.add.reduceat(e, start)
        p = e / z[group_of]
        eg = np.where(is_gold, e, 0.0)
        zg = np.add.reduceat(eg, start)
        value = float(np.sum(gw * (np.log(z) - np.log(np.maximum(zg, 1e-300)))))
        q = eg / np.maximum(zg, 1e-300)[group_of]
        grad = x.T @ ((p - q) * gw[group_of])
        return value + 0.5 * float(np.sum(penalty * w * w)), grad + penalty * w

    result = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300, "maxcor": 20})
    return Fitted({k: float(v) for k, v in zip(names, result.x, strict=True) if abs(v) > 1e-4})
