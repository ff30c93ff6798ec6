"""What earlier events of the report were decided to be: the next event often shares their day or place."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Buckets
from khabar.lexicon.weights import Block, one

_BY_0_1_2_5 = Buckets(0, 1, 2, 5)
_FIRST = one("h:first")


class Told(NamedTuple):
    """An earlier event's slot value; `key` is None when it has none."""

    sentence: int
    kind: str
    key: object


class Before(NamedTuple):
    """The events before one, as all candidates for its slot look back on them."""

    latest: object
    gap: str
    first: object
    keys: frozenset[object]
    same: Told | None  # the latest of the event's kind
    since: str


def look_back(history: list[Told], sentence: int, kind: str) -> Before | None:
    """What went before an event of `kind` in `sentence`; None when nothing did."""
    if not history:
        return None
    latest = history[-1]
    same = next((t for t in reversed(history) if t.kind == kind), None)
    return Before(
        latest.key,
        _BY_0_1_2_5[abs(sentence - latest.sentence)],
        history[0].key,
        frozenset([t.key for t in history]),
        same,
        "" if same is None else _BY_0_1_2_5[abs(sentence - same.sentence)],
    )


def history_block(before: Before | None, key: object) -> Block:
    """How a candidate value compares with those of the events before: the latest, the first, any."""
    if before is None:
        return _FIRST
    latest, gap, first, keys, same, since = before
    if same is None:
        return (_compared, latest == key, gap, first == key, key in keys, latest is None)
    return (_compared, latest == key, gap, first == key, key in keys, latest is None, same.key == key, since)


def _compared(
    last: bool, gap: str, opening: bool, again: bool, bare: bool, kind: bool | None = None, since: str = ""
) -> list[str]:
    atoms = [
        f"h:latest={last}", f"h:latest={last}&gap={gap}", f"h:opening={opening}", f"h:any={again}",
        f"h:latest={last}&none={bare}",
    ]
    return atoms if kind is None else [*atoms, f"h:kind={kind}", f"h:kind={kind}&gap={since}"]
