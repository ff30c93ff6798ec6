"""The embedded gazetteer: a packed table in the package, compiled once to a file that is mapped, not loaded.

Layout of the compiled file: a 64-byte header (magic, counts, section sizes), key hashes (uint64,
sorted), row numbers (uint32, parallel), row offsets (uint32), rows (UTF-8, one a line), strong names
(marshal). Where the cache folder can't be written the same bytes are kept in memory.
"""

from __future__ import annotations

import hashlib
import lzma
import marshal
import mmap
import struct
import sys
from array import array
from bisect import bisect_left
from functools import cache
from pathlib import Path

from khabar.lexicon.compiled import cache_dir, uncollected, write_file
from khabar.lexicon.entries import DATA
from khabar.lexicon.gazetteer import Place, parse_row
from khabar.lexicon.gazetteer_rows import key_hash, names_of, read_rows, row_keys, strong_names

_MAGIC = b"KHGAZ05\n"
_HEADER = struct.Struct("<8sQQQQ")
FOLDER = DATA / "gazetteers"


class Embedded:
    """Look-ups by hash in a mapped file; a row is parsed when it is asked for."""

    def __init__(self, data: bytes | mmap.mmap) -> None:
        magic, keys, rows, blob, strong = _HEADER.unpack_from(data, 0)
        if magic != _MAGIC:
            raise ValueError("not a compiled gazetteer of this version")
        view = memoryview(data)
        at = 64
        self._hashes = view[at : at + 8 * keys].cast("Q")
        at += 8 * keys
        self._refs = view[at : at + 4 * keys].cast("I")
        at += 4 * keys
        self._offsets = view[at : at + 4 * (rows + 1)].cast("I")
        at += 4 * (rows + 1)
        at += -at % 8
        self._blob = view[at : at + blob]
        at += blob
        self.strong: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = marshal.loads(view[at : at + strong])
        self.size = rows
        self._licences = _licence_names()

    def has(self, key: str) -> bool:
        """Whether any row has this prefixed key."""
        number = key_hash(key)
        at = bisect_left(self._hashes, number)
        return at < len(self._hashes) and self._hashes[at] == number

    def rows(self, key: str) -> list[Place]:
        """Rows under a prefixed key, in the file's order."""
        number = key_hash(key)
        at = bisect_left(self._hashes, number)
        found = []
        while at < len(self._hashes) and self._hashes[at] == number:
            found.append(self.row(self._refs[at]))
            at += 1
        return found

    def row(self, number: int) -> Place:
        """The row with this number, 0-based."""
        raw = bytes(self._blob[self._offsets[number] : self._offsets[number + 1]])
        return parse_row(raw.decode(), licences=self._licences)


def _licence_names() -> dict[str, str]:
    """Licence code of a row -> its name (sources.tsv)."""
    lines = (FOLDER / "sources.tsv").read_text("utf-8").splitlines()[1:]
    return {line.split("\t")[0]: line.split("\t")[1] for line in lines}


def compile_rows(lines: list[str]) -> bytes:
    """Rows of the packed table to the compiled layout."""
    pairs: set[int] = set()  # a key's hash above the row's number, since plain integers sort fastest
    known: dict[str, int] = {}
    offsets = array("I", [0])
    blob = bytearray()
    rows: list[tuple[list[str], list[tuple[str, ...]]]] = []
    for number, line in enumerate(lines):
        blob += line.encode()
        offsets.append(len(blob))
        fields = line.split("\t")
        names = names_of(fields)
        rows.append((fields, names))
        for key in row_keys(fields, names):
            above = known.get(key)
            if above is None:
                above = known[key] = key_hash(key) << 32
            pairs.add(above | number)
    ordered = sorted(pairs)
    hashes = array("Q", [pair >> 32 for pair in ordered])
    refs = array("I", [pair & 0xFFFFFFFF for pair in ordered])
    strong = marshal.dumps(strong_names(rows))
    head = _HEADER.pack(_MAGIC, len(hashes), len(lines), len(blob), len(strong)).ljust(64, b"\0")
    body = head + hashes.tobytes() + refs.tobytes() + offsets.tobytes()
    return body + b"\0" * (-len(body) % 8) + bytes(blob) + strong


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256(_MAGIC + str(sys.version_info[:2]).encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _sources() -> list[Path]:
    here = Path(__file__).parent
    code = [here / "gazetteer_rows.py", here / "gazetteer_keys.py"]
    weak = DATA / "ar/places_weak.toml"
    types = DATA / "ar/places.toml"
    return [
        FOLDER / "places.tsv.xz",
        FOLDER / "features.tsv",
        FOLDER / "countries.tsv",
        FOLDER / "prominent.tsv",
        weak,
        types,
        *code,
    ]


def _mapped(path: Path) -> Embedded | None:
    try:
        with path.open("rb") as file:
            return Embedded(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, EOFError, TypeError, struct.error):
        return None


@cache
def load_embedded() -> Embedded:
    """The embedded gazetteer, mapped from the cache folder; compiled there on first use (a second or two)."""
    path = cache_dir() / f"gazetteer-{_fingerprint(_sources())}.bin"
    found = _mapped(path)
    if found is not None:
        return found
    packed = lzma.decompress((FOLDER / "places.tsv.xz").read_bytes()).decode()
    with uncollected():
        data = compile_rows(read_rows(packed, FOLDER))
    if write_file(path, data):
        mapped = _mapped(path)
        if mapped is not None:
            return mapped
    return Embedded(data)
