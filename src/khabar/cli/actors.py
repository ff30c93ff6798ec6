"""`khabar actors`: look an actor up, see why a name means whom, check the table."""

from __future__ import annotations

import sys

import click


@click.group()
def actors() -> None:
    """The table of actors: who is meant by a name."""


@actors.command("find")
@click.argument("name")
def find(name: str) -> None:
    """Print the actors that NAME can mean, best first: strength, id, kind, country, years, file and line."""
    from khabar.lexicon.actor_trial import describe_name

    lines = list(describe_name(name))
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo(f"no actor of the table is named in {name!r}; see docs/actors.md for how to add one", err=True)
        sys.exit(1)


@actors.command("show")
@click.argument("actor")
def show(actor: str) -> None:
    """Print the row of ACTOR (an id) with every name that the table holds for it."""
    from khabar.lexicon.actor_trial import describe_actor

    for line in describe_actor(actor):
        click.echo(line)


@actors.command("lint")
def lint() -> None:
    """Check the table's files: ids, parents, names, examples. Exit 1 on errors."""
    from khabar.lexicon.actor_trial import check_actors

    findings = list(check_actors())
    for finding in findings:
        click.echo(finding)
    click.echo(f"{len(findings)} errors", err=True)
    sys.exit(1 if findings else 0)
