"""A table of names, each with a division or country, to one JSON object a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from khabar.errors import InputError
from khabar.lexicon.gazetteer import Gazetteer, load_with_layers
from khabar.lexicon.gazetteer_import import dict_rows
from khabar.lexicon.gazetteer_regions import english_name, find_region
from khabar.resolve.place_choice import Choice, choose
from khabar.resolve.place_query import query_of


def resolve_table(rows: IO[str], where: str, gazetteer: Gazetteer | None = None) -> Iterator[str]:
    """JSON lines for the rows of a table with the columns name and within, in order.

    Raises InputError when a column is missing or the table is empty.
    """
    gazetteer = gazetteer if gazetteer is not None else load_with_layers()
    for line, row in dict_rows(rows, Path(where)):
        if "name" not in row:
            raise InputError(f"{where}:{line}: needs the columns name and within; it has {', '.join(row)}")
        name, within = row["name"].strip(), (row.get("within") or "").strip()
        choice = choose(query_of(name, within, gazetteer), gazetteer)
        unknown = bool(within) and find_region(within, gazetteer) is None
        yield json.dumps(_answer(name, within, choice, unknown), ensure_ascii=False)


def _answer(name: str, within: str, choice: Choice, unknown: bool) -> dict[str, object]:
    answer: dict[str, object] = {"name": name, "within": within}
    place = choice.place
    if place is None:
        answer |= {"place": None, "reason": choice.reason, "score": choice.score}
    else:
        answer |= {
            "place": {
                "id": place.id,
                "name": place.name,
                "name_en": place.name_en,
                "kind": place.kind,
                "lat": place.lat,
                "lon": place.lon,
                "radius_km": place.radius_km,
                "score": choice.score,
                "country": place.country,
                "admin1": english_name(place.country, place.admin1),
                "source": place.source,
                "licence": place.licence,
            }
        }
    if unknown:
        answer["note"] = f"no country or division is called {within!r}; it was not used"
    return answer
