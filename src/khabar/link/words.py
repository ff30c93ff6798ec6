"""Words of a report for comparison: light stems, and how rare each is in news reports.

Two desks tell one event in different inflections and with different clitics, and share its names and things;
stems that few reports use say more than those that all use.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from math import fsum

from khabar.lexicon.clitics import load_clitics
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold

SHORTEST = 3  # letters that a stem keeps
_MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f"
TOKEN = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*|[^\w\s]")


@cache
def _affixes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Proclitics that end in the article, longest first; suffixes, longest first."""
    found = [text for text, _ in load_clitics().proclitics if text.endswith("ال") or text.endswith("لل")]
    suffixes = tomllib.loads((DATA / "link/stems.toml").read_text("utf-8"))["suffixes"]
    return tuple(sorted(found, key=lambda text: (-len(text), text))), tuple(suffixes)


@lru_cache(maxsize=100_000)
def stem_of(norm: str) -> str:
    """The light stem of a folded word: article, what is joined before it, و and one ending off."""
    proclitics, suffixes = _affixes()
    for proclitic in proclitics:
        if norm.startswith(proclitic) and len(norm) - len(proclitic) >= SHORTEST:
            norm = norm[len(proclitic) :]
            break
    else:
        if norm[:1] in "وب" and len(norm) > SHORTEST + 1:
            norm = norm[1:]
    for suffix in suffixes:
        if norm.endswith(suffix) and len(norm) - len(suffix) >= SHORTEST:
            return norm[: -len(suffix)]
    return norm


@cache
def _rarities() -> tuple[dict[str, float], float]:
    """Rarity (natural log of reports a report that has it) of common stems; that of all others."""
    rows: dict[str, float] = {}
    rest = 1.0
    for line in (DATA / "link/common_words.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            stem, rarity = line.split("\t")
            if stem == "*":
                rest = float(rarity)
            else:
                rows[stem] = float(rarity)
    return rows, rest


def rarity(stem: str) -> float:
    """How rare a stem is in news reports: 0 where every report has it, the table's `*` where hardly one does."""
    rows, rest = _rarities()
    return rows.get(stem, rest)


def weigh(stems: Iterable[str]) -> float:
    """Sum of the rarities of some stems."""
    rows, rest = _rarities()
    return fsum([rows.get(stem, rest) for stem in stems])  # exact: the order of a set does not matter


def find_stems(text: str) -> tuple[str, ...]:
    """The stems of a text in order, punctuation left out."""
    return tuple(stem_of(fold(match.group())) for match in TOKEN.finditer(text) if match.group()[0].isalnum())
