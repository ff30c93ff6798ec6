"""`khabar explain`: why an event says what it says."""

from __future__ import annotations

import sys

import click

from khabar.cli.output import Progress, open_stdout, report_problems, split_problems
from khabar.text.source import Problem


@click.command()
@click.argument("file", metavar="FILE")
@click.argument("event", metavar="EVENT")
@click.option("--published", metavar="DATE", help="Publication date (YYYY-MM-DD) if the file does not tell it.")
@click.option("--outlet", metavar="NAME", help="Outlet if the file does not tell it.")
def explain(file: str, event: str, published: str | None, outlet: str | None) -> None:
    """Show for every claim of EVENT the words, the rule, the lexicon entry and the score.

    EVENT is the number that `khabar read` prints (e1), REPORT/e1 where FILE holds several reports, or a record's id.
    """
    from khabar.export.explanation import explain_record, find_record
    from khabar.reader import parse_date, read_files

    date = None if published is None else parse_date(published)
    problems: list[Problem] = []
    remarks: list[str] = []
    found = read_files((file,), published=date, outlet=outlet, steps=True)
    readings = list(split_problems(found, Progress(1), problems, remarks))
    if not readings:
        report_problems(problems, remarks)
        sys.exit(1)
    reading, record, number = find_record(readings, event)
    with open_stdout() as out:
        for line in explain_record(reading, record, number):
            out.write(line + "\n")
    report_problems(problems, remarks)
    sys.exit(1 if problems else 0)
