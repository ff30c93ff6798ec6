"""Fetching pages with care for those who serve them and for the machine that asks.

http(s) only, pinned addresses (`addresses`), limits on size, time, redirects and decompression; robots.txt
and a pause between requests to one host are respected; no cookies, no credentials, no proxy from the environment.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from khabar.capture.addresses import Resolver, Target, check_address, resolve
from khabar.capture.robots import Robots
from khabar.errors import FetchError

CHUNK = 65_536
MAX_WAIT = 60.0  # longest pause that a server may ask for before it is left for another day
REDIRECTS = frozenset((301, 302, 303, 307, 308))


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How to fetch; `[fetch]` of project.toml. Times in seconds, sizes in bytes (after decompression too)."""

    user_agent: str = "khabar/0.1 (research archive of public news reports)"
    delay_seconds: float = 2.0
    timeout_seconds: float = 30.0
    max_bytes: int = 20_000_000
    max_redirects: int = 5
    ports: tuple[int, ...] = (80, 443)
    robots: bool = True
    allow_private: bool = False

    def __post_init__(self) -> None:
        for name in ("delay_seconds", "timeout_seconds", "max_bytes", "max_redirects"):
            if not getattr(self, name) >= (0 if name in ("delay_seconds", "max_redirects") else 1e-3):
                raise ValueError(f"{name}: {getattr(self, name)} is too small")
        if not self.user_agent.isprintable() or not self.user_agent.isascii() or not self.user_agent.strip():
            raise ValueError("user_agent: give printable ASCII characters")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response as it came: `body` still compressed if `headers` say so. Status 304 has no body."""

    url: str  # asked for
    final_url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    retrieved_at: datetime
    redirects: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(slots=True)
class Fetcher:
    """Fetches one address after another, remembering robots.txt and when each host was last asked."""

    settings: FetchSettings = field(default_factory=FetchSettings)
    resolver: Resolver = resolve
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _asked: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, Robots] = field(default_factory=dict)

    def fetch(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Fetched:
        """The response to a GET, redirects followed. Raises FetchError for what may not be fetched or failed."""
        extra = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in extra.items() if value is not None}
        passed: list[str] = []
        current = url
        while True:
            target = self._check(current)
            self._ask_leave(target)
            response = self._patient_get(target, headers)
            location = response.header("location")
            if response.status not in REDIRECTS or location is None:
                break
            passed.append(target.url)
            if len(passed) > self.settings.max_redirects:
                raise FetchError(f"{url}: more than {self.settings.max_redirects} redirects")
            current = urljoin(target.url, location)
        if response.status != 304 and not 200 <= response.status < 300:
            raise FetchError(f"{url}: the server answered {response.status}")
        return Fetched(
            url, target.url, response.status, response.headers, response.body, response.retrieved_at, tuple(passed)
        )

    def _check(self, url: str) -> Target:
        allow = self.settings.allow_private
        return check_address(url, ports=self.settings.ports, allow_private=allow, resolver=self.resolver)

    def _ask_leave(self, target: Target) -> None:
        """Raises FetchError when the host's robots.txt keeps us out; else waits for our turn."""
        if not self.settings.robots:
            self._wait(target, self.settings.delay_seconds)
            return
        origin = f"{target.scheme}://{target.host}:{target.port}"
        rules = self._robots.get(origin)
        if rules is None:
            rules = self._robots[origin] = self._read_robots(target)
        if not rules.allows(self.settings.user_agent, target.url):
            raise FetchError(f"{target.url}: robots.txt of {target.host} asks not to fetch it")
        self._wait(target, max(self.settings.delay_seconds, min(rules.delay(self.settings.user_agent), MAX_WAIT)))

    def _read_robots(self, target: Target) -> Robots:
        """RFC 9309: absent means free, a failing server means closed. Redirects are followed with the same checks."""
        url = f"{target.scheme}://{_netloc(target)}/robots.txt"
        for _ in range(self.settings.max_redirects + 1):
            try:
                response = self._get(self._check(url), {})
            except FetchError:
                return Robots.closed()
            location = response.header("location")
            if response.status in REDIRECTS and location is not None:
                url = urljoin(url, location)
                continue
            if 200 <= response.status < 300:
                return Robots.parse(decode_body(response, self.settings.max_bytes))
            return Robots.closed() if response.status >= 500 else Robots.open()
        return Robots.open()

    def _wait(self, target: Target, delay: float) -> None:
        last = self._asked.get(target.host)
        if last is not None and (left := last + delay - self.clock()) > 0:
            self.sleep(left)
        self._asked[target.host] = self.clock()

    def _patient_get(self, target: Target, headers: dict[str, str]) -> Fetched:
        """A GET that comes back once when the server says when (429, 503 with Retry-After)."""
        response = self._get(target, headers)
        if response.status in (429, 503):
            wait = _retry_after(response.header("retry-after"), self.now())
            if wait is not None and wait <= MAX_WAIT:
                self.sleep(wait)
                self._asked[target.host] = self.clock()
                return self._get(target, headers)
        return response

    def _get(self, target: Target, headers: dict[str, str]) -> Fetched:
        connection = _Pinned(target, self.settings.timeout_seconds)
        # One timer bounds the whole exchange: a server that drips bytes never trips a socket timeout.
        timer = threading.Timer(self.settings.timeout_seconds, _abort, (connection,))
        timer.daemon = True
        timer.start()
        try:
            connection.request("GET", target.path, headers={
                "Host": _netloc(target), "User-Agent": self.settings.user_agent, "Accept": "*/*",
                "Accept-Encoding": "gzip, deflate", "Accept-Language": "ar,*;q=0.5", "Connection": "close", **headers})
            response = connection.getresponse()
            body = _read_limited(response, self.settings.max_bytes, target.url)
            if not timer.is_alive():
                raise FetchError(f"{target.url}: not finished after {self.settings.timeout_seconds} s")
            return Fetched(target.url, target.url, response.status, tuple(response.getheaders()), body, self.now())
        except (OSError, http.client.HTTPException, ValueError) as error:
            late = (
                f"not finished after {self.settings.timeout_seconds} s"
                if not timer.is_alive()
                else str(error) or repr(error)
            )
            raise FetchError(f"{target.url}: {late}") from error
        finally:
            timer.cancel()
            connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, whatever the name resolves to now."""

    def __init__(self, target: Target, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self._target = target

    def connect(self) -> None:
        """Connect to the pinned address; TLS checks the certificate against the name."""
        self.sock = socket.create_connection((self._target.ip, self._target.port), self.timeout)
        if self._target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)


def decode_body(fetched: Fetched, max_bytes: int) -> bytes:
    """The body with its content encoding undone, up to `max_bytes`. Raises FetchError beyond that."""
    encodings = [e.strip().lower() for e in (fetched.header("content-encoding") or "").split(",") if e.strip()]
    body = fetched.body
    for encoding in reversed(encodings):
        if encoding == "identity":
            continue
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise FetchError(f"{fetched.url}: content encoding {encoding!r} is not known")
        body = _inflate(body, encoding, max_bytes, fetched.url)
    return body


def _inflate(body: bytes, encoding: str, max_bytes: int, url: str) -> bytes:
    modes = (zlib.MAX_WBITS, -zlib.MAX_WBITS) if encoding == "deflate" else (zlib.MAX_WBITS | 16,)
    for mode in modes:
        machine = zlib.decompressobj(mode)
        try:
            data = machine.decompress(body, max_bytes + 1)
        except zlib.error:
            continue
        if len(data) > max_bytes:
            raise FetchError(f"{url}: larger than {max_bytes} bytes when decompressed")
        return data
    raise FetchError(f"{url}: its {encoding} encoding is broken")


def _abort(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _read_limited(response: http.client.HTTPResponse, max_bytes: int, url: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := response.read(CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise FetchError(f"{url}: larger than {max_bytes} bytes")
        parts.append(chunk)
    return b"".join(parts)


def _netloc(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == (443 if target.scheme == "https" else 80) else f"{host}:{target.port}"


def _retry_after(value: str | None, now: datetime) -> float | None:
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (TypeError, ValueError):
        return None
