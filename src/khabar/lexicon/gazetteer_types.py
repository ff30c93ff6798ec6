"""The tables of data/ar/places.toml, read once: type words and the gazetteer kinds they fit."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from khabar.lexicon.entries import DATA
from khabar.lexicon.gazetteer_keys import words


@cache
def place_tables() -> dict[str, Any]:
    """data/ar/places.toml as read."""
    return tomllib.loads((DATA / "ar/places.toml").read_text("utf-8"))


@cache
def type_kinds() -> dict[str, tuple[str, ...]]:
    """Type word id -> gazetteer kinds it fits, best first."""
    return {entry["id"]: tuple(entry["kinds"]) for entry in place_tables()["type"]}


@cache
def plural_types() -> frozenset[str]:
    """Folded plural type words: what follows may be the region that holds them (بلدات الغوطة)."""
    return frozenset(" ".join(words(text)) for entry in place_tables()["type"] for text in entry["many"])
