"""Scores the reader on held_out.jsonl: 40 fresh reports that nothing is learned from or chosen by. Read it rarely."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from gold import SHARED, read_lines, restore_text

from khabar.evaluate.run import evaluate


def main() -> None:
    sources = {r["id"]: r for r in read_lines(SHARED / "unlabelled.jsonl")}
    rows = read_lines(Path(__file__).with_name("held_out.jsonl"))
    reports = [restore_text(row, sources[row["id"]]) for row in rows]
    print(json.dumps(evaluate(reports).score.measures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
