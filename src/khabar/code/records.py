"""Drafts to event records: every value becomes a claim with its words, chain, status, score and origin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from khabar.code.casualties import Toll
from khabar.code.context import Context
from khabar.code.drafts import Draft, draft_events, load_models
from khabar.code.entities import Entity, find_entities
from khabar.code.links import find_links
from khabar.code.means import find_means
from khabar.code.names import entity_names, place_names
from khabar.code.roles import Candidate
from khabar.code.source_choice import chain_names
from khabar.lexicon.actors import load_actors
from khabar.lexicon.calibration import calibrate
from khabar.lexicon.weights import ANY, LinearModel, expand
from khabar.model.document import Interval, TimeBasis
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

_AROUND = 32  # characters of prefix and suffix kept with a quote (Web Annotation's TextQuoteSelector)
_MENTIONS = 12  # evidence spans kept per claim
_STEPS = 8  # features told per claim


class _Words:
    """The words that a report's claims point to: what several records share is made once."""

    def __init__(self, ctx: Context, entities: dict[str, Entity]) -> None:
        self.ctx, self.entities = ctx, entities
        self._evidence: dict[tuple[int, int], Evidence] = {}
        self._names: dict[tuple[str, int], list[tuple[int, int]]] = {}

    def evidence(self, spans: Iterable[tuple[int, int]]) -> tuple[Evidence, ...]:
        """Evidence for each of `spans`."""
        made = self._evidence
        found = []
        for span in spans:
            if span not in made:
                made[span] = make_evidence(self.ctx.text, *span)
            found.append(made[span])
        return tuple(found)

    def names(self, key: str, best: int) -> list[tuple[int, int]]:
        """Spans of an entity's names; those of mention `best` come first."""
        found = self._names.get((key, best))
        if found is None:
            found = self._names[key, best] = entity_names(self.ctx, self.entities[key].mentions, best)
        return found


def make_evidence(text: str, start: int, end: int) -> Evidence:
    """Evidence for `text[start:end]` with what stands around it."""
    return Evidence(start, end, text[start:end], text[max(0, start - _AROUND) : start], text[end : end + _AROUND])


@cache
def _models() -> dict[str, LinearModel]:
    return load_models()


def code_events(ctx: Context, models: dict[str, LinearModel] | None = None, *, steps: bool = False) -> Reading:
    """The records of a document, with the steps of each claim's score if asked for (they take time).

    `models` replaces the trained ones (for training and tests).
    """
    models = models or _models()
    entities = find_entities(ctx)
    drafts = draft_events(ctx, entities, models)
    ids = _ids(ctx, drafts)
    links = find_links(ctx, drafts)
    words = _Words(ctx, entities)
    records = []
    for n, draft in enumerate(drafts):
        told = tuple(LinkValue(relation, ids[k]) for relation, k in links.get(n, ()))
        records.append(_Builder(words, draft, ids[n], models if steps else None).record(told))
    return Reading(ctx.doc.report, tuple(records), ctx.doc.issues)


def _ids(ctx: Context, drafts: Sequence[Draft]) -> list[str]:
    """Ids by content: report, span of the clearest trigger, ordinal among equals. A better rule keeps them."""
    seen: dict[str, int] = {}
    ids = []
    for draft in drafts:
        t = ctx.doc.triggers[draft.triggers[0]]
        key = f"{ctx.doc.report.sha256}:{t.start}:{t.end}"
        ordinal = seen[key] = seen.get(key, -1) + 1
        ids.append("e" + hashlib.sha256(f"{key}:{ordinal}".encode()).hexdigest()[:12])
    return ids


class _Builder:
    """Builds one record's claims; holds what all of them share."""

    def __init__(
        self,
        words: _Words,
        draft: Draft,
        record: str,
        explained_by: dict[str, LinearModel] | None,
    ) -> None:
        self.words, self.draft, self.id = words, draft, record
        self.ctx, self.models = words.ctx, explained_by
        self.text = self.ctx.text
        triggers = self.ctx.doc.triggers
        self.spans = [(triggers[n].start, triggers[n].end) for n in draft.triggers]
        self.chains = [tuple(chain_names(self.ctx, k)) for k, _ in draft.sources]
        self.status = Status(draft.status)
        self.claims: list[Claim] = []

    def claim(
        self,
        prop: str,
        value: Value,
        spans: Sequence[tuple[int, int]],
        score: float,
        origin: Origin,
        steps: Sequence[ScoreStep] = (),
    ) -> None:
        """Append a claim; its original value is the words of its first evidence, the clearest trigger without any."""
        evidence = self.words.evidence(spans[:_MENTIONS] or self.spans[:1])
        self.claims.append(
            Claim(
                record=self.id,
                property=prop,
                value=value,
                original=evidence[0].quote,
                evidence=evidence,
                attribution=self.chains[0] if self.chains else (),
                status=self.status,
                score=calibrate(prop, score),
                origin=origin,
                steps=tuple(steps),
            )
        )

    def steps(self, model: str, features: Iterable[str], label: str = ANY) -> list[ScoreStep]:
        """The features that moved a score most, when they were asked for."""
        if self.models is None:
            return []
        return [ScoreStep(f, round(w, 3)) for f, w in self.models[model].steps(features, label)[:_STEPS]]

    def record(self, links: tuple[LinkValue, ...]) -> EventRecord:
        """The record, a fold over its claims."""
        draft, ctx = self.draft, self.ctx
        best = ctx.doc.triggers[draft.triggers[0]]
        self.claim("kind", draft.kind, self.spans, draft.kind_lead, Origin("code", "trigger", best.entry))
        actors = tuple(self.actor("actor", c) for c in draft.actors)
        targets = tuple(self.actor("target", c) for c in draft.targets)
        place = self.place()
        day = self.date()
        killed, injured = self.toll("killed", draft.killed), self.toll("injured", draft.injured)
        means = self.means()
        self.claim(
            "status",
            draft.status,
            self.spans,
            draft.status_lead,
            Origin("code", "status"),
            self.steps("status", draft.status_features, draft.status),
        )
        sources = self.sources()
        for link in links:
            self.claim("link", link, self.spans[:1], 1.0, Origin("code", "links:" + link.relation))
        return EventRecord(
            id=self.id,
            report=ctx.doc.report.id,
            kind=draft.kind,
            mentions=self.words.evidence(self.spans),
            actors=actors,
            targets=targets,
            place=place,
            date=day,
            killed=killed,
            injured=injured,
            means=means,
            sources=sources,
            status=self.status,
            links=links,
            score=round(draft.score, 3),
            claims=tuple(self.claims),
        )

    def actor(self, role: str, c: Candidate) -> ActorValue:
        mention = self.ctx.doc.actors[c.mention]
        spans = self.words.names(c.key, c.mention)
        names = tuple(self.text[a:b] for a, b in spans)
        entry = mention.entry or mention.affiliation
        info = load_actors().get(entry) if entry else None
        value = ActorValue(names, info.name_en if info else names[0], entry, mention.cls.value, mention.country)
        self.claim(
            role,
            value,
            spans,
            c.score,
            Origin("code", mention.rule, entry),
            self.steps(role + "_event", expand(c.blocks) if self.models else ()),
        )
        return value

    def place(self) -> PlaceValue | None:
        found = self.draft.place
        if found is None:
            return None
        spans = place_names(self.ctx, found.mentions, found.best)
        names = tuple(self.text[a:b] for a, b in spans)
        resolved = self.ctx.place_values[found.best]
        relation = self.ctx.doc.places[found.best].relation
        value = (
            replace(resolved, names=names, relation=relation) if resolved is not None else PlaceValue(names, relation)
        )
        self.claim(
            "place",
            value,
            spans,
            self.draft.place_lead,
            Origin("code", self.ctx.doc.places[found.best].rule, value.id),
            self.steps("place", expand(found.blocks) if self.models else ()),
        )
        return value

    def date(self) -> Interval | None:
        found = self.draft.date
        if found is None or found.interval is None:
            return None
        if found.mention is not None:
            rule = self.ctx.doc.times[found.mention].rule
        else:  # the report's own day, or the day of an event told before
            rule = "published" if found.interval.basis is TimeBasis.PUBLISHED else "earlier-event"
        spans = []
        interval = found.interval
        if found.mention is not None:
            time = self.ctx.doc.times[found.mention]
            spans = [(time.start, time.end)]
            sentences = {self.ctx.sentence_of(self.ctx.doc.triggers[n].first) for n in self.draft.triggers}
            if self.ctx.sentence_of(time.first) not in sentences:
                interval = replace(interval, basis=TimeBasis.INHERITED)
        self.claim(
            "date",
            interval,
            spans,
            self.draft.date_lead,
            Origin("resolve", rule),
            self.steps("date", expand(found.blocks) if self.models else ()),
        )
        return interval

    def toll(self, slot: str, found: tuple[Toll, float] | None) -> CountValue | None:
        if found is None:
            return None
        toll, lead = found
        value = CountValue(toll.minimum or 0, toll.maximum)
        tokens = self.ctx.doc.tokens
        self.claim(
            slot,
            value,
            [(tokens[toll.first].start, tokens[toll.last - 1].end)],
            lead,
            Origin("code", toll.relation, self.ctx.doc.triggers[toll.trigger].entry),
        )
        return value

    def means(self) -> tuple[str, ...]:
        spans = find_means(self.ctx, self.draft.triggers, [c.mention for c in self.draft.targets])
        names = []
        for start, end in spans:
            names.append(self.text[start:end])
            self.claim("means", self.text[start:end], [(start, end)], 1.0, Origin("annotate", "weapon"))
        return tuple(names)

    def sources(self) -> tuple[tuple[str, ...], ...]:
        for (index, score), chain in zip(self.draft.sources, self.chains, strict=True):
            attribution = self.ctx.doc.attributions[index]
            self.claim("source", " ← ".join(chain), attribution.chain, score, Origin("qualify", attribution.verb))
        return tuple(self.chains)
