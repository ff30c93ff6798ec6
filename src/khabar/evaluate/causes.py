"""Errors grouped by what has to be mended: a trigger, a kind, a role, a scope, or what belongs together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from khabar.evaluate.names import count_met
from khabar.evaluate.pairing import (
    SLOT_CHECKS,
    Event,
    Pair,
    SentenceIndex,
    has_right_actors,
    names_of,
    sources_of,
)

# Cause → what it says. In the order in which a reader of errors wants them.
CAUSES = {
    "missed trigger": "an annotated event with no predicted one of its own in its sentences",
    "wrong kind": "an event found there under another kind",
    "spurious": "a predicted event where none is annotated",
    "merged": "two annotated events predicted as one",
    "split": "one annotated event predicted as several",
    "wrong role": "actors or targets that are not the annotated ones",
    "wrong place": "another place, none, or one too many",
    "wrong date": "other days, none, or some where none is told",
    "wrong count": "another number of killed or injured",
    "wrong scope": "another status, or other sources",
}
_SLOT_CAUSES = {
    "place": "wrong place",
    "date": "wrong date",
    "killed": "wrong count",
    "injured": "wrong count",
    "status": "wrong scope",
}


class Miss(NamedTuple):
    """One error: its cause, the report, the words, and what was annotated and predicted."""

    cause: str
    report: str
    kind: str
    words: str
    annotated: str
    predicted: str


def find_errors(report: Mapping[str, Any], found: Sequence[Event], pairs: Sequence[Pair]) -> list[Miss]:
    """The errors of one report, given its pairs by kind."""
    return [*_unpaired(report, found, pairs), *_slots(report, found, pairs)]


def _unpaired(report: Mapping[str, Any], found: Sequence[Event], pairs: Sequence[Pair]) -> Iterator[Miss]:
    gold: Sequence[Event] = report["events"]
    index = SentenceIndex(report["text"])
    gold_at, found_at = [index.of(e) for e in gold], [index.of(e) for e in found]
    paired_gold, free = {i for i, _ in pairs}, [j for j in range(len(found)) if j not in {j for _, j in pairs}]
    for i, event in enumerate(gold):
        if i in paired_gold:
            continue
        here = [j for j in range(len(found)) if gold_at[i] & found_at[j]]
        twin = next((j for j in here if found[j]["kind"] == event["kind"]), None)
        other = max((j for j in here if j in free), key=lambda j: (_overlap(event, found[j]), -j), default=None)
        if twin is not None:
            yield _miss("merged", report, event, event["kind"], _words(found[twin]))
        elif other is not None:
            free.remove(other)
            yield _miss("wrong kind", report, event, event["kind"], found[other]["kind"])
        else:
            yield _miss("missed trigger", report, event, event["kind"], "")
    for j in free:
        twin_gold = next(
            (i for i in range(len(gold)) if gold[i]["kind"] == found[j]["kind"] and gold_at[i] & found_at[j]), None
        )
        if twin_gold is not None:
            yield _miss("split", report, found[j], _words(gold[twin_gold]), found[j]["kind"])
        else:
            yield _miss("spurious", report, found[j], "", found[j]["kind"])


def _slots(report: Mapping[str, Any], found: Sequence[Event], pairs: Sequence[Pair]) -> Iterator[Miss]:
    for i, j in sorted(pairs):
        gold, guess = report["events"][i], found[j]
        if not has_right_actors(gold, guess):
            yield _miss(
                "wrong role", report, gold, f"actors {names_of(gold, 'actors')}", str(names_of(guess, "actors"))
            )
        a, b = names_of(gold, "targets"), names_of(guess, "targets")
        if not len(a) == len(b) == count_met(a, b):
            yield _miss("wrong role", report, gold, f"targets {a}", str(b))
        for slot, is_right in SLOT_CHECKS.items():
            if not is_right(gold, guess):
                yield _miss(_SLOT_CAUSES[slot], report, gold, f"{slot} {_show(gold.get(slot))}", _show(guess.get(slot)))
        a, b = sources_of(gold), sources_of(guess)
        if not len(a) == len(b) == count_met(a, b):
            yield _miss("wrong scope", report, gold, f"sources {gold.get('sources')}", str(guess.get("sources")))


def _overlap(left: Event, right: Event) -> int:
    """Characters that the mentions of two events share."""
    return sum(
        max(0, min(a["end"], b["end"]) - max(a["start"], b["start"]))
        for a in left["mentions"]
        for b in right["mentions"]
    )


def _miss(cause: str, report: Mapping[str, Any], event: Event, annotated: str, predicted: str) -> Miss:
    return Miss(cause, report["id"], event["kind"], _words(event), annotated, predicted)


def _words(event: Event) -> str:
    return str(event["mentions"][0]["quote"]) if event["mentions"] else ""


def _show(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
