"""What tests of several rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.model.record import Reading
from made import ROOT, SHARED, load_made, make_reading


@pytest.fixture
def strike() -> Reading:
    """examples/strike.txt, read by hand."""
    return make_reading(load_made("strike"))


@pytest.fixture
def examples() -> list[Path]:
    """The example reports."""
    return sorted((ROOT / "examples").glob("*.txt"))


@pytest.fixture
def shared() -> Path:
    """The evaluation material beside the repository; a test that needs it is skipped where it is absent."""
    if not (SHARED / "evaluation").is_dir():
        pytest.skip("needs the evaluation material beside the repository (../shared)")
    return SHARED
