"""Bytes and JSON lines to texts that can be read: encodings, limits, and what is odd about a text.

A text that can't be had at all (binary, no encoding fits, too large) is a Problem. A text that can be had
but holds nothing to read (empty, another language) is a Source whose check says why.
"""

from __future__ import annotations

import codecs
import io
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from khabar.errors import InputError
from khabar.model.document import Issue
from khabar.text.language import find_language, is_arabic

# One report. The longest of 455 newswire reports has 7,700 characters; 300,000 bounds memory at about 150 MB.
MAX_TEXT = 300_000
MAX_BYTES = 4 * MAX_TEXT
MAX_LINE = 16 * 2**20  # of a JSON line, which may carry annotations and \u escapes
_MARKS_PER_LETTER = 2  # fully vowelled Arabic has about 0.9
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1256", "iso8859-6")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JSON_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Source:
    """A report as it was given, before reading. `name` says where it came from: a file, or file:line."""

    name: str
    text: str
    id: str | None = None
    title: str | None = None
    outlet: str | None = None
    published: date | None = None
    url: str | None = None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """An input that could not be read: which, why, and what to do."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A text fit for storing, what is odd about it, and whether there is anything to read in it."""

    text: str
    language: str | None
    issues: tuple[Issue, ...]
    readable: bool


def check_text(text: str) -> TextCheck:
    """Look a text over before it is read. Takes time linear in its length.

    Unpaired surrogates, which no encoding can store, become U+FFFD; every offset stays as it was.
    """
    if len(text) > MAX_TEXT:
        message = (
            f"The text has {len(text):,} characters; a report may have {MAX_TEXT:,}. "
            "Give one report a file, or one a line of a .jsonl file."
        )
        return TextCheck(_stored(text)[0], None, (Issue("too-long", message),), False)
    if not text.strip():
        return TextCheck(text, None, (Issue("empty", "The text is empty; give a report in Arabic."),), False)
    text, surrogates = _stored(text)
    issues = []
    if surrogates:
        issues.append(Issue("unpaired-surrogates", f"{surrogates} unpaired surrogates were replaced by U+FFFD."))
    counts = Counter(text)
    controls = sum(counts[c] for c in sorted(_BIDI))
    if controls:
        issues.append(
            Issue(
                "bidi-controls",
                f"The text holds {controls} characters that change the order in which it "
                "is shown; the stored order is what is read.",
            )
        )
    letters = sum(n for c, n in counts.items() if c.isalpha())
    marks = sum(n for c, n in counts.items() if unicodedata.category(c) in ("Mn", "Me"))
    if marks > _MARKS_PER_LETTER * letters and marks > 20:
        message = f"The text has {marks:,} combining marks on {letters:,} letters; it is no writing."
        return TextCheck(text, None, (*issues, Issue("too-many-marks", message)), False)
    language, odd = find_language(text)
    readable = odd is None or odd.code == "mixed-scripts"
    return TextCheck(text, language, (*issues, *(() if odd is None else (odd,))), readable)


def _stored(text: str) -> tuple[str, int]:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        whole = "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in text)
        return whole, sum(0xD800 <= ord(c) <= 0xDFFF for c in text)
    return text, 0


def decode(data: bytes) -> tuple[str, tuple[Issue, ...]]:
    """Text of `data` in UTF-8, UTF-16, UTF-32, Windows-1256 or ISO 8859-6, without its byte order mark.

    Raises InputError when the bytes are no text, or text of no encoding that Arabic is written in.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(data, encoding), ()
    wide = _guess_wide(data)
    if wide is not None:
        return _decode_as(data, wide), (_guessed(wide),)
    if _is_binary(data):
        raise InputError("is a binary file; give plain text or the annotation format (.jsonl)")
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        where = error.start
    return _decode_broken(data, where)


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"is broken {encoding.upper()} at byte {error.start}: {error.reason}; save it as UTF-8"
        raise InputError(message) from error


def _decode_broken(data: bytes, where: int) -> tuple[str, tuple[Issue, ...]]:
    """Bytes that are not UTF-8: damaged UTF-8, or an older Arabic encoding, whichever gives Arabic."""
    repaired = data.decode("utf-8", "replace")
    bad = repaired.count("\ufffd")
    if bad <= 2 + len(repaired) // 200 and _arabic_share(repaired) > 0.5:
        return repaired, (
            Issue("bad-bytes", f"{bad} places are not UTF-8 and became U+FFFD; the first is byte {where}."),
        )
    share, encoding = max((_arabic_share(data.decode(name, "replace")), name) for name in _LEGACY)
    if share < 0.5:
        raise InputError(f"is not UTF-8 (byte {where}), nor Arabic in Windows-1256 or ISO 8859-6; save it as UTF-8")
    return data.decode(encoding, "replace"), (_guessed(encoding),)


def _guessed(encoding: str) -> Issue:
    return Issue("encoding-guessed", f"The encoding is not told; the bytes read as Arabic in {encoding.upper()}.")


def _arabic_share(text: str) -> float:
    letters = arabic = 0
    for char, count in Counter(text).items():
        if char.isalpha() or char == "\ufffd":
            letters += count
            arabic += count if is_arabic(char) else 0
    return arabic / letters if letters else 0.0


def _guess_wide(data: bytes) -> str | None:
    """UTF-16 without a mark: in Arabic, every second byte is 06 (letters) or 00 (spaces, digits)."""
    if len(data) < 4 or len(data) % 2:
        return None
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = data[first::2]
        letters, plain = half.count(6), half.count(0)
        if letters >= 0.3 * len(half) and letters + plain >= 0.9 * len(half):
            return encoding
    return None


def _is_binary(data: bytes) -> bool:
    controls = sum(data.count(bytes([c])) for c in range(32) if c not in (7, 8, 9, 10, 11, 12, 13, 27))
    return b"\0" in data or controls > len(data) // 50 or data.startswith((b"%PDF-", b"\x89PNG", b"PK\x03\x04"))


def find_sources(stream: BinaryIO, name: str) -> Iterator[Source | Problem]:
    """The reports of one file, in order: plain text is one, the annotation format one a line.

    Memory stays bounded by the longest line (MAX_LINE) and the longest text (MAX_BYTES).
    """
    buffered: Any = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)
    head = buffered.peek(65536)[:65536]
    if name.endswith(_JSON_SUFFIXES) or _looks_like_json(head):
        yield from _read_lines(buffered, name, head)
        return
    data = buffered.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        yield Problem(
            name,
            f"is larger than {MAX_BYTES / 1e6:.1f} MB, the most that one report may have; "
            "give one report a file, or one a line of a .jsonl file",
        )
        return
    try:
        text, issues = decode(data)
    except InputError as error:
        yield Problem(name, str(error))
        return
    if text[:200].lstrip().lower().startswith(("<!doctype html", "<html")):
        yield Problem(name, "is an HTML page; save its text, or capture it into a project with `khabar add`")
        return
    yield Source(name, text, issues=issues)


def _looks_like_json(head: bytes) -> bool:
    try:
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = decode(head[: len(head) // 4 * 4])[0] if wide else head.decode("utf-8-sig", "ignore")
    except InputError:
        return False
    return text.lstrip().startswith("{") and '"text"' in text


def _read_lines(stream: Any, name: str, head: bytes) -> Iterator[Source | Problem]:
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    lines: Any = io.TextIOWrapper(stream, "utf-16", errors="replace", newline="\n") if wide else stream
    number = 0
    while line := lines.readline(MAX_LINE):
        number += 1
        where = f"{name}:{number}"
        if len(line) >= MAX_LINE:
            while (rest := lines.readline(MAX_LINE)) and len(rest) >= MAX_LINE:
                pass
            yield Problem(where, f"the line is longer than {MAX_LINE // 2**20} MB; give one report a line")
        elif line.strip(b"\xef\xbb\xbf \t\r\n" if isinstance(line, bytes) else None):
            yield read_line(line, where)


def read_line(line: bytes | str, name: str) -> Source | Problem:
    """The report of one line of the annotation format; its events are ignored."""
    try:
        row = json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line)
    except UnicodeDecodeError as error:
        return Problem(name, f"the line is not UTF-8 at byte {error.start}")
    except (ValueError, RecursionError) as error:
        return Problem(name, f"the line is not JSON: {error}")
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str):
        return Problem(name, 'the line has no "text"; a line is {"id": …, "text": …, "published": "YYYY-MM-DD"}')
    told = {key: row[key] for key in ("id", "title", "outlet", "url") if isinstance(row.get(key), str)}
    if isinstance(row.get("id"), int):
        told["id"] = str(row["id"])
    told = {key: _stored(value)[0] for key, value in told.items()}
    published, issues = _read_date(row.get("published"))
    return Source(name, text, published=published, issues=issues, **told)


def _read_date(value: object) -> tuple[date | None, tuple[Issue, ...]]:
    if value is None or value == "":
        return None, ()
    try:
        return date.fromisoformat(str(value)[:10]), ()
    except ValueError:
        return None, (Issue("bad-published", f'"published" is {value!r}, which is no date; write YYYY-MM-DD.'),)
