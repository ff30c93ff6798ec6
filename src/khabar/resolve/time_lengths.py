"""Distances and rolling periods: "ago:3 day", "last:48 hour", "next:some week", and where they begin."""

from __future__ import annotations

from datetime import date

from khabar.model.document import Interval, Precision
from khabar.resolve.time_calendar import SOME, day_interval, days_interval, grain, month_interval, shift, year_interval

_LONG = ("year", "decade", "century")  # units of which a vague number ("years ago") says too little


def read_length(rest: str) -> tuple[int, str, bool]:
    """Number, unit, and whether the number is vague ("some day")."""
    number, unit = rest.split()[:2]
    return (SOME if number == "some" else 1 if number == "half" else int(number)), unit, number == "some"


def read_ago(rest: str, published: date | None) -> Interval | None:
    """The day that lies so far back; months and years are the calendar's; "some" is a span that ends one unit back."""
    if published is None:
        return None
    number, unit, vague = read_length(rest)
    day = shift(published, -number, unit)
    if unit in ("hour", "minute", "second"):
        return day_interval(published if number < 24 else day)
    if vague:
        if unit in _LONG:
            return None
        return Interval(day, shift(published, -1, unit), grain(unit) if unit != "day" else Precision.DAYS)
    if unit == "month":
        return month_interval(day.year, day.month)
    if unit == "year":
        return year_interval(day.year)
    if unit in ("decade", "century"):
        return None
    return Interval(day, day, grain(unit))


def read_last(rest: str, published: date | None) -> Interval | None:
    """The period of that length that ends with the publication day."""
    if published is None:
        return None
    number, unit, vague = read_length(rest)
    if vague and unit in _LONG:
        return None
    start = shift(published, -number, unit)
    return days_interval(start, published, None if unit in ("hour", "day") else grain(unit))


def read_next(rest: str, published: date | None) -> Interval | None:
    """The period of that length that begins with the publication day."""
    if published is None:
        return None
    number, unit, vague = read_length(rest)
    if vague and unit in _LONG:
        return None
    return days_interval(published, shift(published, number, unit))


def ago_start(rest: str, published: date) -> date | None:
    """Where "for N units" begins: the very day, but "about a year" is told by the month."""
    number, unit, vague = read_length(rest)
    if vague and unit in _LONG:
        return None
    start = shift(published, -number, unit)
    return start.replace(day=1) if unit in _LONG and rest.endswith(" about") else start


def ago_interval(rest: str, published: date) -> Interval | None:
    """The beginning of "for N units" as an interval: a day, or a month when it is told loosely."""
    start = ago_start(rest, published)
    if start is None:
        return None
    if rest.endswith(" about") and read_length(rest)[1] in _LONG:
        return month_interval(start.year, start.month)
    return Interval(start, start, fine_grain(rest) or Precision.DAY)


def fine_grain(rest: str) -> Precision | None:
    """The grain of the unit; None for hours and days, whose spans are counted in days."""
    unit = rest.split()[1]
    return None if unit in ("hour", "day") else grain(unit)
