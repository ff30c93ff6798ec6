"""Bytes and JSON lines to texts: encodings, limits, hostile characters."""

from __future__ import annotations

import io
import json
import time
from datetime import date

import pytest

from khabar.errors import InputError
from khabar.text.source import MAX_BYTES, MAX_TEXT, Problem, Source, check_text, decode, find_sources, read_line

TEXT = "قُتل خمسة مدنيين في قصف مدفعي على بلدة كفرنبل جنوب إدلب، بحسب مصادر محلية.\n"


def sources(data: bytes, name: str = "a.txt") -> list[Source | Problem]:
    return list(find_sources(io.BytesIO(data), name))


@pytest.mark.parametrize(
    ("encoding", "mark", "issue"),
    [
        ("utf-8", b"", None),
        ("utf-8", b"\xef\xbb\xbf", None),
        ("utf-16-le", b"\xff\xfe", None),
        ("utf-16-be", b"\xfe\xff", None),
        ("utf-16-le", b"", "encoding-guessed"),
        ("utf-16-be", b"", "encoding-guessed"),
        ("utf-32-le", b"\xff\xfe\x00\x00", None),
        ("cp1256", b"", "encoding-guessed"),
        ("iso8859-6", b"", "encoding-guessed"),
    ],
)
def test_every_encoding_of_arabic_is_read(encoding: str, mark: bytes, issue: str | None) -> None:
    text, issues = decode(mark + TEXT.encode(encoding))
    assert text == TEXT
    assert [i.code for i in issues] == ([issue] if issue else [])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bytes(range(256)) * 20, "binary"),
        (b"%PDF-1.7\n" + b"stream of text " * 9, "binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "binary"),
        ("Un café à la rivière n'est pas une dépêche arabe".encode("latin-1"), "not UTF-8"),
        (b"\xff\xfeabc", "UTF-16"),
    ],
)
def test_what_is_no_arabic_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        decode(data)


def test_damaged_utf8_is_read_and_said() -> None:
    data = (TEXT * 20).encode()[:-3]  # cut in the middle of a letter
    text, issues = decode(data)
    assert text.startswith(TEXT)
    assert [i.code for i in issues] == ["bad-bytes"]


@pytest.mark.parametrize("data", [b"", b" \n\t\n"])
def test_empty_file_says_that_it_is_empty(data: bytes) -> None:
    (source,) = sources(data)
    assert isinstance(source, Source)
    check = check_text(source.text)
    assert not check.readable
    assert check.issues[0].code == "empty"


def test_html_is_pointed_elsewhere() -> None:
    (problem,) = sources(b"<!DOCTYPE html><html><body>x</body></html>")
    assert isinstance(problem, Problem)
    assert "khabar add" in problem.message


def test_ten_megabytes_of_text_are_refused_without_reading_them() -> None:
    class Counted(io.BytesIO):
        read_bytes = 0

        def readinto(self, buffer: object) -> int:  # type: ignore[override]
            n = super().readinto(buffer)  # type: ignore[arg-type]
            Counted.read_bytes += n
            return n

    stream = Counted(TEXT.encode() * 100_000)
    (problem,) = list(find_sources(stream, "big.txt"))
    assert isinstance(problem, Problem)
    assert "larger than" in problem.message
    assert Counted.read_bytes < 3 * MAX_BYTES


def test_lines_are_read_one_by_one() -> None:
    rows = [
        {"id": "a", "text": TEXT, "published": "2019-05-04", "outlet": "o", "title": "t", "events": [1]},
        {"id": 7, "text": TEXT, "published": None},
        {"text": TEXT, "published": "yesterday"},
        {"id": "d"},
    ]
    data = "".join(json.dumps(r) + "\n" for r in rows).encode() + b"not json\n\n[1]\n" + b"[" * 100_000 + b"\n"
    found = sources(data, "x.jsonl")
    first = found[0]
    assert isinstance(first, Source)
    assert (first.id, first.title, first.outlet, first.published) == ("a", "t", "o", date(2019, 5, 4))
    assert isinstance(found[1], Source) and found[1].id == "7"
    assert isinstance(found[2], Source) and found[2].issues[0].code == "bad-published"
    assert [f.name for f in found if isinstance(f, Problem)] == ["x.jsonl:4", "x.jsonl:5", "x.jsonl:7", "x.jsonl:8"]


def test_json_lines_are_known_by_their_content() -> None:
    line = json.dumps({"id": "a", "text": TEXT}, ensure_ascii=False)
    for data in (line.encode(), line.encode("utf-8-sig"), line.encode("utf-16")):
        (source,) = sources(data, "-")
        assert isinstance(source, Source) and source.text == TEXT


def test_a_brace_alone_makes_no_json() -> None:
    (source,) = sources(("{" + TEXT).encode(), "-")
    assert isinstance(source, Source) and source.text == "{" + TEXT


def test_unpaired_surrogates_keep_every_offset() -> None:
    source = read_line(r'{"text": "قتل \ud800 خمسة مدنيين في قصف", "id": "\udfff"}'.encode(), "x:1")
    assert isinstance(source, Source)
    check = check_text(source.text)
    assert check.text == "قتل \ufffd خمسة مدنيين في قصف"
    assert [i.code for i in check.issues] == ["unpaired-surrogates"]
    assert check.readable


@pytest.mark.parametrize(
    ("text", "code", "readable"),
    [
        ("قصف \u202eمدفعي\u202c على البلدة", "bidi-controls", True),
        ("قصف" + "\u0301" * 10_000, "too-many-marks", False),
        ("\u064b" * 100, "too-many-marks", False),
        ("قصف " * MAX_TEXT, "too-long", False),
        ("12345 !!! 67", "no-letters", False),
        ("Five civilians were killed in shelling", "other-language", False),
        ("在伊德利卜南部的炮击中有五名平民丧生", "other-language", False),
    ],
)
def test_odd_texts_are_told(text: str, code: str, readable: bool) -> None:
    check = check_text(text)
    assert code in [i.code for i in check.issues]
    assert check.readable is readable


def test_vowelled_arabic_is_read() -> None:
    check = check_text("قُتِلَ خَمْسَةُ مَدَنِيِّينَ فِي قَصْفٍ مِدْفَعِيٍّ عَلَى بَلْدَةِ كَفْرَنْبِل")
    assert check.readable and check.issues == ()


def test_checking_is_linear() -> None:
    def seconds(text: str) -> float:
        start = time.perf_counter()
        check_text(text)
        return time.perf_counter() - start

    short, long = ("قصف\u0301 " * (n // 5) for n in (MAX_TEXT // 10, MAX_TEXT))
    best = min(seconds(short) for _ in range(5))
    assert min(seconds(long) for _ in range(3)) < 60 * max(best, 1e-4)
