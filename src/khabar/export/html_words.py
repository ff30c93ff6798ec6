"""A report's text cut into pieces, each marked with the claims whose evidence covers it.

Cutting is by code point, here, so that the browser never counts in UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from khabar.export.html_texts import shown
from khabar.model.record import Reading

# Of spans equally short the first of these colours the piece; status and link never do.
_SLOTS = ("kind", "killed", "injured", "date", "place", "actor", "target", "means", "source", "status", "link")
_RANK = {slot: rank for rank, slot in enumerate(_SLOTS)}
_HEADING = 160  # a longer first line is a paragraph, not a headline


@dataclass(frozen=True, slots=True)
class Span:
    """An evidence span in the text: which claim, of which event (1-based), as which slot."""

    start: int
    end: int
    slot: str
    claim: str
    event: int


def find_spans(reading: Reading, page_number: int) -> list[Span]:
    """Spans of every claim's evidence, in order."""
    spans = [
        Span(e.start, e.end, claim.property, claim_key(page_number, n, k), n)
        for n, record in enumerate(reading.records, 1)
        for k, claim in enumerate(record.claims)
        for e in claim.evidence
    ]
    return sorted(spans, key=lambda s: (s.start, s.end, s.event, s.claim))


def claim_key(page_number: int, event: int, claim: int) -> str:
    """What ties a value of the page to its words."""
    return f"{page_number}.{event}.{claim}"


def write_text(reading: Reading, page_number: int) -> str:
    """The report as paragraphs of marked pieces."""
    spans = find_spans(reading, page_number)
    text = reading.report.text
    lines: list[str] = []
    start = 0
    pieces = _pieces(text, spans)
    piece = next(pieces, None)
    for line in text.split("\n"):
        end = start + len(line)
        parts = []
        while piece is not None and piece[0] < end:
            parts.append(_mark(text, piece, page_number))
            piece = next(pieces, None)
        if line.strip():
            first = not lines and len(line) <= _HEADING and end < len(text)
            lines.append(f"<p{' class=first' if first else ''}>{''.join(parts)}</p>")
        start = end + 1
        while piece is not None and piece[0] < start:
            piece = next(pieces, None)
    return "\n".join(lines)


Piece = tuple[int, int, list[Span]]


def _pieces(text: str, spans: list[Span]) -> Iterator[Piece]:
    """Maximal stretches with the same spans over them; a line break ends one."""
    cuts = {0, len(text)}
    for span in spans:
        cuts.update((span.start, span.end))
    for i, char in enumerate(text):
        if char == "\n":
            cuts.update((i, i + 1))
    ordered = sorted(cuts)
    active: list[Span] = []
    coming = 0
    for start, end in pairwise(ordered):
        active = [s for s in active if s.end > start]
        while coming < len(spans) and spans[coming].start <= start:
            active.append(spans[coming])
            coming += 1
        yield start, end, list(active)


def _mark(text: str, piece: Piece, page_number: int) -> str:
    start, end, spans = piece
    words = shown(text[start:end])
    if not spans:
        return words
    lead = min(spans, key=lambda s: (s.slot in ("status", "link"), s.end - s.start, _RANK.get(s.slot, len(_RANK))))
    events = sorted({s.event for s in spans})
    keys = " ".join(dict.fromkeys(s.claim for s in spans))
    opened = sorted({s.event for s in spans if s.slot == "kind" and s.start == start})
    number = f' data-n="{"·".join(map(str, opened))}"' if opened else ""
    cards = " ".join(f"r{page_number}e{n}" for n in events)
    return f'<mark class="m s-{escape(lead.slot)}" data-c="{keys}" data-e="{cards}"{number}>{words}</mark>'
