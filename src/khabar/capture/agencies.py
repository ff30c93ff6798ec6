"""The news agency that a text was taken over from, where a byline, dateline or closing line says so."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

from khabar.lexicon.fold import fold

FRONT = 160  # characters of the first two lines after the title in which a dateline ends
BACK = 120  # characters at the end in which a closing line stands


def find_agency(text: str) -> str | None:
    """Id of the agency (data/capture/agencies.toml) that the text names as its origin, None without one."""
    lines = [line.strip() for line in fold(text).split("\n") if line.strip()]
    for line in lines[:3]:
        found = _front().search(line[:FRONT])
        if found is not None:
            return _agencies()[_squeeze(found.group("agency"))]
    for line in lines[-2:]:
        found = _closing().search(line[-BACK:])
        if found is not None:
            return _agencies()[_squeeze(found.group("agency"))]
    return None


def agency_name(ident: str) -> str:
    """The agency's name as shown."""
    return next(entry["name"] for entry in load_agencies() if entry["id"] == ident)


@lru_cache(maxsize=1)
def load_agencies() -> tuple[dict[str, object], ...]:
    """The entries of the data file."""
    data = resources.files("khabar").joinpath("data/capture/agencies.toml").read_text("utf-8")
    return tuple(tomllib.loads(data)["agency"])


@lru_cache(maxsize=1)
def _agencies() -> dict[str, str]:
    return {_squeeze(fold(form)): str(entry["id"]) for entry in load_agencies() for form in entry["forms"]}  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _names() -> str:
    forms = sorted(_agencies(), key=lambda form: (-len(form), form))
    return "(?P<agency>" + "|".join(r"[\s.]*".join(map(re.escape, form.split())) for form in forms) + ")"


@lru_cache(maxsize=1)
def _front() -> re.Pattern[str]:
    """In brackets with a dash or colon after; or after a place and a dash or slash, before one or the line's end."""
    names, dash = _names(), "[-–—:]"
    place = r"^[^\W\d_]{2,}(?:\s[^\W\d_]{2,}){0,3}"
    return re.compile(
        rf"\(\s*{names}\s*\)\s*(?:{dash}|$)|{place}\s*[-–—/،]\s*{names.replace('?P<agency>', '?P<agency2>')}\s*(?:{dash}|[.]|$)"
    )


@lru_cache(maxsize=1)
def _closing() -> re.Pattern[str]:
    names = _names()
    return re.compile(rf"(?:^|[.\s])\(\s*{names}\s*\)\s*\.?$|المصدر\s*[:：-]\s*{names.replace('?P<agency>', '?P<agency2>')}\s*\.?$")


def _squeeze(form: str) -> str:
    return " ".join(re.sub(r"[.\s]+", " ", form).split())
