"""Spells an actor's names out: templates of states' organs and groups' adjectives, head words, spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from khabar.lexicon.actor_rows import ActorRow, ActorSource, Template
from khabar.lexicon.fold import fold

_WORD = re.compile(r"\d+|[^\W\d_]+")
_JOINED = frozenset(("عبد", "ابو", "ابن", "بو"))  # عبد الله is also written عبدالله
_CASES = {"ابو": ("ابي", "ابا"), "اخوان": (), "بنو": ("بني",)}
SLOT = "slot"  # begins the words of a pattern that an adjective of origin fills
_SLOTTED = re.compile(r" \{(d?[mfpo])\}")
_MAX_SPELLINGS = 24  # of one name; beyond it a name has more than three words that vary

Name = tuple[str, str]  # (name as written, strength)


def split_name(text: str) -> tuple[str, ...]:
    """Folded words of a name, as the tokenizer splits them."""
    return tuple(_WORD.findall(fold(text)))


def bare(word: str) -> str:
    """A folded word without its article."""
    return word[2:] if word.startswith("ال") and len(word) > 3 else word


def _with_article(adjective: str) -> str:
    words = adjective.split()
    if words[0] == "جنوب":  # جنوب أفريقي takes one article: الجنوب أفريقي
        return "ال" + adjective
    return " ".join("ال" + w for w in words)


def adjective_forms(adjective: str) -> dict[str, str]:
    """The slots that templates use: m, f, p (-ون), o (-ين), and each with the article (dm, df, dp, do)."""
    words = adjective.split()
    inflected = [w for w in words if w not in ("جنوب", "وسطى")]
    bases = {"m": "", "f": "ة", "p": "ون", "o": "ين"}
    forms = {key: " ".join(w + end if w in inflected else w for w in words) for key, end in bases.items()}
    return forms | {"d" + key: _with_article(form) for key, form in forms.items()}


def adjective_names(row: ActorRow) -> Iterator[Name]:
    """Inflected adjectives of origin. A group's plural names its people (الحوثيون), so it is a strong name."""
    for adjective in row.adjectives:
        forms = adjective_forms(adjective)
        for key in sorted(forms):
            group = row.kind != "state" and key.endswith(("p", "o"))
            yield forms[key], "strong" if group else "adjective"
        for end in ("ان", "تان", "تين", "ات", "ا"):
            if " " not in adjective and not (end == "ا" and adjective + "ا" in row.strong):
                yield adjective + end, "adjective"
                if end not in ("ا",):
                    yield "ال" + adjective + end, "adjective"


def _fill(pattern: str, row: ActorRow) -> Iterator[str]:
    """A pattern with each of the row's adjectives, or names, in its slot."""
    if "{name}" in pattern:
        for name in row.strong:
            yield pattern.replace("{name}", name)
        return
    for adjective in row.adjectives:
        yield pattern.format_map(adjective_forms(adjective))


def template_names(template: Template, row: ActorRow, *, plain: bool = True) -> Iterator[Name]:
    """Names that a template gives for `row`; without `plain`, those by the row's names only."""
    for strength in ("strong", "weak", "hostile"):
        for pattern in getattr(template, strength):
            if not plain and "{name}" not in pattern:
                continue
            for text in _fill(pattern, row):
                yield text, strength


def slot_patterns(template: Template) -> Iterator[Name]:
    """A template's patterns with an adjective's slot as the word SLOT + key: الجيش {dm} → الجيش slotdm."""
    for strength in ("strong", "weak", "hostile"):
        for pattern in getattr(template, strength):
            if "{name}" not in pattern:
                yield _SLOTTED.sub(rf" {SLOT}\1", pattern), strength


def is_plain(row: ActorRow) -> bool:
    """Whether all adjectives of a row are one word, so that slots can hold them."""
    return not any(" " in adjective for adjective in row.adjectives)


def slot_words(row: ActorRow, pairs: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """(folded word, slot) of every form of a row's adjectives that templates use."""
    for adjective in row.adjectives:
        for key, form in sorted(adjective_forms(adjective).items()):
            for (word,) in written_names(form, pairs):
                yield word, SLOT + key


def headed_names(row: ActorRow, source: ActorSource) -> Iterator[Name]:
    """The row's bare names after the head words of its kind: تنظيم داعش, ميليشيا حزب الله."""
    words = {bare(fold(w)) for _, heads, _ in source.heads for w in heads}
    for kinds, heads, strength in source.heads:
        if row.kind not in kinds:
            continue
        for name in row.strong:
            first = split_name(name)[0]
            if bare(first) in words and len(split_name(name)) > 1:
                continue
            for head in heads:
                yield f"{head} {name}", strength


def own_names(row: ActorRow) -> Iterator[Name]:
    """The names that the row lists itself."""
    for strength in ("strong", "weak", "hostile", "quoted"):
        for name in getattr(row, strength):
            yield name, strength


def _optional(text: str) -> Iterator[str]:
    """Resolve "(ال)": with and without."""
    if "(" not in text:
        yield text
        return
    parts = re.split(r"\(([^)]*)\)", text)
    choices = [(part,) if n % 2 == 0 else (part, "") for n, part in enumerate(parts)]
    for chosen in product(*choices):
        yield " ".join("".join(chosen).split())


@lru_cache(maxsize=16384)
def _spellings(word: str, pairs: tuple[tuple[str, str], ...], alone: bool) -> tuple[str, ...]:
    """Other spellings of a word. A pair "=a", "=b" exchanges whole words, inside longer names only."""
    found = [word]
    for left, right in pairs:
        if left.startswith("="):
            if not alone and word in (left[1:], right[1:]):
                found.append(right[1:] if word == left[1:] else left[1:])
            continue
        for a, b in ((left, right), (right, left)):
            found += [w.replace(a, b) for w in list(found) if a in w and w.replace(a, b) not in found]
    found += [c for c in _CASES.get(word, ()) if not alone]
    if word.endswith("يون") and word.startswith("ال") and not alone:
        found.append(word[:-2] + "ين")
    return tuple(found)


def written_names(text: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, ...]]:
    """Every spelling of a name as folded words, without repeats, in a fixed order."""
    seen: set[tuple[str, ...]] = set()
    for variant in _optional(text):
        words = split_name(variant)
        choices = [_spellings(word, pairs, len(words) == 1) for word in words]
        for n, chosen in enumerate(product(*choices)):
            if n >= _MAX_SPELLINGS:
                break
            for made in (chosen, _joined(chosen)):
                if made and made not in seen:
                    seen.add(made)
                    yield made


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """عبد + الله as one word, and the like; () when nothing joins."""
    made: list[str] = []
    for word in words:
        if made and made[-1] in _JOINED:
            made[-1] += word
        else:
            made.append(word)
    return tuple(made) if len(made) < len(words) else ()
