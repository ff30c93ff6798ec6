"""Infers the day a report was published from what its own words give away, with the reasons, or abstains.

Signals: the weekday of "today" ("اليوم الثلاثاء", "أمس الخميس"), a dated today or yesterday, an anniversary
of an event whose day is known ("بعد يوم من الذكرى الثانية لاغتيال …"), a year named as last or this year,
and the latest weekday-with-date. One signal alone never decides unless it is a full date of today.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from khabar.model.document import Sentence, TimeMention, Token
from khabar.resolve.time import resolve_value

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TODAY = re.compile(r"day:(-?\d) wd:(\d)")
_DATED = re.compile(r"date:(\?{4}|\d{4})-(\d{1,2})-(\d{1,2})(.*)")
_NAMED_YEAR = re.compile(r"date:(\d{4}) (lastyear|thisyear)")
# Days after an anniversary, or after the latest dated day, within which the report must lie for the weekday
# to pick one: under a week, so that the weekday is unambiguous.
_ANNIVERSARY_DAYS = 3
_LATEST_DAYS = 6
_YEARS_AHEAD = 4  # years after the latest named year in which "Friday 28 October" is looked for


@dataclass(frozen=True, slots=True)
class _Window:
    """Days one of which is the publication day, and why."""

    start: date
    end: date
    reason: str

    def days(self, weekday: int | None) -> list[date]:
        count = (self.end - self.start).days + 1
        days = [self.start + timedelta(days=step) for step in range(count)]
        return [day for day in days if weekday is None or day.isoweekday() == weekday]


def infer_published(
    tokens: Sequence[Token], sentences: Sequence[Sentence], times: Sequence[TimeMention]
) -> tuple[date | None, tuple[str, ...]]:
    """The publication day that the report implies, or None, and the reasons either way.

    Args:
        tokens: the report's tokens; `sentences` likewise. They bound the search and are kept for callers.
        times: the report's time mentions, in text order.
    """
    if not tokens or not sentences:
        return None, ("the report is empty",)
    weekday, reasons = _todays_weekday(times)
    if weekday is None and reasons:
        return None, tuple(reasons)
    windows = [*_told_days(times), *_anniversaries(times)]
    if not windows:
        windows = _latest_day(times, weekday)
    if not windows:
        return None, (*reasons, "nothing in the text ties it to a calendar date")
    days = windows[0].days(weekday)
    reasons.append(windows[0].reason)
    for window in windows[1:]:
        if window.reason not in reasons:
            reasons.append(window.reason)
        days = [day for day in days if day in window.days(weekday)]
    days = sorted(set(days))
    if len(days) == 1:
        return days[0], tuple(reasons)
    return None, (*reasons, "the signals disagree" if not days else f"{len(days)} days would fit")


def _where(mention: TimeMention) -> str:
    return f"characters {mention.start}-{mention.end}"


def _todays_weekday(times: Sequence[TimeMention]) -> tuple[int | None, list[str]]:
    """ISO weekday of the publication day and the reason; None with reasons when the text contradicts itself."""
    found: dict[int, str] = {}
    for mention in times:
        match = _TODAY.search(mention.value)
        if match is None:
            continue
        offset, told = int(match[1]), int(match[2])
        weekday = (told - offset - 1) % 7 + 1
        day = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(offset, f"day {offset:+}")
        found.setdefault(weekday, f"{day} is {WEEKDAYS[told - 1]} ({_where(mention)})")
    if len(found) > 1:
        return None, [*found.values(), "the weekdays disagree"]
    for weekday, reason in found.items():
        return weekday, [reason]
    return None, []


def _told_days(times: Sequence[TimeMention]) -> list[_Window]:
    """Days told outright: today or yesterday with its date, the year told or known from "last year 2017"."""
    year, why = _told_year(times)
    windows: list[_Window] = []
    for mention in times:
        match = _DATED.search(mention.value)
        if match is None or not match[4].endswith((" today", " yesterday")):
            continue
        told = int(match[1]) if match[1] != "????" else year
        if told is None:
            told = _year_by_weekday(match, times)
        if told is None:
            continue
        found = resolve_value(f"date:{told}-{match[2]}-{match[3]}", None)
        if found is None:
            continue
        late = match[4].endswith(" yesterday")
        day = found.start + timedelta(days=1 if late else 0)
        which = "yesterday" if late else "today"
        reason = f"{which} is {found.start.isoformat()} ({_where(mention)})"
        if match[1] == "????" and why:
            reason += f"; {why}"
        windows.append(_Window(day, day, reason))
    return windows


def _told_year(times: Sequence[TimeMention]) -> tuple[int | None, str]:
    for mention in times:
        match = _NAMED_YEAR.search(mention.value)
        if match is not None:
            last = match[2] == "lastyear"
            reason = f"{'last' if last else 'this'} year is {match[1]} ({_where(mention)})"
            return int(match[1]) + (1 if last else 0), reason
    return None, ""


def _year_by_weekday(match: re.Match[str], times: Sequence[TimeMention]) -> int | None:
    """The one year, from the latest year the text names on, in which the date falls on the told weekday."""
    weekday = re.search(r"wd:(\d)", match[4])
    named = [int(found[1]) for m in times for found in [re.search(r"date:(\d{4})", m.value)] if found is not None]
    if weekday is None or not named:
        return None
    fitting = []
    for year in range(max(named), max(named) + _YEARS_AHEAD + 1):
        day = resolve_value(f"date:{year}-{match[2]}-{match[3]}", None)
        if day is not None and day.start.isoweekday() == int(weekday[1]):
            fitting.append(year)
    return fitting[0] if len(fitting) == 1 else None


def _anniversaries(times: Sequence[TimeMention]) -> list[_Window]:
    windows: list[_Window] = []
    for mention in times:
        if "anniversary:" not in mention.value:
            continue
        found = resolve_value(mention.value, None)
        if found is None:
            continue
        event = mention.value.rpartition(" ")[2]
        reason = f"told from the anniversary of {event}: {found.start.isoformat()} ({_where(mention)})"
        windows.append(_Window(found.start, found.start + timedelta(days=_ANNIVERSARY_DAYS), reason))
    return windows


def _latest_day(times: Sequence[TimeMention], weekday: int | None) -> list[_Window]:
    """The days after the latest full date that stands with its weekday, when today's weekday can pick one."""
    if weekday is None:
        return []
    latest: tuple[date, TimeMention] | None = None
    for mention in times:
        match = _DATED.match(mention.value)
        if match is None or match[1] == "????":
            continue
        found = resolve_value(mention.value, None)
        if found is not None and (latest is None or found.start > latest[0]):
            latest = (found.start, mention)
    if latest is None or "wd:" not in latest[1].value:
        return []
    day, mention = latest
    reason = f"the latest date told with its weekday is {day.isoformat()} ({_where(mention)})"
    return [_Window(day, day + timedelta(days=_LATEST_DAYS), reason)]
