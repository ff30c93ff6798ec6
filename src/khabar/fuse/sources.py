"""Which reports are independent sources of an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from khabar.lexicon.actors import load_actors
from khabar.lexicon.fold import fold
from khabar.model.record import EventRecord
from khabar.model.report import Report


@dataclass(frozen=True, slots=True)
class Source:
    """A report as a source. `group` is the same for wire copies; `agency` is the wire it names as its origin."""

    report: str
    outlet: str | None = None
    group: str | None = None
    agency: str | None = None
    published: date | None = None

    @property
    def label(self) -> str:
        """How it is named in reasons."""
        return self.outlet or self.report


def make_sources(reports: Iterable[Report], wire_groups: Mapping[str, str]) -> dict[str, Source]:
    """Sources by report id. `wire_groups` gives a report's group; a report that is missing is a copy of nothing."""
    return {r.id: Source(r.id, r.outlet, wire_groups.get(r.id, r.id), None, r.published) for r in reports}


def independent(records: Sequence[EventRecord], sources: Mapping[str, Source]) -> dict[str, int]:
    """The number of the independent source that each report belongs to, counted from 0 in the order of `records`.

    Wire copies are one source; so are reports of one outlet, of one agency, and those that have their event from one
    and the same speaker alone.
    """
    keys: dict[str, list[str]] = {}
    for record in records:
        source = sources[record.report]
        marks = keys.setdefault(record.report, [f"report {record.report}"])
        marks += [f"group {source.group or record.report}"]
        marks += [f"outlet {fold(source.outlet).strip()}"] if source.outlet else []
        marks += [f"agency {fold(source.agency).strip()}"] if source.agency else []
        speaker = only_speaker(record)
        if speaker is not None:
            marks.append(f"speaker {speaker}")
    number: dict[str, int] = {}
    of_mark: dict[str, str] = {}
    root = {report: report for report in keys}

    def find(report: str) -> str:
        while root[report] != report:
            report = root[report]
        return report

    for report, marks in keys.items():
        for mark in marks:
            first = of_mark.setdefault(mark, report)
            root[find(report)] = find(first)
    for report in keys:
        number.setdefault(find(report), len(number))
    return {report: number[find(report)] for report in keys}


def only_speaker(record: EventRecord) -> str | None:
    """The known actor (an id of the actor table) that alone a record has its event from; None where there is another
    voice, the report's own, or the speaker is not known by name: "officials" of two reports may be different people."""
    told = [claim.attribution for claim in record.claims if claim.property == "kind"]
    if not told or not all(told):
        return None
    speakers = {known_speaker(chain[-1]) for chain in record.sources if chain}
    return next(iter(speakers)) if len(speakers) == 1 else None


@lru_cache(maxsize=20_000)
def known_speaker(name: str) -> str | None:
    """The known actor that a source's words name, the first that they do; an adjective of origin names none
    (مصادر أميركية are not the United States)."""
    actors = load_actors()
    norms = fold(name).split()
    for i in range(len(norms)):
        hit = next((h for h in actors.match(norms, i) if h.strength != "adjective"), None)
        if hit is not None:
            return hit.actors[0]
    return None
