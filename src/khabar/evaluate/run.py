"""Reading annotated reports afresh, scoring the result, and keeping it for comparison with a later run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from khabar.errors import InputError
from khabar.evaluate.causes import Miss, find_errors
from khabar.evaluate.measures import ReportScore, Score, Scorer
from khabar.export.annotation import annotate_reading
from khabar.lexicon.ontology import load_kinds
from khabar.reader import read_source
from khabar.text.source import Problem, read_line

Annotated = dict[str, Any]


def load_annotated(path: str) -> list[Annotated]:
    """The annotated reports of a .jsonl file. Raises InputError naming file, line and what is wrong."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: can't be read: {error}") from error
    reports = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line.strip():
            report = _load_line(line, f"{path}:{number}")
            if report["id"] in seen:
                raise InputError(f"{path}:{number}: the id {report['id']!r} is there twice")
            seen.add(report["id"])
            reports.append(report)
    if not reports:
        raise InputError(f"{path}: holds no annotated report")
    return reports


def _load_line(line: str, where: str) -> Annotated:
    try:
        report = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not JSON: {error}") from error
    if not isinstance(report, dict) or not {"id", "text", "events"} <= set(report):
        raise InputError(f'{where}: an annotated report has "id", "text" and "events"')
    kinds = load_kinds()
    for event in report["events"]:
        if event.get("kind") not in kinds:
            raise InputError(f"{where}: no such kind: {event.get('kind')!r}; the kinds are {', '.join(kinds)}")
        for m in event.get("mentions", ()):
            if report["text"][m["start"] : m["end"]] != m["quote"]:
                raise InputError(f"{where}: {m['start']}-{m['end']} is not {m['quote']!r} in the text")
    return report


def predict(report: Annotated) -> list[dict[str, Any]]:
    """The events that the reader finds in an annotated report's text. Its annotation is not looked at."""
    bare = {key: value for key, value in report.items() if key != "events"}
    source = read_line(json.dumps(bare), str(report["id"]))
    if isinstance(source, Problem):
        raise InputError(f"{source.name}: {source.message}")
    events: list[dict[str, Any]] = annotate_reading(read_source(source))["events"]
    return events


class Evaluation(NamedTuple):
    """A run over annotated reports: its measures and every error."""

    score: Score
    errors: list[Miss]


def evaluate(
    gold: Sequence[Annotated],
    predictor: Callable[[Annotated], Sequence[Mapping[str, Any]]] = predict,
    done: Callable[[str, int], None] = lambda name, events: None,
) -> Evaluation:
    """Score what `predictor` finds in each report; `done` is told each id and its number of events."""
    scorer = Scorer(load_kinds())
    predictions = {}
    for report in gold:
        predictions[report["id"]] = predictor(report)
        scorer.add(report, predictions[report["id"]])
        done(str(report["id"]), len(predictions[report["id"]]))
    score = scorer.finish()
    errors = [e for report in gold for e in find_errors(report, predictions[report["id"]], score.pairs[report["id"]])]
    return Evaluation(score, errors)


def dump_score(score: Score) -> str:
    """A score as JSON that `load_score` reads."""
    kept = {"measures": score.measures, "reports": {k: asdict(v) for k, v in score.reports.items()}}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def load_score(path: str) -> Score:
    """A kept score. Raises InputError."""
    try:
        kept = json.loads(Path(path).read_text("utf-8"))
        reports = {k: ReportScore(**v) for k, v in kept["reports"].items()}
        return Score(kept["measures"], reports)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: is no score kept with `khabar evaluate --save`: {error}") from error


class Change(NamedTuple):
    """How a report's figures changed between two runs; positive is better for all three."""

    report: str
    found: int
    spurious: int
    records: int

    @property
    def gain(self) -> int:
        """One number to sort by: events found and records right gained, spurious events lost."""
        return self.found + self.spurious + self.records


def compare_scores(old: Score, new: Score) -> list[Change]:
    """Reports whose figures changed, the best gain first."""
    changes = []
    for name in sorted(set(old.reports) & set(new.reports)):
        a, b = old.reports[name], new.reports[name]
        change = Change(
            name, b.found - a.found, (a.predicted - a.found) - (b.predicted - b.found), b.records - a.records
        )
        if any(change[1:]):
            changes.append(change)
    return sorted(changes, key=lambda c: (-c.gain, c.report))


def flatten(measures: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    """The headline figure of each measure: F1 or accuracy."""
    for name, row in measures.items():
        if isinstance(row, dict) and name != "kinds":
            yield name, float(row["f1"] if "f1" in row else row["accuracy"])
