"""Figures of linking and fusion: what one report more costs among many.

    python benchmarks/bench_fusion.py --texts FILE.jsonl [--reports 2000]

FILE holds reports (id, text, published, outlet). They are read once and repeated with publication and event dates moved
by whole weeks, so that each week has its own news; nothing is stored. Prints per report, in milliseconds: the sketch,
keys, comparisons, and clustering and fusing its neighbourhood, for the first and the last quarter.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from khabar.fuse.cluster import Constraints, cluster, neighbourhood
from khabar.fuse.incident import consolidate
from khabar.fuse.sources import Source
from khabar.link.block import BlockIndex, side_keys
from khabar.link.features import Side, make_side
from khabar.link.score import WORTH, judge_pair
from khabar.link.sketch import sketch_report
from khabar.model.incident import Edge
from khabar.model.record import EventRecord, Reading


class Stream:
    """Reports come in one by one; incidents are kept in step."""

    def __init__(self) -> None:
        self.index = BlockIndex()
        self.sides: dict[str, Side] = {}
        self.edges: dict[str, list[Edge]] = {}
        self.compared = 0

    def add(self, reading: Reading) -> dict[str, float]:
        """Add a report; milliseconds by step."""
        report, at = reading.report, time.perf_counter()
        sketch = sketch_report(
            report.text, report=report.id, published=report.published, title=report.title, outlet=report.outlet
        )
        sides = [make_side(record, sketch) for record in reading.records]
        spent = {"sketch": time.perf_counter() - at}
        at = time.perf_counter()
        keys = [side_keys(side) for side in sides]
        spent["keys"] = time.perf_counter() - at
        at = time.perf_counter()
        for side, own in zip(sides, keys, strict=True):
            for other in self.index.candidates(own):
                self.compared += 1
                edge = judge_pair(side, self.sides[other])
                if edge.score >= WORTH:
                    self.edges.setdefault(edge.left, []).append(edge)
                    self.edges.setdefault(edge.right, []).append(edge)
        for side, own in zip(sides, keys, strict=True):
            self.index.add(side.record.id, own)
            self.sides[side.record.id] = side
        spent["compare"] = time.perf_counter() - at
        at = time.perf_counter()
        self._fuse([side.record.id for side in sides])
        spent["fuse"] = time.perf_counter() - at
        return {step: 1000 * seconds for step, seconds in spent.items()}

    def _fuse(self, fresh: list[str]) -> None:
        """Cluster the neighbourhood and fuse the incidents that the fresh records are in."""
        near = neighbourhood(fresh, [edge for ident in fresh for edge in self.edges.get(ident, ())])
        edges = {(e.left, e.right): e for ident in near for e in self.edges.get(ident, ())}
        reports = {ident: self.sides[ident].record.report for ident in near}
        for members in cluster(edges.values(), Constraints(reports=reports), records=near):
            if any(ident in fresh for ident in members):
                sides = [self.sides[ident] for ident in members]
                sources = {
                    s.sketch.report: Source(s.sketch.report, s.sketch.outlet, None, None, s.sketch.published)
                    for s in sides
                }
                consolidate([s.record for s in sides], sources)


def moved(reading: Reading, weeks: int) -> Reading:
    """A reading with its dates moved and its ids made new."""
    span = timedelta(weeks=weeks)
    ident = f"{reading.report.id}-{weeks}"
    published = None if reading.report.published is None else reading.report.published + span
    records: list[EventRecord] = []
    for record in reading.records:
        day = record.date
        if day is not None:
            day = replace(day, start=day.start + span, end=day.end + span)
        own = f"{record.id}-{weeks}"
        claims = tuple(replace(claim, record=own) for claim in record.claims)
        records.append(replace(record, id=own, report=ident, date=day, claims=claims))
    return Reading(replace(reading.report, id=ident, published=published), tuple(records))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--reports", type=int, default=2000)
    args = parser.parse_args()
    from khabar.pipeline import read

    rows = [json.loads(line) for line in args.texts.read_text("utf-8").splitlines()]
    readings = [
        read(
            r["text"],
            published=date.fromisoformat(r["published"]),
            title=r.get("title"),
            outlet=r["outlet"],
            id=r["id"],
        )
        for r in rows
    ]
    stream = Stream()
    spent = [stream.add(moved(readings[n % len(readings)], 60 * (n // len(readings)))) for n in range(args.reports)]
    quarter = max(1, len(spent) // 4)
    print(f"{len(spent)} reports, {len(stream.sides)} records, {stream.compared} pairs compared")
    for name, part in (("first quarter", spent[:quarter]), ("last quarter", spent[-quarter:])):
        steps = {step: statistics.mean(row[step] for row in part) for step in part[0]}
        told = ", ".join(f"{step} {value:.2f}" for step, value in steps.items())
        print(f"{name}: {sum(steps.values()):.2f} ms a report ({told})")


if __name__ == "__main__":
    main()
