"""Long lists of ids for queries, in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

CHUNK = 500  # ids a query, under the limits of both databases
T = TypeVar("T")


def chunks(ids: Sequence[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The ids in order, at most `size` at a time."""
    for i in range(0, len(ids), size):
        yield list(ids[i : i + size])
