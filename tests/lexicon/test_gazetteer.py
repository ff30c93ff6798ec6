"""The embedded gazetteer: size, speed, licences, keys, and the checks that its curated rows state."""

from __future__ import annotations

import lzma
import re
import time
from pathlib import Path

import pytest

from khabar.lexicon import gazetteer_embedded
from khabar.lexicon.gazetteer import load_gazetteer
from khabar.lexicon.gazetteer_embedded import FOLDER, load_embedded
from khabar.lexicon.gazetteer_keys import compact, latin, skeleton, words
from khabar.lexicon.gazetteer_regions import Region, edits, find_region


def test_it_is_small_enough_for_the_wheel() -> None:
    size = sum(p.stat().st_size for p in FOLDER.iterdir())
    assert size <= 2_000_000


def test_it_loads_fast_once_compiled() -> None:
    load_embedded()
    load_embedded.cache_clear()
    start = time.process_time()
    load_embedded()
    assert time.process_time() - start <= 0.2


def test_it_works_where_the_cache_folder_is_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer_embedded, "write_file", lambda path, data: False)
    monkeypatch.setenv("KHABAR_CACHE", str(tmp_path / "nothing"))
    load_embedded.cache_clear()
    try:
        assert load_embedded().has("c" + compact("دمشق"))
    finally:
        load_embedded.cache_clear()


def test_broken_cache_file_is_built_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_CACHE", str(tmp_path))
    load_embedded.cache_clear()
    try:
        load_embedded()
        (file,) = tmp_path.glob("gazetteer-*.bin")
        file.write_bytes(b"broken")
        load_embedded.cache_clear()
        assert load_embedded().has("c" + compact("دمشق"))
    finally:
        load_embedded.cache_clear()


def test_ten_thousand_look_ups_a_second() -> None:
    gazetteer = load_gazetteer()
    keys = [compact(n) for n in ("دوما", "الموصل", "صنعاء", "بنغازي", "غير موجود")] * 400
    start = time.process_time()
    for key in keys:
        gazetteer.find(key)
    assert len(keys) / (time.process_time() - start) >= 10_000


@pytest.mark.parametrize(
    "country", ["SY", "IQ", "YE", "PS", "LB", "IL", "LY", "SD", "SO", "UA", "IR", "AF", "US", "CN"]
)
def test_country_and_capital_are_there(country: str) -> None:
    place = load_gazetteer().find_id(country)
    assert place is not None
    assert place.kind == "country"


def rows() -> list[list[str]]:
    packed = lzma.decompress((FOLDER / "places.tsv.xz").read_bytes()).decode().splitlines()[1:]
    curated = (FOLDER / "features.tsv").read_text("utf-8").splitlines()[1:]
    return [line.split("\t") for line in (*packed, *curated)]


def test_every_row_has_a_licence_that_allows_it() -> None:
    known = {line.split("\t")[0] for line in (FOLDER / "sources.tsv").read_text("utf-8").splitlines()[1:]}
    assert {row[12] for row in rows()} <= known
    assert not any("odbl" in row[12].lower() for row in rows())


def test_ids_are_unique_and_coordinates_on_earth() -> None:
    table = rows()
    assert len({row[0] for row in table}) == len(table)
    for row in table:
        assert -90 <= float(row[5]) <= 90
        assert -180 <= float(row[6]) <= 180


def test_curated_rows_lie_where_their_second_source_says() -> None:
    for line in (FOLDER / "features.tsv").read_text("utf-8").splitlines()[1:]:
        found = re.search(r"(\d+) km \(limit (\d+)\)", line)
        if found is None:
            assert "\tcurated\tcurated" in line
        else:
            assert int(found[1]) <= int(found[2])


@pytest.mark.parametrize(
    ("a", "b"),
    [("بور تسودان", "بورتسودان"), ("البوليل", "بوليل"), ("حماة", "حماه"), ("إدلب", "ادلب"), ("الشعراء", "الشعرا")],
)
def test_compact_key(a: str, b: str) -> None:
    assert compact(a) == compact(b)


@pytest.mark.parametrize(("a", "b"), [("كنصفرة", "كنصفرا"), ("معارة النعسان", "معرة النعسان"), ("ذيبان", "ديبان")])
def test_skeleton_key(a: str, b: str) -> None:
    assert skeleton(compact(a)) == skeleton(compact(b))


def test_latin_key() -> None:
    assert latin("Deir ez-Zor") == latin("Deir Ez Zor") == latin("Deir al-Zor")


def test_words_fold_and_split() -> None:
    assert words("حقل «العمر» النفطيّ") == ("حقل", "العمر", "النفطي")


REGIONS = [
    ("Deir ez-Zor", Region("SY", "دير الزور")),
    ("Idlin", Region("SY", "إدلب")),
    ("Rural Damascus", Region("SY", "ريف دمشق")),
    ("محافظة حلب", Region("SY", "حلب")),
    ("حلب", Region("SY", "حلب")),
    ("SY", Region("SY")),
    ("Yemen", Region("YE")),
    ("اليمن", Region("YE")),
    ("Nineveh", Region("IQ", "نينوى")),
    ("شمال دارفور", Region("SD", "شمال دارفور")),
    ("", None),
    ("Atlantis", None),
]


@pytest.mark.parametrize(("text", "expected"), REGIONS)
def test_find_region(text: str, expected: Region | None) -> None:
    assert find_region(text, load_gazetteer()) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"), [("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("abc", "xyz", 3)]
)
def test_edits(a: str, b: str, expected: int) -> None:
    assert edits(a, b) == expected
