"""The news agency that a text was taken over from, where a byline, dateline or closing line says so."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from khabar.lexicon.fold import fold

FRONT = 160  # characters of the first two lines after the title in which a dateline ends
BACK = 120  # characters at the end in which a closing line stands


def find_agency(text: str) -> str | None:
    """Id of the agency (data/capture/agencies.toml) that the text names as its origin, None without one."""
    lines = [line.strip() for line in fold(text).split("\n") if line.strip()]
    for line in lines[:3]:
        found = _front().search(line[:FRONT])
        if found is not None:
            return _agency_of(found)
    for line in lines[-2:]:
        found = _closing().search(line[-BACK:])
        if found is not None:
            return _agency_of(found)
    return None


def agency_name(ident: str) -> str:
    """The agency's name as shown."""
    return next(str(entry["name"]) for entry in load_agencies() if entry["id"] == ident)


@lru_cache(maxsize=1)
def load_agencies() -> tuple[dict[str, Any], ...]:
    """The entries of the data file."""
    data = resources.files("khabar").joinpath("data/capture/agencies.toml").read_text("utf-8")
    return tuple(tomllib.loads(data)["agency"])


@lru_cache(maxsize=1)
def _agencies() -> dict[str, str]:
    return {_squeeze(fold(form)): entry["id"] for entry in load_agencies() for form in entry["forms"]}


@lru_cache(maxsize=1)
def _names() -> str:
    forms = sorted({fold(form) for entry in load_agencies() for form in entry["forms"]}, key=lambda f: (-len(f), f))
    return "|".join(r"[\s.]*".join(map(re.escape, re.split(r"[.\s]+", form))) for form in forms)


@lru_cache(maxsize=1)
def _front() -> re.Pattern[str]:
    """In brackets with a dash or colon after; or after a place and a dash or slash, before one or the line's end."""
    place = r"^[^\W\d_]{2,}(?:\s[^\W\d_]{2,}){0,3}"
    return re.compile(
        rf"\(\s*(?P<a>{_names()})\s*\)\s*(?:[-–—:]|$)|{place}\s*[-–—/،]\s*(?P<b>{_names()})\s*(?:[-–—:.]|$)")


@lru_cache(maxsize=1)
def _closing() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[.\s])\(\s*(?P<a>{_names()})\s*\)\s*\.?$|المصدر\s*[:-]\s*(?P<b>{_names()})\s*\.?$")


def _agency_of(found: re.Match[str]) -> str:
    return _agencies()[_squeeze(found.group("a") or found.group("b"))]


def _squeeze(form: str) -> str:
    return re.sub(r"[.\s]+", "", form)
