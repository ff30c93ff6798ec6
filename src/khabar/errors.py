"""One exception tree. A message says what failed, where, and what to do next."""

from __future__ import annotations


class KhabarError(Exception):
    """Base of every error that Khabar raises on purpose."""


class InputError(KhabarError):
    """The input can't be read: what, where, and what to do."""


class DataError(KhabarError):
    """A data file (lexicon, gazetteer, actors) is broken: file, line, entry."""


class ConfigError(KhabarError):
    """A setting or option is unknown or wrong; the message lists the known ones."""


class FetchError(KhabarError):
    """A page could not be fetched, or may not be."""


class StoreError(KhabarError):
    """The project's store could not be read or written; it is as it was."""


class CustodyError(KhabarError):
    """What is kept is not what was captured: changed, missing or added."""
