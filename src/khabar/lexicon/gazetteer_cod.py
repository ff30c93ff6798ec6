"""OCHA Common Operational Datasets, administrative boundaries: CSV, XLSX or GeoJSON, old and new columns.

Old: ADM1_AR, ADM1_EN, ADM1_PCODE or admin1Name_ar, admin1Name_en, admin1Pcode.
New: adm1_name (English), adm1_name1 with lang1 = ar, adm1_pcode, center_lat, center_lon.
"""

from __future__ import annotations

import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from khabar.errors import InputError
from khabar.lexicon.gazetteer_import import RawPlace, dict_rows, number, open_text, whole

_LATS = ("center_lat", "latitude", "lat", "y_coord", "point_y", "y")
_LONS = ("center_lon", "longitude", "lon", "long", "x_coord", "point_x", "x")
_KINDS = {0: "country", 1: "adm1", 2: "adm2", 3: "adm2", 4: "locality", 5: "locality"}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_cod(path: Path) -> Iterator[RawPlace]:
    """Divisions of a file, each at the deepest level its row tells; populated places where the file has them."""
    name = path.name.lower()
    if name.endswith((".geojson", ".json", ".geojson.gz", ".json.gz", ".geojson.xz")):
        rows = _features(path)
    elif name.endswith(".xlsx"):
        rows = _sheets(path)
    else:
        rows = _table(path)
    for line, row in rows:
        raw = _place(row, f"{path}:{line}")
        if raw is not None:
            yield raw


def _table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with open_text(path) as file:
        yield from dict_rows(file, path)


def _features(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with open_text(path) as file:
        try:
            data = json.load(file)
        except ValueError as error:
            raise InputError(f"{path}: not valid JSON: {error}") from error
    for line, feature in enumerate(data.get("features", ()), 1):
        row = {k.lower(): "" if v is None else str(v) for k, v in (feature.get("properties") or {}).items()}
        if not any(row.get(c) for c in _LATS):
            point = middle(feature.get("geometry"))
            if point is not None:
                row["center_lat"], row["center_lon"] = str(point[0]), str(point[1])
        yield line, row


def _place(row: dict[str, str], where: str) -> RawPlace | None:
    for level in (5, 4, 3, 2, 1, 0):
        arabic, english, pcode = _names(row, level)
        if arabic or english:
            break
    else:
        raise InputError(f"{where}: no column of COD-AB (ADM1_AR, admin1Name_ar, adm1_name …); it has {', '.join(row)}")
    lat = next((row[c] for c in _LATS if row.get(c)), None)
    lon = next((row[c] for c in _LONS if row.get(c)), None)
    if lat is None or lon is None:
        lat, lon = "0", "0"
    country = pcode[:2] if pcode[:2].isalpha() else (_names(row, 0)[2][:2] if level else "")
    above = _names(row, 1)[0] if level > 1 else ""
    return RawPlace(
        id=f"cod:{pcode}" if pcode else f"cod:{where}",
        names=(arabic,),
        name_en=english,
        kind=_KINDS[level],
        lat=number(lat, where),
        lon=number(lon, where),
        country=country,
        admin1=above,
        population=whole(row.get("population") or row.get("t_tl")),
        source=f"OCHA COD-AB {pcode}".strip(),
    )


def _names(row: dict[str, str], level: int) -> tuple[str, str, str]:
    """(Arabic, English, pcode) of a level; "" where the row tells none."""
    pcode = row.get(f"adm{level}_pcode") or row.get(f"admin{level}pcode") or row.get(f"admin{level}_pcode") or ""
    arabic = row.get(f"adm{level}_ar") or row.get(f"admin{level}name_ar") or row.get(f"admin{level}namear") or ""
    english = row.get(f"adm{level}_en") or row.get(f"admin{level}name_en") or row.get(f"admin{level}nameen") or ""
    for number_ in ("", "1", "2", "3"):
        name = row.get(f"adm{level}_name{number_}") or ""
        language = row.get(f"lang{number_}", "en" if not number_ else "")
        if name and (language == "ar" or re.search("[\u0621-\u064a]", name)):
            arabic = arabic or name
        elif name:
            english = english or name
    return arabic.strip(), english.strip(), pcode.strip()


def middle(geometry: Any) -> tuple[float, float] | None:
    """(lat, lon) of a GeoJSON geometry: the point, or the centre of mass of its largest ring."""
    if not geometry or not geometry.get("coordinates"):
        return None
    kind, parts = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return float(parts[1]), float(parts[0])
    if kind == "Polygon":
        return _centre(parts[0])
    if kind == "MultiPolygon":
        return _centre(max((p[0] for p in parts), key=lambda ring: abs(_area(ring))))
    if kind == "LineString":
        at = parts[len(parts) // 2]
        return float(at[1]), float(at[0])
    return None


def _area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def _centre(ring: list[list[float]]) -> tuple[float, float]:
    area = _area(ring)
    if not area:
        return float(ring[0][1]), float(ring[0][0])
    pairs = list(itertools.pairwise(ring))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (6 * area)
    return y, x


def _sheets(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of every sheet of an XLSX file whose first row names COD-AB columns."""
    try:
        with zipfile.ZipFile(path) as archive:
            shared = _shared(archive)
            for name in sorted(n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)):
                head: list[str] = []
                for line, cells in _cells(archive, name, shared):
                    if not head:
                        head = [c.strip().lower() for c in cells]
                        if not any(re.match(r"adm(in)?\d", c) for c in head):
                            break
                        continue
                    if any(cells):
                        yield line, dict(zip(head, cells, strict=False))
    except (zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise InputError(f"{path}: not an XLSX file ({error})") from error


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    with archive.open("xl/sharedStrings.xml") as file:
        root = ElementTree.parse(file).getroot()
    return ["".join(t.text or "" for t in item.iter(_MAIN + "t")) for item in root.iter(_MAIN + "si")]


def _cells(archive: zipfile.ZipFile, name: str, shared: list[str]) -> Iterator[tuple[int, list[str]]]:
    with archive.open(name) as file:
        for _, row in ElementTree.iterparse(file):
            if row.tag != _MAIN + "row":
                continue
            cells: list[str] = []
            for cell in row.iter(_MAIN + "c"):
                column = _column(cell.get("r", ""))
                cells += [""] * (column - len(cells))
                value = cell.find(_MAIN + "v")
                text = value.text or "" if value is not None else "".join(t.text or "" for t in cell.iter(_MAIN + "t"))
                cells.append(shared[int(text)] if cell.get("t") == "s" and text else text)
            yield int(row.get("r", "0")), cells
            row.clear()


def _column(reference: str) -> int:
    letters = [ord(c) - 64 for c in reference if c.isalpha()]
    total = 0
    for letter in letters:
        total = total * 26 + letter
    return max(total - 1, 0)
