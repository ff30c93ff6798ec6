"""`khabar init`, `add`, `update`, `incidents`, `show`, `search`, `merge`, `split`, `decide`, `verify`, `log`."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khabar.cli.filters import filtered, read_date, read_filters
from khabar.cli.output import open_stdout
from khabar.cli.tables import render_fields, render_table

if TYPE_CHECKING:
    from khabar.project import AddResult, Project

SHOWN = 50  # failures and remarks printed one by one

in_project = click.option("--project", "-p", "folder", metavar="DIR", envvar="KHABAR_PROJECT", default=".",
                          show_default=True, help="The project's folder.")
by_whom = click.option("--by", metavar="NAME", envvar="KHABAR_USER", default=getpass.getuser,
                       help="Who decides (default: the user of this computer).")
as_json = click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True,
                       help="A table for people, or JSON Lines.")


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--name", metavar="NAME", help="What the project is called (default: the folder's name).")
@click.option("--slug", metavar="SLUG", help="Head of incident ids: SLUG-2024-00001 (default: KHB).")
@click.option("--database", metavar="URL", help="postgresql://… for a team; default: an embedded store in the folder.")
def init(folder: str, name: str | None, slug: str | None, database: str | None) -> None:
    """Make a project in DIR."""
    from khabar.project import Project

    with Project.init(folder, name=name, slug=slug, database=database) as project:
        click.echo(f"{project.root}: ready", err=True)


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@in_project
@click.option("--outlet", metavar="NAME", help="Outlet, where the material does not tell its own.")
@click.option("--published", metavar="DATE", help="Publication date, where the material does not tell its own.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Column of a table: text, title, published, outlet, url or id = its name there; may be repeated.",
)
@click.option("--watch", is_flag=True, help="Remember the targets for `khabar update`.")
@click.option("--again", is_flag=True, help="Fetch known pages anew: a changed text becomes a version.")
@click.option("--feed-text", is_flag=True, help="Take the text in the feed instead of fetching its articles.")
@as_json
def add(targets: tuple[str, ...], folder: str, outlet: str | None, published: str | None, columns: tuple[str, ...],
        watch: bool, again: bool, feed_text: bool, form: str) -> None:
    """Add files, folders, addresses, feeds, lists of addresses, WARC, WACZ, JSONL or CSV.

    What is known is skipped, so an interrupted `add` is resumed by running it again. With --format json a line is
    printed for each report once it is safely stored.
    """
    from khabar.project import Wishes

    wishes = Wishes(outlet, read_date(published), _columns(columns), not feed_text)
    with _open(folder) as project, _Bar(form) as bar:
        result = project.add(targets, wishes=wishes, watch=watch, again=again, progress=bar.count)
    _finish(result)


@click.command()
@in_project
@click.option("--reread", is_flag=True, help="Read every report again.")
@as_json
def update(folder: str, reread: bool, form: str) -> None:
    """Look again at what `add --watch` remembered and take what is new; finish what was interrupted."""
    with _open(folder) as project, _Bar(form) as bar:
        result = project.update(reread=reread, progress=bar.count)
    _finish(result)


@click.command()
@in_project
@filtered
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@as_json
def incidents(folder: str, limit: int, form: str, **wanted: Any) -> None:
    """List incidents by date."""
    with _open(folder) as project:
        rows = project.incidents(read_filters(project, wanted), limit=limit)
    _print(rows, form, ("id", "date_start", "kind", "place", "records", "sources", "grading", "review"))


@click.command()
@click.argument("ident", metavar="ID")
@in_project
@click.option("--public", is_flag=True, help="Only what may be public.")
@click.option("--history", is_flag=True, help="What happened to it, and what each step changed.")
@click.option("--original", is_flag=True, help="Write a report's captured bytes as they came to standard output.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="json", show_default=True,
              help="All of it as JSON, or an overview.")  # fmt: skip
def show(ident: str, folder: str, public: bool, history: bool, original: bool, form: str) -> None:
    """Show an incident, record, report or capture by its id."""
    import msgspec

    with _open(folder) as project:
        if original:
            sys.stdout.buffer.write(project.original(ident))
            return
        found: Any = msgspec.to_builtins(project.history(ident)) if history else project.show(ident, public=public)
    if history and form == "table":
        _print(found, form, ("at", "by", "action", "reason", "withdrawn"))
        return
    with open_stdout() as out:
        if form == "json":
            out.write(json.dumps(found, ensure_ascii=False, indent=2, default=str) + "\n")
            return
        for line in render_fields(found):
            out.write(line + "\n")


@click.command()
@click.argument("query", nargs=-1, metavar="WORDS...")
@in_project
@filtered
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@as_json
def search(query: tuple[str, ...], folder: str, limit: int, form: str, **wanted: Any) -> None:
    """Find reports by words ("a phrase", -without), whatever their spelling, and by what is in them.

    Put -- before a word that begins with a dash.
    """
    with _open(folder) as project:
        hits = project.search(" ".join(query), read_filters(project, wanted), limit=limit)
    _print(hits, form, ("report", "published", "outlet", "copies", "snippet"))


@click.command()
@click.argument("kept", metavar="INCIDENT")
@click.argument("other", metavar="OTHER")
@in_project
@by_whom
@click.option("--reason", required=True, help="Why they are one.")
def merge(kept: str, other: str, folder: str, by: str, reason: str) -> None:
    """Say that OTHER is the same as INCIDENT. Its id leads there from now on; `khabar split` undoes it."""
    with _open(folder) as project:
        click.echo(project.merge(kept, other, by=by, reason=reason))


@click.command()
@click.argument("ident", metavar="INCIDENT")
@click.argument("leaving", nargs=-1, required=True, metavar="RECORD...")
@in_project
@by_whom
@click.option("--reason", required=True, help="Why they are apart.")
def split(ident: str, leaving: tuple[str, ...], folder: str, by: str, reason: str) -> None:
    """Say that RECORDs do not belong to INCIDENT. They stay apart whatever is found later."""
    with _open(folder) as project:
        click.echo(project.split(ident, leaving, by=by, reason=reason))


@click.command()
@click.argument("subject", metavar="ID")
@click.argument("action", metavar="ACTION")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE...]")
@in_project
@by_whom
@click.option("--reason", default="", help="Why.")
@click.option("--seen", metavar="HASH", help="`seen` of the view decided on: refused if it has changed since.")
def decide(
    subject: str, action: str, arguments: tuple[str, ...], folder: str, by: str, reason: str, seen: str | None
) -> None:
    """Decide on a record or incident; prints the decision's id.

    \b
    state to=in_review|reviewed|rejected|published     assign to=NAME        comment text=WORDS
    correct property=killed values='[{"type":"count","minimum":3,"maximum":3}]' evidence='[[10,25]]'
    grade grading=confirmed|fair|weak|contested|discounted
    release name=NAME     withhold name=NAME     confirm decision=ID     withdraw decision=ID
    add kind=KIND spans='[[10,25]]' [status=asserted]  (ID is a report)
    """
    payload = dict(_argument(word) for word in arguments)
    taken = sorted(payload.keys() & {"subject", "action", "by", "reason", "seen"})
    if taken:
        raise click.UsageError(f"{taken[0]} is no NAME=VALUE; write --{taken[0]}")
    with _open(folder) as project:
        if action == "add":
            click.echo(project.add_event(subject, **_event(payload), by=by, reason=reason).id)
            return
        click.echo(project.decide(subject, action, by=by, reason=reason, seen=seen, **payload).id)


@click.command()
@in_project
@click.option("--head", metavar="HASH", help="A log hash noted earlier: it must still be in the chain.")
@as_json
def verify(folder: str, head: str | None, form: str) -> None:
    """Hash everything kept again; names what was changed, missing or added. Exit code 1 if anything was."""
    from dataclasses import asdict

    with _open(folder) as project:
        found = project.verify(expected_head=head, progress=_count_files if sys.stderr.isatty() else None)
    if form == "json":
        click.echo(json.dumps({**asdict(found), "clean": found.clean}, ensure_ascii=False))
    else:
        for problem in found.problems:
            click.echo(f"{problem.kind}: {problem.what}: {problem.detail}")
        click.echo(
            f"{found.captures} captures, {found.files} files, {found.reports} reports, {found.decisions} decisions, "
            f"{found.lines} log lines: {'clean' if found.clean else f'{len(found.problems)} problems'}; "
            f"head {found.head}"
        )
    sys.exit(0 if found.clean else 1)


@click.command()
@in_project
@click.option("--subject", metavar="ID", help="Only lines on this.")
@click.option("--kind", metavar="KIND", help="Only lines of this kind: capture, extract, read, decide, export …")
@click.option("--limit", type=click.IntRange(1), help="At most so many lines.")
@click.option("--timestamp-request", "request", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write an RFC 3161 request for the log's head to FILE and stop.")
@click.option("--attach-token", "token", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="Keep an authority's answer beside what it covers and stop.")
@as_json
def log(folder: str, subject: str | None, kind: str | None, limit: int | None, request: Path | None, token: Path | None,
        form: str) -> None:
    """Show the custody log, oldest line first."""
    from dataclasses import asdict

    with _open(folder) as project:
        if request is not None:
            _write(request, project.timestamp_request())
        elif token is not None:
            info = project.attach_token(token.read_bytes())
            click.echo(f"{info.covers} stamped at {info.stamped_at.isoformat()}")
        else:
            rows = [asdict(entry) for entry in project.log(subject=subject, kind=kind, limit=limit)]
            _print(rows, form, ("seq", "at", "kind", "subject", "data"))


def _write(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as error:
        raise click.ClickException(f"{path}: can't be written ({error.strerror})") from error


def _count_files(done: int) -> None:
    if done % 100 == 0:
        click.echo(f"\r{done} files", err=True, nl=False)


class _Bar:
    """Progress: a counter on a terminal; with JSON a line for each report once it is stored."""

    def __init__(self, form: str) -> None:
        self._json = form == "json"
        self._live = not self._json and sys.stderr.isatty()
        self._counts: dict[str, int] = {}

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            click.echo("\r\x1b[K", err=True, nl=False)

    def count(self, outcome: Any) -> None:
        """Note one outcome."""
        from dataclasses import asdict

        if self._json:
            with open_stdout() as out:
                out.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
            return
        self._counts[outcome.status] = self._counts.get(outcome.status, 0) + 1
        if self._live and sum(self._counts.values()) % 16 == 0:
            told = ", ".join(f"{count} {status}" for status, count in sorted(self._counts.items()))
            click.echo(f"\r\x1b[K{told} · {outcome.address[-50:]}", err=True, nl=False)


def _finish(result: AddResult) -> None:
    for remark in result.remarks[:SHOWN]:
        click.echo(f"{remark.address}: {remark.reason}", err=True)
    for failure in result.failures[:SHOWN]:
        click.echo(f"Error: {failure.address}: {failure.reason}", err=True)
    more = max(0, len(result.failures) - SHOWN) + max(0, len(result.remarks) - SHOWN)
    if more:
        click.echo(f"… and {more} more", err=True)
    click.echo(
        f"{len(result.added)} added ({result.copies} copies of known texts), {len(result.versions)} new versions, "
        f"{result.known} known, {result.read} read again, {result.captured} kept without text, "
        f"{len(result.failures)} failed; "
        f"{result.records} events",
        err=True,
    )
    sys.exit(1 if result.failures else 0)


def _open(folder: str) -> Project:
    from khabar.project import Project

    return Project.open(folder)


def _columns(words: tuple[str, ...]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    if any(not sign for _, sign, _ in pairs):
        raise click.BadParameter("write OURS=THEIRS, e.g. text=body", param_hint="--column")
    return {ours: theirs for ours, _, theirs in pairs}


def _argument(word: str) -> tuple[str, Any]:
    name, sign, value = word.partition("=")
    if not sign:
        raise click.UsageError(f"{word!r}: write NAME=VALUE")
    if name in ("values", "evidence", "spans") or value == "null":
        try:
            return name, json.loads(value)
        except ValueError as error:
            raise click.UsageError(f"{name}: not JSON ({error})") from error
    return name, value


def _event(payload: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `decide ID add`."""
    known = ("kind", "spans", "status")
    for name in payload:
        if name not in known:
            raise click.UsageError(f"add: argument {name!r} is unknown; known: {', '.join(known)}")
    for name in ("kind", "spans"):
        if name not in payload:
            raise click.UsageError(f"add: {name!r} is missing")
    return payload


def _print(rows: Sequence[dict[str, Any]], form: str, columns: tuple[str, ...]) -> None:
    with open_stdout() as out:
        if form == "json":
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            return
        width = os.get_terminal_size().columns if sys.stdout.isatty() else None
        for line in render_table(rows, columns, width):
            out.write(line + "\n")
