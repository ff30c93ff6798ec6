"""Reading texts and files: the reader behind `khabar.read` and the commands that take files."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from khabar.errors import ConfigError
from khabar.model.document import Issue
from khabar.model.record import Reading
from khabar.text.source import Problem, Source, check_text, find_sources


def read(
    text: str,
    *,
    published: date | str | None = None,
    title: str | None = None,
    outlet: str | None = None,
    id: str | None = None,
    url: str | None = None,
    steps: bool = False,
) -> Reading:
    """Read one Arabic news report: its events, with the words behind every value.

    Args:
        text: the report as published, its headline on the first line.
        published: publication date, a date or "YYYY-MM-DD"; None lets the reader infer it where the text tells.
        title, outlet, id, url: kept with the report; `id` defaults to a hash of the text.
        steps: give every claim the features that made its score, as `khabar explain` shows; takes longer.

    Returns:
        A Reading. A text without anything to read (empty, another language, too long) gives one without
        records whose issues say why.

    Raises:
        ConfigError: `published` is a string that is no date.
    """
    if isinstance(published, str):
        published = parse_date(published)
    source = Source(name=id or "text", text=text, id=id, title=title, outlet=outlet, published=published, url=url)
    return read_source(source, steps=steps)


def read_source(source: Source, *, steps: bool = False) -> Reading:
    """Read a source that was found in a file, with what was odd about its bytes among the issues."""
    from khabar.pipeline import make_report
    from khabar.pipeline import read as read_text

    check = check_text(source.text)
    issues = source.issues + check.issues
    if not check.readable:
        report = make_report(
            check.text,
            published=source.published,
            title=source.title,
            outlet=source.outlet,
            id=source.id,
            url=source.url,
            language=check.language,
        )
        return Reading(report, (), issues)
    reading = read_text(
        check.text,
        published=source.published,
        title=source.title,
        outlet=source.outlet,
        id=source.id,
        url=source.url,
        steps=steps,
    )
    return replace(reading, issues=issues + tuple(i for i in reading.issues if i not in issues))


def parse_date(value: str) -> date:
    """The date of "YYYY-MM-DD". Raises ConfigError."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ConfigError(f"{value!r} is no date; write YYYY-MM-DD") from error


def read_files(
    names: Iterable[str],
    *,
    published: date | None = None,
    outlet: str | None = None,
    steps: bool = False,
) -> Iterator[tuple[str, Reading | Problem]]:
    """Read every report of the named files ("-" is standard input), in order, one at a time.

    Yields the report's name (file, or file:line) with its reading, or with the problem that kept it from being read.
    `published` and `outlet` hold where the file does not tell its own; `steps` as in `read`.
    """
    for name in names:
        for source in _open_sources(name):
            if isinstance(source, Problem):
                yield source.name, source
                continue
            plain = source.url is None and source.id is None and source.name == name and name != "-"
            yield (
                source.name,
                read_source(
                    replace(
                        source,
                        published=source.published or published,
                        outlet=source.outlet or outlet,
                        url=Path(name).as_posix() if plain else source.url,
                    ),
                    steps=steps,
                ),
            )


def _open_sources(name: str) -> Iterator[Source | Problem]:
    try:
        with _open(name) as stream:
            yield from find_sources(stream, name)
    except OSError as error:
        yield Problem(name, f"can't be opened: {error.strerror or error}")


def _open(name: str) -> BinaryIO | nullcontext[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def describe_unread(reading: Reading) -> Issue | None:
    """The issue that kept a reading from having records, if one did."""
    blocking = ("empty", "no-letters", "other-language", "too-long", "too-many-marks")
    return next((i for i in reading.issues if i.code in blocking), None)
