"""A small deterministic reader for tests of the project: an event for each trigger word, with what stands near it."""

from __future__ import annotations

import hashlib
import re
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
    Reading,
    Status,
    Value,
)
from khabar.model.report import PublishedBasis, Report

TRIGGERS = {"قصف": "shelling", "غارة": "airstrike", "انفجار": "bombing", "اشتباك": "clash", "اعتقال": "detention"}
PLACES = {
    "إدلب": ("g:idlib", 35.931, 36.634), "حلب": ("g:aleppo", 36.202, 37.134), "دمشق": ("g:damascus", 33.513, 36.292),
    "بغداد": ("g:baghdad", 33.315, 44.366), "غزة": ("g:gaza", 31.501, 34.466), "صنعاء": ("g:sanaa", 15.369, 44.191),
}
ACTORS = {"الجيش": ("army", "named"), "طائرات روسية": ("russia-air", "named"), "مسلحون": (None, "group")}
PERSON = re.compile(r"المدني ((?:[^\W\d_]+ ){1,2}[^\W\d_]+)")
KILLED = re.compile(r"(\d+) قتيل")


class FakeReader:
    """`more` adds a reading of killed, as a better reader would; `fail` is a word that makes it break."""

    def __init__(self, *, bonus: int = 0, fail: str | None = None) -> None:
        self.bonus = bonus
        self.fail = fail
        self.calls = 0

    def __call__(self, text: str, *, published: date | None = None, title: str | None = None,
                 outlet: str | None = None, id: str | None = None) -> Reading:
        self.calls += 1
        if self.fail is not None and self.fail in text:
            raise ValueError("a word it can't stand")
        digest = hashlib.sha256(text.encode()).hexdigest()
        basis = PublishedBasis.UNKNOWN if published is None else PublishedBasis.TOLD
        report = Report(id or digest[:16], text, digest, title, outlet, published, basis, "ar")
        found = sorted((m.start(), word) for word in TRIGGERS for m in re.finditer(word, text))
        return Reading(report, tuple(self._record(report, at, word) for at, word in found))

    def _record(self, report: Report, at: int, word: str) -> EventRecord:
        text = report.text
        ident = "e-" + hashlib.sha256(f"{report.id}\0{at}".encode()).hexdigest()[:20]
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        claims = [_claim(ident, "kind", TRIGGERS[word], text, at, at + len(word))]
        place = self._find_place(ident, text, start, end, claims)
        actors = self._find(ident, "actor", ACTORS, text, start, end, claims)
        targets: tuple[ActorValue, ...] = ()
        person = PERSON.search(text, start, end)
        if person is not None:
            targets = (ActorValue((person.group(1),), person.group(1), None, "person"),)
            claims.append(_claim(ident, "target", targets[0], text, person.start(1), person.end(1)))
        toll = KILLED.search(text, start, end)
        killed = None
        if toll is not None:
            count = int(toll.group(1)) + self.bonus
            killed = CountValue(count, count)
            claims.append(_claim(ident, "killed", killed, text, toll.start(), toll.end()))
        day = report.published
        when = None if day is None else Interval(day, day, Precision.DAY, TimeBasis.PUBLISHED)
        status = Status.DENIED if "نفى" in text[start:end] else Status.ASSERTED
        return EventRecord(
            ident, report.id, TRIGGERS[word], claims[0].evidence, actors, targets, place, when, killed, None, (), (),
            status, (), 0.9, tuple(claims))

    def _find_place(self, ident: str, text: str, start: int, end: int, claims: list[Claim]) -> PlaceValue | None:
        for name, (entry, lat, lon) in PLACES.items():
            at = text.find(name, start, end)
            if at >= 0:
                place = PlaceValue((name,), "in", entry, name, "locality", lat, lon, 5.0, None, "SY", 1, 1, 0.9)
                claims.append(_claim(ident, "place", place, text, at, at + len(name)))
                return place
        return None

    def _find(self, ident: str, role: str, known: dict[str, tuple[str | None, str]], text: str, start: int, end: int,
              claims: list[Claim]) -> tuple[ActorValue, ...]:
        found: list[ActorValue] = []
        for name, (entry, cls) in known.items():
            at = text.find(name, start, end)
            if at >= 0:
                found.append(ActorValue((name,), name, entry, cls))
                claims.append(_claim(ident, role, found[-1], text, at, at + len(name)))
        return tuple(found)


def _claim(record: str, prop: str, value: Value, text: str, start: int, end: int) -> Claim:
    evidence = Evidence(start, end, text[start:end], text[max(0, start - 16):start], text[end:end + 16])
    return Claim(record, prop, value, evidence.quote, (evidence,), (), Status.ASSERTED, 0.9, Origin("fake", prop))
