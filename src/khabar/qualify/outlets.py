"""Outlets that a speaker spoke to, where no table of actors need know them."""

from __future__ import annotations

from khabar.qualify.names import Names, Source


def outlet_at(names: Names, k: int, end: int) -> Source | None:
    """An outlet told right after the verb: "قال لرويترز مصدر أمني"; `k` is the token after it, `end` the sentence's."""
    if k >= end:
        return None
    if names.norms[k] == "ل":
        return quoted_outlet(names, k + 1, end) or names.medium_at(k + 1, end)
    return names.outlet_for(k, end)


def quoted_outlet(names: Names, k: int, end: int) -> Source | None:
    """An outlet that only its quotation marks show: "إلى «الوطن»"; `k` is the opening mark."""
    quote = names.lists.quote
    if k + 2 >= end or names.norms[k] not in quote:
        return None
    last = next((j for j in range(k + 2, min(k + 5, end)) if names.norms[j] in quote), None)
    return Source(k + 1, last, names.starts.get(k + 1)) if last is not None else None
