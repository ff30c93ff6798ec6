"""Log-odds to calibrated probabilities, per property, by the table data/models/calibration.tsv."""

from __future__ import annotations

from functools import cache

from khabar.lexicon.entries import DATA
from khabar.lexicon.weights import sigmoid


@cache
def _table() -> dict[str, tuple[float, float]]:
    """(slope, offset) by property, fitted by tools/training/calibrate.py."""
    path = DATA / "models/calibration.tsv"
    rows: dict[str, tuple[float, float]] = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                name, slope, offset = line.split("\t")
                rows[name] = (float(slope), float(offset))
    return rows


def calibrate(prop: str, score: float) -> float:
    """Probability in 0..1 that a claim of property `prop` with this log-odds score is right."""
    slope, offset = _table().get(prop, (1.0, 0.0))
    return round(sigmoid(slope * score + offset), 3)
