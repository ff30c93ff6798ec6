"""A table for the terminal. Every Arabic cell stands in a bidi isolate, so that columns stay where they are."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TextIO

from khabar.model.document import TimeBasis
from khabar.model.record import ActorValue, CountValue, EventRecord, PlaceValue, Reading
from khabar.model.report import PublishedBasis, Report

_FSI, _PDI, _LRM = "\u2068", "\u2069", "\u200e"
_GAP = 2
_NARROWEST = 60  # below this, even single words would not fit


class Item(NamedTuple):
    """One value of a cell: text to isolate and wrap, after a mark that stands outside the isolate."""

    text: str
    mark: str = ""


Row = dict[str, list[Item]]  # column → the values of its cell


def write(readings: Iterable[Reading], out: TextIO, *, width: int | None = None) -> None:
    """Write each reading as a headed table of its events, `width` columns wide (the terminal's by default)."""
    columns = max(_NARROWEST, width or shutil.get_terminal_size((120, 24)).columns)
    for i, reading in enumerate(readings):
        if i:
            out.write("\n")
        for line in _lines(reading, columns):
            out.write(line.rstrip() + "\n")


def _lines(reading: Reading, width: int) -> Iterator[str]:
    yield from _head(reading.report, width)
    if reading.records:
        yield from _table([_row(i, r, reading) for i, r in enumerate(reading.records, 1)], width)
    else:
        yield "no events"
    for issue in reading.issues:
        yield from wrap(Item(f"{issue.code}: {issue.message}", "! "), width, isolate=False)


def _head(report: Report, width: int) -> Iterator[str]:
    heading = report.title or next((line for line in report.text.splitlines() if line.strip()), "")
    yield _LRM + _isolated(clip(clean(heading), width))
    facts = [clean(f) for f in (report.url or report.id, report.outlet) if f]
    if report.published is not None:
        inferred = " (inferred)" if report.published_basis is PublishedBasis.INFERRED else ""
        facts.append(f"published {report.published.isoformat()}{inferred}")
    yield _LRM + " · ".join(_isolated(f) for f in facts)


def _row(number: int, record: EventRecord, reading: Reading) -> Row:
    numbers = {r.id: f"e{i}" for i, r in enumerate(reading.records, 1)}
    links = [Item(f"{link.relation.replace('_', ' ')} {numbers.get(link.event, link.event)}") for link in record.links]
    return {
        "": [Item(f"e{number}")],
        "event": [
            Item(record.kind.replace("_", " ")),
            Item(f"({record.status.value})"),
            *(Item(m.quote) for m in record.mentions[:1]),
            *links,
        ],
        "when": _when(record),
        "where": _where(record.place),
        "who": [_actor(a) for a in record.actors],
        "whom": [_actor(a) for a in record.targets],
        "toll": [*_count(record.killed, "killed"), *_count(record.injured, "injured")],
        "by": [Item(m) for m in record.means],
        "according to": [Item(n, "← " if k else "") for chain in record.sources for k, n in enumerate(chain)],
    }


def _actor(actor: ActorValue) -> Item:
    return Item(actor.names[0] if actor.names else actor.label)


def _when(record: EventRecord) -> list[Item]:
    date = record.date
    if date is None:
        return []
    days = [date.start.isoformat()]
    if date.end != date.start:
        days.append(f"–{date.end.isoformat()}")
    if date.basis is TimeBasis.PUBLISHED:
        days.append("(published)")
    return [Item(d) for d in days]


def _where(place: PlaceValue | None) -> list[Item]:
    if place is None or not place.names:
        return []
    relation = "" if place.relation in ("in", "at") else f"{place.relation.replace('_', ' ')} "
    area = ", ".join(a for a in (place.admin1, place.country) if a)
    return [Item(place.names[0], relation), *([Item(area)] if area else [])]


def _count(count: CountValue | None, what: str) -> list[Item]:
    if count is None:
        return []
    if count.maximum is None:
        return [Item(f"≥{count.minimum} {what}")]
    number = str(count.minimum) if count.maximum == count.minimum else f"{count.minimum}–{count.maximum}"
    return [Item(f"{number} {what}")]


def _table(rows: list[Row], width: int) -> Iterator[str]:
    """The rows as a table, or as blocks where the columns' longest words do not fit the width."""
    names = [n for n in rows[0] if n == "" or any(row[n] for row in rows)]
    widths = _widths(rows, names, width)
    if sum(widths.values()) + _GAP * (len(names) - 1) > width:
        yield from _blocks(rows, width)
        return
    yield _LRM + "".join(pad(n, widths[n] + _GAP) for n in names)
    yield _LRM + "".join("─" * widths[n] + " " * _GAP for n in names)
    for row in rows:
        cells = {n: [line for item in row[n] for line in wrap(item, widths[n])] for n in names}
        for k in range(max(len(cell) for cell in cells.values())):
            yield _LRM + "".join(pad(cells[n][k] if k < len(cells[n]) else "", widths[n] + _GAP) for n in names)


def _blocks(rows: list[Row], width: int) -> Iterator[str]:
    """Each row as a block of lines, one slot under the other."""
    label = max(cell_width(n) for n in rows[0]) + _GAP
    for row in rows:
        number = row[""][0].text
        for name, items in row.items():
            lines = [line for item in items for line in wrap(item, width - label - len(number) - _GAP)]
            for k, line in enumerate(lines if name else []):
                start = number if name == "event" and not k else ""
                yield _LRM + pad(start, len(number) + _GAP) + pad("" if k else name, label) + line


def _widths(rows: list[Row], names: list[str], width: int) -> dict[str, int]:
    """Column widths that fill `width` at most: the widest columns give way first, never below their longest word."""
    full = {n: max([cell_width(n), *(cell_width(i.mark + clean(i.text)) for r in rows for i in r[n])]) for n in names}
    least = {n: min(full[n], max([cell_width(n), *(_longest(i) for r in rows for i in r[n])])) for n in names}
    room = width - _GAP * (len(names) - 1)
    while sum(full.values()) > room:
        widest = max(names, key=lambda n: full[n] - least[n])
        if full[widest] <= least[widest]:
            break
        full[widest] -= 1
    return full


def _longest(item: Item) -> int:
    return cell_width(item.mark) + max((cell_width(w) for w in clean(item.text).split()), default=0)


def wrap(item: Item, width: int, *, isolate: bool = True) -> list[str]:
    """The lines of an item; lines after the first are indented by the mark's width. Words are never cut."""
    lines: list[str] = []
    indent = " " * cell_width(item.mark)
    current = ""
    for word in clean(item.text).split():
        if current and cell_width(current) + 1 + cell_width(word) > width - len(indent):
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    lines.append(current)
    shown = [_isolated(line) if isolate else line for line in lines]
    return [(indent if k else item.mark) + line for k, line in enumerate(shown)]


def _isolated(text: str) -> str:
    return text if text.isascii() else f"{_FSI}{text}{_PDI}"


def pad(text: str, width: int) -> str:
    """`text` filled with spaces to `width` columns; the spaces stand outside its isolate."""
    return text + " " * (width - cell_width(text))


def clip(text: str, width: int) -> str:
    """`text` cut to `width` columns, with a mark where it was cut."""
    if cell_width(text) <= width:
        return text
    used = 0
    for i, char in enumerate(text):
        used += _char_width(char)
        if used > width - 1:
            return text[:i] + "…"
    return text


def cell_width(text: str) -> int:
    """Columns that a terminal gives `text`: marks and format characters take none, wide ones two."""
    return sum(map(_char_width, text))


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def clean(text: str) -> str:
    """`text` on one line, without characters that steer a terminal or reorder what it shows."""
    return "".join(" " if c in "\n\r\t" else c for c in text if c in "\n\r\t" or not _steers(c))


@lru_cache(maxsize=4096)
def _steers(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Cc", "Cs") or char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
