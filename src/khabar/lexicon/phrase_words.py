"""How a noun phrase goes on after its head: the word lists of data/ar/phrases.toml, folded and spelled out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold

_ENDINGS = ("", "ا", "ه", "ات", "ون", "ين", "ان", "تان", "تين", "و", "ي")  # of a participle


class PhraseWords(NamedTuple):
    """Folded lists of data/ar/phrases.toml."""

    never: frozenset[str]
    definite: frozenset[str]  # heads only with the article or a genitive
    head_before: frozenset[str]  # words whose presence after such a head makes it one
    links: frozenset[str]  # participles in every form, article on or off
    prepositions: frozenset[str]
    pronouns: frozenset[str]
    inside: frozenset[str]  # bare genitives of sites, vehicles and forces
    named: frozenset[str]
    persons: frozenset[str]  # adjectives of persons, article off
    after: frozenset[str]
    others: frozenset[str]
    acts: frozenset[str]  # nouns of acts, before which a bare adjective is no person
    unknown: frozenset[str]
    stops: frozenset[str]
    tails: dict[str, tuple[tuple[str, ...], ...]]  # by first word
    quantity: frozenset[str]
    quantity_of: frozenset[str]
    weapons: dict[str, str]  # class of a weapon to the class of the head
    not_weapons: frozenset[str]


def _fold(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _participles(stems: Iterable[str]) -> frozenset[str]:
    forms = {fold(stem) + ending for stem in stems for ending in _ENDINGS}
    return frozenset(forms | {"ال" + form for form in forms})


@cache
def load_phrase_words() -> PhraseWords:
    """The lists, read once."""
    data = tomllib.loads((DATA / "ar/phrases.toml").read_text("utf-8"))
    tails: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in data["tail"]["phrases"]:
        words = tuple(fold(phrase).split())
        tails[words[0]] = (*tails.get(words[0], ()), words)
    adjective, link, weapon = data["adjective"], data["link"], data["weapon"]
    inside = _fold((*data["purpose"]["words"], *data["material"]["words"]))
    return PhraseWords(
        head_before=inside | _fold(data["head"]["before"]),
        never=_fold(data["head"]["never"]), definite=_fold(data["head"]["definite"]),
        links=_participles(link["stems"]), prepositions=_fold(link["prepositions"]), pronouns=_fold(link["pronouns"]),
        inside=inside, named=_fold(data["named"]["stems"]),
        persons=_fold(adjective["persons"]), after=_fold(adjective["after"]), others=_fold(adjective["others"]),
        acts=_fold(adjective["acts"]),
        unknown=_fold(adjective["unknown"]), stops=_fold(adjective["not"]), tails=tails,
        quantity=_fold(data["quantity"]["direct"]), quantity_of=_fold(data["quantity"]["of"]),
        weapons={cls: head for head in ("aircraft", "weapon") for cls in weapon[head]},
        not_weapons=_fold(weapon["not"]),
    )
