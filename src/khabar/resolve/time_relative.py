"""Times told from another act: "بعد يوم من الهجوم" puts the attack a day before what is told beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from khabar.model.document import Interval, Precision, TimeMention
from khabar.resolve.time_calendar import shift

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
