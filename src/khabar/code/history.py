"""What earlier events of the report were decided to be: the next event often shares their day or place."""

from __future__ import annotations

from typing import NamedTuple

from khabar.code.context import Buckets

_BY_0_1_2_5 = Buckets(0, 1, 2, 5)


class Told(NamedTuple):
    """An earlier event's slot value; `key` is None when it has none."""

    sentence: int
    kind: str
    key: object


def history_features(history: list[Told], sentence: int, kind: str, key: object) -> list[str]:
    """How a candidate value compares with those of the events before: the latest, the first, any."""
    if not history:
        return ["h:first"]
    latest, first = history[-1], history[0]
    gap = _BY_0_1_2_5[abs(sentence - latest.sentence)]
    atoms = [
        f"h:latest={latest.key == key}", f"h:latest={latest.key == key}&gap={gap}", f"h:opening={first.key == key}",
        f"h:any={any(t.key == key for t in history)}", f"h:latest={latest.key == key}&none={latest.key is None}",
    ]
    same = [t for t in history if t.kind == kind]
    if same:
        atoms.append(f"h:kind={same[-1].key == key}")
        atoms.append(f"h:kind={same[-1].key == key}&gap={_BY_0_1_2_5[abs(sentence - same[-1].sentence)]}")
    return atoms
