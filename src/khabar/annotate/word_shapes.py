"""What a folded word looks like by its letters alone: adjectives of relation, participles. Cached per word."""

from __future__ import annotations

from functools import lru_cache

_TYPES = 100_000  # word types remembered
_RELATIONS = ("ي", "يه", "يين", "يون")


@lru_cache(maxsize=_TYPES)
def is_adjective(norm: str) -> bool:
    """Whether an unknown indefinite word looks like an adjective: -ي, -ية, -ين, -ون, م…ة, جديدة."""
    if len(norm) < 4 or (norm[0] in "يتن" and norm[-1] == "ي"):  # يودي, تجري
        return False
    if norm.endswith(("ي", "يه", "ين", "ون", "يده", "يره", "يله")):
        return True
    return norm[0] == "م" and norm[-1] in "ها"


@lru_cache(maxsize=_TYPES)
def is_relation(norm: str) -> bool:
    """Whether a definite word looks like an adjective of relation or a participle: الـ…ي, الـ…ية, الم…ة."""
    if not norm.startswith("ال") or len(norm) < 6:
        return False
    return norm.endswith(_RELATIONS) or (norm[2] == "م" and norm[-1] == "ه")


@lru_cache(maxsize=_TYPES)
def is_adjective_noun(norm: str) -> bool:
    """Whether a word that also is a noun can stand as an adjective: المسلحة, العسكرية, المحليين, مجهول."""
    stem = norm[2:] if norm.startswith("ال") else norm
    if len(stem) < 4:
        return False
    if stem.endswith(_RELATIONS):
        return True
    return stem[0] == "م" and (len(stem) < 7 or stem.endswith(("ه", "ون", "ين", "ا")))


def is_nisba(norm: str, person: str) -> bool:
    """Whether a singular noun is an adjective of relation (انتحاري, عسكري), which takes no genitive."""
    return person == "ms" and norm.endswith("ي") and len(norm) > 3
