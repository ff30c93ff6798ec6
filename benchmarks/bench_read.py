"""Times the reader on one core: start-up, reports a second as a whole and by stage, peak memory.

Run: python benchmarks/bench_read.py reports.jsonl

A line is {"text": …, "published": "YYYY-MM-DD" or null}. Times are process times, so what else the machine does
counts little; the first reports are read once before, as words met for the first time cost more.
"""

from __future__ import annotations

import time

_BEGUN = time.perf_counter(), time.process_time()

import json  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from datetime import date  # noqa: E402
from pathlib import Path  # noqa: E402

from khabar.code.records import code_events  # noqa: E402
from khabar.model.report import Report  # noqa: E402
from khabar.pipeline import annotate, build_context, make_report, read  # noqa: E402

_SAMPLE = "قتل ثلاثة مدنيين في قصف على حلب يوم الأحد، وفق ما أعلن مصدر عسكري في الجيش."
_WARM_UP = 60  # reports read before the clock starts
_ROUNDS = 3


def main(paths: list[str]) -> None:
    """Print the figures for one file of reports."""
    if len(paths) != 1:
        sys.exit("usage: bench_read.py reports.jsonl")
    read(_SAMPLE, published=date(2018, 3, 12))  # loads every table
    wall, cpu = time.perf_counter() - _BEGUN[0], time.process_time()
    print(f"start-up           {wall:7.2f} s, {cpu:.2f} s on the processor (caches are warm from the second run on)")
    reports = [_report(line) for line in Path(paths[0]).read_text("utf-8").splitlines() if line.strip()]
    for report in reports[:_WARM_UP]:
        code_events(build_context(annotate(report)))
    best, words = _measure(reports)
    for _ in range(1, _ROUNDS):
        best = [min(pair) for pair in zip(best, _measure(reports)[0], strict=True)]
    print(f"reports            {len(reports):7} of {words / len(reports):.0f} words; best of {_ROUNDS} rounds")
    for name, seconds in zip(("annotate", "build_context", "code_events"), best, strict=True):
        print(f"{name:18} {1000 * seconds / len(reports):7.2f} ms a report")
    whole = sum(best)
    rate = len(reports) / whole
    print(f"whole              {1000 / rate:7.2f} ms a report, {rate:.0f} reports/s on one core")
    print(f"peak memory        {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")


def _report(line: str) -> Report:
    row = json.loads(line)
    published = row.get("published")
    return make_report(row["text"], published=date.fromisoformat(published[:10]) if published else None)


def _measure(reports: list[Report]) -> tuple[list[float], int]:
    """Seconds of processor time in each of the three stages, one report after the other, and the words read."""
    clock = time.process_time
    spent, words = [0.0, 0.0, 0.0], 0
    for report in reports:
        times = [clock()]
        document = annotate(report)
        times.append(clock())
        context = build_context(document)
        times.append(clock())
        code_events(context)
        times.append(clock())
        spent = [total + after - before for total, before, after in zip(spent, times, times[1:], strict=False)]
        words += len(document.tokens)
    return spent, words


if __name__ == "__main__":
    main(sys.argv[1:])
