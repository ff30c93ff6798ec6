"""Reads the dumps that users have (GeoNames, OCHA COD-AB, OSM, CSV) as gazetteer rows, one at a time."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from khabar.errors import InputError
from khabar.lexicon.gazetteer_cells import Cells
from khabar.lexicon.gazetteer_keys import compact

FORMATS = ("geonames", "cod-ab", "osm", "csv")
_ARABIC = re.compile(r"[\u0621-\u064a]")
_SPACE = re.compile(r"[\s|]+")
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640\u200b-\u200f]")
_RADIUS = {
    "neighbourhood": 1.5,
    "airport": 3.0,
    "airbase": 4.0,
    "base": 4.0,
    "camp": 1.5,
    "crossing": 2.0,
    "adm2": 20.0,
    "adm1": 80.0,
    "country": 300.0,
    "region": 50.0,
    "oilfield": 8.0,
    "gasfield": 8.0,
    "mountain": 5.0,
    "valley": 8.0,
}


class RawPlace(NamedTuple):
    """A place as a dump tells it, before names are cleaned and the division is settled."""

    id: str
    names: tuple[str, ...]  # any script; the first Arabic one leads
    name_en: str
    kind: str
    lat: float
    lon: float
    country: str = ""
    admin1: str = ""
    population: int = 0
    source: str = ""
    licence: str = ""


@dataclass(slots=True)
class ImportReport:
    """What an import did: rows read, and rows left out by reason."""

    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def open_text(path: Path) -> IO[str]:
    """A text file as it is or packed (.xz, .gz), UTF-8 with or without a byte order mark."""
    try:
        if path.suffix == ".xz":
            return lzma.open(path, "rt", encoding="utf-8-sig", newline="")
        if path.suffix == ".gz":
            return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        return path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error})") from error


def read_rows(
    path: Path,
    format: str,
    *,
    licence: str,
    cells: Cells,
    country: str = "",
    alternate: Path | None = None,
    report: ImportReport | None = None,
) -> Iterator[str]:
    """Rows in the order of `gazetteer.FIELDS`, for `gazetteer_layers.write_layer`.

    Args:
        format: one of FORMATS.
        licence: for rows that tell none of their own.
        cells: settles country and division of rows that lack them.
        country: ISO code for rows that tell none.
        alternate: GeoNames' alternateNamesV2.txt, beside a country file.
        report: counts rows read and left out.

    Raises:
        InputError: unknown format, unreadable file, or columns that the format lacks; names file and line.
    """
    report = report if report is not None else ImportReport()
    try:
        for raw in _reader(format, alternate)(path):
            report.read += 1
            line = _row(raw, licence, cells, country, report)
            if line is not None:
                yield line
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: broken after row {report.read}: {error}") from error


def _reader(format: str, alternate: Path | None) -> Callable[[Path], Iterator[RawPlace]]:
    if format == "geonames":
        from khabar.lexicon.gazetteer_geonames import read_geonames

        return lambda path: read_geonames(path, alternate)
    if format == "cod-ab":
        from khabar.lexicon.gazetteer_cod import read_cod

        return read_cod
    if format == "osm":
        from khabar.lexicon.gazetteer_osm import read_osm

        return read_osm
    if format == "csv":
        return read_csv
    raise InputError(f"unknown format {format!r}; the formats are {', '.join(FORMATS)}")


def _row(raw: RawPlace, licence: str, cells: Cells, country: str, report: ImportReport) -> str | None:
    names = arabic_names(raw.names)
    if not names:
        report.left_out["no Arabic name"] += 1
        return None
    if not (-90 <= raw.lat <= 90 and -180 <= raw.lon <= 180) or (raw.lat == 0 and raw.lon == 0):
        report.left_out["no coordinates"] += 1
        return None
    code = (raw.country or country or cells.country(raw.lat, raw.lon)).upper()
    admin1 = names[0] if raw.kind == "adm1" else cells.division(code, raw.admin1, raw.lat, raw.lon)
    english = _SPACE.sub(" ", raw.name_en).strip()
    radius = _RADIUS.get(raw.kind) or (
        12 if raw.population >= 500_000 else 6 if raw.population >= 50_000 else 4 if raw.population >= 5_000 else 2
    )
    return "\t".join(
        (
            _SPACE.sub(" ", raw.id),
            names[0],
            "|".join(names[1:8]),
            english,
            raw.kind,
            f"{raw.lat:.5g}" if abs(raw.lat) < 10 else f"{raw.lat:.4f}",
            f"{raw.lon:.4f}",
            code,
            admin1,
            str(raw.population or ""),
            f"{radius:g}",
            _SPACE.sub(" ", raw.source or raw.id),
            _SPACE.sub(" ", raw.licence or licence),
            "",
        )
    )


def arabic_names(names: tuple[str, ...]) -> list[str]:
    """Names in Arabic letters, marks off, one a look-up key, in order."""
    kept: list[str] = []
    seen: set[str] = set()
    for name in names:
        name = _SPACE.sub(" ", _MARKS.sub("", name)).strip(" ,،")
        if not name or not _ARABIC.search(name):
            continue
        key = compact(name)
        if key and key not in seen:
            seen.add(key)
            kept.append(name)
    return kept


def number(text: str | None, where: str) -> float:
    """A number of a cell. Raises InputError with the place."""
    try:
        return float((text or "").strip())
    except ValueError as error:
        raise InputError(f"{where}: {text!r} is not a number") from error


def whole(text: str | None) -> int:
    """A count of a cell, 0 when it is empty or none."""
    digits = (text or "").strip().split(".")[0].replace(",", "")
    return int(digits) if digits.isdigit() else 0


def dict_rows(file: IO[str], path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells by lower-cased column) of a table whose separator is the tab, else the semicolon or comma."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    head = file.readline()
    if not head:
        raise InputError(f"{path}: empty file")
    mark = "\t" if "\t" in head else ";" if head.count(";") > head.count(",") else ","
    columns = [c.strip().lower() for c in next(_split(io.StringIO(head), mark))]
    for line, cells in enumerate(_split(file, mark), 2):
        if cells:
            yield line, dict(zip(columns, cells, strict=False))


def _split(file: IO[str], mark: str) -> Iterator[list[str]]:
    if mark == "\t":
        return csv.reader(file, delimiter=mark, quoting=csv.QUOTE_NONE)
    return csv.reader(file, delimiter=mark)


def read_csv(path: Path) -> Iterator[RawPlace]:
    """The columns of docs/gazetteer.md: name_ar, lat, lon; optionally alt_ar, name_en, kind, country, admin1, …"""
    with open_text(path) as file:
        for line, row in dict_rows(file, path):
            if "name_ar" not in row or "lat" not in row or "lon" not in row:
                raise InputError(f"{path}:{line}: needs the columns name_ar, lat and lon; it has {', '.join(row)}")
            where = f"{path}:{line}"
            source = row.get("source", "")
            yield RawPlace(
                id=row.get("id") or (source.split("|")[0] if source.count(":") else "") or f"{path.name}:{line}",
                names=(row["name_ar"], *(row.get("alt_ar") or "").split("|")),
                name_en=row.get("name_en") or "",
                kind=row.get("kind") or "locality",
                lat=number(row["lat"], where),
                lon=number(row["lon"], where),
                country=row.get("country") or "",
                admin1=row.get("admin1") or "",
                population=whole(row.get("population")),
                source=source,
                licence=row.get("licence") or "",
            )
