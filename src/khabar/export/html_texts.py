"""Interface texts of the html page in English and Arabic, and the safe writing of text into it."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from html import escape
from importlib.resources import files

from khabar.lexicon.ontology import load_kinds

_REORDER = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@cache
def load_texts() -> dict[str, dict[str, list[str]]]:
    """The texts of templates/texts.toml: group → name → [English, Arabic]."""
    return tomllib.loads(load_template("texts.toml"))


@cache
def load_template(name: str) -> str:
    """A file of templates/."""
    return (files("khabar.export") / "templates" / name).read_text("utf-8")


def say(group: str, name: str) -> str:
    """An interface text in both languages, of which the page shows one. An unknown name is shown as it is."""
    english, arabic = load_texts()[group].get(name, [name.replace("_", " ")] * 2)
    return in_both(english, arabic)


def say_kind(kind: str) -> str:
    """The name of a kind of event in both languages."""
    known = load_kinds().get(kind)
    return in_both(kind.replace("_", " "), kind) if known is None else in_both(known.name_en, known.name_ar)


def in_both(english: str, arabic: str) -> str:
    """A text in both languages; the style shows the one that the reader chose."""
    return (
        f'<span class="t-en" lang="en">{escape(english)}</span>'
        f'<span class="t-ar" lang="ar" dir="rtl">{escape(arabic)}</span>'
    )


def plain(group: str, name: str) -> str:
    """An interface text in both languages on one line, for tooltips; escaped."""
    english, arabic = load_texts()[group].get(name, [name, name])
    return escape(f"{english} · {arabic}")


def shown(text: str) -> str:
    """Text of a report as HTML, escaped. Characters that reorder the line or that HTML forbids stand as their code."""
    if text.isascii() and text.isprintable():
        return escape(text)
    return "".join(
        _shown_char(c) if c in _REORDER or unicodedata.category(c) in ("Cc", "Cs") else escape(c) for c in text
    )


def _shown_char(char: str) -> str:
    if char in "\n\t\r":
        return char
    return f'<span class="ctl" data-ctl="U+{ord(char):04X}"></span>'


def isolated(text: str) -> str:
    """Words of a report inside interface text: their direction is their own."""
    return f"<bdi>{shown(text)}</bdi>"
