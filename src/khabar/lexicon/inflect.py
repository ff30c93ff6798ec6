"""Generates the written (unvowelled, folded) forms of a lemma, so that nobody lists them by hand.

A verb is its root and its form (I-X, and QI/QII for four letters); weak letters decide the paradigm.
Only what unvowelled script shows is generated: qatala, qutila and qattala are all قتل. Each form
carries its tense, person and the *set* of voices that it can be read in.

Worked example: root قتل, form 1 gives قتل (perfect 3ms, active or passive), يقتلون (imperfect 3mp) …
Source of the paradigms: any reference grammar (Ryding 2005, ch. 21-33); tests compare with `mazini`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from khabar.lexicon.fold import fold


class Form(NamedTuple):
    """One written form. `text` is folded. `bound` forms occur only before an enclitic."""

    text: str
    pos: str  # v (verb), n (noun), ap / pp (participles), adj
    tense: str = ""  # perf, impf or ""
    person: str = ""  # 3ms, 3fp … for verbs; number and gender (ms, fp, md) for nouns
    voices: str = ""  # a, p or ap
    bound: bool = False


class Stem(NamedTuple):
    """A verb's stems before endings: `vowel` goes before vowel-initial endings (or none), `cons` before consonants."""

    vowel: str  # قال، شن، رمى
    cons: str  # قل، شنن، رمي
    final: str = ""  # '' sound; 'a', 'i', 'u' for defective -ى/-ا, -ي, -و


_WEAK = "وي"
_PREFIX = {1: "", 2: "", 3: "", 4: "ا", 5: "ت", 6: "ت", 7: "ان", 8: "ا", 9: "ا", 10: "است", 11: "", 12: "ت"}
_IMPF_PREFIX = {1: "", 2: "", 3: "", 4: "", 5: "ت", 6: "ت", 7: "ن", 8: "", 9: "", 10: "ست", 11: "", 12: "ت"}


def _infix8(first: str) -> str:
    """Form VIII's first radical with its assimilated ت: اضطر، ازداد، اصطدم، ادعى، اتصل."""
    if first in "صض":
        return first + "ط"
    if first in "ط":
        return "ط"
    if first == "ز":
        return "زد"
    if first in "دذ":
        return "د"
    if first == "ظ":
        return "ظ"
    if first in "وي":
        return "ت"
    return first + "ت"


def _onset(root: str, form: int) -> tuple[str, str]:
    """(what precedes the middle radical in the perfect, in the imperfect), without person prefixes."""
    first = "ا" if root[0] == "ء" else root[0]
    if form in (3, 6):
        core = first + "ا" if root[0] != "ء" else "ا"
        return _PREFIX[form] + core, _IMPF_PREFIX[form] + (first + "ا" if root[0] != "ء" else "وا")
    if form == 8:
        core = _infix8("ت" if root == "ءخذ" else first)
        return "ا" + core, core
    if form == 4:
        perfect = "ا" if root[0] == "ء" else "ا" + first
        return perfect, "و" if root[0] == "ء" else first
    if form == 1 and root[0] == "و":
        return first, ""
    if form == 2 and root[0] == "ء":
        return first, "و"
    return _PREFIX[form] + first, _IMPF_PREFIX[form] + first


def _hamza(letter: str, seat: str = "ا") -> str:
    return seat if letter == "ء" else letter


def _stems(root: str, form: int, vowel: str) -> dict[tuple[str, str], Stem]:
    """Stems by (tense, voice). `vowel` is the imperfect's middle vowel (a, i, u) where the script shows it."""
    perf, impf = _onset(root, form)
    impf_passive = "و" if form == 1 and root[0] in "وء" else impf  # يوقف، يؤسر
    middle, last = root[1], root[-1]
    if form in (11, 12):
        body = perf + root[1] + root[2] + _hamza(root[3])
        ibody = impf + root[1] + root[2] + _hamza(root[3])
        return {("perf", v): Stem(body, body) for v in "ap"} | {("impf", v): Stem(ibody, ibody) for v in "ap"}
    if last in _WEAK:
        return _defective(root, form, vowel, perf, impf, impf_passive)
    if middle in _WEAK and form in (1, 4, 7, 8, 10) and vowel != "sound":
        return _hollow(root, form, vowel, perf, impf)
    mid, end = _hamza(middle), _hamza(last)
    if middle == last and form in (1, 3, 4, 6, 7, 8, 10):
        return {("perf", v): Stem(perf + mid, perf + mid + end) for v in "ap"} | {
            ("impf", v): Stem((impf if v == "a" else impf_passive) + mid, impf + mid + end) for v in "ap"
        }
    active, passive = perf + mid + end, perf + mid + end
    if form in (3, 6):  # قوتل، تبودل، أوخذ
        passive = (perf[:-1] or "ا") + "و" + mid + end
    if middle == "ء":
        passive = perf + "ي" + end
    if last == "ء":
        passive = perf + mid + "ي"
    impf_end = "ي" if last == "ء" and form in (2, 3, 4, 7, 8, 10) else end  # ينشئ against يبدأ
    return {
        ("perf", "a"): Stem(active, active),
        ("perf", "p"): Stem(passive, passive),
        ("impf", "a"): Stem(impf + mid + impf_end, impf + mid + impf_end),
        ("impf", "p"): Stem(impf_passive + mid + end, impf_passive + mid + end),
    }


def _hollow(root: str, form: int, vowel: str, perf: str, impf: str) -> dict[tuple[str, str], Stem]:
    last = root[2]
    short = _hamza(last, "ي")  # جاء but جئن
    long = {"u": "و", "i": "ي", "a": "ا"}[vowel or ("u" if root[1] == "و" else "i")]
    active_impf = {1: long, 4: "ي", 7: "ا", 8: "ا", 10: "ي"}[form]
    passive_onset = perf
    return {
        ("perf", "a"): Stem(perf + "ا" + last, perf + short),
        ("perf", "p"): Stem(passive_onset + "ي" + last, perf + short),
        ("impf", "a"): Stem(impf + active_impf + last, impf + short),
        ("impf", "p"): Stem(impf + "ا" + last, impf + short),
    }


def _defective(
    root: str, form: int, vowel: str, perf: str, impf: str, impf_passive: str
) -> dict[tuple[str, str], Stem]:
    mid = _hamza(root[1])
    perf_final = "i" if vowel == "ia" else "a"  # بقي يبقى
    perf_letter = "ا" if form == 1 and root[2] == "و" and perf_final == "a" else "ي"
    impf_final = {"ia": "a", "u": "u", "a": "a"}.get(vowel, "")
    if not impf_final:
        impf_final = "u" if form == 1 and root[2] == "و" else ("a" if form in (5, 6) else "i")
    passive_perf = perf[:-1] + "و" if form in (3, 6) else perf
    return {
        ("perf", "a"): Stem(perf + mid + perf_letter, perf + mid + ("و" if perf_letter == "ا" else "ي"), perf_final),
        ("perf", "p"): Stem(passive_perf + mid + "ي", passive_perf + mid + "ي", "i"),
        ("impf", "a"): Stem(impf + mid + ("و" if impf_final == "u" else "ي"), impf + mid, impf_final),
        ("impf", "p"): Stem(impf_passive + mid + "ي", impf_passive + mid, "a"),
    }


def _perfect(stem: Stem) -> Iterator[tuple[str, str, bool]]:
    """(form, person, bound) of the perfect."""
    if stem.final:
        base = stem.vowel[:-1]
        yield stem.vowel, "3ms", False
        yield base + ("ا" if stem.final == "a" else "ي"), "3ms", True
        yield (base + "ت" if stem.final == "a" else base + "يت"), "3fs", False
        yield stem.cons + "ا", "3md", False
        yield (base + "تا" if stem.final == "a" else base + "يتا"), "3fd", False
        yield base + "وا", "3mp", False
        yield base + "و", "3mp", True
        yield stem.cons + "ن", "3fp", False
        yield stem.cons + "نا", "1p", False
        yield stem.cons + "ت", "1s", False
        return
    yield stem.vowel, "3ms", False
    yield stem.vowel + "ت", "3fs", False
    yield stem.vowel + "ا", "3md", False
    yield stem.vowel + "تا", "3fd", False
    yield stem.vowel + "وا", "3mp", False
    yield stem.vowel + "و", "3mp", True
    yield stem.cons + ("ن" if not stem.cons.endswith("ن") else ""), "3fp", False
    yield stem.cons + ("نا" if not stem.cons.endswith("ن") else "ا"), "1p", False  # كنا
    yield stem.cons + "ت", "1s", False


def _imperfect(stem: Stem) -> Iterator[tuple[str, str, bool]]:
    """(form, person, bound) of the imperfect: indicative, subjunctive and jussive as script shows them."""
    body = stem.vowel
    if stem.final:
        base = body[:-1]
        endings = [("ون", "3mp", False), ("وا", "3mp", False), ("و", "3mp", True)]
        yield "ي" + body, "3ms", False
        yield "ت" + body, "3fs", False
        yield "ا" + body, "1s", False
        yield "ن" + body, "1p", False
        if stem.final == "a":
            yield "ي" + base + "ا", "3ms", True
            yield "ت" + base + "ا", "3fs", True
        yield "ي" + base, "3ms", False  # jussive لم يبق
        yield "ت" + base, "3fs", False
        yield "ن" + base, "1p", False
        for ending, person, bound in endings:
            yield "ي" + base + ending, person, bound
        dual = base + ("يا" if stem.final != "u" else "وا")
        yield "ي" + dual + "ن", "3md", False
        yield "ي" + dual, "3md", False
        yield "ت" + dual + "ن", "3fd", False
        yield "ي" + base + ("ين" if stem.final != "u" else "ون"), "3fp", False
        return
    for prefix, person in (("ي", "3ms"), ("ت", "3fs"), ("ا", "1s"), ("ن", "1p")):
        yield prefix + body, person, False
        if stem.cons != body:
            yield prefix + stem.cons, person, False  # jussive لم يقل
    for ending, person, bound in (
        ("ون", "3mp", False), ("وا", "3mp", False), ("و", "3mp", True), ("ان", "3md", False), ("ا", "3md", False),
    ):
        yield "ي" + body + ending, person, bound
    yield "ت" + body + "ان", "3fd", False
    yield "ي" + stem.cons + ("ن" if not stem.cons.endswith("ن") else ""), "3fp", False


def _spellings(text: str, root: str) -> Iterator[str]:
    """Written variants: بدآ for بدأا, and يبدؤون beside يبدأون."""
    text = text.replace("اا", "ا")
    yield text
    if root[-1] == "ء":
        for ending in ("اون", "اوا", "او", "ءون", "ءوا", "ءو"):
            if text.endswith(ending):
                yield text[: -len(ending)] + "و" + ending[1:]


def verb_forms(root: str, form: int, *, vowel: str = "", voices: str = "ap") -> Iterator[Form]:
    """Every written form of a verb. `voices` restricts to readings that occur (أصيب: only "p")."""
    root = root.replace(" ", "")
    stems = _stems(root, form, vowel)
    found: dict[tuple[str, str, str, bool], str] = {}
    for (tense, voice), stem in stems.items():
        if voice not in voices:
            continue
        for text, person, bound in (_perfect if tense == "perf" else _imperfect)(stem):
            for spelling in _spellings(fold(text), root):
                key = (spelling, tense, person, bound)
                if voice not in found.get(key, ""):
                    found[key] = found.get(key, "") + voice
    for (text, tense, person, bound), readings in found.items():
        yield Form(text, "v", tense, person, readings, bound)


def masdar_of(root: str, form: int) -> str | None:
    """The verbal noun of a derived form; None for form I, whose verbal nouns are listed."""
    root = root.replace(" ", "")
    if form == 1:
        return None
    f, c, last = root[0], root[1], root[-1]
    defective = last in _WEAK
    tail = "ء" if defective else last
    hollow = c in _WEAK and not defective
    first = "ئ" if f == "ء" else f
    if form == 11:
        return root + "ة"
    if form == 12:
        return "ت" + root
    if form == 2:
        f = "أ" if f == "ء" else f
        return ("ت" + f + c + "ية") if defective or last == "ء" else "ت" + f + c + "ي" + last
    if form == 3:
        f = "ؤ" if f == "ء" else f
        return "م" + f + "ا" + c + ("اة" if defective else last + "ة") if c != last else "م" + f + "ا" + c + "ة"
    if form == 4:
        if hollow:
            return "ا" + f + "ا" + last + "ة"
        return "ا" + ("ي" if f in "وء" else f) + c + "ا" + tail
    if form == 5:
        return "ت" + ("أ" if f == "ء" else f) + c + ("ي" if defective else "ؤ" if last == "ء" else last)
    if form == 6:
        return "ت" + ("آ" if f == "ء" else f + "ا") + c + ("ي" if defective else last if c != last else "")
    if form == 7:
        return "ان" + f + ("ي" if hollow else c) + "ا" + tail
    if form == 8:
        return "ا" + _infix8("ت" if root == "ءخذ" else f) + ("ي" if hollow else c) + "ا" + tail
    if form == 10:
        if hollow:
            return "است" + f + "ا" + last + "ة"
        return "است" + ("ي" if f == "و" else first if f != "ء" else "ئ") + c + "ا" + tail
    return None


def participles_of(root: str, form: int) -> tuple[str | None, str | None]:
    """(active, passive) participle, masculine singular, as written."""
    root = root.replace(" ", "")
    f, c, last = root[0], root[1], root[-1]
    if form == 1:
        middle = "ئ" if c in "ويء" else c
        tail = "ي" if last in _WEAK else "ئ" if last == "ء" else last
        middle = c if last in _WEAK else middle  # ناوي
        active = ("آ" if f == "ء" else f + "ا") + (c if c == last else middle + tail)
        f = "أ" if f == "ء" else f
        if last in _WEAK:
            passive = "م" + f + c + ("و" if last == "و" else "ي")
        elif c in _WEAK:
            passive = "م" + f + c + last
        else:
            passive = "م" + f + c + "و" + ("ء" if last == "ء" else last)
        return active, passive
    stems = _stems(root, form, "")
    return "م" + stems["impf", "a"].vowel, "م" + stems["impf", "p"].vowel


def noun_forms(singular: str, plurals: tuple[str, ...] = (), *, pos: str = "n", sound: str = "") -> Iterator[Form]:
    """Forms of a noun or adjective: singular with tanwin, dual, sound plurals asked for, listed broken plurals.

    `sound` is "m" (ون/ين), "f" (ات) or "mf". A ta marbuta becomes ت before an enclitic.
    """
    word = fold(singular)
    fem = word.endswith("ه") and singular[-1] == "ة"
    base = word[:-1] if fem else word
    nisba = word.endswith("ي") and singular[-1] in "ي"
    yield Form(word, pos, person="fs" if fem else "ms")
    if word.endswith("اء"):  # the hamza's seat before a pronoun: لقائه، لقاؤه
        yield Form(word[:-1] + "ي", pos, person="ms", bound=True)
        yield Form(word[:-1] + "و", pos, person="ms", bound=True)
    if fem:
        yield Form(base + "ت", pos, person="fs", bound=True)
        stem = base + "ت"
    else:
        if not word.endswith(("ا", "ء")) or word.endswith("اء"):
            yield Form(word + "ا", pos, person="ms")
        stem = word
    for ending in ("ان", "ين", "ا", "ي"):
        # Not the construct dual of a masculine (هجومي باريس): it looks like tanwin or the nisba (هجومي, "offensive").
        if fem or ending in ("ان", "ين"):
            yield Form(stem + ending, pos, person="fd" if fem else "md")
    if "m" in sound:
        for ending in ("ون", "ين", "و", "ي"):
            yield Form(word + ending, pos, person="mp", bound=False)
    if "f" in sound:
        yield Form(base + "ات", pos, person="fp")
        if not fem:
            yield Form(word + "ه", pos, person="fs")
            yield Form(word + "ت", pos, person="fs", bound=True)
            for ending in ("تان", "تين", "تا", "تي"):
                yield Form(word + ending, pos, person="fd")
    for plural in plurals:
        folded = fold(plural)
        yield Form(folded, pos, person="p")
        if plural.endswith("ة"):
            yield Form(folded[:-1] + "ت", pos, person="p", bound=True)
        elif not folded.endswith(("ا", "ات", "ون", "ين")) and not nisba:
            yield Form(folded + "ا", pos, person="p")
        if folded.endswith("ون"):
            yield Form(folded[:-2] + "ين", pos, person="p")
            yield Form(folded[:-2] + "و", pos, person="p")
            yield Form(folded[:-2] + "ي", pos, person="p")
