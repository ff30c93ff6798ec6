"""Reads WKB polygons without a geometry library: rings, area, centre."""

from __future__ import annotations

import itertools
import struct

Ring = list[tuple[float, float]]


def _polygon(data: bytes, at: int) -> tuple[list[Ring], int]:
    order = "<" if data[at] == 1 else ">"
    (count,) = struct.unpack_from(order + "I", data, at + 5)
    at += 9
    rings: list[Ring] = []
    for _ in range(count):
        (points,) = struct.unpack_from(order + "I", data, at)
        at += 4
        flat = struct.unpack_from(order + f"{2 * points}d", data, at)
        at += 16 * points
        rings.append(list(zip(flat[::2], flat[1::2], strict=True)))
    return rings, at


def rings(data: bytes) -> list[Ring]:
    """Outer rings (lon, lat) of a WKB polygon or multipolygon."""
    order = "<" if data[0] == 1 else ">"
    kind, count = struct.unpack_from(order + "II", data, 1)
    if kind % 1000 == 3:
        return _polygon(data, 0)[0][:1]
    found, at = [], 9
    for _ in range(count):
        parts, at = _polygon(data, at)
        found += parts[:1]
    return found


def area(ring: Ring) -> float:
    """Absolute area of a ring in square degrees."""
    return abs(_signed(ring))


def _signed(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def centre(ring: Ring) -> tuple[float, float]:
    """Centre of mass as (lat, lon)."""
    total = _signed(ring)
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in itertools.pairwise(ring))
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in itertools.pairwise(ring))
    return y / (6 * total), x / (6 * total)
