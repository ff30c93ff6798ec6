"""Peels proclitics and enclitics into a lattice of readings, by the table in data/ar/clitics.toml.

وبالقصف = و+ب+ال+قصف, فاستهدفت = ف+استهدفت, لقصفهم = ل+قصف+هم. A reading counts only where the rest
is a known form; the caller keeps the readings that strip least.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import NamedTuple

from khabar.lexicon.entries import DATA


class CliticTable(NamedTuple):
    """Proclitic strings with the parts of speech they go before, and enclitics; longest first."""

    proclitics: tuple[tuple[str, str], ...]  # (string, "v", "n" or "vn")
    enclitics: tuple[str, ...]


@cache
def load_clitics() -> CliticTable:
    """The clitic table; combinations are spelled out once, when it loads."""
    data = tomllib.loads((DATA / "ar/clitics.toml").read_text("utf-8"))
    conjunctions = ["", *data["conjunctions"]]
    found: dict[str, str] = {}
    for conjunction in conjunctions:
        for particle in ["", *data["verb"]]:
            found[conjunction + particle] = "v"
    for conjunction in conjunctions:
        for particle in ["", *data["noun"]]:
            for article in ["", "ال"]:
                text = conjunction + ("لل" if particle == "ل" and article else particle + article)
                found[text] = "vn" if found.get(text, "") in ("v", "vn") else "n"
    ordered = sorted(found.items(), key=lambda item: (len(item[0]), item[0]))
    return CliticTable(tuple(ordered), tuple(sorted(data["enclitics"], key=lambda e: (len(e), e))))
