"""Bytes to text, pages to articles, and the dates they state."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from khabar.capture.agencies import find_agency, load_agencies
from khabar.capture.dates import date_in_url, parse_date
from khabar.capture.html import read_page, saved_address
from khabar.capture.items import Wishes
from khabar.capture.texts import declared_encoding, decode, guess_language, make_text
from khabar.errors import InputError
from khabar.model.report import PublishedBasis

ARABIC = "هز انفجار عنيف وسط المدينة صباح اليوم"
PARAGRAPHS = [
    "هز انفجار عنيف وسط المدينة صباح اليوم الثلاثاء وأدى إلى سقوط عدد من الجرحى بحسب مصادر طبية محلية.",
    "وقالت الشرطة إن عبوة ناسفة زرعت إلى جانب الطريق الرئيسي انفجرت لدى مرور دورية قرب السوق القديم.",
    "وأضافت أن فرق الإسعاف نقلت المصابين إلى المستشفى فيما أغلقت القوات الأمنية الطرق المؤدية إلى المكان.",
]


def make_page(head: str = "", body: str = "", charset: str = "utf-8") -> bytes:
    paragraphs = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    page = (
        f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="{charset}">'
        f"<title>انفجار وسط المدينة</title>{head}"
        f'</head><body><nav><a href="/">الرئيسية</a></nav><article><h1>انفجار وسط المدينة</h1>{body}{paragraphs}'
        f"</article><footer>جميع الحقوق محفوظة</footer></body></html>"
    )
    return page.encode(charset)


@pytest.mark.parametrize(
    ("body", "declared", "encoding"),
    [
        (ARABIC.encode(), None, "utf-8"),
        (ARABIC.encode("cp1256"), None, "windows-1256"),
        (ARABIC.encode("cp1256"), "windows-1256", "windows-1256"),
        (ARABIC.encode("iso-8859-6"), "iso-8859-6", "iso-8859-6"),
        (ARABIC.encode(), "windows-1256", "utf-8"),
        (ARABIC.encode("cp1256"), "iso-8859-1", "windows-1256"),
        (ARABIC.encode("cp1256"), "utf-8", "windows-1256"),
        (b"\xef\xbb\xbf" + ARABIC.encode(), "x", "utf-8-sig"),
        (ARABIC.encode("utf-16"), None, "utf-16"),
        (ARABIC.encode("cp1256"), "no-such-charset", "windows-1256"),
    ],
)
def test_decode(body: bytes, declared: str | None, encoding: str) -> None:
    assert decode(body, declared) == (ARABIC, encoding)


def test_cut_utf8_stays_utf8() -> None:
    assert decode(ARABIC.encode()[:-1])[1] == "utf-8"


@pytest.mark.parametrize(
    ("body", "header", "found"),
    [
        (b'<meta charset="windows-1256">', None, "windows-1256"),
        (b"<p>", "text/html; charset=UTF-8", "UTF-8"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=cp1256">', "text/html", "cp1256"),
        (b"<p>", None, None),
    ],
)
def test_declared_encoding(body: bytes, header: str | None, found: str | None) -> None:
    assert declared_encoding(body, header) == found


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeffنص\x00 هنا", "نص هنا"),
        ("  نص \n", "نص"),
        ("e\u0301", "é"),
        ("\ud800x", "\ufffdx"),
        ("ق\u202bوس\u202c", "ق\u202bوس\u202c"),
        ("سلا\u064eم", "سلا\u064eم"),
    ],
)
def test_working_text(raw: str, text: str) -> None:
    assert make_text(raw) == text
    assert make_text(text) == text


def test_no_text_is_an_error() -> None:
    with pytest.raises(InputError, match="no text"):
        make_text(" \x00\n")


@pytest.mark.parametrize(
    ("text", "language"), [(ARABIC, "ar"), ("Plain English", None), ("گزارش پلیس درباره چند حمله", None), ("12", None)]
)
def test_language(text: str, language: str | None) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2018-02-19", date(2018, 2, 19)),
        ("2018-02-19T23:30:00-05:00", date(2018, 2, 19)),
        ("20180219", date(2018, 2, 19)),
        ("Mon, 19 Feb 2018 23:30:00 +0300", date(2018, 2, 19)),
        ("2018/2/9", date(2018, 2, 9)),
        ("٢٠١٨-٠٢-١٩", date(2018, 2, 19)),
        ("1519041000", date(2018, 2, 19)),
        ("1519041000000", date(2018, 2, 19)),
        ("19/02/2018", None),
        ("2018-13-01", None),
        ("أمس", None),
        ("", None),
        (None, None),
        ("2018", None),
        ("2018-02-190", None),
    ],
)
def test_dates(value: str | None, day: date | None) -> None:
    assert parse_date(value) == day


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.example/news/2018/02/19/title", date(2018, 2, 19)),
        ("http://a.example/2018-2-9/", date(2018, 2, 9)),
        ("http://a.example/news/20180219", None),
        ("http://a.example/2018/02/", None),
        ("http://a.example/2018/14/40/x", None),
    ],
)
def test_dates_in_addresses(url: str, day: date | None) -> None:
    assert date_in_url(url) == day


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256"])
def test_page(charset: str) -> None:
    draft = read_page(
        make_page(charset=charset), url="http://news.example/a", content_type="text/html", wishes=Wishes()
    )
    assert draft.text.startswith("انفجار وسط المدينة\n")
    assert all(paragraph in draft.text for paragraph in PARAGRAPHS)
    assert "الحقوق" not in draft.text and "الرئيسية" not in draft.text
    assert (draft.title, draft.outlet, draft.language) == ("انفجار وسط المدينة", "news.example", "ar")
    assert (draft.published, draft.basis, draft.origin) == (None, PublishedBasis.UNKNOWN, None)
    assert draft.extractor.startswith("trafilatura/")


LINKED = ('<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"عنوان '
          'الخبر","datePublished":"2018-02-19T10:00:00+03:00","publisher":{"@type":"Organization",'
    '"name":"صحيفة"}}</script>')


@pytest.mark.parametrize(
    ("head", "url", "day", "origin"),
    [
        (
            '<meta property="article:published_time" content="2018-02-19T01:00:00+03:00">',
            "http://n.example/x",
            date(2018, 2, 19),
            "meta:article:published_time",
        ),
        (LINKED, "http://n.example/2017/01/01/x", date(2018, 2, 19), "json-ld:datePublished"),
        (LINKED.replace("NewsArticle", "WebSite"), "http://n.example/2017/01/01/x", date(2017, 1, 1), "url"),
        ('<script type="application/ld+json">{broken</script>', "http://n.example/x", None, None),
        ('<meta name="date" content="أمس">', "http://n.example/x", None, None),
    ],
)
def test_publication_date_and_its_origin(head: str, url: str, day: date | None, origin: str | None) -> None:
    draft = read_page(make_page(head), url=url, content_type=None, wishes=Wishes())
    assert (draft.published, draft.origin) == (day, origin)


def test_only_time_element_counts() -> None:
    one = read_page(
        make_page(body='<time datetime="2018-02-19">19</time>'),
        url="http://n.example/",
        content_type=None,
        wishes=Wishes(),
    )
    two = read_page(make_page(body='<time datetime="2018-02-19">19</time><time datetime="2016-01-01">1</time>'),
                    url="http://n.example/", content_type=None, wishes=Wishes())
    assert (one.published, one.origin, two.published) == (date(2018, 2, 19), "time", None)


def test_told_date_only_fills_a_gap() -> None:
    wishes = Wishes(published=date(2020, 1, 1), outlet="صحيفة")
    told = read_page(make_page(), url="http://n.example/", content_type=None, wishes=wishes)
    stated = read_page(make_page(LINKED), url="http://n.example/", content_type=None, wishes=wishes)
    assert (told.published, told.origin, stated.published) == (date(2020, 1, 1), "told", date(2018, 2, 19))
    assert stated.title == "عنوان الخبر"


@pytest.mark.parametrize(
    "body", [b"", b"<html></html>", b"\x00\x01\x02", b"<html><body><a href='/'>x</a></body></html>"]
)
def test_page_without_an_article(body: bytes) -> None:
    with pytest.raises(InputError):
        read_page(body, url="http://n.example/", content_type=None, wishes=Wishes())


def test_entities_are_not_fetched_or_expanded() -> None:
    page = make_page().replace(b"<!doctype html>", b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    page = page.replace("وقالت الشرطة".encode(), b"&x; ")
    assert "root:" not in read_page(page, url="http://n.example/", content_type=None, wishes=Wishes()).text


@pytest.mark.parametrize(("head", "url"), [
    ('<link rel="canonical" href="http://n.example/a">', "http://n.example/a"), ("", None),
    ('<meta property="og:url" content="https://n.example/b">', "https://n.example/b"),
    ('<link rel="canonical" href="/relative">', None), ('<link rel="canonical" href="javascript:x">', None),
])
def test_saved_address(head: str, url: str | None) -> None:
    assert saved_address(make_page(head)) == url


def test_canonical_of_another_host_is_not_believed() -> None:
    page = make_page('<link rel="canonical" href="http://other.example/a">')
    assert read_page(page, url="http://n.example/x", content_type=None, wishes=Wishes()).url == "http://n.example/x"


def _cases(name: str) -> list[Any]:
    return [pytest.param(entry["id"], text, id=f"{entry['id']}-{i}")
            for entry in load_agencies() for i, text in enumerate(entry[name])]


@pytest.mark.parametrize(("agency", "text"), _cases("examples"))
def test_agency_examples(agency: str, text: str) -> None:
    assert find_agency("عنوان الخبر\n" + text) == agency
    assert find_agency(text) == agency


@pytest.mark.parametrize(("agency", "text"), _cases("counterexamples"))
def test_agency_counterexamples(agency: str, text: str) -> None:
    assert find_agency(text) is None
