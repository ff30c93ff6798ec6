"""Floors of the figures that benchmarks/bench_places.py prints. Skips where ../shared is absent."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from khabar.lexicon.gazetteer import load_gazetteer

_ROOT = Path(__file__).parents[2]
_SHARED = _ROOT.parent / "shared"
pytestmark = pytest.mark.skipif(not _SHARED.is_dir(), reason="../shared is absent")


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_places", _ROOT / "benchmarks/bench_places.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_names(bench: ModuleType) -> None:
    assert bench.bench_names(_SHARED, load_gazetteer())["right"] >= 0.95


def test_incidents(bench: ModuleType) -> None:
    figures = bench.bench_incidents(_SHARED, load_gazetteer())
    assert figures["within 10 km"] >= 0.82
    assert figures["over 25 km"] <= 0.05


@pytest.mark.parametrize(("name", "floor"), [("train", 0.95), ("dev", 0.93)])
def test_spans(bench: ModuleType, name: str, floor: float) -> None:
    assert bench.bench_spans(_SHARED, name)["place found"] >= floor


def test_share_abstained(bench: ModuleType) -> None:
    assert bench.bench_documents(_SHARED, load_gazetteer())["abstained"] <= 0.10
