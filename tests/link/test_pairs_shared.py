"""The figures of the judged pairs, where they are at hand. Readings change with the models, so the floors are lower
than the figures: F1 0.80 at precision 0.90, for pairs judged one by one and for the incidents that all records make."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAIRS = ROOT.parent / "shared" / "evaluation" / "pairs_dev.jsonl"


@pytest.mark.skipif(not PAIRS.exists(), reason="needs ../shared/evaluation/pairs_dev.jsonl")
def test_same_incidents_are_recognised() -> None:
    command = [sys.executable, str(ROOT / "tools" / "evaluate_pairs.py")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for name in ("pair judgement", "incidents"):
        match = re.search(rf"{name} +P ([\d.]+) R [\d.]+ F1 ([\d.]+)", told)
        assert match is not None
        assert float(match[1]) >= 0.90
        assert float(match[2]) >= 0.80
