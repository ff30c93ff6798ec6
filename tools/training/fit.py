"""Fits conditional logit models: groups of candidates with named features, one right candidate each.

Deterministic: L-BFGS from zero, features in sorted order. A candidate is (label, features); its score is the sum
of weights (feature, "*") and (feature, label). A binary choice is a group of ("no", []) and ("yes", features).
"""

from __future__ import annotations

from array import array
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
        return sum(
            self.weights.get((f, "*"), 0.0) + (self.weights.get((f, label), 0.0) if label else 0.0) for f in features
        )

    def best(self, candidates: list[Candidate]) -> int:
        return max(range(len(candidates)), key=lambda n: (self.score(candidates[n]), -n))

    def without(self, least: float) -> Fitted:
        """The same without the weights below `least`: they add to the size of a model, not to what it can."""
        return Fitted({key: weight for key, weight in self.weights.items() if abs(weight) >= least})

    def write(self, path: Path, note: str, floor: float = 0.03) -> int:
        rows = sorted((f, label, w) for (f, label), w in self.without(floor).weights.items())
        with path.open("w", encoding="utf-8") as out:
            out.write(f"# {note}\n")
            for f, label, w in rows:
                out.write(f"{f}\t{label}\t{w:.3f}\n")
        return len(rows)


class Design:
    """Groups turned into one sparse matrix, so that folds share the work. `minimum`: groups a feature must occur in."""

    def __init__(self, groups: list[Group], *, labels: bool, minimum: int) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        for candidates, _ in groups:
            seen: set[tuple[str, str]] = set()
            for label, features in candidates:
                seen.update((f, "*") for f in features)
                if labels and label:
                    seen.update((f, label) for f in features)
            counts.update(seen)
        self.names = sorted(k for k, n in counts.items() if n >= minimum)
        index = {k: n for n, k in enumerate(self.names)}
        rows, cols = array("i"), array("i")
        sizes, gold = [], []
        row = 0
        for candidates, right in groups:
            for n, (label, features) in enumerate(candidates):
                found = [i for f in features if (i := index.get((f, "*"))) is not None]
                if labels and label:
                    found += [i for f in features if (i := index.get((f, label))) is not None]
                rows.extend([row] * len(found))
                cols.extend(found)
                if n in right:
                    gold.append(row)
                row += 1
            sizes.append(len(candidates))
        self.x = csr_matrix(
            (np.ones(len(rows), dtype=np.float32), (np.frombuffer(rows, np.int32), np.frombuffer(cols, np.int32))),
            shape=(row, len(self.names)),
        )
        self.sizes = np.array(sizes, dtype=int)
        self.gold = np.zeros(row, dtype=bool)
        self.gold[gold] = True

    def fit(self, *, l2: float, label_l2: float = 2.0, keep: np.ndarray | None = None) -> Fitted:
        """Weights over the groups kept (all by default); class weights have a penalty of their own."""
        if keep is None:
            keep = np.ones(len(self.sizes), dtype=bool)
        taken = np.repeat(keep, self.sizes)
        x, is_gold, sizes = self.x[taken], self.gold[taken], self.sizes[keep]
        start = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        group_of = np.repeat(np.arange(len(sizes)), sizes)
        penalty = np.array([l2 if k[1] == "*" else label_l2 for k in self.names])
        xt = x.T.tocsr()

        def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
            s = x @ w
            top = np.maximum.reduceat(s, start)
            e = np.exp(s - top[group_of])
            z = np.add.reduceat(e, start)
            eg = np.where(is_gold, e, 0.0)
            zg = np.maximum(np.add.reduceat(eg, start), 1e-300)
            value = float(np.sum(np.log(z) - np.log(zg)))
            grad = xt @ (e / z[group_of] - eg / zg[group_of])
            return value + 0.5 * float(np.sum(penalty * w * w)), grad + penalty * w

        result = minimize(
            loss,
            np.zeros(len(self.names)),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 120, "maxcor": 10, "ftol": 1e-7},
        )
        return Fitted({k: float(v) for k, v in zip(self.names, result.x, strict=True) if abs(v) > 1e-3})


def fit(
    groups: list[Group], *, l2: float = 1.0, label_l2: float = 2.0, minimum: int = 2, labels: bool = True
) -> Fitted:
    """Fit weights on all groups."""
    return Design(groups, labels=labels, minimum=minimum).fit(l2=l2, label_l2=label_l2)
