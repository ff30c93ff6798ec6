"""When it happened: told times near the event, the report's day by default, or not known."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date
from typing import NamedTuple

from khabar.code.context import Context, bucket
from khabar.code.date_features import Pair, Setting, describe_setting, pair_blocks, pair_of, setting_blocks
from khabar.code.history import Before, Told, history_block, look_back
from khabar.lexicon.weights import Block, LinearModel, best_of, one, prefixed
from khabar.model.document import Interval, Precision, TimeBasis

_EARLIER = 4  # dates of earlier events that may be taken over
_PAIRED = 8  # triggers of an event beside which its times are looked for
_SURE_LEAD = 5.0  # log-odds of a choice without a rival
_AGES = (-1, 0, 1, 3, 7, 31, 400)  # days before the report


class DateCandidate(NamedTuple):
    """A day or interval that an event may have; `mention` is the time told, None for the published day."""

    interval: Interval | None
    mention: int | None
    blocks: list[Block]


def date_candidates(ctx: Context, triggers: list[int], kind: str, history: list[Told]) -> list[DateCandidate]:
    """The choices for an event's date: none, the published day, every resolved time in reach, days told before."""
    setting = describe_setting(ctx, triggers, kind)
    shared = setting_blocks(ctx, triggers, setting)
    published = ctx.doc.report.published
    found = [DateCandidate(None, None, [one("none"), *prefixed("none", shared)])]
    if published is not None:
        day = Interval(published, published, Precision.DAY, TimeBasis.PUBLISHED)
        found.append(DateCandidate(day, None, [one("published"), *prefixed("pub", shared)]))
    told = _told(ctx, triggers, setting)
    found += told.values()
    found += _past_candidates(history, told, published, setting)
    before = look_back(history, setting.sentences[0], kind)
    for candidate in found:
        candidate.blocks.extend(_remembered(candidate, before))
    return found


def _told(ctx: Context, triggers: list[int], setting: Setting) -> dict[object, DateCandidate]:
    """The times in reach by their days, each as told closest to the event."""
    sentences = setting.sentences
    near = sorted(
        (set(sentences) | {x - 1 for x in sentences} | {x + 1 for x in sentences} | {0, 1}) & set(range(len(ctx.times)))
    )
    inside: dict[int, list[int]] = {}
    for n in triggers[:_PAIRED]:
        inside.setdefault(ctx.sentence_of(ctx.doc.triggers[n].first), []).append(n)
    found: dict[object, DateCandidate] = {}
    close: dict[object, int] = {}
    pairs: dict[int, Pair | None] = {}  # by time: the pair with the event's closest word
    for x, m, interval, reading in _readings(ctx, near, sentences):
        if m not in pairs:
            pairs[m] = max([pair_of(ctx, n, m) for n in inside.get(x, ())], key=lambda p: p.closeness, default=None)
        pair = pairs[m]
        closeness = -100 - abs(x - sentences[0])
        if pair is not None and pair.closeness > closeness:
            closeness = pair.closeness
        else:
            pair = None
        key = (interval.start, interval.end)
        if key in close and closeness <= close[key]:
            continue
        close[key] = closeness
        where = "same" if x in sentences else ("before" if x < sentences[0] else "after")
        blocks = [_time(ctx, m, x, setting.kind, interval, where), _read(reading, setting)]
        if pair is not None:
            blocks += pair_blocks(ctx, pair, m, where, reading)
        else:
            blocks.append((_away, "title" if x < 2 else bucket(x - sentences[0], (-1, 0, 1)), where, reading))
        found[key] = DateCandidate(interval, m, blocks)
    return found


def _away(away: str, where: str, reading: str) -> list[str]:
    return [f"away={away}", f"{where}:away={away}", f"{where}:read={reading}"]


def _read(reading: str, setting: Setting) -> Block:
    return (_read_as, reading, setting.kind, setting.entry, setting.form, setting.size, setting.plural)


def _read_as(reading: str, kind: str, entry: str, form: str, size: str, plural: bool) -> list[str]:
    return [
        f"read={reading}", f"read={reading}&kind={kind}", f"read={reading}&e={entry}", f"read={reading}&form={form}",
        f"big={size}&read={reading}", f"plural={plural}&read={reading}",
    ]


def _time(ctx: Context, m: int, x: int, kind: str, interval: Interval, where: str) -> Block:
    count = sum([ctx.intervals[k] is not None for k in ctx.times[x]])
    rule = ctx.doc.times[m].value.split(":")[0]
    age = _age(ctx.doc.report.published, interval.end)
    return (_time_is, where, age, interval.precision.value, rule, bucket(count, (1, 2, 3)), kind)


def _time_is(where: str, age: str, grain: str, rule: str, count: str, kind: str) -> list[str]:
    return [
        "told", f"where={where}", f"age={age}", f"grain={grain}", f"rule={rule}", f"where={where}&age={age}",
        f"where={where}&grain={grain}", f"kind={kind}&where={where}", f"rule={rule}&where={where}",
        f"count={count}&where={where}", f"kind={kind}&grain={grain}", f"age={age}&grain={grain}",
    ]


def _age(published: date | None, day: date) -> str:
    return "?" if published is None else bucket((published - day).days, _AGES)


def _past_candidates(
    history: list[Told], known: Container[object], published: date | None, setting: Setting
) -> list[DateCandidate]:
    """The dates of the latest events before that no time in reach tells."""
    found = []
    for key in [k for k in dict.fromkeys(t.key for t in reversed(history)) if isinstance(k, tuple)][:_EARLIER]:
        if key in known or key == (published, published):
            continue
        grain = Precision.DAY if key[0] == key[1] else Precision.DAYS
        block = (_past, _age(published, key[1]), grain.value, setting.kind, setting.first, setting.timed)
        found.append(DateCandidate(Interval(key[0], key[1], grain, TimeBasis.INHERITED), None, [block]))
    return found


def _past(age: str, grain: str, kind: str, s: str, timed: bool) -> list[str]:
    return ["past", f"past:age={age}&grain={grain}", f"past:kind={kind}", f"past:s={s}", f"past:timed={timed}"]


def date_key(interval: Interval | None) -> tuple[date, date] | None:
    """What makes two dates the same."""
    return None if interval is None else (interval.start, interval.end)


def _remembered(c: DateCandidate, before: Before | None) -> list[Block]:
    block = history_block(before, date_key(c.interval))
    source = "none" if c.interval is None else ("pub" if c.mention is None else "told")
    return [block, *prefixed(source, [block])]


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


def choose_date(
    ctx: Context, triggers: list[int], kind: str, history: list[Told], model: LinearModel
) -> tuple[DateCandidate, float]:
    """(the chosen candidate, its lead over the next in log-odds)."""
    known = _commemorated(ctx, triggers)
    if known is not None:
        return known, _SURE_LEAD
    candidates = date_candidates(ctx, triggers, kind, history)
    best, lead = best_of([model.total(c.blocks) for c in candidates], _SURE_LEAD)
    return candidates[best], lead


def _commemorated(ctx: Context, triggers: list[int]) -> DateCandidate | None:
    """The day of an act that is named right after its anniversary: "الذكرى الثانية لاغتياله"."""
    for n in triggers[:_PAIRED]:
        t = ctx.doc.triggers[n]
        m = ctx.time_at.get(t.first - 1)
        if m is not None and "anniversary:" in ctx.doc.times[m].value and ctx.relatives[m]:
            return DateCandidate(ctx.relatives[m][0], m, [])
    return None
