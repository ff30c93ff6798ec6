"""How events of one report hang together: retaliation, cause, part of a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache

from khabar.code.context import Context
from khabar.code.drafts import Draft
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold

Frame = tuple[tuple[str, ...], str]  # words, relation


@cache
def load_frames() -> tuple[Frame, ...]:
    """Phrases of data/ar/links.toml with the relation they tell, longest first."""
    data = tomllib.loads((DATA / "ar/links.toml").read_text("utf-8"))
    frames = [
        (tuple(fold(w) for w in phrase.split()), relation)
        for relation, row in data.items()
        for phrase in row["phrases"]
    ]
    return tuple(sorted(frames, key=lambda f: (-len(f[0]), f)))


@cache
def _frames_by_word() -> dict[str, list[Frame]]:
    """The phrases by their first word, which may carry "و" or "ف"."""
    found: dict[str, list[Frame]] = {}
    for frame in load_frames():
        for letter in ("", "و", "ف"):
            found.setdefault(letter + frame[0][0], []).append(frame)
    return found


def find_links(ctx: Context, drafts: Sequence[Draft]) -> dict[int, list[tuple[str, int]]]:
    """By draft: (relation, the other draft). The event before "ردا على" answers the one after it."""
    owner = {n: k for k, draft in enumerate(drafts) for n in draft.triggers}
    found: dict[int, list[tuple[str, int]]] = {}
    frames = _frames_by_word()
    for s, sentence in enumerate(ctx.doc.sentences):
        told = [(ctx.doc.triggers[n].first, owner[n]) for n in ctx.triggers[s] if n in owner]
        if not told:
            continue
        for k in range(sentence.first, sentence.last):
            opened = frames.get(ctx.norms[k])
            frame = _frame(ctx, opened, k, sentence.last) if opened is not None else None
            if frame is not None:
                _tie(ctx, drafts, told, k, frame, s, owner, found)
    return found


def _frame(ctx: Context, frames: Sequence[Frame], k: int, end: int) -> tuple[int, str] | None:
    """(token after, relation) of the longest of `frames` whose further words follow token `k`."""
    for words, relation in frames:
        last = k + len(words)
        if last <= end and tuple(ctx.norms[k + 1 : last]) == words[1:]:
            return last, relation
    return None


def _tie(
    ctx: Context,
    drafts: Sequence[Draft],
    told: list[tuple[int, int]],
    k: int,
    frame: tuple[int, str],
    s: int,
    owner: dict[int, int],
    found: dict[int, list[tuple[str, int]]],
) -> None:
    last, relation = frame
    before = [d for at, d in told if at < k]
    after = [d for at, d in told if at >= last]
    subject = before[-1] if before else (after[-1] if len(after) > 1 else None)
    cause = after[0] if after else _previous(ctx, s, owner, subject)
    if subject is None or cause is None or subject == cause:
        return
    row = found.setdefault(subject, [])
    if (relation, cause) not in row:
        row.append((relation, cause))


def _previous(ctx: Context, s: int, owner: dict[int, int], subject: int | None) -> int | None:
    """The latest other event told before sentence `s`: what "ردا على ذلك" points to."""
    for x in range(s - 1, max(-1, s - 4), -1):
        for n in reversed(ctx.triggers[x]):
            if n in owner and owner[n] != subject:
                return owner[n]
    return None
