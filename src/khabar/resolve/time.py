"""What a time expression means on the calendar, seen from the day the report was published.

Reads the canonical values that `khabar.annotate.times` writes ("weekday:2", "date:????-10-28 past",
"part:evening day:-1", "since:date:2014-06") and gives closed intervals of days. The conventions are those
of the annotation guidelines: a weekday is the latest such day up to publication, "this week" runs from
Monday to the publication day, "أيام" are three days, a month's مطلع is 1-10, منتصف 11-20, أواخر 21-end.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from khabar.model.document import Interval, Precision, TimeMention
from khabar.resolve.time_lengths import ago_interval
from khabar.resolve.time_values import View, read_value

# UCDP codes spans as: 1 the day, 2 within 2-6 days, 3 the week, 4 the month, 5 up to a year.
_UCDP_DAYS = ((1, 1), (6, 2), (7, 3), (31, 4), (366, 5))


def resolve_time(mention: TimeMention, published: date | None, *, tense: str = "past") -> Interval | None:
    """The days a mention means, or None when it can't be known or places nothing (a duration).

    `tense="future"` reads undated weekdays and days of the month as the coming ones. A beginning
    ("since:…") runs to the publication day; `resolve_start` gives the beginning itself.
    """
    return resolve_value(mention.value, published, tense=tense)


@lru_cache(maxsize=20_000)  # a report tells a day again and again, and its other readings are asked for as well
def resolve_value(value: str, published: date | None, *, tense: str = "past") -> Interval | None:
    """As `resolve_time`, for a value by itself."""
    try:
        return read_value(value, View(published, tense == "future"))
    except (OverflowError, ValueError):  # an impossible day such as 30 February, or a year out of range
        return None


def resolve_start(mention: TimeMention, published: date | None) -> Interval | None:
    """For "since:…" the interval of its beginning (the month of "منذ حزيران 2014"); else None."""
    head, _, rest = mention.value.partition(":")
    if head not in ("since", "from"):
        return None
    if rest.startswith("ago:"):
        return ago_interval(rest[4:], published) if published is not None else None
    return resolve_value(rest, published)


def time_codes(interval: Interval | None) -> tuple[int | None, int | None]:
    """ACLED time_precision (1 day, 2 week, 3 month) and UCDP date_prec (1-5); None where no code fits."""
    if interval is None:
        return None, None
    days = (interval.end - interval.start).days + 1
    acled = 1 if days == 1 else 2 if days <= 10 else 3 if days <= 31 else None
    ucdp = next((code for limit, code in _UCDP_DAYS if days <= limit), None)
    if days == 1 and interval.precision is Precision.WEEK:  # "a week ago" is a day give or take
        return 2, 3
    return acled, ucdp
