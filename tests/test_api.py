"""The public names."""

from __future__ import annotations

import pytest

import khabar


def test_public_names_are_few_sorted_and_there() -> None:
    assert khabar.__all__ == sorted(khabar.__all__)
    assert dir(khabar) == khabar.__all__
    for name in khabar.__all__:
        assert getattr(khabar, name).__doc__


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(AttributeError, match="public names: Claim, EventRecord"):
        khabar.reed  # noqa: B018
