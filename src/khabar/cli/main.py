"""The `khabar` command: a group that imports a subcommand when it is called for."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

from khabar.errors import ConfigError, KhabarError

# Name → module:attribute. Each is imported only when it runs, so that `khabar read` starts at once.
COMMANDS = {
    "read": "khabar.cli.read:read",
    "explain": "khabar.cli.explain:explain",
    "evaluate": "khabar.cli.evaluate:evaluate",
    "init": "khabar.cli.project:init",
    "add": "khabar.cli.project:add",
    "update": "khabar.cli.project:update",
    "incidents": "khabar.cli.project:incidents",
    "show": "khabar.cli.project:show",
    "search": "khabar.cli.project:search",
    "merge": "khabar.cli.project:merge",
    "split": "khabar.cli.project:split",
    "decide": "khabar.cli.project:decide",
    "verify": "khabar.cli.project:verify",
    "log": "khabar.cli.project:log",
    "lexicon": "khabar.cli.lexicon:lexicon",
    "actors": "khabar.cli.actors:actors",
    "places": "khabar.cli.places:places",
    "gazetteer": "khabar.cli.gazetteer:gazetteer",
}


class LazyGroup(click.Group):
    """Subcommands by name from COMMANDS. A KhabarError ends with its message and exit code 1 (a ConfigError: 2)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands whose module is installed, in the order of COMMANDS."""
        return [name for name, target in COMMANDS.items() if find_spec(target.partition(":")[0]) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None when there is none of that name."""
        module, _, attribute = COMMANDS.get(cmd_name, "").partition(":")
        if not module or find_spec(module) is None:
            return None
        command: click.Command | None = getattr(import_module(module), attribute, None)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, turning errors of ours into messages."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise click.UsageError(str(error)) from error
        except KhabarError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="khabar")
def main() -> None:
    """Read Arabic news reports and write incident records whose every value points back to its words."""
