"""Commands for people who edit the lexicon: check its files, and see how a text is read."""

from __future__ import annotations

import sys

import click


@click.group()
def lexicon() -> None:
    """Check the lexicon's data files and try them on a text."""


@lexicon.command("lint")
def lint_command() -> None:
    """Check every entry; print file, line, entry and what to mend. Exit 1 on errors."""
    from khabar.lexicon.lint import lint

    findings = lint()
    for finding in findings:
        click.echo(str(finding))
    errors = sum(finding.level == "error" for finding in findings)
    click.echo(f"{errors} errors, {len(findings) - errors} warnings", err=True)
    sys.exit(1 if errors else 0)


@lexicon.command("try")
@click.argument("text")
def try_command(text: str) -> None:
    """Print how each word of TEXT is read, and which entries fire and why."""
    from khabar.lexicon.trial import describe_firings, describe_words

    for line in describe_words(text):
        click.echo(line)
    for line in describe_firings(text):
        click.echo(line)
