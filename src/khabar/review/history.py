"""The history of a subject with what each step changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from khabar.model.record import EventRecord

FIELDS = ("kind", "status", "actors", "targets", "place", "date", "killed", "injured", "means", "sources", "links")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changed; values as plain data, None when unknown."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a history: a decision, or a new reading by the machine."""

    at: str
    by: str
    action: str
    reason: str
    decision: str | None
    differences: tuple[Difference, ...]
    payload: str = ""
    withdrawn: bool = False
    subject: str = ""  # the incident it was decided on, where that was merged into this one


def find_differences(before: EventRecord, after: EventRecord) -> tuple[Difference, ...]:
    """Fields in which two forms of a record differ, in the order of FIELDS."""
    found: list[Difference] = []
    for field in FIELDS:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            found.append(Difference(field, msgspec.to_builtins(old), msgspec.to_builtins(new)))
    return tuple(found)


def sort_steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps by time; those of one moment in the order given."""
    return tuple(sorted(steps, key=lambda step: step.at))
