"""One self-contained page: each report right to left with its evidence marked, and its events as cards.

The page loads nothing; its Content-Security-Policy allows its own style and script by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from string import Template
from typing import TextIO

from khabar.export.html_cards import Card
from khabar.export.html_texts import isolated, load_template, plain, say, shown
from khabar.export.html_words import write_text
from khabar.model.record import Reading
from khabar.model.report import PublishedBasis, Report

_LEGEND = ("kind", "actor", "target", "place", "date", "killed", "injured", "means", "source")


def write(readings: Iterable[Reading], out: TextIO) -> None:
    """Write all readings as one page."""
    style, script = load_template("page.css"), load_template("page.js")
    read = list(readings)
    out.write(
        Template(load_template("page.html")).substitute(
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
            title=escape("Khabar · " + (_heading(read[0].report) if len(read) == 1 else f"{len(read)} reports")),
            tagline=say("ui", "tagline"),
            language=say("ui", "language"),
            legend="".join(f'<li class="s-{slot}">{say("slot", slot)}</li>' for slot in _LEGEND),
            contents=_contents(read) if len(read) > 1 else "",
            readings="\n".join(_reading(r, n) for n, r in enumerate(read, 1)),
            footer=f"{say('ui', 'hint')} {say('ui', 'offline')}",
        )
    )


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def _heading(report: Report) -> str:
    return report.title or next((line.strip() for line in report.text.splitlines() if line.strip()), report.id)[:160]


def _contents(readings: list[Reading]) -> str:
    events = say("ui", "events")
    rows = "".join(
        f'<li><a href="#r{n}">{isolated(_heading(r.report))}<span>{len(r.records)} {events}</span></a></li>'
        for n, r in enumerate(readings, 1)
    )
    return f'<nav class="contents" aria-label="{plain("ui", "reports")}"><ol>{rows}</ol></nav>'


def _reading(reading: Reading, number: int) -> str:
    cards = "".join(Card(reading, number, n).write() for n in range(1, len(reading.records) + 1))
    return (
        f'<section class="reading" id="r{number}"><div class="columns"><div class="report">'
        f'<div class="facts">{_facts(reading.report)}</div>'
        f'<div class="text" lang="ar" dir="rtl">{write_text(reading, number)}</div></div>'
        f'<div class="side"><div class="events">{cards or _empty()}</div>{_issues(reading)}</div></div></section>'
    )


def _facts(report: Report) -> str:
    facts = [isolated(f) for f in (report.outlet, report.url or report.id) if f]
    if report.published is None:
        facts.append(say("ui", "undated"))
    else:
        inferred = f" ({say('ui', 'inferred')})" if report.published_basis is PublishedBasis.INFERRED else ""
        facts.append(f"{say('ui', 'published')} <bdi>{report.published.isoformat()}</bdi>{inferred}")
    return "".join(f"<span>{fact}</span>" for fact in facts)


def _empty() -> str:
    return f'<div class="empty">{say("ui", "no_events")}</div>'


def _issues(reading: Reading) -> str:
    if not reading.issues:
        return ""
    rows = "".join(f"<li><bdi>{shown(i.message)}</bdi></li>" for i in reading.issues)
    return f'<ul class="issues" aria-label="{plain("ui", "remarks")}">{rows}</ul>'
