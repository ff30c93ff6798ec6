"""Records and reports made by hand, for tests of linking and fusion."""

from __future__ import annotations

import hashlib
from datetime import date

from khabar.model.document import Interval, Precision, TimeBasis
from khabar.model.record import (
    ActorValue,
    Claim,
    CountValue,
    EventRecord,
    Evidence,
    Origin,
    PlaceValue,
    Status,
    Value,
)
from khabar.model.report import PublishedBasis, Report

HALIB = PlaceValue(
    ("مدينة حلب",),
    id="kh:aleppo",
    name="حلب",
    kind="locality",
    lat=36.2,
    lon=37.16,
    radius_km=12.0,
    country="SY",
    admin1="Aleppo",
)
ADEN = PlaceValue(
    ("عدن",),
    id="kh:aden",
    name="عدن",
    kind="locality",
    lat=12.8,
    lon=45.03,
    radius_km=12.0,
    country="YE",
    admin1="Aden",
)
SYRIA = PlaceValue(
    ("سوريا",), id="kh:sy", name="سوريا", kind="country", lat=35.0, lon=38.5, radius_km=240.0, country="SY"
)
ARMY = ActorValue(("الجيش الإسرائيلي",), "Israeli army", "il.army", "named", "IL")
CIVILIANS = ActorValue(("مدنيون",), "مدنيون", None, "civilian")


def make_report(ident: str, text: str, published: date | None = date(2021, 5, 4), outlet: str | None = None) -> Report:
    """A report whose first line is its title."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Report(ident, text, digest, text.partition("\n")[0], outlet or ident, published, PublishedBasis.TOLD, "ar")


def make_record(
    report: Report,
    ident: str,
    quote: str,
    *,
    kind: str = "airstrike",
    place: PlaceValue | None = HALIB,
    day: date | None = date(2021, 5, 3),
    basis: TimeBasis = TimeBasis.TOLD,
    killed: CountValue | None = None,
    actors: tuple[ActorValue, ...] = (),
    targets: tuple[ActorValue, ...] = (),
    chain: tuple[str, ...] = (),
    status: Status = Status.ASSERTED,
) -> EventRecord:
    """A record told at the first occurrence of `quote`, with a claim for each value."""
    start = report.text.index(quote)
    evidence = (Evidence(start, start + len(quote), quote),)
    interval = None if day is None else Interval(day, day, Precision.DAY, basis)
    told: list[tuple[str, Value]] = [("kind", kind)]
    told += [("actor", a) for a in actors] + [("target", t) for t in targets]
    told += [(p, v) for p, v in (("place", place), ("date", interval), ("killed", killed)) if v is not None]
    told += [("status", status.value)] + ([("source", chain[-1])] if chain else [])
    claims = tuple(
        Claim(ident, prop, value, quote, evidence, chain, status, 0.9, Origin("test", "made")) for prop, value in told
    )
    sources = (chain,) if chain else ()
    return EventRecord(
        ident,
        report.id,
        kind,
        evidence,
        actors,
        targets,
        place,
        interval,
        killed,
        None,
        (),
        sources,
        status,
        (),
        0.9,
        claims,
    )
