"""The examples, read end to end: the lead event of each is found, and nothing in another world."""

from __future__ import annotations

import pytest

import khabar
from made import ROOT

LEADS = {
    "clash": "clash",
    "denial": "airstrike",
    "drones": "airstrike",
    "exchange": "release",
    "kidnapping": "abduction",
    "protest": "protest",
    "strike": "airstrike",
    "threat": "threat",
    "tolls": "bombing",
}




@pytest.mark.parametrize(("name", "kind"), list(LEADS.items()))
def test_lead_event_is_found(name: str, kind: str) -> None:
    reading = khabar.read((ROOT / f"examples/{name}.txt").read_text("utf-8"))
    assert kind in [record.kind for record in reading.records]
    assert reading.report.published is not None


def test_another_world_has_no_events() -> None:
    assert khabar.read((ROOT / "examples/football.txt").read_text("utf-8")).records == ()


def test_every_example_is_described() -> None:
    described = (ROOT / "examples/README.md").read_text("utf-8")
    names = sorted(p.name for p in (ROOT / "examples").glob("*.txt"))
    assert [n for n in names if f"`{n}`" not in described] == []
    assert names == sorted([*(f"{n}.txt" for n in LEADS), "football.txt"])
