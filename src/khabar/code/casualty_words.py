"""The words that tell of dead and injured, from data/ar/casualties.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold


class Table(NamedTuple):
    """The words of tolls, folded."""

    slots: dict[str, tuple[str, bool]]  # entry -> (slot, counted)
    tallies: frozenset[str]  # entries that name a toll
    tallied: dict[str, str]  # word in such an entry's words -> slot
    none: frozenset[str]
    unsaid: frozenset[str]
    other: frozenset[str]
    between: frozenset[str]
    two: frozenset[str]
    one: frozenset[str]
    nobody: frozenset[str]
    number: frozenset[str]
    reaches: frozenset[str]
    agents: frozenset[str]
    numeral: frozenset[str]


@cache
def load_table() -> Table:
    """The casualty entries and words of data/ar/casualties.toml."""
    data = tomllib.loads((DATA / "ar/casualties.toml").read_text("utf-8"))
    slots = {}
    for slot in ("killed", "injured", "both"):
        for entry in data[slot].get("act", ()):
            slots[entry] = (slot, False)
        for entry in data[slot].get("counted", ()):
            slots[entry] = (slot, True)
    words, tally = data["words"], data["tally"]
    tallied = {fold(word): slot for slot in ("killed", "injured") for word in tally[slot]}
    names = ("none", "unsaid", "other", "between", "two", "one", "nobody", "number", "reaches", "agents", "numeral")
    lists = (frozenset(map(fold, words[k])) for k in names)
    return Table(slots, frozenset(tally["entries"]), tallied, *lists)
