"""Fits the pair model on every judged pair: data/models/link.tsv and data/link/common_words.tsv.

    python tools/training/link.py            # fit, write the model
    python tools/training/link.py --words    # count and write the table of common words first

Figures by cross-validation: python tools/evaluate_pairs.py. Deterministic: L-BFGS from zero, features in sorted order.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parent))

from pairs import ROOT, SHARED, Pair, load_pairs, strangers

from khabar.link.features import Side, pair_features
from khabar.link.words import find_stems

DATA = ROOT / "src" / "khabar" / "data"
LEAST_REPORTS = 4  # a stem in fewer reports of the sample is as rare as any
L2 = 5.0  # penalty; chosen by cross-validation between 0.3 and 8
STRANGER = 0.25  # weight of a pair that nobody judged
INNER_FOLDS = 5  # for the slope that calibrates
# Features that can only speak for "same", and only against; the others are free. 533 pairs are too few to learn a sign.
SIGNS = Path(__file__).parent / "link_signs.tsv"
# Only for what is told beside the leads, of which there are no judged pairs: as large as the leads' own evidence.
FIXED = {"copy.aside": 1.0}


def fit_pairs(pairs: list[Pair], others: list[tuple[Side, Side, int]]) -> dict[str, float]:
    """Weights by feature, calibrated: their sum is the log-odds of "same" on reports unseen."""
    rows, y, w, folds = _rows(pairs, others)
    names = [*sorted({name for row in rows for name in row} - set(FIXED)), "bias"]
    x = np.array([[1.0 if name == "bias" else row.get(name, 0.0) for name in names] for row in rows])
    unseen = np.zeros(len(y))
    for k in range(INNER_FOLDS):
        held = folds % INNER_FOLDS == k
        if held.any() and not held.all():
            unseen[held] = x[held] @ _fit(x[~held], y[~held], w[~held], names)
    judged = np.arange(len(y)) < len(y) - len(others)
    slope, offset = _calibrate(unseen[judged], y[judged])
    weights = dict(zip(names, _fit(x, y, w, names) * slope, strict=True))
    weights["bias"] += offset
    return {**{name: float(v) for name, v in weights.items() if abs(v) >= 0.005}, **FIXED}


def _rows(
    pairs: list[Pair], others: list[tuple[Side, Side, int]]
) -> tuple[list[dict[str, float]], np.ndarray, np.ndarray, np.ndarray]:
    """Features, labels (1 for same), weights and folds: first of the judged pairs, then of the others."""
    rows: list[dict[str, float]] = []
    y: list[float] = []
    w: list[float] = []
    folds: list[int] = []
    for pair in pairs:
        if pair.a.lead is not None and pair.b.lead is not None:
            rows.append({f.name: f.value for f in pair_features(pair.a.lead, pair.b.lead)})
            y.append(float(pair.label == "same"))
            w.append(1.0)
            folds.append(pair.fold)
    for a, b, fold in others:
        rows.append({f.name: f.value for f in pair_features(a, b)})
        y.append(0.0)
        w.append(STRANGER)
        folds.append(fold)
    return rows, np.array(y), np.array(w), np.array(folds)


def _fit(x: np.ndarray, y: np.ndarray, w: np.ndarray, names: list[str]) -> np.ndarray:
    penalty = np.array([0.01 if name == "bias" else L2 for name in names])
    signs = dict(line.split("\t") for line in SIGNS.read_text("utf-8").splitlines() if not line.startswith("#"))
    limits = {"for": (0, None), "against": (None, 0)}
    bounds = [limits[signs[name]] if name in signs else (None, None) for name in names]

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        s = x @ v
        p = 1 / (1 + np.exp(-s))
        value = float((w * (np.logaddexp(0, s) - y * s)).sum() + 0.5 * (penalty * v * v).sum())
        return value, x.T @ (w * (p - y)) + penalty * v

    return minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x


def _calibrate(score: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make the scores of unseen pairs log-odds."""

    def loss(v: np.ndarray) -> float:
        s = v[0] * score + v[1]
        return float((np.logaddexp(0, s) - y * s).sum() + 0.5 * ((v[0] - 1) ** 2 + v[1] ** 2))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return float(slope), float(offset)


def write_words() -> int:
    """Count the stems of the reports at hand and write how rare the common ones are."""
    count: Counter[str] = Counter()
    reports = 0
    for name in ("dev", "train", "unlabelled", "quiet_dev"):
        for line in (SHARED / f"{name}.jsonl").read_text("utf-8").splitlines():
            count.update(set(find_stems(json.loads(line)["text"])))
            reports += 1
    rows = [f"{stem}\t{math.log(reports / n):.2f}\n" for stem, n in sorted(count.items()) if n >= LEAST_REPORTS]
    head = (
        "# Stem, natural log of how many reports there are to one that has it; * for all others.\n"
        f"# Counted in {reports} news reports of 2015 and 2018 by tools/training/link.py --words.\n"
    )
    rest = f"*\t{math.log(reports / 2):.2f}\n"
    (DATA / "link" / "common_words.tsv").write_text(head + rest + "".join(rows), "utf-8")
    return len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--cache", type=Path)
    args = parser.parse_args()
    if args.words:
        print(f"{write_words()} common words")
        return
    pairs = load_pairs(10, args.cache)
    weights = fit_pairs(pairs, strangers(pairs))
    head = "# Model link: feature, class (* for all), weight. Made by tools/training/link.py.\n"
    rows = [f"{name}\t*\t{weight:.3f}\n" for name, weight in sorted(weights.items())]
    (DATA / "models" / "link.tsv").write_text(head + "".join(rows), "utf-8")
    print(f"{len(rows)} weights")


if __name__ == "__main__":
    main()
