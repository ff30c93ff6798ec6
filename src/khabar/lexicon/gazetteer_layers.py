"""The user's own gazetteer layers: full dumps indexed in one SQLite file of the data directory.

A layer has a name, a priority (higher wins between rows of one place) and a licence that its rows carry.
Writing is one transaction: a failed import leaves the file as it was.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from khabar.errors import InputError
from khabar.lexicon.gazetteer import Layer, Place, parse_row
from khabar.lexicon.gazetteer_rows import key_hash, keys_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS layer (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, format TEXT NOT NULL, priority INTEGER NOT NULL,
  licence TEXT NOT NULL, source TEXT NOT NULL, places INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS place (id INTEGER PRIMARY KEY, layer INTEGER NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS key (hash INTEGER NOT NULL, place INTEGER NOT NULL);
"""
_INDEX = "CREATE INDEX IF NOT EXISTS key_hash ON key (hash, place)"
_BATCH = 20_000  # rows held in memory at a time


class LayerInfo(NamedTuple):
    """A layer as listed: its name, format, priority, licence, the file it came from, and how many places."""

    name: str
    format: str
    priority: int
    licence: str
    source: str
    places: int


def data_dir() -> Path:
    """Where the user's data is kept: $KHABAR_HOME, or khabar/ in the user's data folder."""
    own = os.environ.get("KHABAR_HOME")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "khabar"


def layers_path() -> Path:
    """The SQLite file of the layers; it need not exist."""
    return data_dir() / "gazetteer.sqlite"


class SqliteLayers:
    """Look-ups over all layers of one file, opened read-only."""

    def __init__(self, path: Path) -> None:
        try:
            self._base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
            rows = self._base.execute("SELECT id, name, priority FROM layer").fetchall()
        except sqlite3.Error as error:
            raise InputError(f"{path}: not a gazetteer of Khabar ({error}); remove it and import again") from error
        self._base.execute("PRAGMA mmap_size = 268435456")
        self._layers = {number: (name, priority) for number, name, priority in rows}

    def has(self, key: str) -> bool:
        """Whether any row has this prefixed key."""
        found = self._base.execute("SELECT 1 FROM key WHERE hash = ? LIMIT 1", (key_hash(key),))
        return found.fetchone() is not None

    def rows(self, key: str) -> list[Place]:
        """Rows under a prefixed key, in the order they were imported."""
        found = self._base.execute(
            "SELECT place.layer, place.data FROM key JOIN place ON place.id = key.place"
            " WHERE key.hash = ? ORDER BY place.id",
            (key_hash(key),),
        )
        return [parse_row(data, *self._layers[layer]) for layer, data in found]


def open_layers(path: Path) -> tuple[Layer, ...]:
    """The layers of a file as one source of places."""
    return (SqliteLayers(path),)


def write_layer(path: Path, info: LayerInfo, lines: Iterable[str]) -> int:
    """Write a layer, in place of one of the same name. `lines` are rows in the order of `gazetteer.FIELDS`.

    Returns the number of places. Raises InputError when the file can't be written; it is then as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as base, base:
            base.executescript(_SCHEMA)
            base.execute("BEGIN IMMEDIATE")
            _drop(base, info.name)
            base.execute("DROP INDEX IF EXISTS key_hash")
            layer = base.execute(
                "INSERT INTO layer (name, format, priority, licence, source, places) VALUES (?, ?, ?, ?, ?, 0)",
                (info.name, info.format, info.priority, info.licence, info.source),
            ).lastrowid
            count = _insert(base, layer or 0, iter(lines))
            base.execute("UPDATE layer SET places = ? WHERE id = ?", (count, layer))
            base.execute(_INDEX)
    except (sqlite3.Error, OSError) as error:
        raise InputError(f"{path}: the layer was not written ({error}); the file is as it was") from error
    return count


def _insert(base: sqlite3.Connection, layer: int, lines: Iterator[str]) -> int:
    (number,) = base.execute("SELECT coalesce(max(id), 0) FROM place").fetchone()
    first = number
    while batch := list(islice(lines, _BATCH)):
        places, keys = [], []
        for line in batch:
            number += 1
            places.append((number, layer, line))
            keys += [(key_hash(key), number) for key in dict.fromkeys(keys_of(line.split("\t")))]
        base.executemany("INSERT INTO place (id, layer, data) VALUES (?, ?, ?)", places)
        base.executemany("INSERT INTO key (hash, place) VALUES (?, ?)", keys)
    return int(number - first)


def _drop(base: sqlite3.Connection, name: str) -> bool:
    row = base.execute("SELECT id FROM layer WHERE name = ?", (name,)).fetchone()
    if row is None:
        return False
    base.execute("DELETE FROM key WHERE place IN (SELECT id FROM place WHERE layer = ?)", row)
    base.execute("DELETE FROM place WHERE layer = ?", row)
    base.execute("DELETE FROM layer WHERE id = ?", row)
    return True


def list_layers(path: Path) -> tuple[LayerInfo, ...]:
    """The layers of a file by falling priority; () when there is no file."""
    if not path.exists():
        return ()
    query = "SELECT name, format, priority, licence, source, places FROM layer ORDER BY priority DESC, name"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            return tuple(LayerInfo(*row) for row in base.execute(query))
    except sqlite3.Error as error:
        raise InputError(f"{path}: not a gazetteer of Khabar ({error}); remove it and import again") from error


def remove_layer(path: Path, name: str) -> None:
    """Take a layer out. Raises InputError with the known names when there is none of this name."""
    known = [info.name for info in list_layers(path)]
    if name not in known:
        raise InputError(f"no layer {name!r} in {path}; the layers are {', '.join(known) or '(none)'}")
    with closing(sqlite3.connect(path)) as base, base:
        _drop(base, name)
