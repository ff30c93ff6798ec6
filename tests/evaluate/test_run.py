"""The measures: equal to the guidelines' scorer, with causes and comparison on top."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from khabar.cli.main import main
from khabar.errors import InputError
from khabar.evaluate import run
from khabar.evaluate.causes import CAUSES
from khabar.evaluate.names import count_met, is_same_name
from khabar.export.annotation import annotate_reading
from khabar.lexicon.ontology import load_kinds
from made import load_made, make_reading

Events = Sequence[Mapping[str, Any]]


@pytest.fixture
def gold() -> dict[str, Any]:
    """The strike example as an annotated report with offsets."""
    return annotate_reading(make_reading(load_made("strike")))


def evaluate(gold: dict[str, Any], events: Events) -> run.Evaluation:
    return run.evaluate([gold], lambda report: events)


def changed(gold: dict[str, Any], number: int, **changes: object) -> list[dict[str, Any]]:
    events = copy.deepcopy(gold["events"])
    events[number] |= changes
    return events


def test_the_annotation_itself_is_perfect(gold: dict[str, Any]) -> None:
    result = evaluate(gold, gold["events"])
    assert result.errors == []
    assert result.score.measures["record"] == {
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "annotated": 3,
        "predicted": 3,
    }


def causes_of(result: run.Evaluation) -> list[str]:
    return sorted(e.cause for e in result.errors)


def test_every_error_has_its_cause(gold: dict[str, Any]) -> None:
    events = gold["events"]
    cases: list[tuple[Events, list[str]]] = [
        (events[:2], ["missed trigger"]),
        (changed(gold, 1, kind="armed_attack"), ["wrong kind"]),
        ([*events, {**events[1], "kind": "protest"}], ["spurious"]),
        ([*events, events[1]], ["split"]),
        (changed(gold, 0, actors=[]), ["wrong role"]),
        (changed(gold, 0, targets=[]), ["wrong role"]),
        (changed(gold, 0, place=None), ["wrong place"]),
        (changed(gold, 0, date=None), ["wrong date"]),
        (changed(gold, 0, killed={"min": 8, "max": 8}), ["wrong count"]),
        (changed(gold, 0, status="asserted"), ["wrong scope"]),
        (changed(gold, 0, sources=[]), ["wrong scope"]),
    ]
    for found, wanted in cases:
        assert causes_of(evaluate(gold, found)) == wanted
    double = {**gold, "events": [*events, {**events[1], "id": "e4"}]}
    assert causes_of(evaluate(double, events)) == ["merged"]
    assert {c for _, wanted in cases for c in wanted} | {"merged"} == set(CAUSES)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("قوات التحالف", "القوات", True),
        ("التحالف الدولي", "تحالف", True),
        ("إدلب", "ادلب", True),
        ("حلب", "إدلب", False),
        ("", "حلب", False),
        ("قَصْف", "قصف", True),
        ("مدينة حلب", "مدينة إدلب", False),
    ],
)
def test_same_name(left: str, right: str, same: bool) -> None:
    assert is_same_name(left, right) is same


def test_an_entry_meets_one_only() -> None:
    assert count_met([["حلب"], ["حلب"]], [["حلب"]]) == 1


def test_comparison_names_gains_and_losses(gold: dict[str, Any], tmp_path: Path) -> None:
    good, bad = evaluate(gold, gold["events"]), evaluate(gold, [{**gold["events"][0], "kind": "protest"}])
    file = tmp_path / "old.json"
    file.write_text(run.dump_score(bad.score), "utf-8")
    old = run.load_score(str(file))
    assert old.measures == bad.score.measures
    assert run.compare_scores(old, good.score) == [run.Change("strike", 3, 1, 3)]
    assert run.compare_scores(good.score, old) == [run.Change("strike", -3, -1, -3)]
    assert run.compare_scores(old, old) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nonsense", "not JSON"),
        ('{"id": "a"}', '"events"'),
        ("", "no annotated report"),
        (
            '{"id": "a", "text": "قصف", "events": [{"kind": "rain", "mentions": []}]}',
            "no such kind: 'rain'; the kinds are",
        ),
        (
            '{"id":"a","text":"قصف","events":[{"kind":"shelling","mentions":[{"start":0,"end":2,"quote":"قصف"}]}]}',
            "is not",
        ),
        ('{"id": "a", "text": "", "events": []}\n{"id": "a", "text": "", "events": []}', "there twice"),
    ],
)
def test_broken_gold_is_refused(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(line, "utf-8")
    with pytest.raises(InputError, match=says):
        run.load_annotated(str(file))
    result = CliRunner().invoke(main, ["evaluate", str(file)])
    assert result.exit_code == 1 and says in result.stderr


def test_command(gold: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, kept = tmp_path / "gold.jsonl", tmp_path / "kept.json"
    file.write_text(json.dumps(gold), "utf-8")
    monkeypatch.setattr(run, "read_source", lambda source: make_reading(load_made("strike")))
    call = CliRunner().invoke
    result = call(main, ["evaluate", str(file), "--save", str(kept)])
    assert result.exit_code == 0
    assert "record                   precision 1.0 recall 1.0 f1 1.0 annotated 3 predicted 3" in result.stdout
    assert json.loads(call(main, ["evaluate", str(file), "--json"]).stdout)["reports"] == 1
    monkeypatch.setattr(run, "annotate_reading", lambda reading: {"events": gold["events"][:1]})
    result = call(main, ["evaluate", str(file), "--errors", "--compare", str(kept)])
    assert "missed trigger: 2 (" in result.stdout
    assert "losses: 1 reports" in result.stdout and "strike: found -2, spurious +0, records -2" in result.stdout
    assert call(main, ["evaluate", str(file), "--compare", str(file)]).exit_code == 1


def load_scorer(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def disturb(report: dict[str, Any], kinds: list[str], rng: random.Random) -> list[dict[str, Any]]:
    """Predictions with every sort of error, made from the annotation."""
    events = []
    for event in copy.deepcopy(report["events"]):
        if rng.random() < 0.2:
            continue
        if rng.random() < 0.2:
            event["kind"] = rng.choice(kinds)
        if rng.random() < 0.3:
            event["mentions"] = event["mentions"][-1:]
        for slot in ("actors", "targets", "sources"):
            event[slot] = event[slot][:1] if rng.random() < 0.2 else event[slot]
        for slot in ("killed", "injured", "place", "date"):
            event[slot] = None if rng.random() < 0.2 else event[slot]
        event["status"] = "claimed" if rng.random() < 0.2 else event["status"]
        events += [event] if rng.random() < 0.85 else [event, copy.deepcopy(event)]
    rng.shuffle(events)
    return events


@pytest.mark.parametrize("name", ["dev", "train"])
def test_measures_are_equal_to_the_guidelines_scorer(shared: Path, name: str) -> None:
    scorer = load_scorer(shared / "evaluation/score.py")
    assert {kind.id: kind.family for kind in load_kinds().values()} == scorer.FAMILY
    assert {kind.id for kind in load_kinds().values() if kind.verbal} == scorer.VERBAL
    gold = run.load_annotated(str(shared / f"evaluation/{name}.jsonl"))
    for seed in range(3):
        rng = random.Random(seed)
        found = {r["id"]: disturb(r, sorted(scorer.FAMILY), rng) for r in gold}
        result = run.evaluate(gold, lambda report, found=found: found[report["id"]])  # type: ignore[misc]
        wanted, _ = scorer.score(gold, [{"id": k, "events": v} for k, v in found.items()])
        assert json.dumps(result.score.measures) == json.dumps(wanted)
