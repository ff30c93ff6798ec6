"""Native records: one reading a line, with every claim and its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from khabar.model.codec import encode_reading
from khabar.model.record import Reading


def write(readings: Iterable[Reading], out: TextIO) -> None:
    """Write each reading as one line of JSON."""
    for reading in readings:
        out.write(encode_reading(reading).decode())
        out.write("\n")
