"""The group loads what is called for, and turns errors into messages."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from khabar.cli import main as module
from khabar.errors import ConfigError, DataError


def test_help_lists_the_commands_that_are_there() -> None:
    result = CliRunner().invoke(module.main, ["--help"])
    assert result.exit_code == 0
    for name in ("read", "explain", "evaluate", "lexicon"):
        assert f"\n  {name} " in result.stdout


def test_a_command_whose_module_is_absent_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(module.COMMANDS, "absent", "khabar.cli.no_such_module:absent")
    assert "absent" not in CliRunner().invoke(module.main, ["--help"]).stdout
    assert CliRunner().invoke(module.main, ["absent"]).exit_code == 2


@pytest.mark.parametrize(("error", "code"), [(ConfigError("no such outlet"), 2), (DataError("line 3"), 1)])
def test_errors_become_messages(monkeypatch: pytest.MonkeyPatch, error: Exception, code: int) -> None:
    @click.command()
    def fails() -> None:
        raise error

    monkeypatch.setattr(module.main, "get_command", lambda ctx, name: fails)
    result = CliRunner().invoke(module.main, ["fails"])
    assert result.exit_code == code
    assert f"Error: {error}" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import khabar", "khabar.pipeline msgspec click"),
        ("import khabar.cli.main", "khabar.cli.read khabar.pipeline sqlalchemy"),
        ("import khabar.cli.read", "khabar.pipeline sqlalchemy trafilatura khabar.export.html sqlite3"),
    ],
)
def test_importing_stays_light(statement: str, absent: str) -> None:
    code = f"{statement}\nimport sys\nprint([m for m in '{absent}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
