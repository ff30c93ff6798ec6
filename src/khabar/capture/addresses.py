"""Which addresses may be fetched: http(s) on ordinary ports, and only hosts on the public internet.

A host is resolved once; the connection goes to the address that was checked, so a name that resolves
differently the second time (DNS rebinding) leads nowhere. Every redirect passes here again.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from khabar.errors import FetchError

Resolver = Callable[[str, int], tuple[str, ...]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SAFE = "/?:@!$&'()*+,;=~%-._"  # characters of a path or query that stay as they are


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: where to connect (`ip`, `port`) and what to ask for."""

    url: str
    scheme: str
    host: str
    port: int
    ip: str
    path: str


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Addresses of a host, as the system gives them. Raises FetchError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host}: the name can't be resolved ({error})") from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(ip: str) -> bool:
    """Whether an address is on the public internet, also when it hides an IPv4 one inside IPv6."""
    try:
        address = ipaddress.ip_address(ip.split("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def check_address(url: str, *, ports: tuple[int, ...], allow_private: bool, resolver: Resolver) -> Target:
    """The checked target of a URL. Raises FetchError saying why it may not be fetched."""
    parts = split(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        ascii_host = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise FetchError(f"{url}: not a valid address ({error})") from error
    if port not in ports:
        raise FetchError(f"{url}: port {port} is not allowed; allowed: {', '.join(map(str, ports))}")
    found = resolver(ascii_host, port)
    if not found:
        raise FetchError(f"{url}: {host} has no address")
    if not allow_private:
        private = [ip for ip in found if not is_public(ip)]
        if private:
            raise FetchError(f"{url}: {host} leads to {private[0]}, which is not on the public internet")
    path = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        path += "?" + quote(parts.query, safe=_SAFE)
    return Target(normalise(url), parts.scheme, ascii_host, port, found[0], path)


def split(url: str) -> SplitResult:
    """The parts of an http(s) URL. Raises FetchError for anything else, and for user names inside it."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # looked at here, since a port that is no number shows only then
    except ValueError as error:
        raise FetchError(f"{url}: not a valid address ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise FetchError(f"{url}: only http and https addresses are fetched")
    if not parts.hostname:
        raise FetchError(f"{url}: the address names no host")
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{parts.hostname}: an address with a user name in it is not fetched")
    if any(char <= " " or char == "\x7f" for char in url.strip()):
        raise FetchError(f"{url!r}: an address with blanks or control characters in it is not fetched")
    return parts


def normalise(url: str) -> str:
    """One spelling of an address: lower-case scheme and host, no fragment, no default port."""
    parts = split(url)
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None and parts.port != (443 if parts.scheme == "https" else 80):
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, host, quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=_SAFE), ""))
