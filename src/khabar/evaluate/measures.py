"""The measures of the annotation guidelines: events by kind and family, slots of the pairs, whole records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from khabar.evaluate.names import count_met
from khabar.evaluate.pairing import (
    SLOT_CHECKS,
    Event,
    Pair,
    has_right_actors,
    has_right_date,
    has_right_place,
    names_of,
    pair_events,
    sources_of,
)
from khabar.lexicon.ontology import Kind

LEVELS = ("kind", "family")
GROUPS = ("material", "verbal", "all")
_ENTRY_SLOTS = ("actors", "targets", "sources")
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class ReportScore:
    """One report's share of the measures, for comparing two runs."""

    annotated: int
    predicted: int
    found: int
    records: int


@dataclass(slots=True)
class Score:
    """All measures of a run, its reports', and the pairs they rest on (by kind)."""

    measures: dict[str, Any] = field(default_factory=dict)
    reports: dict[str, ReportScore] = field(default_factory=dict)
    pairs: dict[str, list[Pair]] = field(default_factory=dict)


class Scorer:
    """Adds up reports, with the kinds of the ontology."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = kinds
        self.tally: Counter[tuple[str, str, str]] = Counter()
        self.per_kind: dict[str, Counter[str]] = defaultdict(Counter)
        self.slots: Counter[tuple[str, str]] = Counter()
        self.score = Score()

    def is_verbal(self, kind: str) -> bool:
        """Whether a kind is scored apart, as an act of words."""
        return kind in self.kinds and self.kinds[kind].verbal

    def is_same_family(self, left: str, right: str) -> bool:
        """Whether two kinds are the same or of one family."""
        if left == right:
            return True
        return left in self.kinds and right in self.kinds and self.kinds[left].family == self.kinds[right].family

    def add(self, report: Mapping[str, Any], found: Sequence[Event]) -> None:
        """Add an annotated report and the events predicted for it."""
        gold: Sequence[Event] = report["events"]
        by_kind = pair_events(report["text"], gold, found, lambda a, b: a == b)
        by_family = pair_events(report["text"], gold, found, self.is_same_family)
        for level, pairs in zip(LEVELS, (by_kind, by_family), strict=True):
            self._count_events(level, gold, found, pairs)
        for event in gold:
            self.per_kind[event["kind"]]["gold"] += 1
        for event in found:
            self.per_kind[event["kind"]]["found"] += 1
        records = 0
        for i, j in by_kind:
            self.per_kind[gold[i]["kind"]]["hit"] += 1
            if not self.is_verbal(gold[i]["kind"]):
                records += self._count_slots(gold[i], found[j])
        self.score.pairs[report["id"]] = by_kind
        material = [e for e in found if not self.is_verbal(e["kind"])]
        self.score.reports[report["id"]] = ReportScore(
            annotated=sum(not self.is_verbal(e["kind"]) for e in gold),
            predicted=len(material),
            found=sum(not self.is_verbal(gold[i]["kind"]) for i, _ in by_kind),
            records=records,
        )

    def _count_events(self, level: str, gold: Sequence[Event], found: Sequence[Event], pairs: list[Pair]) -> None:
        for group in GROUPS:
            wanted = [group == "all" or (group == "verbal") == self.is_verbal(e["kind"]) for e in gold]
            self.tally[level, group, "gold"] += sum(wanted)
            self.tally[level, group, "hit"] += sum(wanted[i] for i, _ in pairs)
            self.tally[level, group, "found"] += sum(
                group == "all" or (group == "verbal") == self.is_verbal(e["kind"]) for e in found
            )

    def _count_slots(self, gold: Event, found: Event) -> bool:
        """Count a pair's slots; whether its record is right."""
        self.slots["pairs", ""] += 1
        for slot in _ENTRY_SLOTS:
            a, b = (sources_of(e) if slot == "sources" else names_of(e, slot) for e in (gold, found))
            self.slots[slot, "hit"] += count_met(a, b)
            self.slots[slot, "gold"] += len(a)
            self.slots[slot, "found"] += len(b)
        for name, is_right in SLOT_CHECKS.items():
            self.slots[name, "hit"] += is_right(gold, found)
        right = has_right_place(gold, found) and has_right_date(gold, found) and has_right_actors(gold, found)
        self.slots["record", "hit"] += right
        return right

    def finish(self) -> Score:
        """The measures of all reports added."""
        out: dict[str, Any] = {"reports": len(self.score.reports)}
        for level in LEVELS:
            for group in GROUPS:
                hit, found, gold = (self.tally[level, group, k] for k in ("hit", "found", "gold"))
                out[f"{group} events, {level}"] = rate(hit, found, gold)
        for slot in _ENTRY_SLOTS:
            out[slot] = rate(*(self.slots[slot, k] for k in ("hit", "found", "gold")))
        pairs = self.slots["pairs", ""]
        for slot in SLOT_CHECKS:
            out[slot] = {"accuracy": round(_share(self.slots[slot, "hit"], pairs), _DIGITS), "of": pairs}
        out["record"] = rate(
            self.slots["record", "hit"], *(self.tally["kind", "material", k] for k in ("found", "gold"))
        )
        out["kinds"] = {k: rate(c["hit"], c["found"], c["gold"]) for k, c in sorted(self.per_kind.items())}
        self.score.measures = out
        return self.score


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def rate(hit: int, found: int, gold: int) -> dict[str, float]:
    """Precision, recall and their harmonic mean."""
    precision, recall = _share(hit, found), _share(hit, gold)
    f1 = _share(2 * precision * recall, precision + recall)
    return {
        "precision": round(precision, _DIGITS),
        "recall": round(recall, _DIGITS),
        "f1": round(f1, _DIGITS),
        "annotated": gold,
        "predicted": found,
    }
