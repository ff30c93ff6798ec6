"""Figures of the WHERE: look-ups, incident places, spans in reports, speed, memory, imports at scale.

    python benchmarks/bench_places.py SHARED [--layers] [--scale ROWS]

SHARED is the folder that holds evaluation/ and gazetteer/. --layers uses the user's layers as well
(KHABAR_HOME). --scale writes places.tsv.xz over and over, in each format, until ROWS rows, and imports them.
"""

from __future__ import annotations

import argparse
import csv
import json
import lzma
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from khabar.annotate.places import find_places
from khabar.lexicon.gazetteer import Gazetteer, distance_km, load_gazetteer, load_with_layers
from khabar.lexicon.gazetteer_keys import compact
from khabar.model.document import Document
from khabar.model.report import Report
from khabar.resolve.place import choose, resolve_places
from khabar.resolve.place_query import query_of
from khabar.text.tokens import find_sentences, find_tokens


def bench_names(shared: Path, gazetteer: Gazetteer) -> dict[str, float]:
    """names_dev.tsv: each name alone with its country; right within the row's tolerance."""
    right = count = abstained = 0
    for line in (shared / "gazetteer/names_dev.tsv").read_text("utf-8").splitlines():
        name, lat, lon, country, _, tolerance = line.split("\t")
        if name == "name":
            continue
        place = choose(query_of(name, country, gazetteer), gazetteer).place
        count += 1
        abstained += place is None
        right += place is not None and distance_km(float(lat), float(lon), place.lat, place.lon) <= float(tolerance)
    return {"names": count, "right": right / count, "abstained": abstained / count}


def bench_incidents(shared: Path, gazetteer: Gazetteer) -> dict[str, float]:
    """incident_places_dev.tsv: name and governorate, weighted by incidents."""
    total = near = far = abstained = 0
    with (shared / "gazetteer/incident_places_dev.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            weight = int(row["incidents"])
            try:
                lat, lon = float(row["lat"]), float(row["lon"])
            except ValueError:
                continue
            total += weight
            place = choose(query_of(row["name_ar"], row["governorate"], gazetteer), gazetteer).place
            if place is None:
                abstained += weight
                continue
            off = distance_km(lat, lon, place.lat, place.lon)
            near += weight * (off <= 10)
            far += weight * (off > 25)
    return {"incidents": total, "within 10 km": near / total, "over 25 km": far / total, "abstained": abstained / total}


def documents(path: Path) -> Iterator[tuple[dict, Document]]:
    for line in path.read_text("utf-8").splitlines():
        report = json.loads(line)
        tokens = find_tokens(report["text"])
        sentences = find_sentences(report["text"], tokens)
        places = find_places(tokens, sentences)
        yield report, Document(Report(report["id"], report["text"], ""), tokens, sentences, places=places)


def bench_spans(shared: Path, name: str) -> dict[str, float]:
    """Share of annotated events with a place for which some mention overlaps and names it (score.py's same_name)."""
    sys.path.insert(0, str(shared / "evaluation"))
    from score import same_name  # type: ignore[import-not-found]

    events = found = mentions = 0
    for report, doc in documents(shared / f"evaluation/{name}.jsonl"):
        text = report["text"]
        mentions += len(doc.places)
        for event in report["events"]:
            place = event.get("place")
            if not place:
                continue
            events += 1
            spans = [(i, i + len(n)) for n in place["names"] for i in range(len(text)) if text.startswith(n, i)]
            found += any(
                any(m.start < b and a < m.end for a, b in spans)
                and any(same_name(text[m.start : m.end], n) for n in place["names"])
                for m in doc.places
            )
    return {"events": events, "place found": found / events, "mentions": mentions}


def bench_documents(shared: Path, gazetteer: Gazetteer) -> dict[str, float]:
    """Resolution of unlabelled.jsonl: share abstained among named mentions, and milliseconds for 300 tokens (warm)."""
    docs = [doc for _, doc in documents(shared / "evaluation/unlabelled.jsonl")]
    named = abstained = 0
    for doc in docs:
        for mention, value in zip(doc.places, resolve_places(doc, gazetteer), strict=True):
            if mention.name and value is not None:
                named += 1
                abstained += value.id is None
    tokens = sum(len(doc.tokens) for doc in docs)
    start = time.perf_counter()
    for doc in docs:
        find_places(doc.tokens, doc.sentences)
    middle = time.perf_counter()
    for doc in docs:
        resolve_places(doc, gazetteer)
    end = time.perf_counter()
    scale = 300_000 / tokens
    return {"named": named, "abstained": abstained / named, "find ms": (middle - start) * scale,
            "resolve ms": (end - middle) * scale}  # fmt: skip


def bench_speed(gazetteer: Gazetteer) -> dict[str, float]:
    """Look-ups a second of distinct keys, and peak memory of the process (MB)."""
    keys = [
        compact(f"{a}{b}") for a in ("بلدة ", "", "تل ", "خربة ") for b in ("دوما", "حلب", "صوران", "الروضة", "كفر عين")
    ]
    keys += [key + str(n) for n in range(700) for key in keys]
    start = time.perf_counter()
    for key in keys:
        gazetteer.find(key)
    rate = len(keys) / (time.perf_counter() - start)
    return {"look-ups a second": rate, "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def bench_import(shared: Path, rows: int) -> None:
    """Write the packed table in each format until `rows` rows; import; look up. Uses a folder of its own."""
    from khabar.lexicon.gazetteer_cells import Cells
    from khabar.lexicon.gazetteer_embedded import load_embedded
    from khabar.lexicon.gazetteer_import import read_rows
    from khabar.lexicon.gazetteer_layers import LayerInfo, layers_path, write_layer

    embedded = load_embedded()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KHABAR_HOME"] = folder
        for kind, make in (("csv", as_csv), ("geonames", as_geonames), ("cod-ab", as_cod), ("osm", as_osm)):
            file = Path(folder) / f"{kind}{'.geojsonseq' if kind == 'osm' else '.txt'}"
            with file.open("w", encoding="utf-8") as out:
                out.writelines(make(table(shared, rows)))
            start = time.perf_counter()
            cells = Cells([embedded.row(number) for number in range(embedded.size)])
            lines = read_rows(file, kind, licence="test", cells=cells)
            count = write_layer(layers_path(), LayerInfo(kind, kind, 10, "test", file.name, 0), lines)
            took = time.perf_counter() - start
            print(f"import {kind}: {count} rows, {took:.1f} s, {count / took:.0f} rows/s, "
                  f"file {layers_path().stat().st_size / 1e6:.0f} MB")  # fmt: skip
            print("  ", show(bench_names(shared, load_with_layers())))
            file.unlink()
            layers_path().unlink()


def table(shared: Path, rows: int) -> Iterator[dict[str, str]]:
    """Rows of places.tsv.xz, then again with a number behind the name, until there are `rows`."""
    made, lap = 0, 0
    while made < rows:
        with lzma.open(shared / "gazetteer/places.tsv.xz", "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if lap:
                    row["name_ar"], row["alt_ar"] = f"{row['name_ar']} {lap}", ""
                yield row
                made += 1
                if made == rows:
                    return
        lap += 1


def as_csv(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        if not number:
            yield "\t".join(row) + "\n"
        yield "\t".join(row.values()) + "\n"


def as_geonames(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    codes = {"adm1": ("A", "ADM1"), "adm2": ("A", "ADM2"), "neighbourhood": ("P", "PPLX"), "airport": ("S", "AIRP"),
             "airbase": ("S", "AIRB"), "country": ("A", "PCLI")}  # fmt: skip
    for number, row in enumerate(rows, 1):
        names = ",".join([row["name_ar"], *row["alt_ar"].split("|")])
        admin1 = row["admin1"] if row["admin1"].isdigit() else ""
        cells = [str(number), row["name_en"], row["name_en"], names, row["lat"], row["lon"]]
        cells += [*codes.get(row["kind"], ("P", "PPL")), row["country"], "", admin1, "", "", ""]
        yield "\t".join([*cells, row["population"] or "0", "", "", "", ""]) + "\n"


def as_cod(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    yield "adm3_name,adm3_name1,adm3_pcode,lang,lang1,center_lat,center_lon,population\n"
    for number, row in enumerate(rows, 1):
        english = row["name_en"].replace(",", " ").replace('"', "")
        name = row["name_ar"].replace(",", " ").replace('"', "")
        yield f"{english},{name},{row['country']}{number:06},en,ar,{row['lat']},{row['lon']},{row['population']}\n"


def as_osm(rows: Iterator[dict[str, str]]) -> Iterator[str]:
    kinds = {"adm1": "state", "adm2": "county", "neighbourhood": "suburb", "country": "country"}
    for number, row in enumerate(rows, 1):
        tags = {"name:ar": row["name_ar"], "name:en": row["name_en"], "place": kinds.get(row["kind"], "village"),
                "population": row["population"], "alt_name:ar": row["alt_ar"].replace("|", ";")}  # fmt: skip
        point = {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]}
        feature = {"type": "Feature", "id": f"node/{number}", "properties": tags, "geometry": point}
        yield json.dumps(feature, ensure_ascii=False) + "\n"


def show(figures: dict[str, float]) -> str:
    return "  ".join(f"{k} {v:.4f}" if v < 100 and v != int(v) else f"{k} {v:.0f}" for k, v in figures.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--layers", action="store_true")
    parser.add_argument("--scale", type=int, default=0, metavar="ROWS")
    args = parser.parse_args()
    start = time.perf_counter()
    gazetteer = load_with_layers() if args.layers else load_gazetteer()
    print(f"load: {time.perf_counter() - start:.3f} s")
    print("names_dev:", show(bench_names(args.shared, gazetteer)))
    print("incident_places_dev:", show(bench_incidents(args.shared, gazetteer)))
    for name in ("train", "dev"):
        print(f"spans {name}:", show(bench_spans(args.shared, name)))
    print("unlabelled:", show(bench_documents(args.shared, gazetteer)))
    print("speed:", show(bench_speed(gazetteer)))
    if args.scale:
        bench_import(args.shared, args.scale)


if __name__ == "__main__":
    main()
