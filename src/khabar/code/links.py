"""How events of one report hang together: retaliation, cause, part of a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache

from khabar.code.context import Context
from khabar.code.drafts import Draft
from khabar.lexicon.entries import DATA
from khabar.lexicon.fold import fold


@cache
def load_frames() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Phrases of data/ar/links.toml with the relation they tell, longest first."""
    data = tomllib.loads((DATA / "ar/links.toml").read_text("utf-8"))
    frames = [
        (tuple(fold(w) for w in phrase.split()), relation)
        for relation, row in data.items()
        for phrase in row["phrases"]
    ]
    return tuple(sorted(frames, key=lambda f: (-len(f[0]), f)))


def find_links(ctx: Context, drafts: Sequence[Draft]) -> dict[int, list[tuple[str, int]]]:
    """By draft: (relation, the other draft). The event before "ردا على" answers the one after it."""
    owner = {n: k for k, draft in enumerate(drafts) for n in draft.triggers}
    found: dict[int, list[tuple[str, int]]] = {}
    firsts = {frame[0][0] for frame in load_frames()}
    for s, sentence in enumerate(ctx.doc.sentences):
        told = [(ctx.doc.triggers[n].first, owner[n]) for n in ctx.triggers[s] if n in owner]
        if not told:
            continue
        for k in range(sentence.first, sentence.last):
            if ctx.norms[k] not in firsts and ctx.norms[k][1:] not in firsts:
                continue
            frame = _frame(ctx, k, sentence.last)
            if frame is not None:
                _tie(ctx, drafts, told, k, frame, s, owner, found)
    return found


def _frame(ctx: Context, k: int, end: int) -> tuple[int, str] | None:
    for words, relation in load_frames():
        last = k + len(words)
        if last > end:
            continue
        head = ctx.norms[k]
        if (head == words[0] or (head[1:] == words[0] and head[0] in "وف")) and tuple(ctx.norms[k + 1 : last]) == words[
            1:
        ]:
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
