"""Which records are worth comparing: keys by day, place and kind family, equal for records that could tell the same.

A store indexes the same keys; `BlockIndex` does it in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from khabar.lexicon.ontology import family_of
from khabar.lexicon.same_name import name_words
from khabar.link.words import find_stems, rarity
from khabar.model.document import TimeBasis
from khabar.model.record import EventRecord, PlaceValue
from khabar.model.report import Report

LONGEST = 4  # days; longer intervals are found by their publication
CELL = 0.5  # degrees, about 50 km
NAME_RARITY = 2.0  # a place is found by those words of its names that fewer than one report in seven has
# Families that one act is told under by different desks: an attack by what it destroyed, took or drew in reply.
GROUPS = {"destruction": "attack", "territory": "attack", "defence": "attack"}


def block_keys(record: EventRecord, report: Report) -> tuple[str, ...]:
    """Keys of a record, sorted: each a day, a family and a place (cell, division, name, or country where there is
    nothing finer). Records without day and place have none but their report's days. `report` gives the publication."""
    family = family_of(record.kind)
    family = GROUPS.get(family, family)
    days = _days(record, report.published)
    return tuple(sorted({f"{day.isoformat()}|{family}|{place}" for day in days for place in _places(record.place)}))


def _days(record: EventRecord, published: date | None) -> list[date]:
    """Days to be found by: the interval's, one more before where the day is a default, the publication's where it is long."""
    interval = record.date
    if interval is None or (interval.end - interval.start).days >= LONGEST:
        if published is None:
            return [] if interval is None else [interval.start, interval.end]
        start, end = published - timedelta(1), published
    else:
        start, end = interval.start, interval.end
        if interval.basis == TimeBasis.TOLD:
            end += timedelta(1)  # a desk in another zone, or that dates by its own day
        else:
            start -= timedelta(1)
    return [start + timedelta(n) for n in range((end - start).days + 1)]


def _places(place: PlaceValue | None) -> list[str]:
    if place is None:
        return ["-"]
    found = [f"n:{stem}" for stem in sorted({s for name in place.names for s in find_stems(name) if rarity(s) >= NAME_RARITY})]
    if place.lat is not None and place.lon is not None and (place.radius_km or 0.0) < 100:
        found += _cells(place.lat, place.lon)
    if place.country is not None:
        division = " ".join(sorted(name_words(place.admin1))) if place.admin1 is not None else ""
        found.append(f"a:{place.country}:{division}" if division else f"c:{place.country}")
    return found or ["-"]


def _cells(lat: float, lon: float) -> list[str]:
    """The cell and the nearest neighbours: two places within half a cell of each other share one."""
    rows = sorted({round(lat / CELL - 0.5), round(lat / CELL)})
    cols = sorted({round(lon / CELL - 0.5), round(lon / CELL)})
    return [f"g:{row}:{col}" for row in rows for col in cols]


class BlockIndex:
    """Records by their keys, in memory. Not for several threads."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[str, ...]] = {}
        self._under: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, ident: str, keys: Iterable[str]) -> None:
        """Index a record; again with other keys moves it."""
        self.remove(ident)
        self._keys[ident] = tuple(keys)
        for key in self._keys[ident]:
            self._under.setdefault(key, {})[ident] = None

    def remove(self, ident: str) -> None:
        """Forget a record; nothing happens when it is not there."""
        for key in self._keys.pop(ident, ()):
            under = self._under[key]
            del under[ident]
            if not under:
                del self._under[key]

    def candidates(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Ids of the records under any of these keys, sorted."""
        return tuple(sorted({ident for key in keys for ident in self._under.get(key, ())}))


def find_candidates(record: EventRecord, report: Report, index: BlockIndex) -> tuple[str, ...]:
    """Ids of the indexed records that could tell what `record` tells, itself left out; sorted."""
    return tuple(ident for ident in index.candidates(block_keys(record, report)) if ident != record.id)
