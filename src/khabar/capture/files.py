"""Single files and folders of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from khabar.capture.archives import read_wacz, read_warc
from khabar.capture.html import host_of, read_page
from khabar.capture.items import Draft, Failure, Found, Item, Known, Skipped, Wishes
from khabar.capture.tables import read_table
from khabar.capture.texts import decode, guess_language, make_text
from khabar.errors import InputError
from khabar.model.report import PublishedBasis

TEXTS = frozenset((".txt", ".text", ".md"))
PAGES = frozenset((".html", ".htm", ".xhtml"))
TABLES = frozenset((".jsonl", ".ndjson", ".csv", ".tsv"))
KNOWN = ".txt .text .md .html .htm .xhtml .jsonl .ndjson .csv .tsv .warc .warc.gz .wacz .rss .atom .xml .opml .urls"
MAX_BYTES = 50_000_000  # of a text or page; archives and tables are streamed


def read_file(path: Path, *, wishes: Wishes, known: Known, now: datetime) -> Iterator[Found]:
    """The articles of a text, page, table or archive. Raises InputError for other kinds of files."""
    suffix = path.suffix.lower()
    if suffix in TABLES:
        yield from read_table(path, wishes=wishes, known=known, now=now)
    elif suffix == ".wacz":
        yield from read_wacz(path, wishes=wishes, known=known, now=now)
    elif path.name.lower().endswith((".warc", ".warc.gz")):
        yield from read_warc(path, wishes=wishes, known=known, now=now)
    elif suffix in TEXTS or suffix in PAGES:
        yield _read_single(path, wishes, known, is_page=suffix in PAGES)
    else:
        raise InputError(f"{path}: no reader for this kind of file; known: {KNOWN}")


def has_reader(path: Path) -> bool:
    """Whether a file's name says that it can be read."""
    return path.suffix.lower() in TEXTS | PAGES | TABLES | {".wacz"} or path.name.lower().endswith(
        (".warc", ".warc.gz")
    )


def walk_folder(folder: Path) -> Iterator[Path]:
    """Files below a folder in order of name; hidden ones and links out of it are left out."""
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.resolve().is_relative_to(root):
            yield path


def _read_single(path: Path, wishes: Wishes, known: Known, *, is_page: bool) -> Found:
    if path.stat().st_size > MAX_BYTES:
        return Failure(str(path), f"larger than {MAX_BYTES} bytes")
    body = path.read_bytes()
    if known.sha256(hashlib.sha256(body).hexdigest()):
        return Skipped(str(path))
    uri = path.resolve().as_uri()
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    draft, problem = None, None
    try:
        draft = _page(body, uri, wishes) if is_page else _text(body, wishes)
    except InputError as error:
        problem = str(error)
    key = uri if draft is None or draft.url is None else draft.url
    media = "text/html" if is_page else "text/plain"
    return Item(key, uri, "file", media, body, at, (), draft, None, None, problem)


def _text(body: bytes, wishes: Wishes) -> Draft:
    text = make_text(decode(body)[0])
    known_day = wishes.published is not None
    return Draft(
        text=text, extractor="text/1", outlet=wishes.outlet, published=wishes.published,
        basis=PublishedBasis.TOLD if known_day else PublishedBasis.UNKNOWN, origin="told" if known_day else None,
        language=guess_language(text),
    )


def _page(body: bytes, uri: str, wishes: Wishes) -> Draft:
    """A saved page: its own canonical address, if it names one, else none."""
    from dataclasses import replace

    from khabar.capture.html import saved_address

    url = saved_address(body)
    draft = read_page(body, url=url or uri, content_type=None, wishes=wishes)
    return replace(draft, url=url, outlet=draft.outlet or (None if url is None else host_of(url)))
