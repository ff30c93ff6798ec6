"""Annotated reports to learn from: ../shared/evaluation/train.jsonl, and our own annotations of unlabelled reports.

Our own are kept as offsets and values without the texts (annotations/*.jsonl); the texts are taken from
unlabelled.jsonl and pair_articles_dev.jsonl and checked against their hash. Reports of other worlds
(other_worlds.jsonl, our own writing) have no events; own_reports.jsonl holds annotated reports of our own writing.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "evaluation"
OWN = Path(__file__).with_name("annotations")


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def strip_text(report: dict[str, Any]) -> dict[str, Any]:
    """An annotated report without its words: every string of the text becomes its offsets."""
    text = report["text"]

    def span(quote: str) -> list[int]:
        start = text.index(quote)
        return [start, start + len(quote)]

    events = []
    for e in report["events"]:
        row = {k: e[k] for k in ("id", "kind", "date", "killed", "injured", "status", "links")}
        row["mentions"] = [[m["start"], m["end"]] for m in e["mentions"]]
        for slot in ("actors", "targets"):
            row[slot] = [{"names": [span(n) for n in x["names"]], "label": x.get("label", "")} for x in e[slot]]
        p = e["place"]
        row["place"] = None if p is None else {**p, "names": [span(n) for n in p.get("names", [])]}
        row["means"] = [span(m) for m in e["means"]]
        row["sources"] = [[span(n) for n in chain] for chain in e["sources"]]
        events.append(row)
    return {"id": report["id"], "sha256": hashlib.sha256(text.encode()).hexdigest(), "events": events}


def restore_text(row: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The annotated report again, with the words taken from its source."""
    text = source["text"]
    if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
        raise SystemExit(f"{row['id']}: the text at hand is not the one that was annotated")

    def quote(span: list[int]) -> str:
        return text[span[0] : span[1]]

    events = []
    for e in row["events"]:
        event = dict(e)
        event["mentions"] = [{"start": a, "end": b, "quote": text[a:b]} for a, b in e["mentions"]]
        for slot in ("actors", "targets"):
            event[slot] = [{"names": [quote(n) for n in x["names"]], "label": x["label"]} for x in e[slot]]
        p = e["place"]
        event["place"] = None if p is None else {**p, "names": [quote(n) for n in p["names"]]}
        event["means"] = [quote(m) for m in e["means"]]
        event["sources"] = [[quote(n) for n in chain] for chain in e["sources"]]
        events.append(event)
    return {**{k: source.get(k) for k in ("id", "title", "published", "outlet", "text")}, "events": events}


def load_gold(own: bool = True) -> list[dict[str, Any]]:
    """Every report to learn from, in a fixed order; `own` marks those that we annotated."""
    reports = read_lines(SHARED / "train.jsonl")
    if own and OWN.is_dir():
        sources = {
            r["id"]: r for name in ("unlabelled", "pair_articles_dev") for r in read_lines(SHARED / f"{name}.jsonl")
        }
        for path in sorted(OWN.glob("*.jsonl")):
            reports += [restore_text(row, sources[row["id"]]) | {"own": True} for row in read_lines(path)]
        reports += read_lines(Path(__file__).with_name("other_worlds.jsonl"))
        reports += [row | {"own": True} for row in read_lines(Path(__file__).with_name("own_reports.jsonl"))]
    return reports
