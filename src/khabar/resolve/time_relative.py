"""Times told from another act: "بعد يوم من الهجوم" puts the attack a day before what is told beside it.

"الذكرى الثانية لاغتياله" puts the killing two years before, on its own day where that is common knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from khabar.model.document import Interval, Precision, TimeMention
from khabar.resolve.time_calendar import shift

_ANNIVERSARY = re.compile(r"anniversary:(\d+)(?: (\d{4}-\d{2}-\d{2}))?$")
_RELATIVE = re.compile(r"relative:([+-])(\d+) (day|week|month|year)")


def resolve_relative(mention: TimeMention, anchors: Sequence[Interval]) -> tuple[Interval, ...]:
    """The days of the other act seen from each anchor day, in the order of the anchors; () for any other value."""
    match = _RELATIVE.match(mention.value)
    if match is None:
        return ()
    step = -int(match.group(2)) if match.group(1) == "+" else int(match.group(2))
    found = []
    for anchor in anchors:
        try:
            day = shift(anchor.start, step, match.group(3))
        except (OverflowError, ValueError):
            continue
        found.append(Interval(day, day, Precision.DAY))
    return tuple(found)


def resolve_anniversary(mention: TimeMention, published: date | None) -> Interval | None:
    """The day of the act whose anniversary is told; None for any other value, or when the day can't be known."""
    match = _ANNIVERSARY.search(mention.value)
    if match is None:
        return None
    if match.group(2):
        day = date.fromisoformat(match.group(2))
    elif published is not None:
        try:
            day = shift(published, -int(match.group(1)), "year")
        except (OverflowError, ValueError):
            return None
    else:
        return None
    return Interval(day, day, Precision.DAY)
