"""A name as somebody types it, with a division or country, to a query."""

from __future__ import annotations

from functools import cache

from khabar.lexicon.gazetteer import Gazetteer
from khabar.lexicon.gazetteer_keys import words
from khabar.lexicon.gazetteer_regions import find_region
from khabar.lexicon.gazetteer_types import place_tables, type_kinds
from khabar.resolve.place_score import Query


@cache
def _type_forms() -> dict[tuple[str, ...], str]:
    """Folded singular type words -> type id, those that only describe (الطريق) left out."""
    found: dict[tuple[str, ...], str] = {}
    for entry in place_tables()["type"]:
        for text in entry["one"]:
            found.setdefault(words(text), entry["id"])
    return found


def query_of(name: str, within: str, gazetteer: Gazetteer) -> Query:
    """A query for `name` ("حقل العمر", "دوما") within a division or country (may be empty or unknown)."""
    region = find_region(within, gazetteer)
    parts = words(name)
    type_word, text = None, ""
    for size in (2, 1):
        if len(parts) > size and parts[:size] in _type_forms():
            type_word, text = _type_forms()[parts[:size]], " ".join(parts[:size])
            parts = parts[size:]
            break
    return Query(
        name=" ".join(parts),
        type_word=type_word,
        type_text=text,
        kinds=type_kinds()[type_word] if type_word is not None else (),
        regions=(region,) if region is not None else (),
        strict=region is not None,
    )
