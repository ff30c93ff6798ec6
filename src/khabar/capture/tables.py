"""Tables of articles: JSON Lines and CSV, one article a row, columns named by the caller or by custom.

The file is kept as it came; each row is a capture of its own whose bytes are the line (JSON Lines) or the
row as canonical JSON (CSV), so that a row can be checked without the rest.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from khabar.capture.dates import parse_date
from khabar.capture.items import Container, Draft, Failure, Found, Item, Known, Skipped, Wishes
from khabar.capture.texts import decode, guess_language, make_text
from khabar.errors import ConfigError, InputError
from khabar.model.report import PublishedBasis

# Customary names of columns, tried in order when the caller names none.
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "full_text"),
    "title": ("title", "headline"),
    "published": ("published", "published_at", "date", "publication_date", "pubdate", "datetime"),
    "outlet": ("outlet", "source", "publisher", "site"),
    "url": ("url", "link", "source_url"),
    "id": ("id", "article_id"),
}
MEDIA = {".jsonl": "application/x-ndjson", ".ndjson": "application/x-ndjson", ".csv": "text/csv",
         ".tsv": "text/tab-separated-values"}
MAX_FIELD = 10_000_000  # characters of a CSV field; a book's worth
Row = dict[str, str]


def read_table(path: Path, *, wishes: Wishes, known: Known, now: datetime) -> Iterator[Found]:
    """The articles of a table. Raises InputError for a file that is no table, ConfigError for unknown columns."""
    container = Container(path, path.resolve().as_uri(), MEDIA.get(path.suffix.lower(), "application/octet-stream"))
    columns: dict[str, str] | None = None
    for number, body, row in _rows(path):
        where = f"{path}:{number}"
        if row is None:
            yield Failure(where, "not a JSON object")
            continue
        if columns is None:
            columns = choose_columns(tuple(row), wishes.columns, str(path))
        yield _item(container, number, body, row, columns, wishes, known, now)


def choose_columns(names: tuple[str, ...], wanted: dict[str, str], where: str) -> dict[str, str]:
    """Which column holds what. Raises ConfigError when a named one, or any text, is missing."""
    unknown = sorted(set(wanted) - set(COLUMNS))
    if unknown:
        raise ConfigError(f"column {unknown[0]!r} is unknown; known: {', '.join(COLUMNS)}")
    lower = {name.strip().lower(): name for name in reversed(names)}
    chosen: dict[str, str] = {}
    for ours, customary in COLUMNS.items():
        if ours in wanted:
            if wanted[ours] not in names:
                raise ConfigError(f"{where}: no column {wanted[ours]!r}; it has: {', '.join(names)}")
            chosen[ours] = wanted[ours]
            continue
        found = next((lower[name] for name in customary if name in lower), None)
        if found is not None:
            chosen[ours] = found
    if "text" not in chosen:
        raise ConfigError(f"{where}: which column holds the text? Say --column text=NAME; it has: {', '.join(names)}")
    return chosen


def _rows(path: Path) -> Iterator[tuple[int, bytes, Row | None]]:
    """(line or row number from 1, its bytes, its fields) of each row."""
    if path.suffix.lower() in (".csv", ".tsv"):
        yield from _csv_rows(path)
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                data = json.loads(decode(line)[0])
            except (ValueError, RecursionError):
                data = None
            yield number, line.rstrip(b"\r\n"), _plain(data) if isinstance(data, dict) else None


def _csv_rows(path: Path) -> Iterator[tuple[int, bytes, Row | None]]:
    text, _ = decode(path.read_bytes())
    csv.field_size_limit(MAX_FIELD)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    try:
        for number, fields in enumerate(reader, start=1):
            row = {name: value for name, value in fields.items() if isinstance(name, str) and isinstance(value, str)}
            yield number, json.dumps(row, ensure_ascii=False, sort_keys=True).encode(), row
    except csv.Error as error:
        raise InputError(f"{path}: not a CSV table ({error})") from error


def _plain(data: dict[str, object]) -> Row:
    return {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in data.items() if value is not None}


def _item(container: Container, number: int, body: bytes, row: Row, columns: dict[str, str], wishes: Wishes,
          known: Known, now: datetime) -> Found:
    values = {ours: row.get(theirs, "").strip() or None for ours, theirs in columns.items()}
    where = f"{container.path}:{number}"
    try:
        text = make_text(row.get(columns["text"], ""))
    except InputError as error:
        return Failure(where, str(error))
    given, url = values.get("id"), values.get("url")
    published, problem = parse_date(values.get("published")), None
    if published is None and values.get("published") is not None:
        problem = f"publication date {values['published']!r} is not an ISO date"
    if published is None:
        published = wishes.published
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    key = f"id:{given}" if given is not None else url if url is not None else f"text:{sha256}"
    if known.sha256(hashlib.sha256(body).hexdigest()):
        return Skipped(where)
    draft = Draft(
        text=text,
        extractor="table/1",
        title=values.get("title"),
        outlet=values.get("outlet") or wishes.outlet,
        url=url,
        published=published,
        basis=PublishedBasis.UNKNOWN if published is None else PublishedBasis.TOLD,
        origin=None if published is None else f"column:{columns['published']}" if values.get("published") else "told",
        language=guess_language(text),
        external_id=given,
    )
    return Item(key, f"{container.url}#row={number}", "table", container.media_type, body, now, (), draft, container,
                f"row={number}", problem)
