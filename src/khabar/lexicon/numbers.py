"""Number words and their bounds, from data/ar/numbers.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold


class NumberTable(NamedTuple):
    """Folded number words by what they do."""

    units: dict[str, int]
    teens: dict[str, int]
    tens: dict[str, int]
    hundreds: dict[str, int]
    scales: dict[str, int]
    vague: dict[str, tuple[int, int]]
    unknown: frozenset[str]
    before: dict[str, tuple[tuple[tuple[str, ...], str], ...]]  # by the bound's last word
    after: dict[str, tuple[tuple[tuple[str, ...], str], ...]]  # by its first word

    def starts(self, norm: str) -> bool:
        """Whether a number can start with this folded word."""
        return norm in self.units or norm in self.tens or norm in self.hundreds or norm in self.scales


def _bounds(data: dict[str, list[str]], at: int) -> dict[str, tuple[tuple[tuple[str, ...], str], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for relation, phrases in data.items():
        for phrase in phrases:
            words = tuple(fold(phrase).split())
            found.setdefault(words[at], []).append((words, relation))
    return {k: tuple(sorted(v, key=lambda p: -len(p[0]))) for k, v in found.items()}


@cache
def load_numbers() -> NumberTable:
    """The number table."""
    data = tomllib.loads((DATA / "ar/numbers.toml").read_text("utf-8"))

    def folded(name: str) -> dict[str, int]:
        return {fold(k): v for k, v in data[name].items()}

    return NumberTable(
        folded("units"), folded("teens"), folded("tens"), folded("hundreds"), folded("scales"),
        {fold(k): (v[0], v[1]) for k, v in data["vague"].items()},
        frozenset(fold(w) for w in data["unknown"]["words"]),
        _bounds(data["before"], -1), _bounds(data["after"], 0),
    )
