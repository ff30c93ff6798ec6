"""What earlier events of the report were decided to be: the next event often shares their day or place."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Buckets
from khabar.lexicon.weights import Block, one

_BY_0_1_2_5 = Buckets(0, 1, 2, 5)


class Told(NamedTuple):
    """An earlier event's slot value; `key` is None when it has none."""

    sentence: int
    kind: str
    key: object


def history_block(history: list[Told], sentence: int, kind: str, key: object) -> Block:
    """How a candidate value compares with those of the events before: the latest, the first, any."""
    if not history:
        return one("h:first")
    latest, first = history[-1], history[0]
    gap = _BY_0_1_2_5[abs(sentence - latest.sentence)]
    same = next((t for t in reversed(history) if t.kind == kind), None)
    again = any(t.key == key for t in history)
    told: tuple[object, ...] = (latest.key == key, gap, first.key == key, again, latest.key is None)
    if same is None:
        return (_compared, *told)
    return (_compared, *told, same.key == key, _BY_0_1_2_5[abs(sentence - same.sentence)])


def _compared(
    last: bool, gap: str, opening: bool, again: bool, bare: bool, kind: bool | None = None, since: str = ""
) -> list[str]:
    atoms = [
        f"h:latest={last}", f"h:latest={last}&gap={gap}", f"h:opening={opening}", f"h:any={again}",
        f"h:latest={last}&none={bare}",
    ]
    return atoms if kind is None else [*atoms, f"h:kind={kind}", f"h:kind={kind}&gap={since}"]
