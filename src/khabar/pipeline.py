"""The ordered stages: the only module that knows the order."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from functools import cache

from khabar.annotate.counts import find_counts
from khabar.annotate.entities import find_actors
from khabar.annotate.places import find_places
from khabar.annotate.quotes import find_quotes
from khabar.annotate.times import find_times
from khabar.annotate.triggers import find_cues, find_triggers, find_weapons
from khabar.code.context import Context
from khabar.model.document import CountMention, Document, Interval, Issue, Precision
from khabar.model.record import PlaceValue, Reading
from khabar.model.report import PublishedBasis, Report
from khabar.qualify.attribution import find_attributions
from khabar.resolve.actor import ActorResolver
from khabar.resolve.dateline import infer_published
from khabar.resolve.time import resolve_start, resolve_time
from khabar.resolve.time_relative import resolve_anniversary, resolve_relative
from khabar.text.tokens import find_sentences, find_tokens


def make_report(
    text: str,
    *,
    published: date | None = None,
    title: str | None = None,
    outlet: str | None = None,
    id: str | None = None,
    url: str | None = None,
    language: str | None = "ar",
) -> Report:
    """A report over `text`, which is kept as it is."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Report(
        id=id or digest[:16],
        text=text,
        sha256=digest,
        title=title,
        outlet=outlet,
        published=published,
        published_basis=PublishedBasis.TOLD if published is not None else PublishedBasis.UNKNOWN,
        language=language,
        url=url,
    )


def annotate(report: Report) -> Document:
    """The document of a report with every layer of mentions and its attributions."""
    tokens = find_tokens(report.text)
    sentences = find_sentences(report.text, tokens)
    norms = [t.norm for t in tokens]
    times = find_times(tokens, sentences)
    timed = {k for t in times for k in range(t.first, t.last)}
    counts: list[CountMention] = []
    for sentence in sentences:
        counts += (c for c in find_counts(tokens, norms, sentence.first, sentence.last) if c.last - 1 not in timed)
    places = find_places(tokens, sentences)
    actors = find_actors(tokens, norms, sentences, counts, times, places)
    attributions = find_attributions(report.text, tokens, norms, sentences, actors, times)
    report, issues = _dated(report, tokens, sentences, times)
    return Document(
        report=report,
        tokens=tokens,
        sentences=sentences,
        triggers=find_triggers(tokens, norms, sentences),
        actors=actors,
        places=places,
        times=times,
        counts=tuple(counts),
        weapons=find_weapons(tokens, norms, sentences),
        cues=find_cues(tokens, norms, sentences),
        quotes=find_quotes(report.text),
        attributions=attributions,
        issues=issues,
    )


def _dated(report: Report, tokens, sentences, times) -> tuple[Report, tuple[Issue, ...]]:  # type: ignore[no-untyped-def]
    if report.published is not None:
        return report, ()
    found, reasons = infer_published(tokens, sentences, times)
    if found is None:
        return report, (
            Issue(
                "no-publication-date",
                "The publication date is not told and could not be inferred; "
                "relative dates stay unknown. Pass published=YYYY-MM-DD.",
            ),
        )
    message = f"The publication date is inferred as {found.isoformat()}: " + "; ".join(reasons)
    return (
        replace(report, published=found, published_basis=PublishedBasis.INFERRED),
        (Issue("publication-date-inferred", message),),
    )


def build_context(doc: Document) -> Context:
    """The index that coding works on: times, places and weakly named actors resolved."""
    doc = resolve_actors_of(doc)
    intervals: list[Interval | None] = [resolve_time(t, doc.report.published) for t in doc.times]
    published = doc.report.published
    starts = [resolve_start(t, published) for t in doc.times]
    futures = [resolve_time(t, published, tense="future") for t in doc.times]
    norms = [t.norm for t in doc.tokens]
    return Context(doc, norms, intervals, _places(doc), starts, futures, _relatives(doc, intervals))


def resolve_actors_of(doc: Document) -> Document:
    """The document with its weak names ("الجيش", "التنظيم") given the actors that the report means by them."""
    resolver = ActorResolver(doc)
    actors = list(doc.actors)
    for n, mention in enumerate(actors):
        if mention.entry is not None and (mention.weak or mention.entry.startswith("any.")):
            found = resolver.resolve(mention)
            if found is not None and found != mention.entry:
                actors[n] = mention._replace(entry=found)
        elif mention.affiliation is not None and mention.affiliation.startswith("any."):
            owner = resolver.affiliation(mention)
            if owner is not None and owner != mention.affiliation:
                actors[n] = mention._replace(affiliation=owner)
    return replace(doc, actors=tuple(actors))


def _relatives(doc: Document, intervals: list[Interval | None]) -> list[tuple[Interval, ...]]:
    """For times told from another act, the days it may have been: seen from the days told beside, then the report's.

    For an anniversary, the day of the act itself.
    """
    found: list[tuple[Interval, ...]] = []
    published = doc.report.published
    for time in doc.times:
        anniversary = resolve_anniversary(time, published)
        if anniversary is not None or not time.value.startswith("relative:"):
            found.append(() if anniversary is None else (anniversary,))
            continue
        sentence = next(s for s in doc.sentences if s.first <= time.first < s.last)
        anchors = [
            i
            for t, i in zip(doc.times, intervals, strict=True)
            if i is not None and i.start == i.end and sentence.first <= t.first < sentence.last
        ]
        if published is not None:
            anchors.append(Interval(published, published, Precision.DAY))
        found.append(resolve_relative(time, anchors))
    return found


def _places(doc: Document) -> list[PlaceValue | None]:
    try:
        from khabar.resolve.place import resolve_places
    except ImportError:
        return [None] * len(doc.places)
    return list(resolve_places(doc, _gazetteer()))


@cache
def _gazetteer():  # type: ignore[no-untyped-def]
    from khabar.lexicon.gazetteer import load_with_layers

    return load_with_layers()


def read(
    text: str,
    *,
    published: date | None = None,
    title: str | None = None,
    outlet: str | None = None,
    id: str | None = None,
    url: str | None = None,
    steps: bool = False,
) -> Reading:
    """Read one report's text and return its records with all claims and evidence; `steps` adds what made each score."""
    from khabar.code.records import code_events

    report = make_report(text, published=published, title=title, outlet=outlet, id=id, url=url)
    doc = annotate(report)
    return code_events(build_context(doc), steps=steps)
