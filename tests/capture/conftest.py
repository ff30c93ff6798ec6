"""A web server on the loopback address that answers as each test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from khabar.capture.fetch import Fetcher, FetchSettings

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """`pages` maps a path to an answer, or to a function of the request's headers; `asked` are the paths in order."""

    port: int = 0
    pages: dict[str, Answer | Callable[[dict[str, str]], Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def page(self, path: str, body: str | bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8",
             **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": kind, **named}, data)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            made.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = made.pages.get(self.path, (404, {}, b""))
            status, headers, body = answer(made.headers[-1]) if callable(answer) else answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetcher(site: Site) -> Fetcher:
    """A fetcher that may ask the loopback server, and does not wait between requests."""
    return make_fetcher(site)


def make_fetcher(site: Site, **settings: object) -> Fetcher:
    given = {"ports": (site.port,), "allow_private": True, "delay_seconds": 0.0, "timeout_seconds": 5.0, **settings}
    return Fetcher(FetchSettings(**given))  # type: ignore[arg-type]


@pytest.fixture
def fetcher_with(site: Site) -> Callable[..., Fetcher]:
    """Makes fetchers with other settings."""
    return lambda **settings: make_fetcher(site, **settings)
