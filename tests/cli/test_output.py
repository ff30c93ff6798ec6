"""What is said on standard error."""

from __future__ import annotations

import pytest

from khabar.cli.output import Progress, report_problems
from khabar.text.source import Problem


def test_progress_is_silent_but_for_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(3)
    for name in ("a", "b"):
        progress.count(name, 2)
    progress.close()
    assert capsys.readouterr().err == "2 reports, 4 events\n"


def test_progress_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress = Progress(3)
    progress.count("a.txt", 2)
    progress.close()
    assert capsys.readouterr().err.startswith("\r\x1b[K1 reports, 2 events · a.txt")


def test_a_flood_of_problems_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    report_problems([Problem(f"x:{n}", "is odd") for n in range(400)], [])
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 52
    assert said[-2:] == ["… and 350 more", "400 could not be read"]
