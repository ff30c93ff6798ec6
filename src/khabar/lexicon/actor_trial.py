"""Explains and checks the actor table: what a name can mean and why, and what a maintainer must mend."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from khabar.errors import ConfigError
from khabar.lexicon.actor_build import find_names
from khabar.lexicon.actor_forms import template_names, written_names
from khabar.lexicon.actor_rows import ActorRow, ActorSource, load_source
from khabar.lexicon.actors import ActorHit, ActorInfo, load_actors
from khabar.lexicon.lint import split_words
from khabar.lexicon.persons import find_person


@cache
def _source() -> ActorSource:
    return load_source()


def _describe(info: ActorInfo) -> str:
    """id, English name, kind, ACLED inter code, country, parent, years, file and line; tab-separated."""
    years = f"{info.since or ''}-{info.until or ''}" if info.since or info.until else "-"
    inter = "-" if info.inter is None else str(info.inter)
    place = f"{info.file}:{info.line}"
    return "\t".join((info.id, info.name_en, info.kind, inter, info.country or "-", info.parent or "-", years, place))


def describe_name(text: str) -> Iterator[str]:
    """A line per actor that a word run of `text` can mean: the words, strength, proclitic, then the actor's row."""
    norms = split_words(text)
    table = load_actors()
    i = 0
    while i < len(norms):
        hits = table.match(norms, i, surnames=True)
        for hit in hits:
            for actor in hit.actors:
                info = table.get(actor)
                if info is not None:
                    words = " ".join(norms[i:hit.last])
                    yield f"{words}\t{hit.strength}\t{hit.proclitic or '-'}\t{_describe(info)}"
        person = find_person(norms, i)
        if person is not None and person.actor is None:
            words = " ".join(norms[i:person.last])
            role, affiliation = person.role or "-", person.affiliation or "-"
            yield f"{words}\tgrammar\t{person.proclitic or '-'}\tperson\t{role}\t{affiliation}"
        ends = [hit.last for hit in hits] + ([person.last] if person is not None else [])
        i = max([i + 1, *ends])


def describe_actor(actor: str) -> Iterator[str]:
    """The row of an id, then a line per name: strength and the name. Raises ConfigError for an unknown id."""
    info = load_actors().get(actor)
    if info is None:
        near = sorted(known for known in load_actors().ids() if known.startswith(actor.split(".")[0]))[:8]
        raise ConfigError(f"no actor has the id {actor!r}; similar ids: {', '.join(near) or 'none'}")
    yield _describe(info)
    names = [name for row, found in find_names(_source()) if row.id == actor for name in found]
    if not names:
        state, _, suffix = actor.partition(".")
        templates = [template for template in _source().organs if template.suffix == suffix]
        rows = [row for row in _source().rows if row.id == state]
        names = [name for template in templates for row in rows for name in template_names(template, row)]
    for text, strength in sorted(set(names), key=lambda pair: (pair[1], pair[0])):
        yield f"{strength}\t{text}"


def matches(row: ActorRow, text: str) -> list[ActorHit]:
    """Hits of the row's names in a sentence."""
    norms = split_words(text)
    found = []
    i = 0
    while i < len(norms):
        hits = load_actors().match(norms, i)
        found += [hit for hit in hits if row.id in hit.actors]
        i = max([i + 1, *(hit.last for hit in hits)])
    return found


def check_actors() -> Iterator[str]:
    """A line per error, by file and line: parents, countries, years, names without letters, examples."""
    source = _source()
    table = load_actors()
    for row in source.rows:
        where = f"{row.file}:{row.line}: {row.id}:"
        if row.parent is not None and row.parent not in table:
            yield f"{where} parent {row.parent!r} is no id of the table"
        if row.country is not None and row.country.lower() not in table:
            yield f"{where} country {row.country!r} has no row in actors/states.toml"
        for code, actor in row.by_country:
            if actor not in table:
                yield f"{where} by_country {code} = {actor!r} is no id of the table"
        since, until = row.active
        if since is not None and until is not None and since > until:
            yield f"{where} active from {since} to {until}"
        yield from _check_names(row, where, source)


def _check_names(row: ActorRow, where: str, source: ActorSource) -> Iterator[str]:
    names = (*row.strong, *row.weak, *row.hostile, *row.quoted)
    if not names and not row.adjectives:
        yield f"{where} has no name"
    for name in names:
        if not any(written_names(name, source.spellings)):
            yield f"{where} the name {name!r} has no letters"
    for text in row.examples:
        if not matches(row, text):
            yield f"{where} is not found in its example: {text}"
    for text in row.counterexamples:
        if matches(row, text):
            yield f"{where} is found in its counterexample: {text}"
