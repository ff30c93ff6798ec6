"""`khabar read`: reports to events."""

from __future__ import annotations

import gc
import sys

import click

from khabar.cli.output import Progress, open_stdout, report_problems, split_problems
from khabar.export import FORMATS, load_writer
from khabar.text.source import Problem

_ALLOCATIONS = 20_000  # between two looks for garbage cycles: a reading makes many objects and hardly a cycle


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--published", metavar="DATE", help="Publication date (YYYY-MM-DD) of reports that do not tell theirs.")
@click.option("--outlet", metavar="NAME", help="Outlet of reports that do not tell theirs.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="table",
    show_default=True,
    help="table for a terminal, jsonl with all claims, annotation for exchange, html to look at.",
)
def read(files: tuple[str, ...], published: str | None, outlet: str | None, form: str) -> None:
    """Read Arabic news reports and print their events.

    A FILE is plain text (one report) or JSON lines with "text", and if known "id", "title", "outlet" and
    "published". "-" is standard input. Files that can't be read are reported at the end; the exit code is then 1.
    """
    from khabar.reader import parse_date, read_files

    gc.set_threshold(_ALLOCATIONS)
    date = None if published is None else parse_date(published)
    progress = Progress(len(files))
    problems: list[Problem] = []
    remarks: list[str] = []
    results = read_files(files, published=date, outlet=outlet, steps=form == "html")
    with open_stdout() as out:
        load_writer(form)(split_problems(results, progress, problems, remarks), out)
    progress.close()
    report_problems(problems, remarks)
    sys.exit(1 if problems else 0)
