"""How well the reader judges single sentences: does this one tell an assault, a protest?

    python tools/evaluate_gsr.py [../shared/evaluation/gsr]

A sentence is taken as "yes" when the reader finds an event of the kinds asked for in it with a status that counts
(asserted, claimed or disputed). Prints precision, recall and F1 against sentences that people judged an easy "no",
and against all that they judged "no". Sentences that people found ambiguous are left out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from khabar.lexicon.ontology import load_families
from khabar.reader import read

DEFAULT = Path(__file__).resolve().parents[2] / "shared/evaluation/gsr"
ASSAULT = frozenset([k for k, family in load_families().items() if family == "attack"] + ["abduction", "destruction"])
COUNTS = ("asserted", "claimed", "disputed")


def judge(path: Path, kinds: frozenset[str]) -> Counter[tuple[str, bool]]:
    """Sentences by people's label and the reader's answer."""
    found: Counter[tuple[str, bool]] = Counter()
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        records = read(row["text"]).records
        found[row["label"], any(r.kind in kinds and r.status.value in COUNTS for r in records)] += 1
    return found


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    for name, kinds in (("assault", ASSAULT), ("protest", frozenset(["protest"]))):
        found = judge(folder / f"{name}_detection.jsonl", kinds)
        hits, missed = found["yes", True], found["yes", False]
        for label, negatives in (("easy no", ["easy no"]), ("all no", ["easy no", "difficult no"])):
            wrong = sum(found[n, True] for n in negatives)
            print(
                f"{name:8} yes against {label:8} P {hits / max(1, hits + wrong):.3f} "
                f"R {hits / max(1, hits + missed):.3f} F1 {2 * hits / max(1, 2 * hits + wrong + missed):.3f}"
            )


if __name__ == "__main__":
    main()
