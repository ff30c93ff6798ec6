"""Bytes to characters, and characters to a working text."""

from __future__ import annotations

import re
import unicodedata

from khabar.errors import InputError

# C0 and C1 controls but tab and line feed: they carry no meaning in a text and databases refuse NUL.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LATIN = frozenset(("iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "ascii", "us-ascii"))
_META = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
_HEAD = 4096  # bytes of a page searched for its declared encoding, as browsers do (1024) and some


def decode(body: bytes, declared: str | None = None) -> tuple[str, str]:
    """(text, encoding) of bytes: byte order mark, UTF-8 if valid, the declared encoding, Windows-1256.

    Arabic in Windows-1256 is practically never valid UTF-8, so UTF-8 goes before what pages declare,
    which is often wrong. A Latin declaration over mostly high bytes is taken for Windows-1256.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace"), name
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # A page cut in the middle of a character is UTF-8 all the same.
        if error.start >= len(body) - 3 and any(byte >= 0x80 for byte in body[:error.start]):
            return body.decode("utf-8", "replace"), "utf-8"
    for candidate in (declared, "windows-1256"):
        if candidate is None or (candidate.lower() in _LATIN and _is_mostly_high(body)):
            continue
        try:
            return body.decode(candidate), candidate.lower()
        except (LookupError, UnicodeDecodeError):
            continue
    damaged = body.decode("utf-8", "replace")
    if damaged.count("\ufffd") * 50 < len(damaged):
        return damaged, "utf-8"
    return body.decode("windows-1256", "replace"), "windows-1256"


def declared_encoding(body: bytes, content_type: str | None) -> str | None:
    """The encoding that the HTTP header or else the page's head declares."""
    if content_type is not None:
        found = re.search(r"charset\s*=\s*[\"']?([\w:.-]+)", content_type, re.IGNORECASE)
        if found is not None:
            return found.group(1)
    meta = _META.search(body[:_HEAD])
    return None if meta is None else meta.group(1).decode("ascii", "replace")


def make_text(raw: str) -> str:
    """The working text of a raw one: NFC, line feeds only, no control characters, no blank ends.

    It is frozen as returned; every offset counts its code points. Raises InputError when nothing is left.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text)).lstrip("\ufeff")
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise InputError("there is no text")
    return text


def guess_language(text: str) -> str | None:
    """"ar" for a text in Arabic letters without letters that only Persian, Urdu or Kurdish use; else None."""
    arabic = sum("\u0620" <= char <= "\u064a" for char in text)
    other = sum(char in "پچژگڕۆێەکیےںہ" for char in text)
    letters = sum(char.isalpha() for char in text)
    return "ar" if letters and arabic >= letters * 0.6 and other * 20 < arabic else None


def _is_mostly_high(body: bytes) -> bool:
    visible = re.sub(rb"<[^>]*>|\s+", b"", body)
    return sum(byte >= 0x80 for byte in visible) * 4 > len(visible)
