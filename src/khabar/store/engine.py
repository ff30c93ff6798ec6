"""Opening the store: connections, transactions, migrations, and errors that say what to do.

SQLite runs in WAL mode with full synchronisation: a transaction that was reported as done survives a
killed process and a power cut, and readers never wait for a writer. Writers take the lock at once
(BEGIN IMMEDIATE) and wait up to BUSY_SECONDS for each other.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from khabar.errors import ConfigError, StoreError
from khabar.store.ledger import Ledger

HEAD = "0002"  # the newest migration
BUSY_SECONDS = 60  # longest a writer waits: a batch of `add` holds the lock for well under a second
CACHE_KIB = 65_536  # page cache a connection may use; bands and full-text pages of 20,000 reports fit
# One writer at a time, as in SQLite: what a transaction saw to be new (a report, a group, the log's head) is new
# when it commits. Readers are not held up.
WRITER_LOCK = text("SELECT pg_advisory_xact_lock(7310431)")
MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open write transaction: its connection, and the custody log that is written when it ends."""

    conn: Connection
    ledger: Ledger


class Store:
    """A database of one project. Thread-safe; open one a process (connections do not survive a fork)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)

    @property
    def is_postgres(self) -> bool:
        """Whether this is the team's PostgreSQL rather than the embedded SQLite."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one unchanging view of the data. Raises StoreError."""
        with _translated(self.url), self.engine.connect() as conn:
            if self.is_postgres:
                conn.execution_options(isolation_level="REPEATABLE READ")
            yield conn

    @contextmanager
    def write(self, now: str) -> Iterator[Transaction]:
        """A write transaction: committed when the block ends, rolled back when it raises.

        `now` is the UTC time that goes into the log. Raises StoreError; then nothing has changed.
        """
        with _translated(self.url), self.engine.connect().execution_options(khabar_write=True) as conn, conn.begin():
            if self.is_postgres:
                conn.execute(WRITER_LOCK)
            transaction = Transaction(conn, Ledger(conn, now))
            yield transaction
            transaction.ledger.flush()

    def migrate(self) -> None:
        """Bring the tables to the newest form. Safe to run by several processes at once."""
        from alembic import command
        from alembic.config import Config

        with _translated(self.url), self.engine.connect().execution_options(khabar_write=True) as conn, conn.begin():
            if self.is_postgres:
                conn.execute(WRITER_LOCK)
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = conn
            command.upgrade(config, "head")

    def version(self) -> str | None:
        """The migration the tables are at, None for an empty database."""
        with self.read() as conn:
            if not self.engine.dialect.has_table(conn, "alembic_version"):
                return None
            return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def ready(self) -> None:
        """Migrate an older store; refuse one that a newer Khabar wrote. Raises StoreError."""
        version = self.version()
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StoreError(
                f"{self.url}: written by a newer Khabar (schema {version}, known to {HEAD}): upgrade khabar"
            )
        self.migrate()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def sqlite_url(path: Path) -> str:
    """The URL of an embedded store at `path`."""
    return f"sqlite:///{path}"


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError(f"database: not a URL: {url!r}; known: sqlite:///FILE, postgresql://USER@HOST/NAME") from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(f"database: {parsed.get_backend_name()!r} is not supported; known: sqlite, postgresql")
    try:
        if parsed.get_backend_name() == "postgresql":
            engine = create_engine(parsed, isolation_level="READ COMMITTED")
        else:
            if parsed.database and _is_closed(Path(parsed.database)):
                # WAL needs files of its own beside the store, which a read-only disk refuses.
                parsed = parsed.set(database=f"file:{quote(parsed.database)}", query={
                    "mode": "ro", "immutable": "1", "uri": "true"})
            engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigError(f"database: {error}; install the driver with pip install 'khabar[postgres]'") from error
    return engine


def _is_closed(path: Path) -> bool:
    """Whether a store exists where nothing may be written."""
    return path.exists() and not os.access(path.parent, os.W_OK)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the begin event says BEGIN itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"cache_size=-{CACHE_KIB}",
                   f"busy_timeout={BUSY_SECONDS * 1000}", "temp_store=MEMORY", "trusted_schema=OFF"):
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error):  # a read-only store can still be read
                raise


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE" if conn.get_execution_options().get("khabar_write") else "BEGIN")


@contextmanager
def _translated(url: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{_shown(url)}: {_advice(error)}") from error


def _advice(error: DBAPIError) -> str:
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    low = said.lower()
    hints: tuple[tuple[str, str], ...] = (
        ("full", "the disk is full; nothing was changed: make room and run the command again"),
        ("no space left", "the disk is full; nothing was changed: make room and run the command again"),
        ("could not extend file", "the disk is full; nothing was changed: make room and run the command again"),
        (
            "readonly",
            "the store is read-only; nothing was changed: give the right to write to the folder and its files",
        ),
        (
            "read-only",
            "the store is read-only; nothing was changed: give the right to write to the folder and its files",
        ),
        (
            "locked",
            f"another process held the store for over {BUSY_SECONDS} s; nothing was changed: run the command again",
        ),
        ("unable to open", "the store can't be opened: check that the folder exists and may be read"),
        ("malformed", "the store is damaged: restore it from a copy, then run `khabar verify`"),
        ("not a database", "this is not a Khabar store"),
        ("no such table", "this is not a Khabar store: run `khabar init`"),
        ("i/o error", "the disk failed; nothing was changed: check the disk, then run `khabar verify`"),
        ("connection", "PostgreSQL can't be reached: check the URL and that the server runs"),
    )
    for sign, advice in hints:
        if sign in low:
            return f"{advice} ({said})"
    kind = "could not be read or written" if isinstance(error, OperationalError) else "refused"
    return f"{kind}; nothing was changed ({said})"


def _shown(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)
