"""Files, folders, tables, feeds, lists and archives, from bytes to items."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from khabar.capture.collect import collect, kind_of
from khabar.capture.feeds import read_feed, read_list
from khabar.capture.fetch import Fetcher
from khabar.capture.items import Checked, Failure, Found, Item, Known, Skipped, Wishes, nothing_known
from khabar.capture.tables import choose_columns
from khabar.errors import ConfigError, InputError

TEXT = "هز انفجار وسط بغداد صباح اليوم وسقط عدد من الجرحى بحسب مصادر طبية في المدينة."
PAGE = (
    f"<html><head><title>انفجار</title></head><body><article><h1>انفجار</h1><p>{TEXT}</p><p>{TEXT} ثم هدأت الأوضاع.</p>"
    f"</article></body></html>"
)


def take(target: Path | str, fetcher: Fetcher | None = None, known: Known | None = None, **wishes: Any) -> list[Found]:
    return list(
        collect(str(target), fetcher=fetcher or Fetcher(), wishes=Wishes(**wishes), known=known or nothing_known())
    )


def items(found: list[Found]) -> list[Item]:
    return [item for item in found if isinstance(item, Item)]


def test_text_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode("cp1256"))
    item = items(take(path, outlet="صحيفة", published=date(2020, 1, 2)))[0]
    assert item.body == TEXT.encode("cp1256")
    assert item.draft is not None
    assert (item.draft.text, item.draft.outlet, item.draft.published, item.draft.origin) == (
        TEXT,
        "صحيفة",
        date(2020, 1, 2),
        "told",
    )
    assert item.key == item.url == path.as_uri()


def test_empty_file_is_kept_without_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n")
    item = items(take(path))[0]
    assert item.draft is None and item.problem == "there is no text"


def test_saved_page_is_keyed_by_its_address(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE.replace("<title>", '<link rel="canonical" href="http://n.example/a"><title>'), "utf-8")
    item = items(take(path))[0]
    assert item.draft is not None
    assert (item.key, item.draft.url, item.draft.outlet) == ("http://n.example/a", "http://n.example/a", "n.example")
    path.write_text(PAGE, "utf-8")
    plain = items(take(path))[0]
    assert (
        plain.draft is not None
        and plain.draft.url is None
        and plain.draft.outlet is None
        and plain.key == path.as_uri()
    )


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.txt").write_text(TEXT, "utf-8")
    (tmp_path / "1.txt").write_text(TEXT + " أولا", "utf-8")
    (tmp_path / ".hidden.txt").write_text("x")
    (tmp_path / "c.exe").write_text("x")
    (tmp_path / "z.csv").write_text("wrong,columns\n1,2\n")
    (tmp_path / "out").symlink_to("/etc")
    found = take(tmp_path)
    assert [Path(item.url).name for item in items(found)] == ["1.txt", "2.txt"]
    assert [(Path(f.address).name, f.reason[:9]) for f in found if isinstance(f, Failure)] == [
        ("c.exe", "no reader"), ("z.csv", "which col")]


@pytest.mark.parametrize(
    ("target", "kind"),
    [("http://a.example/", "address"), ("{}", "folder"), ("{}/a.txt", "file"), ("{}/a.opml", "list")],
)
def test_kinds(tmp_path: Path, target: str, kind: str) -> None:
    for name in ("a.txt", "a.opml"):
        (tmp_path / name).write_text("x")
    assert kind_of(target.format(tmp_path)) == kind


def test_missing_target_and_unknown_kind_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        take(tmp_path / "none.txt")
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"known: \.txt"):
        take(tmp_path / "a.pdf")


ROWS = [
    {
        "id": "7",
        "headline": "عنوان",
        "date": "2020-01-02",
        "source": "صحيفة",
        "link": "http://n.example/7",
        "body": TEXT,
    },
    {"id": "8", "headline": "", "date": "أمس", "source": "", "link": "", "body": TEXT + " مرة أخرى"},
]


def write_jsonl(path: Path) -> None:
    path.write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
        + "\n\nnot json\n[1]\n"
        + json.dumps({"body": " "}),
        "utf-8",
    )


def write_csv(path: Path) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter="\t" if path.suffix == ".tsv" else ",")
    writer.writeheader()
    writer.writerows(ROWS)
    path.write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode())


@pytest.mark.parametrize(("name", "write"), [("a.jsonl", write_jsonl), ("a.csv", write_csv), ("a.tsv", write_csv)])
def test_tables(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    path = tmp_path / name
    write(path)
    first, second = items(take(path))
    assert first.draft is not None and second.draft is not None and first.container is not None
    assert (
        first.key,
        first.draft.title,
        first.draft.published,
        first.draft.outlet,
        first.draft.url,
        first.draft.external_id,
    ) == ("id:7", "عنوان", date(2020, 1, 2), "صحيفة", "http://n.example/7", "7")
    assert first.draft.origin == "column:date" and first.part == "row=1"
    assert second.draft.published is None and second.draft.title is None
    assert second.problem is not None and "أمس" in second.problem


def test_odd_rows_are_named(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl")
    failures = [f for f in take(tmp_path / "a.jsonl") if isinstance(f, Failure)]
    assert [(f.address.rsplit(":", 1)[1], f.reason) for f in failures] == [
        ("4", "not a JSON object"), ("5", "not a JSON object"), ("6", "there is no text")]


def test_columns_named_by_the_caller() -> None:
    assert choose_columns(("Matn", "Tarikh", "x"), {"text": "Matn", "published": "Tarikh"}, "t") == {
        "text": "Matn",
        "published": "Tarikh",
    }
    with pytest.raises(ConfigError, match="which column holds the text"):
        choose_columns(("Matn",), {}, "t")
    with pytest.raises(ConfigError, match="no column 'y'; it has: x"):
        choose_columns(("x",), {"text": "y"}, "t")
    with pytest.raises(ConfigError, match="known: text"):
        choose_columns(("x",), {"colour": "x"}, "t")


def test_known_rows_are_skipped(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv")
    seen = {hashlib.sha256(item.body).hexdigest() for item in items(take(tmp_path / "a.csv"))}
    again = take(tmp_path / "a.csv", known=Known(lambda _: False, seen.__contains__))
    assert [type(found) for found in again] == [Skipped, Skipped]


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>صحيفة</title><item><title>انفجار</title><link>{base}/1</link><guid>1</guid>
<pubDate>Mon, 19 Feb 2018 23:30:00 +0300</pubDate><description>{text}</description></item>
<item><title>قصف</title><link>{base}/2</link><pubDate>Mon, 19 Feb 2018 10:00:00 +0300</pubDate>
<content:encoded><![CDATA[<p>{text}</p><script>alert(1)</script>]]></content:encoded></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>وكالة</title><entry><title>غارة</title><id>tag:1</id>
<link href="http://n.example/1"/><published>2018-02-19T23:30:00+03:00</published><summary>{text}</summary></entry></feed>"""


def test_feed_is_read_with_days_as_published() -> None:
    feed = read_feed(RSS.format(base="http://n.example", text=TEXT).encode(), url="http://n.example/rss")
    assert (feed.title, [entry.published for entry in feed.entries]) == ("صحيفة", [date(2018, 2, 19)] * 2)
    atom = read_feed(ATOM.format(text=TEXT).encode(), url="http://n.example/atom")
    assert (atom.entries[0].link, atom.entries[0].published) == ("http://n.example/1", date(2018, 2, 19))
    with pytest.raises(InputError, match="not an RSS or Atom feed"):
        read_feed(b"<html></html>", url="x")


def test_feed_on_the_web(site: Any, fetcher: Fetcher) -> None:
    base = site.url("")
    site.page("/rss", RSS.format(base=base, text=TEXT), kind="application/rss+xml", ETag='"1"')
    site.page("/1", PAGE)
    found = take(site.url("/rss"), fetcher)
    feed, first, second = items(found)
    assert feed.draft is None and feed.via == "feed" and feed.problem is None
    assert first.draft is not None and second.draft is not None
    assert (first.via, first.draft.published, first.draft.origin) == ("fetch", date(2018, 2, 19), "feed")
    assert (second.via, second.draft.extractor) == ("feed", "feed/1")  # its page is gone: the feed's own text is taken
    assert second.problem is not None and "404" in second.problem and "alert" not in second.draft.text
    assert found[-1] == Checked(site.url("/rss"), '"1"', None)
    keys = {item.key for item in items(found)[1:]}
    again = take(site.url("/rss"), fetcher, Known(keys.__contains__, lambda _: False))
    assert [type(item) for item in again] == [Item, Skipped, Skipped, Checked]


def test_feed_text_on_request(site: Any, fetcher: Fetcher) -> None:
    site.page("/rss", RSS.format(base=site.url(""), text=TEXT), kind="text/xml")
    found = items(take(site.url("/rss"), fetcher, articles=False))
    assert [item.draft.extractor for item in found if item.draft is not None] == ["feed/1", "feed/1"]
    assert site.asked == ["/robots.txt", "/rss"]


def test_page_on_the_web(site: Any, fetcher: Fetcher) -> None:
    site.pages["/old"] = (301, {"Location": "/new"}, b"")
    site.page("/new", PAGE.encode("cp1256"), kind="text/html; charset=windows-1256")
    item = items(take(site.url("/old"), fetcher))[0]
    assert item.draft is not None and TEXT in item.draft.text
    assert (item.key, item.url, item.body) == (site.url("/old"), site.url("/new"), PAGE.encode("cp1256"))
    assert ("khabar-redirect", site.url("/old")) in item.headers and ("khabar-status", "200") in item.headers


def test_what_is_no_page_is_kept(site: Any, fetcher: Fetcher) -> None:
    site.page("/a.pdf", b"%PDF", kind="application/pdf")
    item = items(take(site.url("/a.pdf"), fetcher))[0]
    assert item.draft is None and item.problem == "application/pdf is kept but not read"


def test_unreachable_address_may_be_tried_again(site: Any, fetcher: Fetcher) -> None:
    assert [(f.retry, "404" in f.reason) for f in take(site.url("/none"), fetcher) if isinstance(f, Failure)] == [
        (True, True)
    ]


def test_lists(tmp_path: Path, site: Any, fetcher: Fetcher) -> None:
    opml = (
        '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="a">'
        '<outline xmlUrl="http://a.example/rss"/></outline><outline xmlUrl="http://b.example/rss"/></body></opml>'
    )
    assert read_list(opml.encode()) == ("http://a.example/rss", "http://b.example/rss")
    assert read_list(b"# mine\nhttp://a.example/#x\n\nhttp://a.example/#x\n") == ("http://a.example/#x",)
    site.page("/1", PAGE)
    (tmp_path / "a.urls").write_text(f"{site.url('/1')}\nftp://x\n")
    found = take(tmp_path / "a.urls", fetcher)
    assert len(items(found)) == 1 and [f.address for f in found if isinstance(f, Failure)] == ["ftp://x"]


def make_warc(pages: dict[str, bytes], *, zipped: bool = True) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=zipped)
    for url, body in pages.items():
        kind = "image/png" if url.endswith(".png") else "text/html; charset=utf-8"
        status = "404 Not Found" if "gone" in url else "200 OK"
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=headers,
            warc_headers_dict={"WARC-Date": "2020-01-02T03:04:05Z"}))
    return out.getvalue()


PAGES = {"http://n.example/1": PAGE.encode(), "http://n.example/i.png": b"x", "http://n.example/gone": b"x",
         "http://n.example/2": PAGE.replace("انفجار", "قصف").encode()}


@pytest.mark.parametrize(("name", "zipped"), [("a.warc", False), ("a.warc.gz", True)])
def test_warc(tmp_path: Path, name: str, zipped: bool) -> None:
    (tmp_path / name).write_bytes(make_warc(PAGES, zipped=zipped))
    found = items(take(tmp_path / name))
    assert [item.key for item in found] == ["http://n.example/1", "http://n.example/2"]
    assert found[0].retrieved_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found[0].part is not None and found[0].part.startswith("offset=0&record=<urn:uuid:")
    assert found[0].body == PAGES["http://n.example/1"]


def test_damaged_warc_gives_what_it_has(tmp_path: Path) -> None:
    body = make_warc(PAGES)
    (tmp_path / "a.warc.gz").write_bytes(body[: len(body) - 40] + b"\x00" * 20)
    found = take(tmp_path / "a.warc.gz")
    assert len(items(found)) >= 1
    (tmp_path / "b.warc").write_bytes(b"junk" * 100)
    assert [type(f) for f in take(tmp_path / "b.warc")] == [Failure]


def make_wacz(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)


def test_wacz_reads_the_listed_pages(tmp_path: Path) -> None:
    listed = b'{"format":"json-pages-1.0"}\n{"url":"http://n.example/2","ts":"2020-01-02T03:04:05Z"}\n'
    make_wacz(tmp_path / "a.wacz", {"archive/data.warc.gz": make_warc(PAGES), "pages/pages.jsonl": listed})
    found = items(take(tmp_path / "a.wacz"))
    assert [item.key for item in found] == ["http://n.example/2"]
    assert found[0].part is not None and found[0].part.startswith("member=archive/data.warc.gz&offset=")
    make_wacz(tmp_path / "b.wacz", {"archive/data.warc.gz": make_warc(PAGES)})
    assert len(items(take(tmp_path / "b.wacz"))) == 2


def test_no_wacz_and_bombs_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wacz").write_bytes(b"PK junk")
    with pytest.raises(InputError, match="not a WACZ"):
        take(tmp_path / "a.wacz")
    make_wacz(tmp_path / "b.wacz", {"x": b"y"})
    with pytest.raises(InputError, match="not a WACZ"):
        take(tmp_path / "b.wacz")
    make_wacz(tmp_path / "c.wacz", {"archive/data.warc": b"\x00" * 30_000_000})
    with pytest.raises(InputError, match="grows"):
        take(tmp_path / "c.wacz")


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for target in (tmp_path / "pipe.txt", Path("/dev/null"), tmp_path / ("x" * 5000)):
        with pytest.raises(InputError, match=r"neither a file|can't be looked at"):
            take(target)


def test_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("قصف", "utf-8")
    monkeypatch.setattr(Path, "read_bytes", _refuse)
    with pytest.raises(InputError, match=r"a\.txt: can't be read \(Permission denied\)"):
        take(tmp_path / "a.txt")
    found = take(tmp_path)
    assert [(f.address, f.reason) for f in found if isinstance(f, Failure)] == [
        (str(tmp_path / "a.txt"), "can't be read (Permission denied)")]


def _refuse(_path: Path) -> bytes:
    raise PermissionError(errno.EACCES, "Permission denied")


def test_bad_addresses_do_not_keep_the_others_out(site: Any, fetcher: Fetcher) -> None:
    for address in ("http://a.example:99999/", "http://[bad/", "http://u:p@a.example/"):
        found = take(address)
        assert [type(item) for item in found] == [Failure], found


@pytest.mark.parametrize(("name", "body"), [("a.opml", "<opml"), ("a.opml", ""), ("b.urls", "# none yet\n")])
def test_list_without_addresses_is_an_error(tmp_path: Path, name: str, body: str) -> None:
    (tmp_path / name).write_text(body, "utf-8")
    with pytest.raises(InputError, match="no address in it"):
        take(tmp_path / name)
