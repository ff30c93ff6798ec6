"""What the stages need to know of a word type, worked out once per type and kept."""

from __future__ import annotations

from functools import cache

from khabar.lexicon.analysis import Lexicon, Reading, load_lexicon
from khabar.lexicon.compiled import PHRASE_WORD

_PUNCT = frozenset("،,;؛:.!?؟…()[]{}\"'«»“”‘’-–—/\\|*#_=+%&@<>~`^")


class Word:
    """A word type's readings, sorted by what they are for. Made once per type, never changed."""

    __slots__ = (
        "article",
        "cues",
        "function",
        "is_number",
        "is_punct",
        "norm",
        "noun",
        "noun_person",
        "phrase_starts",
        "proclitic",
        "readings",
        "report",
        "stem",
        "tag",
        "triggers",
        "verbal",
        "weapon",
    )

    def __init__(self, norm: str, readings: tuple[Reading, ...], lexicon: Lexicon) -> None:
        self.norm = norm
        self.readings = readings
        self.is_punct = norm[:1] in _PUNCT
        self.is_number = norm[:1].isdigit()
        triggers, cues, report, weapon = [], [], [], []
        function, noun, noun_person, proclitic, verbal = "", "", "", "", False
        starts = []
        for reading in readings:
            entry = lexicon.entries[reading.entry]
            if reading.pos == PHRASE_WORD:
                starts.append(reading)
                continue
            starts.append(reading)
            verbal = verbal or reading.pos == "v"
            if entry.type == "trigger":
                triggers.append(reading)
            elif entry.type == "cue":
                cues.append(reading)
            elif entry.type == "report":
                report.append(reading)
            elif entry.type == "weapon":
                weapon.append(reading)
            elif entry.type == "noun":
                if not noun:
                    noun, noun_person = entry.cls, reading.person
            elif not function:
                function = entry.cls
            proclitic = proclitic or reading.proclitic
        self.triggers = tuple(triggers)
        self.cues = tuple(cues)
        self.report = tuple(report)
        self.weapon = tuple(weapon)
        self.function, self.noun, self.noun_person = function, noun, noun_person
        self.phrase_starts = tuple(starts)
        self.verbal = verbal
        self.proclitic = proclitic
        self.article, self.stem = _split(norm, readings)
        self.tag = self._tag(lexicon)

    def _tag(self, lexicon: Lexicon) -> str:
        """A coarse class for context features: the word itself when it is grammar, else what it can be."""
        if self.is_punct:
            return self.norm
        if self.is_number:
            return "num"
        if self.cues:
            return "cue:" + lexicon.entries[self.cues[0].entry].cls
        if self.function:
            return self.stem
        if self.report:
            return "rep"
        if self.noun:
            return "n:" + self.noun
        if self.triggers:
            return "trg"
        if self.weapon:
            return "wpn"
        if self.article.endswith(("ال", "لل")):
            return "xD"
        return "x:" + self.norm[:1] if self.norm[:1] in "يتوبلف" else "x"


def _split(norm: str, readings: tuple[Reading, ...]) -> tuple[str, str]:
    """(proclitic with article or "", stem) of a word, by its reading or, when unknown, by its letters."""
    if readings:
        proclitic = readings[0].proclitic
        return proclitic, norm[len(proclitic):]
    for proclitic in ("وبال", "ولل", "وال", "فال", "بال", "كال", "ال", "لل"):
        if norm.startswith(proclitic) and len(norm) - len(proclitic) >= 2:
            return proclitic, norm[len(proclitic):]
    return "", norm


class WordCache(dict[str, Word]):
    """Word types met so far; fills itself."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self.lexicon = lexicon

    def __missing__(self, norm: str) -> Word:
        word = Word(norm, self.lexicon.read(norm), self.lexicon)
        if len(self) >= 150_000:
            self.clear()
        self[norm] = word
        return word


@cache
def load_words() -> WordCache:
    """The process's word types over the loaded lexicon."""
    return WordCache(load_lexicon())
