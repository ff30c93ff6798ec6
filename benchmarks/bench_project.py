"""Figures of the project store. One section a run; run one at a time on an otherwise idle machine.

    python benchmarks/bench_project.py grow --texts DIR [--reports 20000]  cost, memory, size, search
    python benchmarks/bench_project.py kills --texts DIR [--kills 200]     killed at random points: nothing told is lost
    python benchmarks/bench_project.py twice --texts DIR [--reports 2000]  two processes add the same reports at once
    python benchmarks/bench_project.py search --texts DIR --work WORK      searches alone, in the project of `grow`
    python benchmarks/bench_project.py copies --texts DIR                  resemblance of judged pairs of reports

DIR holds *.jsonl of reports (id, text, published, outlet). The reports of `grow` are those texts varied: publication
dates moved back by half years, names of towns exchanged, numbers changed, so that no two tell the same.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

TOWNS = [
    "حلب",
    "إدلب",
    "دمشق",
    "حمص",
    "حماة",
    "درعا",
    "الرقة",
    "الحسكة",
    "القامشلي",
    "عفرين",
    "بغداد",
    "الموصل",
    "كركوك",
    "البصرة",
    "الأنبار",
    "الفلوجة",
    "تكريت",
    "سامراء",
    "أربيل",
    "دهوك",
    "صنعاء",
    "عدن",
    "تعز",
    "الحديدة",
    "مأرب",
    "صعدة",
    "الجوف",
    "غزة",
    "رفح",
    "خانيونس",
    "جنين",
    "نابلس",
    "الخليل",
    "القدس",
    "بيروت",
    "طرابلس",
    "صيدا",
    "بنغازي",
    "مصراتة",
    "سرت",
    "درنة",
    "الخرطوم",
    "الفاشر",
    "نيالا",
    "كابول",
    "قندهار",
    "هرات",
    "مقديشو",
    "كيسمايو",
    "القاهرة",
    "العريش",
]
QUERIES = (
    "قصف",
    "مدنيين",
    "الجيش",
    "غارة جوية",
    "انفجار سيارة مفخخة",
    '"الأمم المتحدة"',
    "قتلى وجرحى",
    "في",
    "حلب -دمشق",
    "طائرات حربية",
    "مستشفى",
    "تنظيم الدولة",
    "هجوم انتحاري",
    "وقف إطلاق النار",
    "اعتقال",
    "نازحين",
    "كلمةليستهناك",
    "المتحدث باسم",
    "قوات الأمن",
    "رويترز",
)


def load_texts(folder: Path) -> list[dict[str, Any]]:
    """Reports of all tables in a folder that have a text and a date, by id."""
    rows: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row.get("text") and row.get("published") and row.get("id"):
                rows.setdefault(row["id"], row)
    if not rows:
        sys.exit(f"{folder}: no *.jsonl with id, text and published in it")
    return [rows[ident] for ident in sorted(rows)]


def vary(rows: list[dict[str, Any]], count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`count` reports made of `rows`."""
    random = Random(seed)
    pattern = re.compile("|".join(map(re.escape, sorted(TOWNS, key=len, reverse=True))))
    for i in range(count):
        row, turn = rows[i % len(rows)], i // len(rows)
        shuffled = list(TOWNS)
        random.shuffle(shuffled)
        towns = dict(zip(TOWNS, shuffled, strict=True))
        text = row["text"] if turn == 0 else pattern.sub(lambda m, t=towns: t[m.group()], row["text"])
        if turn:
            text = re.sub(
                r"(?<![\d.,])([2-9]|[1-9]\d)(?![\d.,])", lambda m: str(int(m.group()) + random.randrange(3)), text
            )
        day = date.fromisoformat(row["published"]) - timedelta(weeks=26 * turn)
        yield {"id": f"{row['id']}-{turn}", "outlet": row.get("outlet"), "published": day.isoformat(), "text": text}


def write_table(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """Rows as JSON Lines."""
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def grow(texts: list[dict[str, Any]], count: int, work: Path) -> None:
    """Cost of a report as the project grows, then search."""
    from khabar.project import Project

    steps = sorted({min(count, n) for n in (1000, 2000, 5000, 10_000, 15_000, count - 1000, count) if n > 0})
    rows = list(vary(texts, count))
    with Project.init(work / "p") as project:
        done = 0
        for step in steps:
            write_table(work / f"{step}.jsonl", iter(rows[done:step]))
            started, cpu = time.perf_counter(), time.process_time()
            result = project.add([str(work / f"{step}.jsonl")])
            spent = (time.perf_counter() - started) * 1000 / (step - done)
            used = (time.process_time() - cpu) * 1000 / (step - done)
            print(
                f"{done:>6} to {step:>6}: {spent:6.2f} ms a report ({used:.2f} of processor), {result.records} events, "
                f"{result.copies} copies, {len(result.failures)} failed, {memory():.0f} MB at most, "
                f"{size(work / 'p'):.0f} MB on disk",
                flush=True,
            )
            done = step
        find(project)
        started = time.perf_counter()
        found = project.verify()
        print(f"verify: {time.perf_counter() - started:.1f} s, {'clean' if found.clean else found.problems[:3]}")


def find(project: Any) -> None:
    """Time of searches with words, filters and both."""
    from khabar.project import Filters

    filters = {
        "words": Filters(),
        "words and radius": Filters(near=(36.2, 37.16, 50)),
        "words and dates": Filters(since=date(2018, 1, 1), until=date(2018, 12, 31)),
        "words, actor and status": Filters(actor="الجيش", statuses=("asserted",)),
        "words and place": Filters(place="حلب"),
        "words and outlet": Filters(outlet="BBC"),
        "words and review state": Filters(state="machine"),
    }
    every: list[float] = []
    for name, wanted in filters.items():
        times: list[float] = []
        for query in QUERIES * 3:
            started = time.perf_counter()
            project.search(query, wanted)
            times.append((time.perf_counter() - started) * 1000)
        every += times
        print(
            f"search by {name}: median {statistics.median(times):.1f} ms, "
            f"p95 {percentile(times):.1f} ms, most {max(times):.1f}"
        )
    print(f"search: p95 {percentile(every):.1f} ms over {len(every)} searches")
    for name, wanted in list(filters.items())[1:]:
        started = time.perf_counter()
        project.search("", wanted)
        print(
            f"no words, only {name.partition(' and ')[2] or 'actor and status'}: "
            f"{(time.perf_counter() - started) * 1000:.1f} ms"
        )
    for name, wanted in list(filters.items()):
        started = time.perf_counter()
        project.incidents(wanted, limit=50)
        print(f"incidents by {name}: {(time.perf_counter() - started) * 1000:.1f} ms")


WORKER = """
import sys
from khabar.project import Project
folder, what, target, seed = sys.argv[1:5]
with Project.open(folder) as project:
    tell = lambda o: print(o.status, o.report, flush=True)
    if what == "add":
        project.add([target], progress=tell)
    elif what == "update":
        project.update(reread=int(seed) % 2 == 0, progress=tell)
    else:
        n = 0
        for record in project.records():
            n += 1
            if n % 7 == int(seed) % 7:
                print("decided", project.decide(record.id, "comment", by="a", text=seed).id, flush=True)
                print("decided", project.decide(record.id, "correct", by="a", reason="seen", property="killed",
                      values=[{"type": "count", "minimum": n, "maximum": n}]).id, flush=True)
"""


def start(folder: Path, what: str, target: Path, seed: int) -> subprocess.Popen[str]:
    """A process that adds, updates or decides, and tells what is done."""
    command = [sys.executable, "-c", WORKER, str(folder), what, str(target), str(seed)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill(texts: list[dict[str, Any]], times: int, work: Path) -> None:
    """Kill `add`, `update` and `decide` in turn at random points; check all that was told after each."""
    from khabar.project import Project

    random = Random(11)
    Project.init(work / "p").close()
    folder = work / "in"
    folder.mkdir()
    rows = list(vary(texts, 50 * times))
    reports, decisions, at = set[str](), set[str](), 0
    problems = early = 0
    with Project.open(work / "p") as project:
        project.add([str(folder)], watch=True)
    for turn in range(times):
        what = ("add", "update", "decide")[turn % 3]
        if what != "decide":
            table = folder / f"{turn}.jsonl"
            write_table(table, iter(rows[at:at + 50]))
            at += 50
        worker = start(work / "p", what, folder, turn)
        first = next((line for line in worker.stdout or () if not line.startswith("known")), "")  # it is at work now
        time.sleep(random.random() * 1.5)
        early += worker.poll() is None
        worker.send_signal(signal.SIGKILL)
        for line in [first.rstrip(), *worker.communicate()[0].splitlines()]:
            status, _, ident = line.partition(" ")
            if len(ident) != 22 or status not in ("added", "version", "decided"):
                continue
            (decisions if status == "decided" else reports).add(ident)
        with Project.open(work / "p") as project:
            found = project.verify()
            missing = [i for i in reports if not has_report(project, i)]
            missing += sorted(decisions - {entry.subject for entry in project.log(kind="decide")})
            problems += len(found.problems) + len(missing)
            if found.problems or missing:
                print(turn, what, found.problems[:3], missing[:3])
        if turn % 20 == 19:
            print(
                f"{turn + 1} kills ({early} while it ran): {len(reports)} reports and {len(decisions)} decisions told, "
                f"{problems} missing or wrong",
                flush=True,
            )
    with Project.open(work / "p") as project:
        result = project.update()
        print(f"then `update`: {len(result.added)} more; {project.verify().reports} of {at} reports; "
              f"verify {'clean' if project.verify().clean else 'NOT clean'}")


def has_report(project: Any, ident: str) -> bool:
    """Whether a report is there and whole."""
    from khabar.errors import InputError

    try:
        return bool(project.report(ident).text)
    except InputError:
        return False


def race(texts: list[dict[str, Any]], count: int, work: Path) -> None:
    """Two processes add the same table."""
    from khabar.project import Project

    Project.init(work / "p").close()
    write_table(work / "t.jsonl", vary(texts, count))
    started = time.perf_counter()
    workers = [start(work / "p", "add", work / "t.jsonl", 0) for _ in range(2)]
    told = [worker.communicate()[0].splitlines() for worker in workers]
    added = [[line.split()[1] for line in lines if line.startswith("added")] for lines in told]
    with Project.open(work / "p") as project:
        found = project.verify()
        print(
            f"{time.perf_counter() - started:.1f} s; exit codes {[w.returncode for w in workers]}; "
            f"added {len(added[0])} + {len(added[1])} = {len(set(added[0]) | set(added[1]))} of {count}; "
            f"told twice: {len(set(added[0]) & set(added[1]))}; "
            f"stored {found.reports}; verify {'clean' if found.clean else found.problems[:3]}"
        )


def compare(folder: Path) -> None:
    """Estimated resemblance of judged pairs, highest first, counted by tenths."""
    from khabar.store.groups import sign

    texts = {row["id"]: row["text"] for row in load_texts(folder)}
    signatures = {ident: sign(text) for ident, text in texts.items()}
    counts: dict[tuple[float, str], int] = {}
    for line in (folder / "pairs_dev.jsonl").read_text("utf-8").splitlines():
        pair = json.loads(line)
        tenth = int(signatures[pair["a"]].resemblance(signatures[pair["b"]]) * 10) / 10
        counts[(tenth, pair["label"])] = counts.get((tenth, pair["label"]), 0) + 1
    for key in sorted(counts, reverse=True):
        print(f"{key[0]:.1f} {key[1]:>9}: {counts[key]}")


def percentile(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[max(0, int(len(times) * 0.95) - 1)]


def memory() -> float:
    """Most memory this process ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def size(folder: Path) -> float:
    """Bytes of a project on disk, MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    """Run one section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("section", choices=("grow", "kills", "twice", "search", "copies"))
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--reports", type=int)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--work", type=Path, help="where to work (default: a temporary folder, removed afterwards)")
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="khabar-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    try:
        if given.section == "copies":
            compare(given.texts)
            return
        if given.section == "search":
            from khabar.project import Project

            with Project.open(work / "p") as project:
                find(project)
            return
        texts = load_texts(given.texts)
        if given.section == "grow":
            grow(texts, given.reports or 20_000, work)
        elif given.section == "kills":
            kill(texts, given.kills, work)
        else:
            race(texts, given.reports or 2000, work)
    finally:
        if given.work is None:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
