"""Resolution of actors against annotated reports: run with `-s` to see the figures. Skipped without the reports."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from khabar.lexicon.actors import load_actors
from khabar.pipeline import annotate, make_report
from khabar.resolve.actor import ActorResolver

REPORTS = Path(os.environ.get("KHABAR_EVALUATION", Path(__file__).parents[3] / "shared" / "evaluation"))
FLOORS = {"train": 0.90, "dev": 0.85}

# Nouns of labels for what is struck, counted or unnamed: such an entry is nobody's name.
AD_HOC = frozenset(
    """airport airports base bases airbase positions position gatherings gathering missile missiles drone drones home
    homes house houses village villages town towns city cities district districts neighbourhood neighbourhoods area areas
    site sites camp camps barracks depot depots store stores stadium mosque church school schools university hospital
    hospitals building buildings centre center headquarters hq command post posts checkpoint convoy column vehicle
    vehicles car bus truck ship ships vessel boat tanker aircraft plane helicopter battery radar station crossing border
    road street market hotel residence embassy mission missions port facility facilities refinery pipeline oil ghouta
    reinforcements tanks guns weapons equipment launcher launchers patrol property ies ied ieds tunnel tunnels targets
    civilians civilian residents people inhabitants families family child children women woman girl boy man men student
    students pupils worker workers journalist journalists activist protesters demonstrators mourners worshippers
    passengers refugees citizens prisoners detainees hostages farmer farmers herders doctors doctor patients teacher
    victims community officer officers policeman policemen soldier soldiers fighter fighters militants gunmen gunman
    attacker attackers commander commanders leader leaders member members official officials ambassador governor
    spokesman researcher inspectors teams delegation allies states owners figures elements companions guard guards
    bomber crowd mob youth youths husband wife son brother partner law laws attempt aid crash person persons civil
    palestinians syrians yemenis iraqis israelis kurds christians muslims yazidis tribesmen pilgrims tourists
    """.split()
)
# Words of labels and of the table's names that mean the same.
SAME = {
    "is": "islamic", "isis": "islamic", "isil": "islamic", "daesh": "islamic", "uae": "emirati", "emirates": "emirati",
    "uk": "british", "britain": "british", "kingdom": "british", "american": "us", "states": "us", "america": "us",
    "houthi": "houthis", "russia": "russian", "iran": "iranian", "turkey": "turkish", "turkiye": "turkish",
    "syria": "syrian", "israel": "israeli", "iraq": "iraqi", "yemen": "yemeni", "egypt": "egyptian",
    "france": "french", "lebanon": "lebanese", "pakistan": "pakistani", "india": "indian", "nigeria": "nigerian",
    "somalia": "somali", "libya": "libyan", "sudan": "sudanese", "afghanistan": "afghan", "germany": "german",
    "china": "chinese", "ukraine": "ukrainian", "philippines": "philippine", "palestine": "palestinian",
    "arabia": "saudi", "kurdish": "kurds", "pmf": "mobilization", "hashd": "mobilization", "assad": "syrian",
    "shabab": "shabaab", "regime": "government", "idf": "israeli", "ypg": "protection",
    "fsa": "free", "sdf": "democratic", "hts": "tahrir", "un": "nations", "eu": "european",
    "pkk": "kurdistan", "pyd": "democratic", "pij": "jihad", "cts": "terrorism",
}
COMMON = frozenset(
    """the of and al in to for by with a an on at forces force group groups army military militia militias troops
    government authorities ministry police security national general led backed affiliated linked believed suspected
    possibly two three several all front party movement new council state""".split()
)


def _words(text: str) -> set[str]:
    words = (SAME.get(word, word) for word in re.findall(r"[a-z]+", text.lower()))
    return {word for word in words if word not in COMMON}


def _is_named(label: str) -> bool:
    """Whether a label names somebody: it has a capital, and no noun of things struck or people counted."""
    return bool(re.search("[A-Z]", label)) and not (set(re.findall(r"[a-z]+", label.lower())) & AD_HOC)


def _entries(report: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Distinct annotated actors and targets that name somebody."""
    seen = set()
    for event in report["events"]:
        for entry in (*event["actors"], *event["targets"]):
            key = (entry["label"], tuple(entry.get("names") or ()))
            if key not in seen and key[1] and _is_named(key[0]):
                seen.add(key)
                yield key


def _resolved(report: dict[str, Any]) -> list[tuple[int, int, str]]:
    """(start, end, actor) of every resolved mention, affiliations included."""
    published = date.fromisoformat(report["published"]) if report.get("published") else None
    doc = annotate(make_report(report["text"], published=published, title=report.get("title")))
    resolver = ActorResolver(doc)
    found = []
    for mention in doc.actors:
        for actor in (resolver.resolve(mention), resolver.affiliation(mention)):
            if actor is not None:
                found.append((mention.start, mention.end, actor))
    return found


def measure(name: str) -> tuple[int, int, int, Counter[str]]:
    """(entries, resolved to some actor, to one whose English name shares a telling word, what went wrong)."""
    table = load_actors()
    total = found = right = 0
    wrong: Counter[str] = Counter()
    for line in (REPORTS / f"{name}.jsonl").read_text("utf-8").splitlines():
        report = json.loads(line)
        mentions = _resolved(report)
        for label, names in _entries(report):
            spans = [match.span() for text in names for match in re.finditer(re.escape(text), report["text"])]
            ids = {a for s, e, a in mentions if any(s < end and start < e for start, end in spans)}
            english = [info.name_en for info in map(table.get, sorted(ids)) if info is not None]
            total += 1
            found += bool(ids)
            if any(_words(label) & _words(text) for text in english):
                right += 1
            else:
                wrong[f"{label} {names[:3]}: {sorted(ids)[:4]}"] += 1
    return total, found, right, wrong


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_annotated_actors_are_resolved(name: str) -> None:
    if not (REPORTS / f"{name}.jsonl").exists():
        pytest.skip("the annotated reports are not here; set KHABAR_EVALUATION to their folder")
    total, found, right, wrong = measure(name)
    print(f"\n{name}: {total} named actors, {found / total:.3f} resolved, {right / total:.3f} as labelled")
    if name == "train":
        for text, count in wrong.most_common(int(os.environ.get("KHABAR_ERRORS", "0"))):
            print(count, text)
    assert right / total >= FLOORS[name]
