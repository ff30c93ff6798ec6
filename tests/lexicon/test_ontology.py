"""Kinds of event: complete, consistent with the lexicon, and spelt as the other schemes spell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from khabar.errors import DataError
from khabar.lexicon.entries import load_entries
from khabar.lexicon.ontology import family_of, load_families, load_kinds, read_kinds

_ACLED = {
    "Battles": {"Armed clash", "Government regains territory", "Non-state actor overtakes territory"},
    "Explosions/Remote violence": {
        "Chemical weapon", "Air/drone strike", "Suicide bomb", "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED", "Grenade",
    },
    "Violence against civilians": {"Sexual violence", "Attack", "Abduction/forced disappearance"},
    "Protests": {"Peaceful protest", "Protest with intervention", "Excessive force against protesters"},
    "Riots": {"Violent demonstration", "Mob violence"},
    "Strategic developments": {
        "Agreement", "Arrests", "Change to group/activity", "Disrupted weapons use",
        "Headquarters or base established", "Looting/property destruction", "Non-violent transfer of territory",
        "Other",
    },
}
_PLOVER = {
    "AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
}
_GOOD = """
[[kind]]
id = "strike"
family = "attack"
verbal = false
name_en = "Strike"
name_ar = "ضربة"
gloss = "a strike"
plover = {event = "ASSAULT"}
acled = {event_type = "Battles", sub_event_type = "Armed clash"}
cameo = "19"
"""


def test_material_and_verbal_kinds_are_complete() -> None:
    kinds = load_kinds().values()
    assert [k.id for k in kinds if not k.verbal] == [
        "airstrike", "shelling", "bombing", "suicide_bombing", "armed_attack", "clash", "chemical_attack",
        "assassination", "killing", "abduction", "detention", "release", "interception", "territory", "deployment",
        "destruction", "displacement", "protest", "aid",
    ]
    assert [k.id for k in kinds if k.verbal] == ["agreement", "talks", "threat", "accusation", "sanction", "demand"]


@pytest.mark.parametrize("kind", load_kinds().values(), ids=lambda kind: kind.id)
def test_codes_are_spelt_as_their_schemes_spell_them(kind) -> None:  # type: ignore[no-untyped-def]
    assert kind.acled_sub_event_type in _ACLED[kind.acled_event_type]
    assert kind.plover_event in _PLOVER
    assert "01" <= kind.cameo <= "20"
    assert kind.airwars in (None, "Airstrike", "Drone strike", "Artillery", "Ground operation")


@pytest.mark.parametrize(
    ("kind", "family"),
    [("airstrike", "attack"), ("release", "seizure"), ("deployment", "territory"), ("demand", "diplomacy")],
)
def test_family_of(kind: str, family: str) -> None:
    assert family_of(kind) == load_families()[kind] == family


def test_an_unknown_kind_is_named_with_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"'raid'.*airstrike"):
        family_of("raid")


def test_every_kind_of_a_trigger_is_known_and_every_kind_has_a_trigger() -> None:
    told = {kind for entry in load_entries() for kind in entry.kinds}
    assert told == set(load_kinds())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('cameo = "19"', 'cameo = "190"', "two digits"),
        ('gloss = "a strike"', 'gloss = ""', "gloss"),
        ("verbal = false", 'verbal = "no"', "verbal"),
        ('plover = {event = "ASSAULT"}', 'plover = {mode = "x"}', "plover is"),
        (', sub_event_type = "Armed clash"', "", "sub_event_type"),
        ("[[kind]]", _GOOD + "[[kind]]", "already taken"),
        ("[[kind]]", _GOOD.replace("strike", "talk").replace("false", "true") + "[[kind]]", "family 'attack'"),
        ('family = "attack"', 'family = "attack', "not valid TOML"),
        ('family = "attack"', 'family = "attack"\ncolour = "red"', "colour"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "kinds.toml"
    path.write_text(_GOOD, "utf-8")
    assert list(read_kinds(path)) == ["strike"]
    path.write_text(_GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=message):
        read_kinds(path)
