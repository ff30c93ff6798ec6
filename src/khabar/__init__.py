"""Khabar reads Arabic news reports and writes incident records with evidence for every value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from khabar.errors import KhabarError
    from khabar.model.record import Claim, EventRecord, Evidence, Reading
    from khabar.reader import read

__all__ = ["Claim", "EventRecord", "Evidence", "KhabarError", "Reading", "read"]

_HOMES = {
    "Claim": "khabar.model.record",
    "EventRecord": "khabar.model.record",
    "Evidence": "khabar.model.record",
    "KhabarError": "khabar.errors",
    "Reading": "khabar.model.record",
    "read": "khabar.reader",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import khabar` stays instant."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'khabar' has no attribute {name!r}; public names: {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return __all__
