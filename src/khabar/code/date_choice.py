"""When it happened: told times near the event, the report's day by default, or not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.code.history import Told, history_features
from khabar.lexicon.weights import LinearModel
from khabar.model.document import Interval, Precision, TimeBasis

_BREAK = frozenset(("،", ",", "؛", ":", "..", "(", ")", "-", "–"))


class DateCandidate(NamedTuple):
    """A day or interval that an event may have; `mention` is the time told, None for the published day."""

    interval: Interval | None
    mention: int | None
    features: tuple[str, ...]


def _context_features(ctx: Context, triggers: list[int], kind: str) -> list[str]:
    """What the event's own sentences say of background or today: shared by "published" and "none"."""
    first = ctx.doc.triggers[triggers[0]]
    sentences = sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers})
    s = sentences[0]
    timed = any(ctx.times[x] for x in sentences)
    resolved = any(ctx.intervals[k] is not None for x in sentences for k in ctx.times[x])
    atoms = [
        f"kind={kind}",
        f"s={bucket(s, (0, 1, 2, 4, 8))}",
        f"timed={timed}",
        f"resolved={resolved}",
        f"n={bucket(len(triggers), (1, 2, 4))}",
        f"e={first.entry}",
        f"form={first.pos}{first.tense}",
        f"kind={kind}&timed={timed}",
        f"s={bucket(s, (0, 1, 2, 4))}&timed={timed}",
        f"def={first.definite or first.enclitic}&pos={first.pos}",
        f"kind={kind}&s={bucket(s, (0, 1, 4))}",
    ]
    opening = ctx.doc.sentences[s].first
    p1 = ctx.tag(first.first - 1) if first.first > opening else "^"
    p2 = ctx.tag(first.first - 2) if first.first - 1 > opening else "^"
    commas = sum(1 for k in range(opening, first.first) if ctx.norms[k] in _BREAK)
    after = next(
        (
            ctx.words[k].function
            for k in range(first.first - 1, max(opening, first.first - 4) - 1, -1)
            if ctx.words[k].function in ("after", "before", "cause", "rel", "comp", "was", "qad")
        ),
        "-",
    )
    atoms += [
        f"p1={p1}",
        f"p2={p2}",
        f"p1={p1}&pos={first.pos}",
        f"open={ctx.norms[opening]}",
        f"open2={ctx.tag(opening)} {ctx.tag(opening + 1)}",
        f"commas={bucket(commas, (0, 1, 3))}&timed={timed}",
        f"up={after}",
        f"up={after}&timed={timed}",
        f"up={after}&s={bucket(s, (0, 1, 4))}",
        f"e={first.entry}&timed={timed}",
        f"form={first.pos}{first.tense}&timed={timed}",
        f"person={first.person}",
        f"size={bucket(len(triggers), (1, 2, 4))}&s={bucket(s, (0, 1, 4))}&timed={timed}",
    ]
    seen = set()
    for n in triggers[:5]:
        t = ctx.doc.triggers[n]
        x = ctx.sentence_of(t.first)
        start = ctx.doc.sentences[x].first
        for k in range(max(start, t.first - 10), t.first):
            f = ctx.words[k].function
            if f in ("was", "qad", "after", "before", "rel", "cause", "light", "happen"):
                seen.add(f"fn={f}")
        if start < len(ctx.words) and ctx.words[start].function == "was":
            seen.add("opens=was")
        for cue, distance in ctx.cues_before(t.first, x, 10):
            seen.add(f"cue={cue.cue}@{'2' if distance <= 2 else '10'}")
        attribution = ctx.attribution_over(t.start, x)
        if attribution is not None:
            seen.add(f"attr={attribution.manner}")
    return atoms + sorted(seen)


def _pair(ctx: Context, n: int, m: int) -> tuple[int, list[str]]:
    t, time = ctx.doc.triggers[n], ctx.doc.times[m]
    if time.first >= t.last:
        side, first, last = "a", t.last, time.first
    else:
        side, first, last = "b", time.last, t.first
    gap = max(last - first, 0)
    others = len({ctx.trigger_at[k] for k in range(first, max(first, last)) if k in ctx.trigger_at} - {n})
    breaks = sum(1 for k in range(first, max(first, last)) if ctx.norms[k] in _BREAK)
    rep = any(ctx.words[k].report for k in range(max(0, time.first - 5), time.first))
    comp = any(ctx.words[k].function == "comp" for k in range(first, max(first, last)))
    pre = ctx.tag(time.first - 1) if time.first else "^"
    nouns = ctx.trigger_at.get(time.first - 1)
    atoms = [
        f"{side}:gap={bucket(gap, (0, 1, 3, 6, 12, 20))}",
        f"{side}:others={min(others, 3)}",
        f"{side}:breaks={min(breaks, 2)}",
        f"{side}:rep={rep}&comp={comp}",
        f"{side}:pre={pre}",
        f"{side}:others={min(others, 2)}&breaks={min(breaks, 1)}",
        f"{side}:comp={comp}&others={min(others, 2)}",
    ]
    if nouns is not None:
        atoms.append(f"{side}:after-trigger={'own' if nouns == n else 'other'}")
    return -gap - 6 * others - 2 * breaks - (4 if comp else 0), atoms


def date_candidates(ctx: Context, triggers: list[int], kind: str, history: list[Told]) -> list[DateCandidate]:
    """The choices for an event's date: none, the published day, and every resolved time in reach."""
    shared = _context_features(ctx, triggers, kind)
    published = ctx.doc.report.published
    found = [DateCandidate(None, None, ("none", *(f"none:{a}" for a in shared)))]
    if published is not None:
        day = Interval(published, published, Precision.DAY, TimeBasis.PUBLISHED)
        found.append(DateCandidate(day, None, ("published", *(f"pub:{a}" for a in shared))))
    sentences = sorted({ctx.sentence_of(ctx.doc.triggers[n].first) for n in triggers})
    near = sorted(
        (set(sentences) | {x - 1 for x in sentences} | {x + 1 for x in sentences} | {0, 1}) & set(range(len(ctx.times)))
    )
    best: dict[tuple[object, object], DateCandidate] = {}
    close: dict[tuple[object, object], int] = {}
    for x, m, interval, reading in _readings(ctx, near, sentences):
        closeness, atoms = (
            -100 - abs(x - sentences[0]),
            [f"away={'title' if x < 2 else bucket(x - sentences[0], (-1, 0, 1))}"],
        )
        for n in triggers[:8]:
            if ctx.sentence_of(ctx.doc.triggers[n].first) == x:
                score, pair = _pair(ctx, n, m)
                if score > closeness:
                    closeness, atoms = score, pair
        key = (interval.start, interval.end)
        if key not in close or closeness > close[key]:
            close[key] = closeness
            atoms += [f"read={reading}", f"read={reading}&kind={kind}", *(f"read={reading}&{a}" for a in shared[5:7])]
            best[key] = DateCandidate(interval, m, tuple(_features(ctx, m, x, sentences, kind, interval, atoms)))
    found += best.values()
    return [c._replace(features=(*c.features, *_remembered(c, history, sentences[0], kind))) for c in found]


def date_key(interval: Interval | None) -> tuple[date, date] | None:
    """What makes two dates the same."""
    return None if interval is None else (interval.start, interval.end)


def _remembered(c: DateCandidate, history: list[Told], sentence: int, kind: str) -> list[str]:
    atoms = history_features(history, sentence, kind, date_key(c.interval))
    source = "none" if c.interval is None else ("pub" if c.mention is None else "told")
    return atoms + [f"{source}:{a}" for a in atoms]


def _readings(ctx: Context, near: list[int], sentences: list[int]) -> Iterator[tuple[int, int, Interval, str]]:
    """(sentence, time, interval, reading) of every way to read the times in reach.

    "منذ حزيران" is the month itself or the stretch from it to now; "الثلاثاء" may be the coming one;
    "بعد يوم من الهجوم" puts the attack a day before the day that is told beside it, or before the report's.
    """
    published = ctx.doc.report.published
    for x in near:
        for m in ctx.times[x]:
            time, told = ctx.doc.times[m], ctx.intervals[m]
            if told is not None:
                yield x, m, told, "told"
            head = time.value.split(":", 1)[0]
            if head in ("since", "from"):
                start = ctx.starts[m]
                if start is not None and start != told:
                    yield x, m, start, "start"
                if start is not None and published is not None and start.start < published:
                    yield x, m, Interval(start.start, published, Precision.DAYS), "from"
            elif told is not None and published is not None and told.end < published and x in sentences:
                if (published - told.start).days > 3:
                    yield x, m, Interval(told.start, published, Precision.DAYS), "open"
                future = ctx.futures[m]
                if future is not None and future != told:
                    yield x, m, future, "future"
            elif head == "relative" and x in sentences:
                for n, day in enumerate(ctx.relatives[m]):
                    yield x, m, day, f"relative{min(n, 1)}"


def _features(
    ctx: Context, m: int, x: int, sentences: list[int], kind: str, interval: Interval, pair: list[str]
) -> list[str]:
    time = ctx.doc.times[m]
    where = "same" if x in sentences else ("before" if x < sentences[0] else "after")
    published = ctx.doc.report.published
    age = "?" if published is None else bucket((published - interval.end).days, (-1, 0, 1, 3, 7, 31, 400))
    grain = interval.precision.value
    rule = time.value.split(":")[0]
    count = sum(1 for k in ctx.times[x] if ctx.intervals[k] is not None)
    return [
        "told",
        f"where={where}",
        f"age={age}",
        f"grain={grain}",
        f"rule={rule}",
        f"where={where}&age={age}",
        f"where={where}&grain={grain}",
        f"kind={kind}&where={where}",
        f"rule={rule}&where={where}",
        f"count={bucket(count, (1, 2, 3))}&where={where}",
        f"kind={kind}&grain={grain}",
        f"age={age}&grain={grain}",
        *pair,
        *(f"{where}:{a}" for a in pair[:2]),
    ]


def choose_date(
    ctx: Context, triggers: list[int], kind: str, history: list[Told], model: LinearModel
) -> tuple[DateCandidate, float]:
    """(the chosen candidate, its lead over the next in log-odds)."""
    candidates = date_candidates(ctx, triggers, kind, history)
    scores = [model.score(c.features) for c in candidates]
    order = sorted(range(len(scores)), key=lambda n: (-scores[n], n))
    lead = scores[order[0]] - scores[order[1]] if len(order) > 1 else 5.0
    return candidates[order[0]], lead
