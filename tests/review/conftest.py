"""Every review test runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import database as database
from fake_reader import FakeReader
from khabar.project import Project


@pytest.fixture
def project(tmp_path: Path, database: str | None) -> Iterator[Project]:
    """An empty project."""
    with Project.init(tmp_path / "project", database=database, reader=FakeReader(), reader_name="fake/1") as made:
        yield made
