"""GeoNames country files (19 columns, tab-separated) with alternateNamesV2.txt beside them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from khabar.errors import InputError
from khabar.lexicon.gazetteer_import import RawPlace, number, open_text, whole

# Feature code -> kind; then feature class. Codes: http://www.geonames.org/export/codes.html
_CODES = {
    "PCLI": "country",
    "PCL": "country",
    "PCLD": "country",
    "PCLS": "country",
    "ADM1": "adm1",
    "ADM2": "adm2",
    "ADM3": "adm2",
    "PPLX": "neighbourhood",
    "AIRP": "airport",
    "AIRF": "airport",
    "AIRB": "airbase",
    "MILB": "base",
    "INSM": "base",
    "OILF": "oilfield",
    "GASF": "gasfield",
    "OILR": "refinery",
    "CMPRF": "camp",
    "CMP": "camp",
    "DAM": "dam",
    "MT": "mountain",
    "MTS": "mountain",
    "HLL": "mountain",
    "HLLS": "mountain",
    "PK": "mountain",
    "VAL": "valley",
    "WAD": "valley",
    "STM": "river",
    "ISL": "island",
    "ISLS": "island",
    "PRT": "port",
    "HBR": "port",
    "LK": "lake",
    "CRSG": "crossing",
    "PSTB": "crossing",
    "BDG": "bridge",
    "RGN": "region",
    "AREA": "region",
    "DSRT": "region",
    "STRT": "strait",
    "SEA": "sea",
    "GULF": "sea",
}
_CLASSES = {"P": "locality"}


def read_geonames(path: Path, alternate: Path | None) -> Iterator[RawPlace]:
    """Places of a country file; Arabic names from `alternate` (preferred first), else from the fourth column."""
    with _open(path) as file:
        wanted = {line.partition("\t")[0] for line in file} if alternate is not None else set()
    names = _alternates(alternate, wanted) if alternate is not None else {}
    with _open(path) as file:
        for line, text in enumerate(file, 1):
            cells = text.rstrip("\r\n").split("\t")
            if len(cells) != 19:
                raise InputError(f"{path}:{line}: {len(cells)} columns; a GeoNames country file has 19")
            kind = _CODES.get(cells[7]) or _CLASSES.get(cells[6])
            if kind is None:
                continue
            where = f"{path}:{line}"
            own = tuple(names.get(cells[0], ())) or tuple(cells[3].split(","))
            yield RawPlace(
                id=f"gn:{cells[0]}",
                names=own,
                name_en=cells[2] or cells[1],
                kind=kind,
                lat=number(cells[4], where),
                lon=number(cells[5], where),
                country=cells[8],
                admin1=cells[10],
                population=whole(cells[14]),
                source=f"gn:{cells[0]}",
                licence="CC BY 4.0 (GeoNames)",
            )


def _open(path: Path) -> IO[str]:
    if path.suffix == ".zip":
        import io

        archive = zipfile.ZipFile(path)
        inner = next((n for n in archive.namelist() if n.endswith(".txt") and "readme" not in n.lower()), None)
        if inner is None:
            raise InputError(f"{path}: no .txt file in the archive")
        return io.TextIOWrapper(archive.open(inner), "utf-8")
    return open_text(path)


def _alternates(path: Path, wanted: set[str]) -> dict[str, list[str]]:
    """geonameid -> Arabic names of the ids in `wanted`; preferred first, historic and colloquial left out."""
    found: dict[str, list[str]] = {}
    with _open(path) as file:
        for text in file:
            cells = text.rstrip("\r\n").split("\t")
            if len(cells) < 4 or cells[2] not in ("ar", "arz", "apc", "ary") or cells[1] not in wanted:
                continue
            flags = [*cells[4:8], "", "", "", ""]
            if flags[2] == "1" or flags[3] == "1":
                continue
            names = found.setdefault(cells[1], [])
            names.insert(0 if flags[0] == "1" else len(names), cells[3])
    return found
