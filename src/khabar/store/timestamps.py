"""RFC 3161 timestamp tokens beside a hash: the request to send, and what a token says.

Nothing here uses the network: the request is a file for whichever authority a team trusts, the answer is a
file to attach. Khabar checks that a token covers the hash; whether its signature is to be trusted is for
a command that the project names (`[custody] token_command`, for example `openssl ts -verify`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from khabar.errors import InputError

_SHA256 = bytes.fromhex("608648016503040201")  # OID 2.16.840.1.101.3.4.2.1
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
SEQUENCE, INTEGER, OCTETS, OID, GENERAL_TIME, CONTEXT_0 = 0x30, 0x02, 0x04, 0x06, 0x18, 0xA0


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What a token says: the hash it covers (hexadecimal) and when it was stamped."""

    covers: str
    stamped_at: datetime


def make_request(sha256: str) -> bytes:
    """A timestamp request (DER) for a SHA-256, asking for the authority's certificate to be included."""
    algorithm = _der(SEQUENCE, _der(OID, _SHA256) + b"\x05\x00")
    imprint = _der(SEQUENCE, algorithm + _der(OCTETS, bytes.fromhex(sha256)))
    return _der(SEQUENCE, _der(INTEGER, b"\x01") + imprint + b"\x01\x01\xff")


def read_token(body: bytes) -> TokenInfo:
    """What a timestamp response or bare token (DER) says. Raises InputError when it is neither."""
    try:
        info = _parts(_tst_info(body))
        imprint = _parts(info[2][1])
        if _parts(imprint[0][1])[0] != (OID, _SHA256):
            raise InputError("timestamp token: it covers another hash than SHA-256; ask for SHA-256")
        stamped = next(content for tag, content in info if tag == GENERAL_TIME).decode("ascii")
        return TokenInfo(imprint[1][1].hex(), _general_time(stamped))
    except (IndexError, ValueError, StopIteration) as error:
        raise InputError(f"timestamp token: not an RFC 3161 response or token in DER ({error})") from error


def _tst_info(body: bytes) -> bytes:
    """The TSTInfo inside a response (status, token) or a token (ContentInfo)."""
    parts = _parts(_parts(body)[0][1])
    content = parts if parts[0][0] == OID else _parts(parts[1][1])
    if content[0] != (OID, _SIGNED_DATA):
        raise ValueError("no signed data")
    signed = _parts(_parts(content[1][1])[0][1])
    enclosed = next(_parts(value) for tag, value in signed if tag == SEQUENCE and _TST_INFO in value[:16])
    octets = _parts(enclosed[1][1])[0]
    return _parts(octets[1])[0][1]


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and content of each DER element in a row."""
    parts: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:
                raise ValueError("length not in DER")
            length = int.from_bytes(data[at:at + count], "big")
            at += count
        if at + length > len(data):
            raise ValueError("cut short")
        parts.append((tag, data[at:at + length]))
        at += length
    return parts


def _general_time(value: str) -> datetime:
    whole, _, fraction = value.rstrip("Z").partition(".")
    moment = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return moment.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0)


def _der(tag: int, content: bytes) -> bytes:
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
