"""Imports of GeoNames, COD-AB, OSM and CSV dumps as layers, small and at scale."""

from __future__ import annotations

import gzip
import json
import lzma
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from khabar.cli.gazetteer import gazetteer as gazetteer_command
from khabar.cli.places import places as places_command
from khabar.errors import InputError
from khabar.lexicon.gazetteer import Gazetteer
from khabar.lexicon.gazetteer_cells import Cells
from khabar.lexicon.gazetteer_embedded import load_embedded
from khabar.lexicon.gazetteer_import import ImportReport, read_rows
from khabar.lexicon.gazetteer_keys import compact
from khabar.lexicon.gazetteer_layers import LayerInfo, list_layers, open_layers, remove_layer, write_layer

GEONAMES = (
    "9000001|Tall Dahab|Tall Dahab|تل الذهبي,Tell Dahab|34.90|36.60|P|PPL|SY||11||||1500||500|Asia/Damascus|2020-01-01"
).replace("|", "\t")
FIELD = (
    GEONAMES.replace("9000001", "9000002").replace("\tP\tPPL", "\tS\tOILF").replace("تل الذهبي", "حقل الزعيتر النفطي")
)
CSV = (
    "name_ar,alt_ar,name_en,kind,lat,lon,country,admin1,pcode,population,source,licence\n"
    "الزعيترة,زعيترة,Zaaitra,locality,35.1,40.2,SY,دير الزور,,900,own:1,CC0\n"
)
COD_NEW = "adm0_pcode,adm1_name,adm1_name1,adm2_name,adm2_name1,adm2_pcode,lang,lang1,center_lat,center_lon\n" + (
    "SY,Aleppo,حلب,Zaaitra District,منطقة الزعيترة,SY0299,en,ar,36.3,37.2\n"
)
COD_OLD = (
    "ADM1_EN,ADM1_AR,ADM2_EN,ADM2_AR,ADM2_PCODE,Latitude,Longitude\nAleppo,حلب,Zaaitra,الزعيترة,SY0298,36.3,37.2\n"
)
COD_OLDER = "admin1Name_en,admin1Name_ar,admin1Pcode,lat,lon\nZaaitra,محافظة الزعيترة,SY99,36.3,37.2\n"


@pytest.fixture(scope="module")
def cells() -> Cells:
    embedded = load_embedded()
    return Cells([embedded.row(number) for number in range(0, embedded.size, 3)])


def write(path: Path, text: str) -> Path:
    data = text.encode()
    if path.suffix == ".xz":
        data = lzma.compress(data)
    if path.suffix == ".gz":
        data = gzip.compress(data)
    path.write_bytes(data)
    return path


def rows(path: Path, kind: str, cells: Cells, **options: object) -> list[list[str]]:
    return [line.split("\t") for line in read_rows(path, kind, licence="test", cells=cells, **options)]  # type: ignore[arg-type]


def test_geonames(tmp_path: Path, cells: Cells) -> None:
    file = write(tmp_path / "SY.txt", f"{GEONAMES}\n{FIELD}\n")
    town, field = rows(file, "geonames", cells)
    assert town[:5] == ["gn:9000001", "تل الذهبي", "", "Tall Dahab", "locality"]
    assert (town[7], town[9], field[4]) == ("SY", "1500", "oilfield")


def test_geonames_alternate_names_come_first(tmp_path: Path, cells: Cells) -> None:
    file = write(tmp_path / "SY.txt", GEONAMES + "\n")
    names = write(tmp_path / "alternateNamesV2.txt", "1\t9000001\tar\tتل ذهب\t1\t\t\t\n2\t9000001\tar\tقديم\t\t\t\t1\n")
    (town,) = rows(file, "geonames", cells, alternate=names)
    assert town[1] == "تل ذهب"


def test_geonames_in_its_zip(tmp_path: Path, cells: Cells) -> None:
    file = tmp_path / "SY.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "no")
        archive.writestr("SY.txt", GEONAMES + "\n")
    assert len(rows(file, "geonames", cells)) == 1


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.csv.xz", "a.tsv"])
def test_csv_plain_and_packed(tmp_path: Path, cells: Cells, name: str) -> None:
    text = CSV.replace(",", "\t") if "tsv" in name else CSV
    (row,) = rows(write(tmp_path / name, text), "csv", cells)
    assert row[1:5] == ["الزعيترة", "", "Zaaitra", "locality"]
    assert (row[8], row[12]) == ("دير الزور", "CC0")


@pytest.mark.parametrize(("text", "kind", "name"), [
    (COD_NEW, "adm2", "منطقة الزعيترة"), (COD_OLD, "adm2", "الزعيترة"), (COD_OLDER, "adm1", "محافظة الزعيترة"),
])  # fmt: skip
def test_cod_columns_new_and_old(tmp_path: Path, cells: Cells, text: str, kind: str, name: str) -> None:
    (row,) = rows(write(tmp_path / "syr.csv", text), "cod-ab", cells)
    assert (row[1], row[4], row[7]) == (name, kind, "SY")


def test_cod_geojson_takes_the_middle_of_the_polygon(tmp_path: Path, cells: Cells) -> None:
    ring = [[37.0, 36.0], [38.0, 36.0], [38.0, 37.0], [37.0, 37.0], [37.0, 36.0]]
    feature = {
        "type": "Feature",
        "properties": {"adm1_name": "Zaaitra", "adm1_name1": "الزعيترة", "lang1": "ar", "adm1_pcode": "SY98"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = write(tmp_path / "syr.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (row,) = rows(file, "cod-ab", cells)
    assert (float(row[5]), float(row[6])) == (36.5, 37.5)


OSM_FEATURE = {
    "type": "Feature", "id": "node/7", "properties": {"name:ar": "الزعيترة", "name:en": "Zaaitra", "place": "village"},
    "geometry": {"type": "Point", "coordinates": [40.2, 35.1]},
}  # fmt: skip
OSM_ELEMENT = {"type": "node", "id": 7, "lat": 35.1, "lon": 40.2, "tags": {"name": "الزعيترة", "place": "village"}}


@pytest.mark.parametrize(("name", "text"), [
    ("a.geojson", json.dumps({"type": "FeatureCollection", "features": [OSM_FEATURE]})),
    ("a.geojsonseq", json.dumps(OSM_FEATURE) + "\n" + json.dumps(OSM_FEATURE)),
    ("a.json", json.dumps({"elements": [OSM_ELEMENT]})),
    ("a.csv", "name:ar,place,lat,lon\nالزعيترة,village,35.1,40.2\n"),
])  # fmt: skip
def test_osm(tmp_path: Path, cells: Cells, name: str, text: str) -> None:
    found = rows(write(tmp_path / name, text), "osm", cells)
    assert found[0][1] == "الزعيترة"
    assert (found[0][4], found[0][7], found[0][8]) == ("locality", "SY", "دير الزور")


BROKEN = [
    ("geonames", "a.txt", "1\t2\t3\n", "a.txt:1: 3 columns"),
    ("csv", "a.csv", "name,lat,lon\nx,1,2\n", "name_ar"),
    ("csv", "a.csv", CSV.replace("35.1", "north"), "'north' is not a number"),
    ("cod-ab", "a.csv", "foo,bar\n1,2\n", "COD-AB"),
    ("osm", "a.geojson", "{", "not valid JSON"),
    ("csv", "a.csv", "", "empty file"),
    ("gpx", "a.gpx", "x", "the formats are"),
]


@pytest.mark.parametrize(("kind", "name", "text", "message"), BROKEN)
def test_broken_files_say_where(tmp_path: Path, cells: Cells, kind: str, name: str, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        rows(write(tmp_path / name, text), kind, cells)


def test_cut_archive_says_so(tmp_path: Path, cells: Cells) -> None:
    file = write(tmp_path / "a.csv.xz", CSV + CSV.splitlines()[1] * 50)
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(InputError, match="broken after row"):
        rows(file, "csv", cells)


def test_rows_left_out_are_counted(tmp_path: Path, cells: Cells) -> None:
    report = ImportReport()
    file = write(tmp_path / "a.csv", CSV + "Latin,,Latin,locality,35,40,SY,,,,,\nبلا,,No,locality,0,0,SY,,,,,\n")
    assert len(rows(file, "csv", cells, report=report)) == 1
    assert (report.read, dict(report.left_out)) == (3, {"no Arabic name": 1, "no coordinates": 1})


def layer(name: str, priority: int = 10) -> LayerInfo:
    return LayerInfo(name, "csv", priority, "CC0", "a.csv", 0)


def line(number: int, name: str) -> str:
    return f"own:{number}\t{name}\t\t\tlocality\t35.1\t40.2\tSY\tدير الزور\t\t2\town\tCC0\t"


def test_layers_are_written_replaced_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.sqlite"
    assert write_layer(path, layer("one"), [line(1, "الزعيترة"), line(2, "الحويرة")]) == 2
    assert write_layer(path, layer("one"), [line(1, "الزعيترة")]) == 1
    write_layer(path, layer("two", 20), [line(9, "الزعيترة")])
    assert [(i.name, i.places) for i in list_layers(path)] == [("two", 1), ("one", 1)]
    found = Gazetteer(open_layers(path), {}).find(compact("الزعيترة"))
    assert [p.layer for p in found] == ["two"]
    remove_layer(path, "two")
    with pytest.raises(InputError, match="the layers are one"):
        remove_layer(path, "two")


def test_failed_import_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.sqlite"
    write_layer(path, layer("one"), [line(1, "الزعيترة")])

    def broken() -> object:
        yield line(2, "الحويرة")
        raise InputError("cut")

    with pytest.raises(InputError, match="cut"):
        write_layer(path, layer("one"), broken())  # type: ignore[arg-type]
    assert [(i.name, i.places) for i in list_layers(path)] == [("one", 1)]
    assert Gazetteer(open_layers(path), {}).has(compact("الزعيترة"))


def test_file_that_is_no_gazetteer(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.sqlite"
    path.write_text("no database, but long enough to look at " * 40)
    with pytest.raises(InputError, match="not a gazetteer"):
        open_layers(path)


def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_HOME", str(tmp_path / "home"))
    file = write(tmp_path / "own.csv", CSV)
    runner = CliRunner()
    done = runner.invoke(gazetteer_command, ["import", str(file), "--format", "csv", "--priority", "30"])
    assert done.exit_code == 0, done.output
    listed = [json.loads(text) for text in runner.invoke(gazetteer_command, ["list"]).stdout.splitlines()]
    assert [(x["name"], x["priority"]) for x in listed] == [("own", 30), ("embedded", 0)]
    found = runner.invoke(places_command, ["find", "الزعيترة", "--within", "دير الزور"])
    first = json.loads(found.stdout.splitlines()[0])
    assert (first["id"], first["chosen"], first["licence"]) == ("own:1", True, "CC0")
    table = write(tmp_path / "t.tsv", "name\twithin\nالزعيترة\tDeir ez-Zor\nقرية لا وجود لها\tSY\nالموصل\t\n")
    answers = [json.loads(t) for t in runner.invoke(places_command, ["resolve", str(table)]).stdout.splitlines()]
    assert answers[0]["place"]["id"] == "own:1"
    assert answers[1]["place"] is None and answers[1]["reason"]
    assert answers[2]["place"]["country"] == "IQ"
    assert runner.invoke(gazetteer_command, ["remove", "own"]).exit_code == 0
    unknown = runner.invoke(gazetteer_command, ["remove", "own"])
    assert unknown.exit_code == 1 and "(none)" in unknown.output


def test_find_names_the_unknown_region() -> None:
    done = CliRunner().invoke(places_command, ["find", "دوما", "--within", "Atlantis"])
    assert done.exit_code == 1
    assert "Atlantis" in done.output


def test_attribution_is_printed() -> None:
    done = CliRunner().invoke(gazetteer_command, ["attribution"])
    assert "GeoNames" in done.stdout and "OCHA" in done.stdout
