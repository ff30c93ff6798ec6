"""The bytes as they came, kept by their hash: `captures/sha256/ab/cd/abcd…`, never written to again.

Bytes are first staged (written, hashed, synced) in `captures/incoming`; only after the transaction that
speaks of them is committed are they moved to their place. So a file under `sha256/` that no row knows was
put there by somebody else, and a killed process leaves at most a staged file, which `recover` sorts out.
"""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from khabar.errors import CustodyError, StoreError

STALE_SECONDS = 3600  # a staged file without a row is left this long: another process may be about to commit
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes waiting in `incoming`: `location` is where they will lie, relative to the project folder."""

    sha256: str
    size: int
    path: Path
    location: str


class Blobs:
    """The content-addressed folder of a project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept = root / "captures" / "sha256"
        self.incoming = root / "captures" / "incoming"

    def create(self) -> None:
        """Make the folders. Raises StoreError."""
        try:
            self.kept.mkdir(parents=True, exist_ok=True)
            self.incoming.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.kept}: the folder can't be made ({error.strerror})") from error

    def location(self, sha256: str) -> str:
        """Path of the bytes with this hash, relative to the project folder."""
        return f"captures/sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def has(self, sha256: str) -> bool:
        """Whether the bytes are in place."""
        return (self.root / self.location(sha256)).exists()

    def stage(self, data: bytes | BinaryIO) -> Staged:
        """Write bytes, or a whole open file, to `incoming` and sync them. Raises StoreError (disk full, read-only)."""
        temporary = self.incoming / f"new.{uuid.uuid4().hex}"
        digest, size = hashlib.sha256(), 0
        try:
            self.incoming.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as out:
                for chunk in _chunks(data):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            path = self.incoming / f"{digest.hexdigest()}.{temporary.name[4:]}"
            temporary.chmod(0o444)
            temporary.rename(path)
            _sync_folder(self.incoming)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise StoreError(f"{self.incoming}: {error.strerror}; nothing was changed: "
                             "make room or give the right to write, then run the command again") from error
        return Staged(digest.hexdigest(), size, path, self.location(digest.hexdigest()))

    def settle(self, staged: Staged) -> None:
        """Move staged bytes to their place, after the commit. Bytes already there are left as they are."""
        target = self.root / staged.location
        if target.exists():
            staged.path.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            staged.path.rename(target)
        except FileNotFoundError:
            if not target.exists():  # another process settled it meanwhile
                raise
        _sync_folder(target.parent)

    def drop(self, staged: Staged) -> None:
        """Forget staged bytes that were not needed."""
        staged.path.unlink(missing_ok=True)

    def recover(self, known: frozenset[str]) -> int:
        """Settle staged bytes whose hash is in `known`, drop stale ones; returns how many were settled."""
        settled = 0
        for path in sorted(self.incoming.glob("*")) if self.incoming.exists() else []:
            sha256 = path.name.split(".")[0]
            try:
                if sha256 in known:
                    self.settle(Staged(sha256, path.stat().st_size, path, self.location(sha256)))
                    settled += 1
                elif time.time() - path.stat().st_mtime > STALE_SECONDS:
                    path.unlink(missing_ok=True)
            except FileNotFoundError:
                continue  # another process was faster
        return settled

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, for reading. Raises CustodyError when they are missing."""
        while (path := self.find(sha256)) is not None:
            with suppress(FileNotFoundError):  # moved to its place in between
                return path.open("rb")
        raise CustodyError(
            f"{self.root / self.location(sha256)}: the captured bytes are missing; "
            "restore them from a copy, then run `khabar verify`"
        )

    def find(self, sha256: str) -> Path | None:
        """Where the bytes are: in their place, or staged by a process that is about to move them there."""
        path = self.root / self.location(sha256)
        if path.exists():
            return path
        return next(iter(sorted(self.incoming.glob(f"{sha256}.*"))), None)

    def read(self, sha256: str) -> bytes:
        """All the bytes. Raises CustodyError."""
        with self.open(sha256) as stream:
            return stream.read()

    def walk(self) -> Iterator[Path]:
        """Every file under `sha256/`, in order of name."""
        for folder, names, files in os.walk(self.kept):
            names.sort()
            for name in sorted(files):
                yield Path(folder) / name


def hash_file(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _chunks(data: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    while chunk := data.read(CHUNK):
        yield chunk


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
