"""What the commands share: standard output as UTF-8, progress and the closing messages."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

import click

from khabar.model.record import Reading
from khabar.text.source import Problem

_REFRESH_S = 0.2  # often enough to look alive, too seldom to cost anything
_SHOWN_PROBLEMS = 50


@contextmanager
def open_stdout() -> Iterator[TextIO]:
    """Standard output as UTF-8 text with plain line breaks, whatever the locale: the same bytes everywhere."""
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n", write_through=False)
    try:
        yield out
        out.flush()
    finally:
        out.detach()


class Progress:
    """A counter on standard error, redrawn in place; silent where standard error is no terminal."""

    def __init__(self, files: int) -> None:
        self.files = files
        self.reports = self.events = 0
        self._live = files > 1 and sys.stderr.isatty()
        self._next = 0.0

    def count(self, name: str, events: int) -> None:
        """Note one more report read."""
        self.reports += 1
        self.events += events
        now = time.monotonic()
        if self._live and now >= self._next:
            self._next = now + _REFRESH_S
            click.echo(f"\r\x1b[K{self.reports} reports, {self.events} events · {name[-60:]}", err=True, nl=False)

    def close(self) -> None:
        """Clear the line, and say what was done where there was more than one report."""
        if self._live:
            click.echo("\r\x1b[K", err=True, nl=False)
        if self.reports > 1:
            click.echo(f"{self.reports} reports, {self.events} events", err=True)


def split_problems(
    results: Iterable[tuple[str, Reading | Problem]],
    progress: Progress,
    problems: list[Problem],
    remarks: list[str],
) -> Iterator[Reading]:
    """The readings among `results`, as they come. Problems and unreadable texts are put aside for the end."""
    from khabar.reader import describe_unread

    for name, result in results:
        if isinstance(result, Problem):
            problems.append(result)
            continue
        progress.count(name, len(result.records))
        unread = describe_unread(result)
        if unread is not None:
            remarks.append(f"{name}: nothing to read: {unread.message}")
        yield result


def report_problems(problems: list[Problem], remarks: list[str]) -> None:
    """Print remarks and problems on standard error."""
    for remark in remarks[:_SHOWN_PROBLEMS]:
        click.echo(remark, err=True)
    for problem in problems[:_SHOWN_PROBLEMS]:
        click.echo(f"Error: {problem.name}: {problem.message}", err=True)
    more = max(0, len(problems) - _SHOWN_PROBLEMS) + max(0, len(remarks) - _SHOWN_PROBLEMS)
    if more:
        click.echo(f"… and {more} more", err=True)
    if problems:
        click.echo(f"{len(problems)} could not be read", err=True)
