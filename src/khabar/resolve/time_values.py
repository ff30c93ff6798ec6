"""Readers of the canonical values of time expressions; `khabar.resolve.time` is the way in.

A value is an atom ("weekday:2", "date:????-10-28 past", "ago:3 day") or an operator before a value
("part:evening day:-1", "edge:mid month:0", "since:date:2014-06", "range:day:-1..day:0"). Each reader takes
the text after its name and gives closed intervals of days, or None when the day can't be known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from khabar.model.document import Interval, Precision
from khabar.resolve.time_calendar import (
    day_interval,
    days_interval,
    edge_interval,
    eid_day,
    hijri_interval,
    month_interval,
    nearest_hijri,
    nearest_season,
    season_interval,
    shift,
    week_interval,
    year_interval,
)
from khabar.resolve.time_lengths import ago_start, fine_grain, read_ago, read_last, read_next

_DATE = re.compile(r"(\?{4}|-?\d{1,4})(?:-([+-]?\d{1,2})(?:-(\d{1,2}))?)?$")
_SLACK = 3  # days by which "اليوم الأحد" may differ from the publication date and still be believed
@dataclass(frozen=True, slots=True)
class View:
    """From where a value is read: the publication day, if known, and whether the words look ahead."""

    published: date | None
    future: bool = False


def read_value(value: str, view: View) -> Interval | None:
    """The value's days; ValueError or OverflowError on an impossible one."""
    head, _, rest = value.partition(":")
    reader = _READERS.get(head)
    return reader(rest.strip(), view) if reader is not None else None


def _day(rest: str, view: View) -> Interval | None:
    offset, *flags = rest.split()
    if view.published is None:
        return None
    day = view.published + timedelta(days=int(offset))
    weekday = _weekday_flag(flags)
    if weekday is not None and day.isoweekday() != weekday:
        near = [day + timedelta(days=step) for step in range(-_SLACK, _SLACK + 1)]
        day = next(other for other in near if other.isoweekday() == weekday)
    return day_interval(day)


def _weekday_flag(flags: list[str]) -> int | None:
    return next((int(flag[3:]) for flag in flags if flag.startswith("wd:")), None)


def _weekday(rest: str, view: View) -> Interval | None:
    number, *flags = rest.split()
    if view.published is None:
        return None
    behind = (view.published.isoweekday() - int(number)) % 7
    if "lastweek" in flags:
        monday = week_interval(view.published).start - timedelta(days=7)
        return day_interval(monday + timedelta(days=int(number) - 1))
    if "next" in flags:
        return day_interval(view.published + timedelta(days=7 - behind))
    if "last" in flags:
        return day_interval(view.published - timedelta(days=behind or 7))
    if view.future:
        return day_interval(view.published + timedelta(days=(7 - behind) % 7))
    return day_interval(view.published - timedelta(days=behind))


def _date(rest: str, view: View) -> Interval | None:
    text, *flags = rest.split()
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day = match.groups()
    if len(year) < 4:
        if view.published is None:
            return None
        year = str(view.published.year + int(year))
    if month is None:
        return year_interval(int(year))
    if month[0] in "+-":
        if view.published is None:
            return None
        whole = month_interval(view.published.year, view.published.month + int(month))
        return day_interval(whole.start.replace(day=int(day or 1)))
    if year != "????":
        if day is None:
            return month_interval(int(year), int(month))
        return day_interval(date(int(year), int(month), int(day)))
    return _date_without_year(int(month), int(day) if day else None, flags, view)


def _date_without_year(month: int, day: int | None, flags: list[str], view: View) -> Interval | None:
    published = view.published
    if published is None:
        return None
    years = range(published.year - 4, published.year + 5)  # four years each way cover 29 February
    found = [interval for year in years if (interval := _of_year(year, month, day)) is not None]
    weekday = _weekday_flag(flags)
    agreeing = [i for i in found if i.start.isoweekday() == weekday and abs((i.start - published).days) < 400]
    if weekday is not None and agreeing:
        found = agreeing
    if "this" in flags:
        return next((i for i in found if i.start.year == published.year), None)
    if "next" in flags or (view.future and "past" not in flags):
        return next((i for i in found if i.end >= published), None)
    before = [i for i in found if (i.end < published if day is None and "past" in flags else i.start <= published)]
    if not before:
        return found[0] if found else None
    return _up_to(before[-1], view) if day is None else before[-1]


def _of_year(year: int, month: int, day: int | None) -> Interval | None:
    if day is None:
        return month_interval(year, month)
    try:
        return day_interval(date(year, month, day))
    except ValueError:
        return None


def _up_to(interval: Interval, view: View) -> Interval:
    """The part of a current period that has passed, when the words look back."""
    published = view.published
    if published is None or view.future or not interval.start <= published < interval.end:
        return interval
    return replace(interval, end=published)


def _hijri(rest: str, view: View) -> Interval | None:
    year, month, day = (*rest.split("-"), None, None)[:3]
    if year is None:
        return None
    if year != "????":
        return hijri_interval(int(year), int(month) if month else None, int(day) if day else None)
    if month is None or view.published is None:
        return None
    found = nearest_hijri(int(month), int(day) if day else None, view.published, future=view.future)
    return _up_to(found, view) if found is not None else None


def _eid(rest: str, view: View) -> Interval | None:
    """ "2 fitr": the second day of the latest such feast."""
    number, kind = rest.split()
    first = eid_day(kind, view.published) if view.published is not None else None
    return day_interval(first + timedelta(days=int(number) - 1)) if first is not None else None


def _calendar(unit: str) -> Callable[[str, View], Interval | None]:
    def read(rest: str, view: View) -> Interval | None:
        if view.published is None:
            return None
        offset = int(rest.split()[0])
        day = view.published
        if unit == "week":
            whole = week_interval(day + timedelta(days=7 * offset))
        elif unit == "month":
            whole = month_interval(day.year, day.month + offset)
        else:
            whole = year_interval(day.year + offset)
        return _up_to(whole, view) if offset == 0 else whole

    return read


def _part(rest: str, view: View) -> Interval | None:
    _, _, inner = rest.partition(" ")
    found = read_value(inner, view)
    return replace(found, precision=Precision.PART_OF_DAY) if found is not None else None


def _clock(rest: str, view: View) -> Interval | None:
    start = next((i for i, word in enumerate(rest.split()) if word.partition(":")[0] in _READERS), None)
    if start is None:
        return None
    found = read_value(" ".join(rest.split()[start:]), view)
    return replace(found, precision=Precision.HOUR) if found is not None else None


def _edge(rest: str, view: View) -> Interval | None:
    edge, _, inner = rest.partition(" ")
    whole = read_value(inner, replace(view, future=True)) if inner.endswith(":0") else read_value(inner, view)
    return edge_interval(edge, whole) if whole is not None else None


def _since(rest: str, view: View) -> Interval | None:
    if view.published is None:
        return None
    if rest.startswith("ago:"):
        start = ago_start(rest[4:], view.published)
        return days_interval(start, view.published, fine_grain(rest[4:])) if start is not None else None
    found = read_value(rest, view)
    if found is None or found.start > view.published:
        return found
    precision = Precision.DAYS if found.precision in (Precision.HOUR, Precision.PART_OF_DAY, Precision.DAY) else None
    if found.start == view.published:
        return found
    return Interval(found.start, view.published, precision or found.precision)


def _earlier(rest: str, view: View) -> Interval | None:
    found = read_value(rest, view)
    if found is None or view.published is None:
        return found
    end = min(found.end, view.published - timedelta(days=1))
    return replace(found, end=end) if end >= found.start else found


def _shift_value(rest: str, view: View) -> Interval | None:
    sign_number, unit, inner = rest.split(maxsplit=2)
    if sign_number[1:] == "some":
        return None
    found = read_value(inner.removeprefix("about "), view)
    if found is None:
        return None
    number = int(sign_number)
    return replace(found, start=shift(found.start, number, unit), end=shift(found.end, number, unit))


def _range(rest: str, view: View) -> Interval | None:
    left, _, right = rest.partition("..")
    end = read_value(right, view)
    if end is None:
        return None
    start = read_value(left, replace(view, published=end.end if view.published or _is_dated(right) else None,
                                   future=False))
    if start is None or start.start > end.end:
        return None
    return _joined(start, end)


def _is_dated(value: str) -> bool:
    return value.startswith("date:") and "????" not in value


def _joined(start: Interval, end: Interval) -> Interval:
    fine = (Precision.HOUR, Precision.PART_OF_DAY, Precision.DAY)
    precision = Precision.DAYS if start.precision in fine and end.precision in fine else end.precision
    return Interval(start.start, end.end, precision)


def _days(rest: str, view: View) -> Interval | None:
    """ "3..03-07 2018": days of one month, the year optional."""
    days, _, year = rest.partition(" ")
    first, _, last = days.partition("..")
    month, _, _ = last.partition("-")
    end = read_value(f"date:{year or '????'}-{last}", view)
    if end is None or not month:
        return None
    return days_interval(end.start.replace(day=int(first)), end.end) if int(first) <= end.end.day else None


def _nights(rest: str, view: View) -> Interval | None:
    """ "2 3": the night from one weekday to the next."""
    second = rest.split()[1]
    end = read_value(f"weekday:{second}", view)
    if end is None:
        return None
    return Interval(end.start - timedelta(days=1), end.end, Precision.PART_OF_DAY)


def _last_night(_rest: str, view: View) -> Interval | None:
    if view.published is None:
        return None
    return Interval(view.published - timedelta(days=1), view.published, Precision.PART_OF_DAY)


def _now(_rest: str, view: View) -> Interval | None:
    return day_interval(view.published) if view.published is not None else None


def _season(rest: str, view: View) -> Interval | None:
    season, *when = rest.split()
    word = when[0] if when else "past"
    if word.isdigit() and len(word) == 4:
        return season_interval(season, int(word))
    if view.published is None:
        return None
    if word.lstrip("-").isdigit():
        return season_interval(season, view.published.year + int(word))
    return nearest_season(season, word, view.published)


def _decade(rest: str, _view: View) -> Interval | None:
    start = 1900 + int(rest)
    return Interval(date(start, 1, 1), date(start + 9, 12, 31), Precision.DECADE)


def _anniversary(rest: str, _view: View) -> Interval | None:
    """ "2 2020-01-03": the anniversary's own day; None when the event's date is not known."""
    number, *event = rest.split()
    if not event:
        return None
    first = date.fromisoformat(event[0])
    return day_interval(shift(first, int(number), "year"))


_READERS: dict[str, Callable[[str, View], Interval | None]] = {
    "day": _day,
    "weekday": _weekday,
    "date": _date,
    "hijri": _hijri,
    "eid": _eid,
    "week": _calendar("week"),
    "month": _calendar("month"),
    "year": _calendar("year"),
    "ago": lambda rest, view: read_ago(rest, view.published),
    "last": lambda rest, view: read_last(rest, view.published),
    "next": lambda rest, view: read_next(rest, view.published),
    "within": lambda rest, view: (read_next if view.future else read_last)(rest, view.published),
    "part": _part,
    "clock": _clock,
    "edge": _edge,
    "since": _since,
    "from": lambda rest, view: read_value(rest, view),
    "earlier": _earlier,
    "shift": _shift_value,
    "range": _range,
    "days": _days,
    "nights": _nights,
    "lastnight": _last_night,
    "now": _now,
    "season": _season,
    "decade": _decade,
    "anniversary": _anniversary,
}
