"""A report with its layers: tokens, sentences, mentions. Each layer is a tuple with one writer.

Positions: `start`/`end` are code points into `Report.text` (end exclusive);
`first`/`last` are indices into `Document.tokens` (last exclusive).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from khabar.model.report import Report


class Token(NamedTuple):
    """A word, number or punctuation mark. A NamedTuple, since a report has hundreds."""

    start: int
    end: int
    norm: str  # folded form (khabar.lexicon.fold), what look-ups use


class Sentence(NamedTuple):
    """A run of tokens that ends with a full stop, a question mark or a line break."""

    start: int
    end: int
    first: int
    last: int


class Issue(NamedTuple):
    """Something odd that the reader met and did not guess about: what, where, what to do."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None


class Precision(StrEnum):
    """The grain of a resolved time."""

    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"
    DAYS = "days"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"


class TimeBasis(StrEnum):
    """Why a value has this time: the text says so, it comes from a neighbour, or by default."""

    TOLD = "told"
    INHERITED = "inherited"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Interval:
    """Closed interval of days. Precision is the grain of the words; None is not known."""

    start: date
    end: date
    precision: Precision
    basis: TimeBasis = TimeBasis.TOLD


class TimeMention(NamedTuple):
    """A time expression as found: the production that matched and its unresolved value.

    `value` is a canonical, readable form of what the words say (for example
    "weekday:2 past", "date:????-10-28", "ago:3 day"), resolved later against a
    publication date by `khabar.resolve.time`.
    """

    start: int
    end: int
    first: int
    last: int
    rule: str
    value: str


class PlaceMention(NamedTuple):
    """A place name as found, with type word and relation; resolved later.

    `start..end` covers the phrase from its type word ("مدينة") to the end of the name;
    `name_first` is the token where the name proper begins. `relation` is how the text
    ties something to it (in, near, north_of, between, toward, from, on_border, countryside_of …).
    `parent` is the index (in Document.places) of the containing place that the text gives.
    """

    start: int
    end: int
    first: int
    last: int
    name_first: int
    name: str  # folded, clitics off, without type word
    type_word: str | None = None  # id of the type word's entry, e.g. "town"
    relation: str = "in"
    distance_km: float | None = None
    parent: int | None = None
    rule: str = ""
    candidates: tuple[str, ...] = ()  # gazetteer ids the name look-up gave, best first


class ActorClass(StrEnum):
    """What sort of actor a mention is."""

    NAMED = "named"  # a known state, force, group, organisation, outlet
    GROUP = "group"  # a generic collective: مسلحون، قوات، متظاهرون
    PERSON = "person"  # a named person, with or without title
    ROLE = "role"  # an unnamed person by role: متحدث باسم الجيش، مسؤول أمني
    CIVILIAN = "civilian"  # victims and bystanders: مدنيون، أطفال، صحفي
    SITE = "site"  # what is struck but does not act: مواقع، منزل، سيارة
    ADJECTIVE = "adjective"  # adjective of origin standing for its state: روسي، إسرائيلي
    UNKNOWN = "unknown"  # said to be unknown or undisclosed: مجهولون
    PRONOUN = "pronoun"


class ActorMention(NamedTuple):
    """Somebody who can act, be acted on, or speak, as found in the text.

    `entry` is the id of the actor's row in data/actors when the words name a known one;
    `country` and `codes` come from that row or from an adjective of origin.
    `head` is the token that carries number, gender and case.
    """

    start: int
    end: int
    first: int
    last: int
    head: int
    cls: ActorClass
    entry: str | None = None
    weak: bool = False  # a weak alias (الجيش، الحركة) that needs context
    country: str | None = None
    affiliation: str | None = None  # entry id of whom the person or force belongs to, as told
    rule: str = ""
    noun: str = ""  # class of the head noun (force, fighter, civilian, site …)
    number: str = ""  # s, d or p, as the head's form shows it
    proclitic: str = ""  # letters before the head: و ب ل ال …
    definite: bool = False
    count: int | None = None  # type: ignore[assignment]  # index in Document.counts of the number that counts the head
    inner: tuple[int, int] | None = None  # tokens of the actor named inside the phrase


class CountRelation(StrEnum):
    """How a told number bounds the true one."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"
    VAGUE = "vague"  # عشرات، مئات: min and max from the data file
    UNKNOWN = "unknown"  # قتلى without a number


class CountMention(NamedTuple):
    """A number with its bound: "ما لا يقل عن 12" is min 12, max None."""

    start: int
    end: int
    first: int
    last: int
    minimum: int | None
    maximum: int | None
    relation: CountRelation
    noun: int | None = None  # token of the counted noun


class TriggerMention(NamedTuple):
    """A word or phrase that may tell an event. `kinds` are the kinds its entry allows."""

    start: int
    end: int
    first: int
    last: int
    head: int
    entry: str
    kinds: tuple[str, ...]
    pos: str  # verb, noun, participle, phrase
    voices: str  # "a", "p" or "ap": the readings its form allows
    tense: str  # past, present, none …
    definite: bool = False
    enclitic: bool = False  # carries an object or possessor pronoun
    proclitics: str = ""
    person: str = ""  # 3ms, 3fs … of a verb; ms, fp, p … of a noun
    entries: tuple[str, ...] = ()  # every entry that fires on these words, `entry` first
    cls: str = ""  # class of the entry: "death", "injury", "light" … or ""


class CueMention(NamedTuple):
    """A word that changes how its neighbourhood is read (negation, modality, purpose, law …)."""

    start: int
    end: int
    first: int
    last: int
    cue: str  # the class: negation, future, doubt, conditional, purpose, law, denial …
    entry: str


class WeaponMention(NamedTuple):
    """A weapon, vehicle or way of attack."""

    start: int
    end: int
    first: int
    last: int
    entry: str
    means: str  # class: aircraft, drone, artillery, rocket, explosive, small_arms, chemical …


class Attribution(NamedTuple):
    """Who says so: a chain, outermost source first, and the stretch of text it covers."""

    chain: tuple[tuple[int, int], ...]  # char spans of the sources, outermost first
    verb: str  # id of the reporting verb or frame
    manner: str  # neutral, doubt, denial, claim, accuse
    start: int  # of the covered stretch
    end: int
    sentence: int
    actors: tuple[int, ...] = ()  # indices into Document.actors that the chain's members are
    opened: bool = False  # whether a word (أن، a colon) or a frame (بحسب) shows that something is said


@dataclass(frozen=True, slots=True)
class Document:
    """A report and its layers, filled in order by the stages of `khabar.pipeline`."""

    report: Report
    tokens: tuple[Token, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    triggers: tuple[TriggerMention, ...] = ()
    actors: tuple[ActorMention, ...] = ()
    places: tuple[PlaceMention, ...] = ()
    times: tuple[TimeMention, ...] = ()
    counts: tuple[CountMention, ...] = ()
    weapons: tuple[WeaponMention, ...] = ()
    cues: tuple[CueMention, ...] = ()
    quotes: tuple[tuple[int, int], ...] = ()  # char spans between quotation marks
    attributions: tuple[Attribution, ...] = ()
    issues: tuple[Issue, ...] = field(default=())
