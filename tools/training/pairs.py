"""The judged pairs of reports, read; and what the pair model is fitted and measured on.

Pairs come in folds by connected articles, so that no article is in two folds. Readings are cached beside the call
(--cache FILE), since reading takes longer than everything else.
"""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from khabar.lexicon.ontology import family_of
from khabar.link.features import Side, make_side
from khabar.link.lead import lead_record
from khabar.link.sketch import Sketch, sketch_report
from khabar.model.record import EventRecord, Reading

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "evaluation"


@dataclass(frozen=True, slots=True)
class Article:
    """A report read: its sketch, its records as sides, and its lead (None where nothing was found)."""

    id: str
    sketch: Sketch
    lead: Side | None
    records: tuple[EventRecord, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A judged pair: label is same, different or part."""

    a: Article
    b: Article
    label: str
    fold: int
    row: dict[str, Any]


def read_articles(cache: Path | None) -> dict[str, Reading]:
    """Readings by article id, from the cache where there is one."""
    if cache is not None and cache.exists():
        found: dict[str, Reading] = pickle.loads(cache.read_bytes())
        return found
    from khabar.pipeline import read

    readings: dict[str, Reading] = {}
    for line in (SHARED / "pair_articles_dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        readings[row["id"]] = read(
            row["text"],
            published=date.fromisoformat(row["published"]),
            title=row["title"],
            outlet=row["outlet"],
            id=row["id"],
        )
    if cache is not None:
        cache.write_bytes(pickle.dumps(readings))
    return readings


def load_pairs(folds: int, cache: Path | None = None) -> list[Pair]:
    """The pairs in the order of the file, with their folds."""
    articles = {ident: _article(ident, reading) for ident, reading in read_articles(cache).items()}
    rows = [json.loads(line) for line in (SHARED / "pairs_dev.jsonl").read_text("utf-8").splitlines()]
    fold = _folds([(r["a"], r["b"]) for r in rows], folds)
    return [Pair(articles[r["a"]], articles[r["b"]], r["label"], fold[r["a"]], r) for r in rows]


def _article(ident: str, reading: Reading) -> Article:
    report = reading.report
    sketch = sketch_report(
        report.text, report=ident, published=report.published, title=report.title, outlet=report.outlet
    )
    lead = lead_record(reading, sketch)
    return Article(ident, sketch, None if lead is None else make_side(lead, sketch), reading.records)


def _folds(pairs: list[tuple[str, str]], folds: int) -> dict[str, int]:
    """Fold of each article: connected ones in one, the largest groups first into the emptiest fold."""
    root: dict[str, str] = {}

    def find(ident: str) -> str:
        while root.setdefault(ident, ident) != ident:
            ident = root[ident]
        return ident

    for a, b in pairs:
        root[find(a)] = find(b)
    size = Counter(find(a) for a, _ in pairs)
    load = [0] * folds
    chosen: dict[str, int] = {}
    for group, count in sorted(size.items(), key=lambda item: (-item[1], item[0])):
        chosen[group] = load.index(min(load))
        load[chosen[group]] += count
    return {ident: chosen[find(ident)] for ident in sorted(root)}


def strangers(pairs: Iterable[Pair]) -> list[tuple[Side, Side, int]]:
    """Pairs that are different without a judge: the lead of one report, and what the other report of a "same" pair
    tells beside its own lead, of another kind and another day or place. They teach what holds off the leads."""
    found: list[tuple[Side, Side, int]] = []
    for pair in pairs:
        if pair.label == "same":
            for one, other in ((pair.a, pair.b), (pair.b, pair.a)):
                if one.lead is not None and other.lead is not None:
                    lead = other.lead.record
                    rest = [r for r in other.records if _is_other(r, lead)]
                    found += [(one.lead, make_side(r, other.sketch), pair.fold) for r in rest[:3]]
    return found


def _is_other(a: EventRecord, b: EventRecord) -> bool:
    kind = family_of(a.kind) != family_of(b.kind)
    day = a.date is not None and b.date is not None and (a.date.end < b.date.start or b.date.end < a.date.start)
    place = (
        a.place is not None
        and b.place is not None
        and None not in (a.place.id, b.place.id)
        and a.place.id != b.place.id
    )
    return kind + day + place >= 2
