"""Resolution of actors against annotated reports: run with `-s` to see the figures. Skipped without the reports."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from khabar.lexicon.actor_rows import load_source
from khabar.lexicon.actors import load_actors
from khabar.pipeline import annotate, make_report
from khabar.resolve.actor import ActorResolver

REPORTS = Path(os.environ.get("KHABAR_EVALUATION", Path(__file__).parents[3] / "shared" / "evaluation"))
FLOORS = {"train": 0.90, "dev": 0.85}

# Nouns of labels for what is struck, counted or unnamed: such an entry is nobody's name.
AD_HOC = frozenset((
    "airport", "airports", "base", "bases", "airbase", "positions", "position", "gatherings", "gathering", "missile",
    "missiles", "drone", "drones", "home", "homes", "house", "houses", "village", "villages", "town", "towns", "city",
    "cities", "district", "districts", "neighbourhood", "neighbourhoods", "area", "areas", "site", "sites", "camp",
    "camps", "barracks", "depot", "depots", "store", "stores", "stadium", "mosque", "church", "school", "schools",
    "university", "hospital", "hospitals", "building", "buildings", "centre", "center", "headquarters", "hq",
    "command", "post", "posts", "checkpoint", "convoy", "column", "vehicle", "vehicles", "car", "bus", "truck",
    "ship", "ships", "vessel", "boat", "tanker", "aircraft", "plane", "helicopter", "battery", "radar", "station",
    "crossing", "border", "road", "street", "market", "hotel", "residence", "embassy", "mission", "missions", "port",
    "facility", "facilities", "refinery", "pipeline", "oil", "ghouta", "reinforcements", "tanks", "guns", "weapons",
    "equipment", "launcher", "launchers", "patrol", "property", "ies", "ied", "ieds", "tunnel", "tunnels", "targets",
    "civilians", "civilian", "residents", "people", "inhabitants", "families", "family", "child", "children", "women",
    "woman", "girl", "boy", "man", "men", "student", "students", "pupils", "worker", "workers", "journalist",
    "journalists", "activist", "protesters", "demonstrators", "mourners", "worshippers", "passengers", "refugees",
    "citizens", "prisoners", "detainees", "hostages", "farmer", "farmers", "herders", "doctors", "doctor", "patients",
    "teacher", "victims", "community", "officer", "officers", "policeman", "policemen", "soldier", "soldiers",
    "fighter", "fighters", "militants", "gunmen", "gunman", "attacker", "attackers", "commander", "commanders",
    "leader", "leaders", "member", "members", "official", "officials", "ambassador", "governor", "spokesman",
    "researcher", "inspectors", "teams", "delegation", "allies", "states", "owners", "figures", "elements",
    "companions", "guard", "guards", "bomber", "crowd", "mob", "youth", "youths", "husband", "wife", "son", "brother",
    "partner", "law", "laws", "attempt", "aid", "crash", "person", "persons", "civil", "palestinians", "syrians",
    "yemenis", "iraqis", "israelis", "kurds", "christians", "muslims", "yazidis", "tribesmen", "pilgrims", "tourists",
))
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
COMMON = frozenset((
    "the", "of", "and", "al", "in", "to", "for", "by", "with", "a", "an", "on", "at", "forces", "force", "group",
    "groups", "army", "military", "militia", "militias", "troops", "government", "authorities", "ministry", "police",
    "security", "national", "general", "led", "backed", "affiliated", "linked", "believed", "suspected", "possibly",
    "two", "three", "several", "all", "front", "party", "movement", "new", "council", "state",
))
# Nouns of labels for organised collectives, whether or not the table knows them.
COLLECTIVE = frozenset((
    "army", "forces", "force", "group", "groups", "government", "authorities", "ministry", "police", "brigade",
    "brigades", "battalion", "battalions", "front", "movement", "party", "militia", "militias", "coalition",
    "council", "agency", "union", "organisation", "organization", "organizations", "organisations", "service",
    "corps", "regiment", "division", "syndicate", "network", "committee", "company", "newspaper", "parliament",
    "court", "state", "republic", "troops", "tribe", "tribes", "faction", "factions", "rebels", "insurgents",
    "parties", "powers", "navy", "tv", "channel",
))


def _words(text: str) -> set[str]:
    """Telling words, plural off, cut to seven letters: Eritreans and Eritrea meet in six."""
    words = (SAME.get(word, SAME.get(word.rstrip("s"), word)) for word in re.findall(r"[a-z]+", text.lower()))
    return {word.rstrip("s")[:6] for word in words if word not in COMMON}


@cache
def _vocabulary() -> frozenset[str]:
    """Telling words of the table's English names: a person's family name, all words of anybody else's."""
    found = set()
    for row in load_source().rows:
        words = re.findall(r"[a-z]+", f"{row.name_en} {row.adj_en or ''}".lower())
        found |= _words(" ".join(words[-1:] if row.kind == "person" else words))
    return frozenset(found)


def _is_named(label: str) -> bool:
    """Whether a label names a collective, a state or a known official: a capital, a telling word, nothing struck."""
    words = set(re.findall(r"[a-z]+", label.lower()))
    if words & AD_HOC or not re.search("[A-Z]", label):
        return False
    return bool(words & COLLECTIVE or _words(label) & _vocabulary() or _acronyms(label))


def _acronyms(label: str) -> set[str]:
    return {word.lower() for word in re.findall(r"\b[A-Z]{3,}\b", label)}


def _initials(text: str) -> str:
    """Initials of a name's capitalised words: Kurdistan Workers' Party is kwp, World Health Organization who."""
    return "".join(word[0].lower() for word in re.findall(r"[A-Z][a-z']+", text))


def _agrees(label: str, english: str) -> bool:
    """Whether a label and an English name share a telling word, or one is the other's acronym."""
    return bool(_words(label) & _words(english)) or _initials(english) in _acronyms(label)


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
            if any(_agrees(label, text) for text in english):
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
