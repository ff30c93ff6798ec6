"""Which predicted event is which annotated one, and which of its slots are right.

Events are those of the annotation format. An event is found when a predicted event of the same kind (or family) has
a mention in a sentence where the annotated one has one; pairs are one to one, as many as can be, the best slots first.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from khabar.evaluate.names import count_met, is_same_name

Event = Mapping[str, Any]
Pair = tuple[int, int]
_SENTENCE_END = re.compile(r"[.!?؟\n]+(?=\s|$)|\n")


class SentenceIndex:
    """The sentence of an offset, by the measure's own simple rule."""

    def __init__(self, text: str) -> None:
        self._ends = [m.end() for m in _SENTENCE_END.finditer(text)]

    def of(self, event: Event) -> frozenset[int]:
        """Sentences where an event is mentioned."""
        return frozenset(bisect_right(self._ends, m["start"]) for m in event["mentions"])


def names_of(event: Event, slot: str) -> list[list[str]]:
    """The names of each entry of a slot."""
    return [e.get("names") or [e.get("label", "")] for e in event.get(slot) or []]


def sources_of(event: Event) -> list[list[str]]:
    """Every member of every chain, each as an entry of its own."""
    return [[name] for chain in event.get("sources") or [] for name in chain]


def has_right_actors(gold: Event, found: Event) -> bool:
    """Whether the actors are the same, none missing and none too many."""
    a, b = names_of(gold, "actors"), names_of(found, "actors")
    return len(a) == len(b) == count_met(a, b)


def has_right_place(gold: Event, found: Event) -> bool:
    """Whether the places share a name, or neither has one."""
    a, b = gold.get("place"), found.get("place")
    if not a or not a.get("names"):
        return not b or not b.get("names")
    return b is not None and any(is_same_name(x, y) for x in a["names"] for y in b.get("names") or [])


def has_right_date(gold: Event, found: Event) -> bool:
    """Whether the days are the same, or neither is dated."""
    a, b = gold.get("date"), found.get("date")
    if not a:
        return not b
    return b is not None and (a["start"], a["end"]) == (b.get("start"), b.get("end"))


def has_right_count(gold: Event, found: Event, slot: str) -> bool:
    """Whether the lower bounds are the same, or neither has the number."""
    a, b = gold.get(slot), found.get(slot)
    if not a:
        return not b
    return b is not None and a.get("min") == b.get("min")


def has_right_status(gold: Event, found: Event) -> bool:
    """Whether the status is the same."""
    return bool(gold.get("status") == found.get("status"))


# In the order in which they are reported.
SLOT_CHECKS: Mapping[str, Callable[[Event, Event], bool]] = {
    "place": has_right_place,
    "date": has_right_date,
    "killed": lambda gold, found: has_right_count(gold, found, "killed"),
    "injured": lambda gold, found: has_right_count(gold, found, "injured"),
    "status": has_right_status,
}


def count_right_slots(gold: Event, found: Event) -> int:
    """How good a pair is: right ones of actors, place, date, killed and status."""
    return sum(
        (
            has_right_actors(gold, found),
            has_right_place(gold, found),
            has_right_date(gold, found),
            has_right_count(gold, found, "killed"),
            has_right_status(gold, found),
        )
    )


def pair_events(
    text: str,
    gold: Sequence[Event],
    found: Sequence[Event],
    same_kind: Callable[[str, str], bool],
) -> list[Pair]:
    """Pairs of indices (annotated, predicted)."""
    index = SentenceIndex(text)
    gold_at, found_at = [index.of(e) for e in gold], [index.of(e) for e in found]
    weights = {
        (i, j): count_right_slots(g, p)
        for i, g in enumerate(gold)
        for j, p in enumerate(found)
        if same_kind(g["kind"], p["kind"]) and gold_at[i] & found_at[j]
    }
    return assign(weights)


def assign(weights: Mapping[Pair, int]) -> list[Pair]:
    """The one-to-one pairing with the most pairs, heavy ones preferred (augmenting paths, heaviest first)."""
    rows: dict[int, list[int]] = defaultdict(list)
    for (i, j), _ in sorted(weights.items(), key=lambda item: -item[1]):
        rows[i].append(j)
    owner: dict[int, int] = {}

    def place(i: int, seen: set[int]) -> bool:
        for j in rows[i]:
            if j not in seen:
                seen.add(j)
                if j not in owner or place(owner[j], seen):
                    owner[j] = i
                    return True
        return False

    for i in sorted(rows, key=lambda i: -max(weights[i, j] for j in rows[i])):
        place(i, set())
    return [(i, j) for j, i in owner.items()]
