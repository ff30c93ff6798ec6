"""Web archives: WARC, and WACZ (a ZIP of WARCs with a list of pages)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from khabar.capture.addresses import normalise
from khabar.capture.html import read_page
from khabar.capture.items import Container, Failure, Found, Item, Known, Skipped, Wishes
from khabar.errors import FetchError, InputError

MAX_PAGE = 20_000_000  # bytes of a page after decompression
MAX_RATIO = 200  # a member of a WACZ that grows more than this when unpacked is a bomb (text reaches 20)
PAGE_TYPES = ("text/html", "application/xhtml+xml")


def read_warc(path: Path, *, wishes: Wishes, known: Known, now: datetime) -> Iterator[Found]:
    """The pages of a WARC file, plain or compressed. Raises InputError for a file that is none."""
    container = Container(path, path.resolve().as_uri(), "application/warc")
    with path.open("rb") as stream:
        yield from _read_records(stream, container, "", None, wishes, known, now)


def read_wacz(path: Path, *, wishes: Wishes, known: Known, now: datetime) -> Iterator[Found]:
    """The pages that a WACZ lists (all pages if it lists none). Raises InputError for a file that is none."""
    container = Container(path, path.resolve().as_uri(), "application/wacz")
    try:
        with zipfile.ZipFile(path) as archive:
            pages = _listed_pages(archive)
            members = sorted(n for n in archive.namelist() if n.startswith("archive/") and ".warc" in n)
            if not members:
                raise InputError(f"{path}: no archive/*.warc in it: not a WACZ file")
            for name in members:
                with _member(archive, name) as stream:
                    yield from _read_records(stream, container, f"member={name}&", pages, wishes, known, now)
    except zipfile.BadZipFile as error:
        raise InputError(f"{path}: not a WACZ file ({error})") from error


def _read_records(stream: BinaryIO, container: Container, member: str, pages: frozenset[str] | None,
                  wishes: Wishes, known: Known, now: datetime) -> Iterator[Found]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    records = ArchiveIterator(stream)
    while True:
        try:
            record = next(records, None)
            if record is None:
                return
            found = _page(record, container, member, records, pages, wishes, known, now)
        except (ArchiveLoadFailed, OSError, EOFError, ValueError) as error:
            yield Failure(str(container.path), f"the archive is damaged from here on ({error})")
            return
        if found is not None:
            yield found


def _page(record: Any, container: Container, member: str, records: Any, pages: frozenset[str] | None,
          wishes: Wishes, known: Known, now: datetime) -> Found | None:
    if record.rec_type not in ("response", "resource"):
        return None
    url = record.rec_headers.get_header("WARC-Target-URI")
    http = record.http_headers
    media = (http.get_header("Content-Type") if http else record.rec_headers.get_header("Content-Type")) or ""
    status = http.get_statuscode() if http else "200"
    if not url or not url.startswith(("http://", "https://")) or status != "200" or not media.startswith(PAGE_TYPES):
        return None
    try:
        key = normalise(url)
    except FetchError as error:
        return Failure(url, str(error))
    if pages is not None and key not in pages:
        return None
    if known.key(key):
        return Skipped(key)
    body = record.content_stream().read(MAX_PAGE + 1)
    if len(body) > MAX_PAGE:
        return Failure(url, f"larger than {MAX_PAGE} bytes")
    headers = tuple((str(name), str(value)) for name, value in http.headers) if http else ()
    at = _time(record.rec_headers.get_header("WARC-Date"), now)
    part = f"{member}offset={records.get_record_offset()}&record={record.rec_headers.get_header('WARC-Record-ID')}"
    try:
        draft, problem = read_page(body, url=key, content_type=media, wishes=wishes), None
    except InputError as error:
        draft, problem = None, str(error)
    return Item(key, key, "archive", media.split(";")[0].strip(), body, at, headers, draft, container, part, problem)


def _listed_pages(archive: zipfile.ZipFile) -> frozenset[str] | None:
    if "pages/pages.jsonl" not in archive.namelist():
        return None
    found: set[str] = set()
    with _member(archive, "pages/pages.jsonl") as stream:
        for line in stream:
            try:
                data = json.loads(line)
                if isinstance(data, dict) and isinstance(data.get("url"), str):
                    found.add(normalise(data["url"]))
            except (ValueError, FetchError):
                continue
    return frozenset(found) or None


@contextmanager
def _member(archive: zipfile.ZipFile, name: str) -> Iterator[BinaryIO]:
    info = archive.getinfo(name)
    if info.file_size > MAX_RATIO * max(1, info.compress_size) and info.file_size > MAX_PAGE:
        raise InputError(f"{archive.filename}: {name} grows {MAX_RATIO} times when unpacked; it is not read")
    with archive.open(info) as stream:
        yield stream  # type: ignore[misc]


def _time(value: str | None, now: datetime) -> datetime:
    try:
        return now if value is None else datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        return now
