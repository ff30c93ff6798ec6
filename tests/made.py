"""Readings made by hand: from quotes, or from an annotated report, for tests of formats and commands."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from khabar.model.document import Interval, Issue, Precision, TimeBasis
from khabar.model.record import (
    ActorValue,
    Claim,
    CountValue,
    EventRecord,
    Evidence,
    LinkValue,
    Origin,
    PlaceValue,
    Reading,
    ScoreStep,
    Status,
    Value,
)
from khabar.model.report import PublishedBasis, Report

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def load_made(name: str) -> dict[str, Any]:
    """A hand-made annotation of an example, with the example's text."""
    annotated: dict[str, Any] = json.loads((ROOT / "tests" / f"{name}.json").read_text("utf-8"))
    annotated["text"] = (ROOT / "examples" / f"{name}.txt").read_text("utf-8")
    return annotated


def find_evidence(text: str, quote: str, nth: int = 0) -> Evidence:
    """The nth occurrence of `quote`; a quote that is not there is an error."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    end = start + len(quote)
    return Evidence(start, end, quote, text[max(0, start - 10) : start], text[end : end + 10])


@dataclass
class Maker:
    """Makes the claims of one record."""

    text: str
    record: str
    status: Status
    chain: tuple[str, ...]
    claims: list[Claim] = field(default_factory=list)

    def claim(self, property: str, value: Value, quotes: list[str]) -> None:
        evidence = tuple(find_evidence(self.text, q) for q in quotes if q in self.text)
        if evidence:
            self.claims.append(
                Claim(
                    self.record,
                    property,
                    value,
                    evidence[0].quote,
                    evidence,
                    self.chain,
                    self.status,
                    0.8,
                    Origin("code", f"{property}-by-hand", "qasafa"),
                    (ScoreStep("agreement", 1.2), ScoreStep("distance", -0.3)),
                )
            )


def make_reading(annotated: dict[str, Any], issues: tuple[Issue, ...] = ()) -> Reading:
    """A Reading of an annotated report (the exchange format), every value with a claim where its words are found."""
    text = annotated["text"]
    told = annotated.get("published")
    digest = hashlib.sha256(text.encode()).hexdigest()
    report = Report(
        id=annotated.get("id") or digest[:16],
        text=text,
        sha256=digest,
        title=annotated.get("title"),
        outlet=annotated.get("outlet"),
        published=date.fromisoformat(told) if told else None,
        published_basis=PublishedBasis.TOLD if told else PublishedBasis.UNKNOWN,
        language="ar",
        url=annotated.get("url"),
    )
    ids = {e["id"]: f"{report.id}-{e['id']}" for e in annotated["events"]}
    return Reading(report, tuple(_record(e, text, report.id, ids) for e in annotated["events"]), issues)


def _record(event: dict[str, Any], text: str, report: str, ids: dict[str, str]) -> EventRecord:
    chains = tuple(tuple(c) for c in event.get("sources", ()))
    status = Status(event.get("status", "asserted"))
    maker = Maker(text, ids[event["id"]], status, chains[0] if chains else ())
    mentions = tuple(find_evidence(text, m["quote"], m.get("nth", 0)) for m in event["mentions"])
    maker.claim("kind", event["kind"], [m.quote for m in mentions])
    actors = tuple(ActorValue(tuple(a["names"]), a["label"]) for a in event.get("actors", ()))
    targets = tuple(ActorValue(tuple(a["names"]), a["label"], cls="civilian") for a in event.get("targets", ()))
    for value in actors:
        maker.claim("actor", value, list(value.names))
    for value in targets:
        maker.claim("target", value, list(value.names))
    place = _place(event.get("place"))
    if place is not None:
        maker.claim("place", place, list(place.names))
    day = _date(event.get("date"), text, maker)
    counts = {}
    for slot in ("killed", "injured"):
        told = event.get(slot)
        counts[slot] = CountValue(told["min"], told["max"]) if told else None
        if counts[slot] is not None:
            maker.claim(slot, counts[slot], told.get("quotes", []))
    for means in event.get("means", ()):
        maker.claim("means", means, [means])
    for chain in chains:
        maker.claim("source", " < ".join(chain), list(chain))
    links = tuple(LinkValue(k["relation"], ids[k["event"]]) for k in event.get("links", ()))
    return EventRecord(
        ids[event["id"]],
        report,
        event["kind"],
        mentions,
        actors,
        targets,
        place,
        day,
        counts["killed"],
        counts["injured"],
        tuple(event.get("means", ())),
        chains,
        status,
        links,
        0.83,
        tuple(maker.claims),
    )


def _place(told: dict[str, Any] | None) -> PlaceValue | None:
    if not told:
        return None
    return PlaceValue(
        tuple(told["names"]), told.get("relation") or "in", admin1=told.get("admin1"), country=told.get("country")
    )


def _date(told: dict[str, Any] | None, text: str, maker: Maker) -> Interval | None:
    if not told:
        return None
    start, end = date.fromisoformat(told["start"]), date.fromisoformat(told["end"])
    basis = TimeBasis.TOLD if told.get("quotes") else TimeBasis.PUBLISHED
    value = Interval(start, end, Precision.DAY if start == end else Precision.DAYS, basis)
    maker.claim("date", value, told.get("quotes", []))
    return value
