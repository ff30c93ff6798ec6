"""The cache of compiled tables: kept until a source changes, older ones of the same name removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from khabar.lexicon.compiled import load_cached, read_cache, write_cache


def _write(folder: Path, name: str, age: int) -> Path:
    """A cache file that was written `age` seconds ago."""
    path = folder / f"{name}.bin"
    path.write_bytes(b"")
    os.utime(path, (1_000_000_000 - age, 1_000_000_000 - age))
    return path


def test_only_the_latest_files_of_a_name_are_kept(tmp_path: Path) -> None:
    old = [_write(tmp_path, f"words-{age:02}", age) for age in range(1, 6)]
    others = [_write(tmp_path, name, 50) for name in ("actors-01", "words-more-01", "wordsmore-01")]
    fresh = tmp_path / "words-00.bin"
    write_cache(fresh, {"a": 1})
    assert read_cache(fresh) == {"a": 1}
    assert sorted(tmp_path.iterdir()) == sorted([fresh, *old[:2], *others])


def test_a_folder_that_takes_no_file_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    write_cache(blocked / "words-00.bin", [1])
    assert read_cache(blocked / "words-00.bin") is None


def test_a_table_is_made_again_when_its_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHABAR_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "source.toml"
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return len(made)

    source.write_text("a = 1")
    assert [load_cached("words", [source], make) for _ in range(2)] == [1, 1]
    source.write_text("a = 2")
    assert load_cached("words", [source], make) == 2
