"""Numbers in words and digits, with their bounds: "ما لا يقل عن 12" is at least 12."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from khabar.lexicon.numbers import NumberTable, load_numbers
from khabar.model.document import CountMention, CountRelation, Token

_MAX_WORDS = 100_000  # word types remembered
_OPENING = ("", "ب", "ل", "ال", "بال", "لل", "ف", "و")  # what may stand on the first word of a number
# What is peeled off a number word, longest first, by the word's first letter.
_PEEL = {"و": ("وال", "و"), "ف": ("فال", "ف"), "ب": ("بال", "ب"), "ل": ("لل", "ل"), "ا": ("ال",), "ك": ("ك",)}


def _digits(norm: str) -> int | None:
    """The value of a digit token; separators of thousands dropped; None for decimals and codes."""
    plain = norm.replace(",", "").replace("٬", "")
    if plain.isdigit() and plain.isascii() and len(plain) <= 9:
        return int(plain)
    whole, _, part = plain.partition(".")
    if len(part) == 3 and whole.isdigit() and part.isdigit() and len(whole) <= 3:
        return int(whole + part)
    return None


def _peel(norm: str, table: NumberTable) -> tuple[str, str]:
    """(proclitic, rest) when the rest is a number word; ("", norm) otherwise."""
    if table.starts(norm) or norm in table.vague:
        return "", norm
    for proclitic in _PEEL.get(norm[0], ()):
        rest = norm[len(proclitic):]
        if norm.startswith(proclitic) and (table.starts(rest) or rest in table.vague):
            return proclitic, rest
    return "", norm


class _Scanner:
    """Reads one number from token `i` on. A class, since the grammar moves a cursor over shared state."""

    def __init__(self, norms: Sequence[str], table: NumberTable, end: int) -> None:
        self.norms, self.table, self.end = norms, table, end

    def small(self, i: int, joined: bool) -> tuple[int, int] | None:
        """(value, next) of a number under 1000 that starts at `i`; `joined` requires و on the first word."""
        table = self.table
        if i >= self.end:
            return None
        proclitic, word = _peel(self.norms[i], table)
        if joined != proclitic.startswith("و") and (joined or proclitic not in _OPENING):
            return None
        if word in table.hundreds:
            value, i = table.hundreds[word], i + 1
            more = self.small(i, True)
            return (value + more[0], more[1]) if more is not None and more[0] < 100 else (value, i)
        if word in table.units:
            value, i = table.units[word], i + 1
            if i < self.end and self.norms[i] in table.teens and value < 10:
                return value + 10, i + 1
            if i < self.end and self.norms[i] in table.hundreds and 3 <= value <= 9:
                value, i = value * 100, i + 1
                more = self.small(i, True)
                return (value + more[0], more[1]) if more is not None and more[0] < 100 else (value, i)
            if i < self.end and value < 10:
                joint, rest = _peel(self.norms[i], table)
                if joint in ("و", "وال") and rest in table.tens:
                    return value + table.tens[rest], i + 1
            return value, i
        if word in table.tens:
            return table.tens[word], i + 1
        return None

    def number(self, i: int) -> tuple[int, int] | None:
        """(value, next) of the whole number that starts at `i`."""
        table = self.table
        value = _digits(self.norms[i])
        if value is not None:
            i += 1
        else:
            found = self.small(i, False)
            if found is None:
                _, word = _peel(self.norms[i], table)
                if word not in table.scales or word in table.vague:
                    return None
                value = table.scales[word]
                i += 1
            else:
                value, i = found
        scale = table.scales.get(self.norms[i]) if i < self.end else None
        if scale is not None and scale in (1000, 1000000) and value < 1000:
            value *= scale
            i += 1
        if value >= 1000 and i < self.end:
            more = self.small(i, True)
            if more is not None and more[0] < 1000:
                return value + more[0], more[1]
        return value, i


def _bound(
    norms: Sequence[str], first: int, last: int, start: int, end: int, table: NumberTable
) -> tuple[CountRelation, int, int]:
    """(relation, first, last) with the words of the bound included."""
    if first > start:
        for proclitic in ("", "و", "ب", "ل", "ف"):
            word = norms[first - 1]
            if not word.startswith(proclitic):
                continue
            for words, relation in table.before.get(word[len(proclitic):], ()):
                begin = first - len(words)
                if begin < start:
                    continue
                head = norms[begin]
                same_tail = list(norms[begin + 1:first]) == list(words[1:])
                if same_tail and (head == words[0] or (head[1:] == words[0] and head[0] in "وبلف")):
                    return CountRelation(relation), begin, last
    if last < end:
        for skip in (0, 1):
            if last + skip >= end:
                break
            for words, relation in table.after.get(norms[last + skip], ()):
                if list(norms[last + skip:last + skip + len(words)]) == list(words):
                    return CountRelation(relation), first, last
    return CountRelation.EXACT, first, last


def find_counts(tokens: Sequence[Token], norms: Sequence[str], start: int, end: int) -> list[CountMention]:
    """Numbers between tokens `start` and `end`, in order, not overlapping."""
    starts = _starts()
    openings = [i for i in range(start, end) if starts[norms[i]]]
    if not openings:
        return []
    table = load_numbers()
    scanner = _Scanner(norms, table, end)
    found: list[CountMention] = []
    last = start
    for i in openings:
        if i < last:
            continue
        _, word = _peel(norms[i], table)
        if word in table.vague and not (i > start and _digits(norms[i - 1]) is not None):
            low, high = table.vague[word]
            relation, first, last = _bound(norms, i, i + 1, start, end, table)
            if i + 1 < end and norms[i + 1] in ("الالاف", "الاف"):
                low, high, last = low * 1000, high * 1000, i + 2
            start_at, end_at = tokens[first].start, tokens[last - 1].end
            found.append(CountMention(start_at, end_at, first, last, low, high, CountRelation.VAGUE))
            continue
        number = scanner.number(i)
        if number is None:
            continue
        value, last = number
        between = _between(scanner, norms, i, last, start)
        if between is not None:
            upper, first, last = between
            found.append(
                CountMention(tokens[first].start, tokens[last - 1].end, first, last, value, upper, CountRelation.ABOUT)
            )
            continue
        relation, first, _ = _bound(norms, i, last, start, end, table)
        least, most = _range(value, relation)
        found.append(CountMention(tokens[first].start, tokens[last - 1].end, first, last, least, most, relation))
    return found


def _between(
    scanner: _Scanner, norms: Sequence[str], first: int, last: int, start: int
) -> tuple[int, int, int] | None:
    """(upper bound, first, last) of "ما بين 30 و40", whose lower bound stands at `first..last`."""
    if first == start or norms[first - 1] not in ("بين", "وبين") or last >= scanner.end:
        return None
    k = last + 1 if norms[last] in ("الي", "و") else last
    if k >= scanner.end:
        return None
    norm = norms[k]
    if k == last:
        if norm[:1] != "و":
            return None
        most = _digits(norm[1:])
        upper = (most, k + 1) if most is not None else scanner.small(k, True)
    else:
        upper = scanner.number(k)
    least = scanner.number(first)
    if upper is None or least is None or upper[0] <= least[0]:
        return None
    begin = first - 2 if first - 2 >= start and norms[first - 2] in ("ما", "وما") else first - 1
    return upper[0], begin, upper[1]


class _Starts(dict[str, bool]):
    """Whether a number can start with a folded word, proclitics aside. Fills itself."""

    def __init__(self, table: NumberTable) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, norm: str) -> bool:
        if len(self) >= _MAX_WORDS:
            self.clear()
        known = norm[0].isdigit()
        if not known:
            _, word = _peel(norm, self._table)
            known = self._table.starts(word) or word in self._table.vague
        self[norm] = known
        return known


@cache
def _starts() -> _Starts:
    return _Starts(load_numbers())


def _range(value: int, relation: CountRelation) -> tuple[int | None, int | None]:
    if relation is CountRelation.AT_LEAST:
        return value, None
    if relation is CountRelation.AT_MOST:
        return None, value
    return value, value
