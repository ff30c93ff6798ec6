"""One file a format. A format is a module with `write(readings, out)`, registered in FORMATS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TextIO

from khabar.errors import ConfigError
from khabar.model.record import Reading

# Name on the command line → module. Each writes readings as they come; html needs them all first.
FORMATS = {
    "table": "khabar.export.table",
    "jsonl": "khabar.export.jsonl",
    "annotation": "khabar.export.annotation",
    "html": "khabar.export.html",
}


def load_writer(name: str) -> Callable[[Iterable[Reading], TextIO], None]:
    """The writer of a format. Raises ConfigError, listing the known ones."""
    if name not in FORMATS:
        raise ConfigError(f"no such format: {name!r}; known: {', '.join(FORMATS)}")
    writer: Callable[[Iterable[Reading], TextIO], None] = import_module(FORMATS[name]).write
    return writer
