"""Fits the pair model: data/models/link.tsv, data/link/common_words.tsv; --cv reports figures on held-out articles.

    python tools/training/link.py            # fit on every pair, write the tables
    python tools/training/link.py --cv 10    # folds by connected articles; writes nothing
    python tools/training/link.py --words    # only the table of common words

Deterministic: folds by the order of the pairs, L-BFGS from zero.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "evaluation"
DATA = ROOT / "src" / "khabar" / "data"
LEAST_REPORTS = 4  # a stem in fewer reports of the sample is as rare as any


def write_words() -> int:
    """Count the stems of the reports at hand and write how rare the common ones are."""
    from khabar.link.words import find_stems

    count: Counter[str] = Counter()
    reports = 0
    for name in ("dev", "train", "unlabelled", "quiet_dev"):
        for line in (SHARED / f"{name}.jsonl").read_text("utf-8").splitlines():
            count.update(set(find_stems(json.loads(line)["text"])))
            reports += 1
    rows = [f"{stem}\t{math.log(reports / n):.2f}\n" for stem, n in sorted(count.items()) if n >= LEAST_REPORTS]
    head = f"# Stem, natural log of reports a report that has it; * for all others. Counted in {reports} news reports of 2015-2018 by tools/training/link.py --words.\n"
    rest = f"*\t{math.log(reports / 2):.2f}\n"
    (DATA / "link" / "common_words.tsv").write_text(head + rest + "".join(rows), "utf-8")
    return len(rows)
