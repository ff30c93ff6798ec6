"""Which records are worth comparing: keys that records which could tell the same share. A store indexes the same.

Two kinds of key. A day, a kind family and a place (half a degree, division, a telling word of its name; the country
where a lead tells it): what the reading found. And, for what the lead tells, a day of publication and a telling word:
what the text says when the reading of two reports differs in day or place. Of the judged pairs that tell one incident
the first find 70 %, both 95 % (python tools/evaluate_pairs.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from khabar.lexicon.ontology import family_of
from khabar.lexicon.same_name import name_words
from khabar.link.features import Side, make_side
from khabar.link.sketch import sketch_report
from khabar.link.words import find_stems, rarity
from khabar.model.document import TimeBasis
from khabar.model.record import EventRecord, PlaceValue
from khabar.model.report import Report

LONGEST = 4  # days; longer intervals are found by their publication
CELL = 0.5  # degrees, about 50 km
WIDEST = 100.0  # km; a place of a larger radius is in no cell
NAME_RARITY = 2.0  # a place is found by those words of its names that fewer than one report in seven has
WORDS = 8  # telling words that a lead is found by
WORD_RARITY = 2.5  # of which each is in fewer than one report in twelve
# Families that one act is told under by different desks: an attack by what it destroyed, took or drew in reply.
GROUPS = {"destruction": "attack", "territory": "attack", "defence": "attack", "protest": "attack"}


def block_keys(record: EventRecord, report: Report) -> tuple[str, ...]:
    """Keys of a record, sorted. `report` gives the text and the publication."""
    sketch = sketch_report(
        report.text, report=report.id, published=report.published, title=report.title, outlet=report.outlet
    )
    return side_keys(make_side(record, sketch))


def side_keys(side: Side) -> tuple[str, ...]:
    """`block_keys` of a record whose report is sketched already."""
    record, published = side.record, side.sketch.published
    family = family_of(record.kind)
    family = GROUPS.get(family, family)
    days = set(_days(record, published))
    places = _places(record.place)
    found: set[str] = set()
    if side.lead:
        if record.place is not None and record.place.country is not None:
            places.append(f"c:{record.place.country}")
        if published is not None:
            days |= {published, published - timedelta(1)}
            found = {f"{(published + timedelta(n)).isoformat()}|{word}" for n in (0, 1) for word in _telling(side)}
    return tuple(sorted(found | {f"{day.isoformat()}|{family}|{place}" for day in days for place in places}))


def _telling(side: Side) -> list[str]:
    """The rarest words of the passage."""
    words = sorted((-rarity(stem), stem) for stem in side.passage.stems if not stem.isdigit())
    return [stem for weight, stem in words[:WORDS] if -weight > WORD_RARITY]


def _days(record: EventRecord, published: date | None) -> list[date]:
    """Days to be found by: the interval's, one more after where it is told (a desk may date by its own day), one more
    before where it is a default; the publication's where it is long or unknown."""
    interval = record.date
    if interval is None or (interval.end - interval.start).days >= LONGEST:
        if published is None:
            return [] if interval is None else [interval.start, interval.end]
        start, end = published - timedelta(1), published
    elif interval.basis == TimeBasis.TOLD:
        start, end = interval.start, interval.end + timedelta(1)
    else:
        start, end = interval.start - timedelta(1), interval.end
    return [start + timedelta(n) for n in range((end - start).days + 1)]


def _places(place: PlaceValue | None) -> list[str]:
    if place is None:
        return ["-"]
    names = {stem for name in place.names for stem in find_stems(name) if rarity(stem) >= NAME_RARITY}
    found = [f"n:{stem}" for stem in sorted(names)]
    if place.lat is not None and place.lon is not None and (place.radius_km or 0.0) < WIDEST:
        found += _cells(place.lat, place.lon)
    if place.country is not None:
        division = " ".join(sorted(name_words(place.admin1))) if place.admin1 is not None else ""
        found.append(f"a:{place.country}:{division}" if division else f"c:{place.country}")
    return found or ["-"]


def _cells(lat: float, lon: float) -> list[str]:
    """Cells of two grids, half a cell apart, by rows and columns: places within half a cell share one."""
    rows = sorted({round(lat / CELL - 0.5), round(lat / CELL)})
    columns = sorted({round(lon / CELL - 0.5), round(lon / CELL)})
    return [f"g:{row}:{column}" for row in rows for column in columns]


class BlockIndex:
    """Records by their keys, in memory. Not for several threads."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[str, ...]] = {}
        self._under: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        """How many records are indexed."""
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
            under.pop(ident, None)
            if not under:
                del self._under[key]

    def candidates(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Ids of the records under any of these keys, sorted."""
        return tuple(sorted({ident for key in keys for ident in self._under.get(key, ())}))


def find_candidates(record: EventRecord, report: Report, index: BlockIndex) -> tuple[str, ...]:
    """Ids of the indexed records that could tell what `record` tells, itself left out; sorted."""
    return tuple(ident for ident in index.candidates(block_keys(record, report)) if ident != record.id)
