"""`khabar evaluate`: the reader against annotated reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khabar.cli.output import Progress, open_stdout
from khabar.export.table import clean

if TYPE_CHECKING:
    from khabar.evaluate.measures import Score
    from khabar.evaluate.run import Evaluation


@click.command()
@click.argument("gold", metavar="GOLD.jsonl")
@click.option("--errors", "show_errors", is_flag=True, help="List the errors, grouped by cause.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="Errors listed per cause.")
@click.option("--compare", "old", metavar="OLD.json", help="Show gains and losses by report against a saved run.")
@click.option("--json", "as_json", is_flag=True, help="Print the measures as JSON.")
@click.option("--save", metavar="FILE", help="Keep this run for --compare.")
def evaluate(gold: str, show_errors: bool, limit: int, old: str | None, as_json: bool, save: str | None) -> None:
    """Read the reports of GOLD.jsonl afresh and score the events against their annotation."""
    from khabar.evaluate import run

    before = None if old is None else run.load_score(old)
    reports = run.load_annotated(gold)
    progress = Progress(len(reports))
    result = run.evaluate(reports, done=progress.count)
    progress.close()
    if save is not None:
        Path(save).write_text(run.dump_score(result.score), "utf-8")
    with open_stdout() as out:
        for line in _lines(result, before, limit if show_errors else None, as_json):
            out.write(line + "\n")


def _lines(result: Evaluation, before: Score | None, limit: int | None, as_json: bool) -> Iterator[str]:
    if as_json:
        shown: dict[str, Any] = dict(result.score.measures)
        if limit is not None:
            shown["errors"] = [e._asdict() for e in result.errors]
        yield json.dumps(shown, ensure_ascii=False, indent=1)
        return
    yield from _measures(result.score.measures)
    if limit is not None:
        yield from _errors(result, limit)
    if before is not None:
        yield from _comparison(before, result.score)


def _measures(measures: dict[str, Any]) -> Iterator[str]:
    for name, row in measures.items():
        if name == "kinds":
            yield "kinds:"
            for kind, r in row.items():
                yield (
                    f"  {kind:18} P {r['precision']:.3f} R {r['recall']:.3f} F1 {r['f1']:.3f}"
                    f"  annotated {r['annotated']}, predicted {r['predicted']}"
                )
        elif isinstance(row, dict):
            yield f"{name:24} " + " ".join(f"{k} {v}" for k, v in row.items())
        else:
            yield f"{name:24} {row}"


def _errors(result: Evaluation, limit: int) -> Iterator[str]:
    from khabar.evaluate.causes import CAUSES

    totals = Counter(e.cause for e in result.errors)
    for cause, what in CAUSES.items():
        if not totals[cause]:
            continue
        yield ""
        yield f"{cause}: {totals[cause]} ({what})"
        for error in [e for e in result.errors if e.cause == cause][:limit]:
            told = f"annotated {error.annotated}" if error.annotated else "annotated nothing"
            guess = f"predicted {error.predicted}" if error.predicted else "predicted nothing"
            yield f"  {error.report}: {error.kind} \u2068{clean(error.words)}\u2069: {clean(told)}; {clean(guess)}"


def _comparison(before: Score, after: Score) -> Iterator[str]:
    from khabar.evaluate.run import compare_scores, flatten

    old = dict(flatten(before.measures))
    yield ""
    yield "against the saved run:"
    for name, value in flatten(after.measures):
        if name in old and value != old[name]:
            yield f"  {name:24} {old[name]:.4f} → {value:.4f} ({value - old[name]:+.4f})"
    changes = compare_scores(before, after)
    for title, chosen in (
        ("gains", [c for c in changes if c.gain > 0]),
        ("losses", [c for c in changes if c.gain < 0]),
        ("mixed", [c for c in changes if c.gain == 0]),
    ):
        if chosen:
            yield f"{title}: {len(chosen)} reports"
        for c in chosen:
            yield f"  {c.report}: found {c.found:+d}, spurious {-c.spurious:+d}, records {c.records:+d}"
