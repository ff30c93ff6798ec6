"""Fetching defends the machine that asks and spares those that serve."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from khabar.capture.addresses import check_address, is_public, normalise
from khabar.capture.fetch import Fetcher, FetchSettings, decode_body
from khabar.errors import FetchError


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "2001:db8::1",
        "fe80::1%eth0",
        "nonsense",
        "::127.0.0.1",
    ],
)
def test_private_addresses(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(("url", "why"), [
    ("ftp://example.org/", "only http"), ("file:///etc/passwd", "only http"), ("gopher://example.org", "only http"),
    ("http://", "no host"), ("http://user:secret@example.org/", "user name"), ("http://example.org:22/", "port 22"),
    ("http://example.org:99999/", "not a valid"), ("http://exa mple.org/", "blanks"), ("http://[::1/", "not a valid"),
    ("http://example.org/\r\nX: y", "blanks"), ("javascript:alert(1)", "only http"), ("//example.org", "only http"),
])
def test_refused_addresses(url: str, why: str) -> None:
    with pytest.raises(FetchError, match=why):
        check_address(url, ports=(80, 443), allow_private=False, resolver=lambda *_: ("93.184.216.34",))


@pytest.mark.parametrize("answer", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("::1",), ()])
def test_host_name_that_leads_inside_is_refused(answer: tuple[str, ...]) -> None:
    with pytest.raises(FetchError, match=r"not on the public internet|no address"):
        check_address("http://news.example/", ports=(80,), allow_private=False, resolver=lambda *_: answer)


def test_odd_spellings_of_loopback_are_refused() -> None:
    for host in ("localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:7f00:1]", "127.0.0.1."):
        with pytest.raises(FetchError):
            Fetcher(FetchSettings()).fetch(f"http://{host}/")


def test_connection_goes_to_the_checked_address(site: Any) -> None:
    """A name that resolves differently the second time leads nowhere: it is asked once."""
    asked: list[str] = []

    def resolver(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",)

    site.page("/a", "hello", kind="text/plain")
    settings = FetchSettings(ports=(site.port,), allow_private=True, delay_seconds=0, robots=False)
    fetched = Fetcher(settings, resolver=resolver).fetch(f"http://rebind.example:{site.port}/a")
    assert fetched.body == b"hello"
    assert asked == ["rebind.example"]
    assert site.headers[-1]["host"] == f"rebind.example:{site.port}"


def test_redirect_to_a_private_address_is_refused(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/a"] = (302, {"Location": f"http://inside.example:{site.port}/secret"}, b"")
    site.page("/secret", "secret")

    def resolver(host: str, port: int) -> tuple[str, ...]:
        return ("169.254.169.254",) if host == "inside.example" else ("127.0.0.1",)

    settings = FetchSettings(ports=(site.port,), allow_private=False, delay_seconds=0, robots=False)
    fetcher = Fetcher(settings, resolver=resolver)
    # The test's own server is on a private address: only that one is let through.
    monkeypatch.setattr(Fetcher, "_check", lambda _self, url: check_address(
        url, ports=(site.port,), allow_private="inside" not in url, resolver=resolver))
    with pytest.raises(FetchError, match="not on the public internet"):
        fetcher.fetch(site.url("/a"))
    assert "/secret" not in site.asked


def test_redirect_to_another_scheme_is_refused(site: Any, fetcher: Fetcher) -> None:
    site.pages["/a"] = (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(FetchError, match="only http"):
        fetcher.fetch(site.url("/a"))


def test_redirects_are_followed_and_counted(site: Any, fetcher: Fetcher) -> None:
    site.pages["/a"] = (301, {"Location": "/b"}, b"")
    site.page("/b", "here")
    fetched = fetcher.fetch(site.url("/a"))
    assert (fetched.body, fetched.final_url, fetched.redirects) == (b"here", site.url("/b"), (site.url("/a"),))
    site.pages["/loop"] = (302, {"Location": "/loop"}, b"")
    with pytest.raises(FetchError, match="redirects"):
        fetcher.fetch(site.url("/loop"))


@pytest.mark.parametrize("status", [404, 403, 500])
def test_failures_are_named(site: Any, fetcher: Fetcher, status: int) -> None:
    site.page("/a", "x", status=status)
    with pytest.raises(FetchError, match=str(status)):
        fetcher.fetch(site.url("/a"))


def test_size_limit(site: Any, fetcher_with: Callable[..., Fetcher]) -> None:
    site.page("/a", b"x" * 5000)
    with pytest.raises(FetchError, match="larger than 4000"):
        fetcher_with(max_bytes=4000).fetch(site.url("/a"))


def test_decompression_limit(site: Any, fetcher_with: Callable[..., Fetcher]) -> None:
    site.page("/a", gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip")
    fetcher = fetcher_with(max_bytes=100_000)
    fetched = fetcher.fetch(site.url("/a"))
    with pytest.raises(FetchError, match="when decompressed"):
        decode_body(fetched, 100_000)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda b: zlib.compress(b)[2:-4]),
        ("identity", bytes),
    ],
)
def test_encodings(site: Any, fetcher: Fetcher, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    site.page("/a", pack("نص".encode()), Content_Encoding=encoding)
    fetched = fetcher.fetch(site.url("/a"))
    assert fetched.body == pack("نص".encode())  # kept as it came
    assert decode_body(fetched, 1000) == "نص".encode()


def test_unknown_encoding_is_refused(site: Any, fetcher: Fetcher) -> None:
    site.page("/a", b"x", Content_Encoding="br")
    with pytest.raises(FetchError, match="'br' is not known"):
        decode_body(fetcher.fetch(site.url("/a")), 1000)


def test_time_limit_holds_against_a_server_that_drips() -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        client, _ = server.accept()
        client.recv(1000)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            for _ in range(100):
                client.sendall(b"x")
                time.sleep(0.1)
        except OSError:
            return

    threading.Thread(target=drip, daemon=True).start()
    port = server.getsockname()[1]
    fetcher = Fetcher(
        FetchSettings(ports=(port,), allow_private=True, delay_seconds=0, timeout_seconds=0.7, robots=False)
    )
    started = time.monotonic()
    with pytest.raises(FetchError, match="not finished after"):
        fetcher.fetch(f"http://127.0.0.1:{port}/")
    assert time.monotonic() - started < 3
    server.close()


def test_robots_are_respected(site: Any, fetcher: Fetcher) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /private/\n", kind="text/plain")
    site.page("/private/a", "x")
    site.page("/public", "y")
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetcher.fetch(site.url("/private/a"))
    assert fetcher.fetch(site.url("/public")).body == b"y"
    assert site.asked == ["/robots.txt", "/public"]  # asked once, and nothing forbidden


def test_robots_of_a_failing_server_close_it(site: Any, fetcher: Fetcher) -> None:
    site.page("/robots.txt", "", status=503)
    site.page("/a", "x")
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetcher.fetch(site.url("/a"))


def test_robots_of_a_redirects_target_count(site: Any, fetcher: Fetcher) -> None:
    site.page("/robots.txt", "User-agent: *\nDisallow: /b\n", kind="text/plain")
    site.pages["/a"] = (302, {"Location": "/b"}, b"")
    site.page("/b", "x")
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetcher.fetch(site.url("/a"))


def test_pause_between_requests_to_one_host(site: Any) -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    settings = FetchSettings(ports=(site.port,), allow_private=True, delay_seconds=2.0)
    fetcher = Fetcher(settings, clock=lambda: now[0], sleep=sleep)
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 7\n", kind="text/plain")
    site.page("/a", "x")
    for _ in range(3):
        fetcher.fetch(site.url("/a"))
    assert slept == [7.0, 7.0]


def test_retry_after_is_waited_for_once(site: Any) -> None:
    slept: list[float] = []
    settings = FetchSettings(ports=(site.port,), allow_private=True, delay_seconds=0, robots=False)
    fetcher = Fetcher(settings, sleep=slept.append)
    answers = iter([(429, {"Retry-After": "3"}, b""), (200, {"Content-Type": "text/plain"}, b"ok")])
    site.pages["/a"] = lambda _headers: next(answers)
    assert fetcher.fetch(site.url("/a")).body == b"ok"
    assert slept == [3.0]
    site.pages["/b"] = (429, {"Retry-After": "86400"}, b"")
    with pytest.raises(FetchError, match="429"):
        fetcher.fetch(site.url("/b"))


def test_no_cookies_no_proxy(site: Any, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    site.page("/a", "x", Set_Cookie="id=1")
    for _ in range(2):
        assert fetcher.fetch(site.url("/a")).body == b"x"
    assert all("cookie" not in headers for headers in site.headers)


def test_conditional_request(site: Any, fetcher: Fetcher) -> None:
    site.pages["/a"] = lambda headers: (
        (304, {}, b"") if headers.get("if-none-match") == '"1"' else (200, {"ETag": '"1"'}, b"x")
    )
    first = fetcher.fetch(site.url("/a"))
    assert fetcher.fetch(site.url("/a"), etag=first.header("etag")).status == 304


@pytest.mark.parametrize(("url", "same"), [
    ("HTTP://Example.ORG:80/a#part", "http://example.org/a"), ("https://example.org:443", "https://example.org/"),
    ("http://example.org/أخبار", "http://example.org/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"),
    ("http://example.org/%D8%A3?x=1&y=2", "http://example.org/%D8%A3?x=1&y=2"),
])
def test_normalise(url: str, same: str) -> None:
    assert normalise(url) == same
    assert normalise(same) == same


@pytest.mark.parametrize("url", ["http://example.org:99999/", "http://example.org:x/", "http://[bad/"])
def test_normalise_refuses_what_is_no_address(url: str) -> None:
    with pytest.raises(FetchError, match="not a valid address"):
        normalise(url)


@pytest.mark.parametrize("wrong", [
    {"delay_seconds": -1.0}, {"max_bytes": 0}, {"timeout_seconds": 0.0}, {"max_redirects": -1},
    {"timeout_seconds": float("nan")}, {"user_agent": "a\r\nX: y"}, {"user_agent": " "},
])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        FetchSettings(**wrong)


def test_settings_are_whole() -> None:
    assert replace(FetchSettings(), robots=False).ports == (80, 443)
