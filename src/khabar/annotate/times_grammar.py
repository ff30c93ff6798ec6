"""Compiles the rules of data/ar/time into tries over word classes.

A rule makes a symbol from a pattern: `patterns = ["d 'من'? month_word? mo"]`, `value = "{mo}-{d}"`.
An element is a class, another rule's symbol or a quoted word. `?` makes it optional, `name=` names its
value, `+` wants it joined by و, `~` (first place only) wants it there but leaves it out of the mention.
Values are text that the resolver reads, so a rule is all data; only sums (`value = "={a}+{b}"`) are
computed. Symbols of the same beginning share a path, so the cost of a look-up grows with the words that
match, not with the rules.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from khabar.annotate.times_words import DIGIT_CLASSES, JOINED, STRICT, WordTable, ensure_classes
from khabar.errors import DataError
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold

FILES = ("words", "numbers", "idioms", "calendar", "relative", "spans")  # earlier rules win among equals
GOAL = "time"
_KEYS = frozenset(("id", "makes", "patterns", "value", "same", "examples", "counterexamples", "note"))
_ELEMENT = re.compile(r"(?:(\w+)=)?([+~]?)('[^']+'|\w+)(\??)$")
_SLOT = re.compile(r"\{(\w+)(?:\|([^}]*)|>([^}]*))?\}")


class Element(NamedTuple):
    """One place of a pattern: the name of its value, the symbol, whether و must join it."""

    name: str
    symbol: str
    joined: bool
    outside: bool  # a word before the expression that it needs: "في" before a bare year


@dataclass(frozen=True, slots=True)
class Rule:
    """A production as written: what it makes, its patterns without optional parts, and its value."""

    id: str
    makes: str
    patterns: tuple[tuple[Element, ...], ...]
    value: str
    same: tuple[str, ...]
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


class Leaf(NamedTuple):
    """The end of a pattern: rule order (lower wins), rule, and the names of the values on the way."""

    order: int
    rule: Rule
    names: tuple[str, ...]
    outside: int  # words at the start that are not part of the mention


class Edge(NamedTuple):
    """A way on from a node, by a class of words (symbol None) or a symbol; `view` is what it looks at."""

    symbol: str | None
    view: int
    node: Node


@dataclass(slots=True)
class Node:
    """A place in the trie: edges by class number and by symbol, each with the view it looks at."""

    classes: dict[tuple[int, int], Node] = field(default_factory=dict)
    symbols: dict[tuple[str, int], Node] = field(default_factory=dict)
    leaves: list[Leaf] = field(default_factory=list)
    edges: dict[int, list[Edge]] = field(default_factory=dict)  # by the class number of the word they begin with


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled grammar: the word table, a trie per symbol, and the classes each may start with."""

    words: WordTable
    tries: Mapping[str, Node]
    first: Mapping[str, int]
    rules: tuple[Rule, ...]


@cache
def load_grammar() -> Grammar:
    """The grammar, compiled once per process. Raises DataError naming file and rule."""
    table = WordTable()
    rules: list[Rule] = []
    for name in FILES:
        where = f"ar/time/{name}.toml"
        try:
            data = tomllib.loads((DATA / where).read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise DataError(f"{where}: {error}; correct the TOML") from error
        for class_name, class_table in data.get("class", {}).items():
            table.add_class(class_name, class_table, where)
        rules.extend(_read_rule(row, where) for row in data.get("rule", []))
    ensure_classes(table, DIGIT_CLASSES)
    return _compile(table, tuple(rules))


def _read_rule(row: Mapping[str, Any], where: str) -> Rule:
    rule_id = str(row.get("id", "?"))
    if set(row) - _KEYS or "patterns" not in row or "value" not in row:
        raise DataError(f"{where}: rule {rule_id}: needs id, patterns, value; known keys {sorted(_KEYS)}")
    patterns: list[tuple[Element, ...]] = []
    for text in row["patterns"]:
        patterns.extend(_expand(text, f"{where}: rule {rule_id}"))
    return Rule(
        rule_id,
        row.get("makes", GOAL),
        tuple(dict.fromkeys(patterns)),
        row["value"],
        tuple(row.get("same", ())),
        tuple(row.get("examples", ())),
        tuple(row.get("counterexamples", ())),
    )


def _expand(text: str, where: str) -> list[tuple[Element, ...]]:
    """The pattern with and without each optional element."""
    found: list[tuple[Element, ...]] = [()]
    for part in text.split():
        match = _ELEMENT.match(part)
        if match is None:
            raise DataError(f"{where}: can't read {part!r} in pattern {text!r}")
        name, mark, symbol, optional = match.groups()
        if symbol.startswith("'+"):
            mark, symbol = "+", "'" + symbol[2:]
        element = Element(name or symbol, symbol, mark == "+", mark == "~")
        longer = [(*pattern, element) for pattern in found]
        found = longer + found if optional else longer
    return [pattern for pattern in found if pattern]


def _compile(table: WordTable, rules: tuple[Rule, ...]) -> Grammar:
    made = {rule.makes for rule in rules}
    tries: dict[str, Node] = {}
    for order, rule in enumerate(rules):
        for pattern in rule.patterns:
            leaf = Leaf(order, rule, tuple(e.name for e in pattern), sum(e.outside for e in pattern))
            _insert(tries.setdefault(rule.makes, Node()), pattern, leaf, table, made)
    first: dict[str, int] = {}
    for symbol in tries:
        _first(symbol, tries, first, ())
    for trie in tries.values():
        _set_edges(trie, first)
    return Grammar(table, tries, first, rules)


def _insert(node: Node, pattern: tuple[Element, ...], leaf: Leaf, table: WordTable, made: set[str]) -> None:
    for element in pattern:
        view = JOINED if element.joined else STRICT
        symbol = element.symbol
        if symbol in made:
            node = node.symbols.setdefault((symbol, view), Node())
            continue
        if symbol.startswith("'"):
            word = fold(symbol[1:-1])
            if symbol not in table.classes:
                table.add_word(symbol, word, word, word.startswith("ال"))
        elif symbol not in table.classes:
            raise DataError(f"ar/time: rule {leaf.rule.id}: {symbol!r} is no class and no rule makes it")
        node = node.classes.setdefault((table.bit(symbol), view), Node())
    node.leaves.append(leaf)


def _first(symbol: str, tries: Mapping[str, Node], first: dict[str, int], above: tuple[str, ...]) -> int:
    if symbol in first:
        return first[symbol]
    if symbol in above:
        raise DataError(f"ar/time: {' > '.join((*above, symbol))} begins with itself; write it without")
    trie = tries[symbol]
    mask = sum(1 << number for number, _ in trie.classes)
    for name, _ in trie.symbols:
        mask |= _first(name, tries, first, (*above, symbol))
    first[symbol] = mask
    return mask


def _set_edges(node: Node, first: Mapping[str, int]) -> None:
    for (number, view), child in node.classes.items():
        node.edges.setdefault(number, []).append(Edge(None, view, child))
        _set_edges(child, first)
    for (symbol, view), child in node.symbols.items():
        mask = first[symbol]
        for number in range(mask.bit_length()):
            if mask >> number & 1:
                node.edges.setdefault(number, []).append(Edge(symbol, view, child))
        _set_edges(child, first)


def fill_value(leaf: Leaf, values: tuple[str, ...]) -> str | None:
    """The rule's value with its parts put in; None when parts that must agree do not.

    `{a}` is a part ("" when absent), `{a|x}` gives x when absent, `{a>x}` puts x before it when present.
    """
    parts = dict(zip(leaf.names, values, strict=True))
    rule = leaf.rule
    if rule.same and len({parts[name] for name in rule.same}) > 1:
        return None
    if rule.value.startswith("="):
        return str(sum(int(parts[name]) for name, _, _ in _SLOT.findall(rule.value) if name in parts))

    def put(match: re.Match[str]) -> str:
        part = parts.get(match[1], "")
        if not part:
            return match[2] or ""
        return (match[3] or "") + part

    return _SLOT.sub(put, rule.value).strip()
