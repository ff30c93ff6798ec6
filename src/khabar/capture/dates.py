"""Publication dates as pages, feeds and tables write them. The day is the one the publisher wrote, in its own zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?!\d)")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_IN_URL = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_DIGITS = {ord(digit): str(i % 10) for i, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}


def parse_date(value: str | None) -> date | None:
    """The day of an ISO 8601, RFC 2822, y/m/d or epoch time; None for anything else (day and month are not guessed)."""
    if value is None:
        return None
    text = value.strip().translate(_DIGITS)
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).date()
    for pattern in (_ISO, _SLASHED):
        found = pattern.match(text)
        if found is not None:
            return _day(*found.groups())
    try:
        return parsedate_to_datetime(text).date()
    except (TypeError, ValueError, IndexError):
        return None


def date_in_url(url: str) -> date | None:
    """The day in an address like /2018/02/19/, None without one."""
    found = _IN_URL.search(url)
    return None if found is None else _day(*found.groups())


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
