"""Rows as an aligned table of plain text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

WIDEST = 60  # characters of a cell
# Bidirectional overrides in captured text could reorder a terminal's line; embedding and isolate signs too.
_UNSAFE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def render_table(rows: Sequence[Mapping[str, object]], columns: Sequence[str], width: int | None) -> Iterator[str]:
    """Lines of a table with a head; cells are cut at WIDEST, lines at `width` columns if given."""
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    widths = [
        max(len(name), *(_width(row[i]) for row in cells), 0) if cells else len(name) for i, name in enumerate(columns)
    ]
    for line in ([*columns], *cells):
        text = "  ".join(cell + " " * (widths[i] - _width(cell)) for i, cell in enumerate(line)).rstrip()
        yield text if width is None else text[:width]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = " ".join(
        "".join(char for char in str(value) if char not in _UNSAFE and (char >= " " or char in "\n\t")).split()
    )
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _width(text: str) -> int:
    """Columns that a text takes: marks take none."""
    return sum(not unicodedata.combining(char) for char in text)


def render_fields(view: Mapping[str, object]) -> Iterator[str]:
    """A thing's fields as lines "name  value"; what is a list or an object of its own is counted."""
    width = max((len(name) for name in view), default=0)
    for name, value in view.items():
        if isinstance(value, Mapping):
            parts = [f"{key} {_cell(part)}" for key, part in value.items() if part is not None and not _is_nested(part)]
            text = _cell(", ".join(parts))
        elif isinstance(value, (list, tuple)):
            plain = [str(item) for item in value if not _is_nested(item)]
            text = _cell(", ".join(plain)) if len(plain) == len(value) and value else f"({len(value)})"
        else:
            text = _cell(value)
        yield f"{name.ljust(width)}  {text}"


def _is_nested(value: object) -> bool:
    return isinstance(value, (list, tuple, Mapping))
