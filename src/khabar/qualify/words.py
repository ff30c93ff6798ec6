"""The word lists of data/ar/attribution.toml, folded."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold

FILE = DATA / "ar" / "attribution.toml"


class SourceWords(NamedTuple):
    """What stands around a speaker's name; each field is a list of attribution.toml."""

    complement: frozenset[str]
    own_words: frozenset[str]
    stop: frozenset[str]
    end: frozenset[str]
    comma: frozenset[str]
    quote: frozenset[str]
    adverb: frozenset[str]
    medium: frozenset[str]
    talk: frozenset[str]
    document: frozenset[str]
    reference: frozenset[str]
    continuing: frozenset[str]
    impersonal: frozenset[str]
    relative: frozenset[str]
    boundary: frozenset[str]
    between: frozenset[str]
    relation: frozenset[str]
    from_: frozenset[str]
    from_him: frozenset[str]
    his_word: frozenset[str]
    quantity: frozenset[str]
    said: frozenset[str]
    with_: frozenset[str]
    issued: frozenset[str]
    hearsay: frozenset[str]
    hearsay_next: frozenset[str]
    never: frozenset[str]
    auxiliary: frozenset[str]
    ambiguous: frozenset[str]
    negation: frozenset[str]
    outlet: frozenset[str]
    joint_head: frozenset[str]
    name_part: frozenset[str]
    demonstrative: frozenset[str]
    speaking: frozenset[str]
    unnamed: frozenset[str]
    medium_kinds: frozenset[str]
    open_nouns: frozenset[str]
    adjective_endings: tuple[str, ...]
    closed_endings: tuple[str, ...]
    outside: frozenset[str]  # what no name goes on with
    indefinite: frozenset[str]  # heads that take "من …", "في …"


@cache
def load_source_words() -> SourceWords:
    """The lists, read once per process."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    lists = {name: frozenset(map(fold, row["words"])) for name, row in data["lists"].items()}
    lists["from_"], lists["with_"] = lists.pop("from"), lists.pop("with")
    kinds = data["kinds"]
    lists["outside"] = lists["never"] | lists["adverb"] | lists["complement"] | lists["relative"] | lists["own_words"]
    lists["indefinite"] = lists["document"] | lists["quantity"]
    return SourceWords(
        **lists, medium_kinds=frozenset(kinds["medium"]), open_nouns=frozenset(kinds["open_nouns"]),
        adjective_endings=tuple(map(fold, kinds["adjective_endings"])),
        closed_endings=tuple(map(fold, kinds["closed_endings"])),
    )
