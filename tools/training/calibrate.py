"""Calibrates claims' scores on development data: data/models/calibration.tsv and the table in docs/reliability.md.

For every event of dev.jsonl that was found, each claim is right or wrong by the scorer's rules; a logistic curve
per property maps its log-odds score to the share that is right. Run after training; deterministic.
"""

from __future__ import annotations

import json
import math
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "shared" / "evaluation"))

import numpy as np
from gold import ROOT, SHARED, read_lines
from scipy.optimize import minimize
from score import assign, count_ok, date_ok, place_ok, same_name, sentence_index, slot_hits

import khabar.lexicon.calibration as calibration
from khabar.export.annotation import annotate_reading
from khabar.model.record import ActorValue
from khabar.pipeline import read

Pairs = dict[str, list[tuple[float, bool]]]


def judge(gold: dict[str, Any], told: dict[str, Any], record: Any, raw: Pairs) -> None:
    """Add (log-odds, right) of every claim of a found event."""
    for claim in record.claims:
        value = claim.value
        if claim.property in ("actor", "target") and isinstance(value, ActorValue):
            slot = claim.property + "s"
            right = any(same_name(a, b) for x in gold[slot] for a in x["names"] for b in value.names)
        elif claim.property == "place":
            right = place_ok(gold, told)
        elif claim.property == "date":
            right = date_ok(gold, told)
        elif claim.property in ("killed", "injured"):
            right = count_ok(gold, told, claim.property)
        elif claim.property == "status":
            right = gold["status"] == told["status"]
        elif claim.property == "source":
            right = any(same_name(a, b) for chain in gold["sources"] for a in chain for b in str(value).split(" ← "))
        else:
            continue
        raw[claim.property].append((claim.score, right))


def collect() -> Pairs:
    """Raw scores with their verdicts over dev.jsonl; the present calibration is switched off."""
    calibration._table = lambda: {}  # type: ignore[assignment]
    raw: Pairs = defaultdict(list)
    for report in read_lines(SHARED / "dev.jsonl"):
        published = date.fromisoformat(report["published"]) if report["published"] else None
        reading = read(report["text"], published=published, id=report["id"])
        told = annotate_reading(reading)["events"]
        index = sentence_index(report["text"])
        where = [{index(m["start"]) for m in e["mentions"]} for e in told]
        gold = report["events"]
        at = [{index(m["start"]) for m in e["mentions"]} for e in gold]
        weights = {}
        for i, g in enumerate(gold):
            for j, p in enumerate(told):
                if at[i] & where[j]:
                    weights[i, j] = slot_hits(g, p) + 10 * (g["kind"] == p["kind"])
        pairs = assign(weights)
        taken = {j: i for i, j in pairs}
        for j, record in enumerate(reading.records):
            kind = next(c for c in record.claims if c.property == "kind")
            i = taken.get(j)
            raw["kind"].append((kind.score, i is not None and gold[i]["kind"] == record.kind))
            if i is not None:
                judge(gold[i], told[j], record, raw)
    return raw


def logit(p: float) -> float:
    p = min(max(p, 0.0005), 0.9995)
    return math.log(p / (1 - p))


def fit_curve(pairs: list[tuple[float, bool]]) -> tuple[float, float]:
    """(slope, offset) of the logistic curve, with a weak pull towards slope 0.5 for small samples."""
    x = np.array([logit(p) for p, _ in pairs])
    y = np.array([float(r) for _, r in pairs])

    def loss(w: np.ndarray) -> float:
        z = w[0] * x + w[1]
        return float(np.sum(np.logaddexp(0, z) - y * z) + 2.0 * (w[0] - 0.5) ** 2 + 0.1 * w[1] ** 2)

    found = minimize(loss, np.array([0.5, 0.0])).x
    return max(float(found[0]), 0.0), float(found[1])


def main() -> None:
    raw = collect()
    rows, table = (
        [],
        [
            "# How far a claim's score can be trusted",
            "",
            "Made by `tools/training/calibrate.py` on `../shared/evaluation/dev.jsonl`, by halves: each half of the "
            "reports is scored by the curve fitted on the other. A score of 0.8 should be right four times of five.",
            "",
            "| property | claims | scored below 0.5: right | 0.5-0.7 | 0.7-0.85 | 0.85-1 |",
            "|---|---|---|---|---|---|",
        ],
    )
    for prop in sorted(raw):
        pairs = raw[prop]
        slope, offset = fit_curve(pairs)
        rows.append(f"{prop}\t{slope:.3f}\t{offset:.3f}")
        half = len(pairs) // 2
        bins: list[list[bool]] = [[], [], [], []]
        for own, other in ((pairs[:half], pairs[half:]), (pairs[half:], pairs[:half])):
            a, b = fit_curve(other)
            for score, right in own:
                p = 1 / (1 + math.exp(-(a * logit(score) + b)))
                bins[0 if p < 0.5 else 1 if p < 0.7 else 2 if p < 0.85 else 3].append(right)
        cells = [f"{sum(b)}/{len(b)} ({100 * sum(b) / len(b):.0f} %)" if b else "-" for b in bins]
        table.append(f"| {prop} | {len(pairs)} | {' | '.join(cells)} |")
    (ROOT / "src/khabar/data/models/calibration.tsv").write_text(
        "# property, slope, offset: probability = logistic(slope * log-odds + offset). By calibrate.py.\n"
        + "\n".join(rows)
        + "\n",
        "utf-8",
    )
    (ROOT / "docs/reliability.md").write_text("\n".join(table) + "\n", "utf-8")
    print(json.dumps({p: [sum(r for _, r in v), len(v)] for p, v in sorted(raw.items())}))


if __name__ == "__main__":
    main()
