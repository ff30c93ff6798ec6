"""Calendar arithmetic for the time resolver: shifts by unit, months, weeks, years as intervals, Hijri."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from khabar.model.document import Interval, Precision

SOME = 3  # days, weeks, months that "أيام" and the like stand for (annotation guidelines: three days)
Edge = tuple[tuple[int, int], tuple[int, int]]

_GRAIN = {
    "hour": Precision.DAY, "minute": Precision.DAY, "second": Precision.DAY, "day": Precision.DAY,
    "night": Precision.DAY, "week": Precision.WEEK, "month": Precision.MONTH, "year": Precision.YEAR,
    "decade": Precision.DECADE, "century": Precision.DECADE,
}
_SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}
# Months of a year's early, middle and late part; the guidelines settle only those of a month (in days).
_YEAR_EDGES = {
    "start": (1, 1), "early": (1, 3), "mid": (5, 8), "late": (10, 12), "end": (12, 12),
    "half1": (1, 6), "half2": (7, 12),
}
_MONTH_EDGES = {
    "start": (1, 10), "early": (1, 10), "mid": (11, 20), "late": (21, 31), "end": (21, 31),
    "half1": (1, 15), "half2": (16, 31),
}


def grain(unit: str) -> Precision:
    """Precision of a distance told in `unit`."""
    return _GRAIN[unit]


def day_interval(day: date) -> Interval:
    """The day as an interval."""
    return Interval(day, day, Precision.DAY)


def days_interval(start: date, end: date, precision: Precision | None = None) -> Interval:
    """From `start` to `end`, swapped when they are the wrong way round."""
    if end < start:
        start, end = end, start
    if precision is None:
        precision = Precision.DAY if start == end else Precision.DAYS
    return Interval(start, end, precision)


def month_interval(year: int, month: int) -> Interval:
    """The calendar month; `month` may lie outside 1..12 and is carried into the year."""
    year += (month - 1) // 12
    month = (month - 1) % 12 + 1
    return Interval(date(year, month, 1), date(year, month, _last_day(year, month)), Precision.MONTH)


def year_interval(year: int) -> Interval:
    """The calendar year."""
    return Interval(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)


def week_interval(day: date) -> Interval:
    """The week of `day`, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Interval(monday, monday + timedelta(days=6), Precision.WEEK)


def season_interval(season: str, year: int) -> Interval:
    """Three months; a winter is named by the year it ends in."""
    first = _SEASONS[season]
    start = month_interval(year - 1 if season == "winter" else year, first)
    end = month_interval(start.start.year, first + 2)
    return Interval(start.start, end.end, Precision.SEASON)


def nearest_season(season: str, which: str, day: date) -> Interval | None:
    """The next such season, this year's ("this"), or the latest that is over, seen from `day`."""
    found = [season_interval(season, day.year + offset) for offset in (-1, 0, 1)]
    if which == "next":
        return next((i for i in found if i.start > day), None)
    if which == "this":
        return found[1]
    return next((i for i in reversed(found) if i.end < day), None)


def hijri_interval(year: int, month: int | None, day: int | None) -> Interval | None:
    """A Hijri day, month or year (Umm al-Qura) as Gregorian days; None outside 1343..1500 or when impossible."""
    from hijridate import Hijri

    try:
        start = Hijri(year, month or 1, day or 1)
        if day is None:
            last = Hijri(year, month or 12, 1)
            end = Hijri(year, month or 12, last.month_length())
        else:
            end = start
    except (ValueError, OverflowError):
        return None
    precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
    first, final = start.to_gregorian(), end.to_gregorian()
    return Interval(date(first.year, first.month, first.day), date(final.year, final.month, final.day), precision)


def nearest_hijri(month: int, day_of_month: int | None, day: date, *, future: bool) -> Interval | None:
    """The latest such Hijri month or day that has begun by `day`; with `future`, the first not over yet."""
    year = hijri_year_of(day)
    if year is None:
        return None
    found = [i for y in (year - 1, year, year + 1) if (i := hijri_interval(y, month, day_of_month)) is not None]
    if future:
        return next((i for i in found if i.end >= day), None)
    return next((i for i in reversed(found) if i.start <= day), None)


def eid_day(kind: str, day: date) -> date | None:
    """The first day of the latest Eid ("fitr", "adha" or "any") that began up to `day`."""
    year = hijri_year_of(day)
    if year is None:
        return None
    months = {"fitr": ((10, 1),), "adha": ((12, 10),), "any": ((10, 1), (12, 10))}[kind]
    found = [hijri_interval(y, m, d) for y in (year - 1, year) for m, d in months]
    return max((eid.start for eid in found if eid is not None and eid.start <= day), default=None)


def hijri_year_of(day: date) -> int | None:
    """The Hijri year that `day` falls in; None outside the table."""
    from hijridate import Gregorian

    try:
        return int(Gregorian(day.year, day.month, day.day).to_hijri().year)
    except (ValueError, OverflowError):
        return None


def shift(day: date, number: int, unit: str) -> date:
    """`day` moved by whole units; hours round up to whole days, months keep the day or take the last one."""
    if unit in ("day", "night"):
        return day + timedelta(days=number)
    if unit == "week":
        return day + timedelta(days=7 * number)
    if unit == "month":
        return _shift_months(day, number)
    if unit in ("year", "decade", "century"):
        return _shift_months(day, number * {"year": 12, "decade": 120, "century": 1200}[unit])
    if unit == "hour":
        whole = -(-abs(number) // 24)
        return day + timedelta(days=whole if number > 0 else -whole)
    return day


def edge_interval(edge: str, whole: Interval) -> Interval:
    """The early (1-10), middle (11-20) or late (21-end) part of a month; likewise thirds of other spans."""
    if whole.precision is Precision.MONTH:
        first, last = _MONTH_EDGES[edge]
        start = whole.start.replace(day=1)
        final = _last_day(start.year, start.month)
        return days_interval(start.replace(day=first), start.replace(day=min(last, final)))
    if whole.precision is Precision.YEAR:
        first, last = _YEAR_EDGES[edge]
        year = whole.start.year
        return Interval(date(year, first, 1), date(year, last, _last_day(year, last)), Precision.SEASON)
    third = ((whole.end - whole.start).days + 1) // 3
    if edge in ("start", "early", "half1"):
        return Interval(whole.start, whole.start + timedelta(days=max(third - 1, 0)), whole.precision)
    if edge in ("late", "end", "half2"):
        return Interval(whole.end - timedelta(days=max(third - 1, 0)), whole.end, whole.precision)
    return Interval(whole.start + timedelta(days=third), whole.end - timedelta(days=third), whole.precision)


def _shift_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, _last_day(year, month + 1)))


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
