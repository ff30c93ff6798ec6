"""Databases for tests: a fresh SQLite folder, and a real PostgreSQL that is started once on the loopback address."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

BINARIES = Path("/usr/lib/postgresql")  # where Debian and Ubuntu put every version
PATIENCE_S = 30


@pytest.fixture(params=("sqlite", "postgresql"))
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The `database` argument of Project.init: None is the embedded store, else a URL of PostgreSQL."""
    if request.param == "sqlite":
        yield None
        return
    server = start_postgres()
    if isinstance(server, str):
        pytest.skip(server)
    name = f"t{uuid.uuid4().hex[:12]}"
    _sql(server, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    yield f"postgresql://postgres@127.0.0.1:{server}/{name}"
    _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@cache
def start_postgres() -> int | str:
    """The port of a running server, or why there is none."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed (pip install 'khabar[postgres]')"
    found = sorted(BINARIES.glob("*/bin/initdb"))
    if not found:
        return "PostgreSQL is not installed (Debian package postgresql)"
    prefix: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        if shutil.which("runuser") is None:
            return "running as root without runuser: PostgreSQL can't be started"
        prefix = ["runuser", "-u", "postgres", "--"]
    folder = Path(tempfile.mkdtemp(prefix="khabar-pg-"))
    if prefix:
        shutil.chown(folder, "postgres")
    port = _free_port()
    data, binaries = folder / "data", found[-1].parent
    subprocess.run(
        [*prefix, binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    server = subprocess.Popen(
        [*prefix, binaries / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
         "-c", f"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "shared_buffers=32MB"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    atexit.register(
        _stop, server, [*prefix, str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], folder
    )
    for _ in range(PATIENCE_S * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and _answers(port):
                return port
        if server.poll() is not None:
            return f"PostgreSQL stopped with exit code {server.returncode}"
        time.sleep(0.1)
    return f"PostgreSQL did not answer within {PATIENCE_S} s"


def _answers(port: int) -> bool:
    import psycopg

    try:
        _sql(port, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _sql(port: int, statement: str) -> None:
    import psycopg

    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", autocommit=True) as conn:
        conn.execute(statement)  # type: ignore[arg-type,unused-ignore]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(server: subprocess.Popen[bytes], command: list[str], folder: Path) -> None:
    subprocess.run(command, check=False, capture_output=True)
    server.wait(10)
    shutil.rmtree(folder, ignore_errors=True)
