"""Stretches between quotation marks."""

from __future__ import annotations

import re

# A quotation is at most this long; a lone mark then opens nothing.
_LONGEST = 1500
_QUOTE = re.compile(rf"«[^»\n]{{0,{_LONGEST}}}»|“[^”\n]{{0,{_LONGEST}}}”|\"[^\"\n]{{0,{_LONGEST}}}\"")


def find_quotes(text: str) -> tuple[tuple[int, int], ...]:
    """Character spans of quotations, marks excluded, in text order."""
    return tuple((m.start() + 1, m.end() - 1) for m in _QUOTE.finditer(text))
