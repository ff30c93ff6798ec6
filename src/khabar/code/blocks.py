"""Blocks of features made of other blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from khabar.lexicon.weights import Block


def prefixed(prefix: str, blocks: Iterable[Block]) -> list[Block]:
    """Blocks whose features begin with `prefix`."""
    return [(_prefixed, prefix, *block) for block in blocks]


def _prefixed(prefix: str, make: Callable[..., list[str]], *args: Any) -> list[str]:
    return [f"{prefix}:{feature}" for feature in make(*args)]
