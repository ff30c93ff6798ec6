"""Resolves all places of a document together: countries told, containers, co-mentioned places, anaphora."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace

from khabar.lexicon.gazetteer import Gazetteer, Place
from khabar.lexicon.gazetteer_keys import compact
from khabar.lexicon.gazetteer_regions import Region, adjectives, capitals, english_name
from khabar.lexicon.gazetteer_types import plural_types, type_kinds
from khabar.model.document import Document, PlaceMention
from khabar.model.record import PlaceValue
from khabar.resolve.place_choice import Choice, choose, located_value, place_value
from khabar.resolve.place_score import Query
from khabar.resolve.relation import Located, between, border_point

_VAGUE = ("district", "front", "base", "barracks", "building", "landmark", "market", "street")
# مدن عراقية lie in Iraq; قواعد إيرانية need not lie in Iran.
_SETTLED = ("city", "town", "village", "governorate", "district", "quarter")
_REACH = 4  # sentences back that المدينة reaches
_CLEAR = 0.97  # choices from here on are left as they are without a container
# Clear places on either side of a mention that are weighed as its neighbours; more are far away in any real report.
_WINDOW = 60
_SURE = 0.85  # choices from here on help to place the others


class PlaceReader:
    """One document's resolution. Choices are made once per mention, containers first."""

    def __init__(self, doc: Document, gazetteer: Gazetteer) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.mentions = doc.places
        starts = [s.first for s in doc.sentences]
        self.sentence = [bisect_right(starts, m.first) - 1 for m in doc.places]
        self.countries = self._votes()
        self.memo: dict[tuple[object, ...], Choice] = {}
        self.first = [self._choice(m, ()) if m.name else None for m in self.mentions]
        self.sure = [c is not None and c.place is not None and c.score >= _SURE for c in self.first]
        self.contained: dict[str, list[int]] = {}
        for number, mention in enumerate(self.mentions):
            if mention.parent is not None and len(held := self.contained.setdefault(mention.name, [])) < 2:
                held.append(number)
        self.clear = [number for number in range(len(self.mentions)) if self._is_clear(number)]
        self.choices: list[Choice | None] = [None] * len(self.mentions)
        self.busy: set[int] = set()

    # -- context --------------------------------------------------------------

    def _votes(self) -> tuple[tuple[str, float], ...]:
        votes: Counter[str] = Counter()
        known = adjectives()
        for country in [known[norm] for _, _, norm in self.doc.tokens if norm in known]:
            votes[country] += 1
        for mention in self.mentions:
            if mention.name:
                named = self._country(mention.name)
                if named is not None:
                    votes[named] += 3
            code = mention.rule.rpartition(":")[2]
            if len(code) == 2 and code.isupper():
                votes[code] += 1
        if not votes:
            return ()
        most = max(votes.values())
        return tuple((code, round(n / most, 3)) for code, n in sorted(votes.items(), key=lambda v: (-v[1], v[0])))

    def _country(self, name: str) -> str | None:
        for place in self.gazetteer.find(compact(name)):
            if place.kind == "country":
                return place.country
        return None

    def _choice(
        self, mention: PlaceMention, near: tuple[tuple[float, float, float], ...], regions: tuple[Region, ...] = ()
    ) -> Choice:
        text = self._type_text(mention)
        mark = (mention.name, mention.type_word, text, near, regions)
        known = self.memo.get(mark)
        if known is None:
            kinds = () if text in plural_types() else type_kinds().get(mention.type_word or "", ())
            query = Query(
                name=mention.name,
                type_word=mention.type_word,
                type_text=text,
                kinds=kinds,
                regions=regions,
                countries=self.countries,
                near=near,
            )
            known = self.memo[mark] = choose(query, self.gazetteer)
        return known

    def _type_text(self, mention: PlaceMention) -> str:
        if mention.type_word is None or mention.name_first <= mention.first:
            return ""
        words = [t.norm for t in self.doc.tokens[mention.first : mention.name_first] if t.norm[0].isalpha()]
        if words and words[0][0] in "وبلف" and len(words[0]) > 3:
            return " ".join([words[0][1:], *words[1:]])
        return " ".join(words)

    # -- choices --------------------------------------------------------------

    def _resolve(self, number: int) -> Choice:
        """The final choice of a named mention: container first, then neighbours."""
        done = self.choices[number]
        if done is not None:
            return done
        mention = self.mentions[number]
        first = self.first[number]
        if first is not None and (number in self.busy or (first.place is not None and first.place.kind == "country")):
            return first
        self.busy.add(number)
        try:
            choice = self._in_context(number, mention, first)
        finally:
            self.busy.discard(number)
        self.choices[number] = choice
        return choice

    def _in_context(self, number: int, mention: PlaceMention, first: Choice | None) -> Choice:
        regions, near = self._container(number)
        if not regions:
            twin = self._twin(number)
            if twin is not None:
                regions, told = self._container(twin)
                near += told
        if first is not None and not regions and not near and first.score >= _CLEAR:
            return first
        choice = self._choice(mention, (*near, *self._around(number)), regions)
        if choice.place is None and regions:
            looser = self._choice(mention, (*near, *self._around(number)))
            if looser.place is not None and any(r.country == looser.place.country for r in regions):
                return looser
        return choice

    def _container(self, number: int) -> tuple[tuple[Region, ...], tuple[tuple[float, float, float], ...]]:
        parent = self.mentions[number].parent
        place = self._place_of(parent) if parent is not None and parent not in self.busy else None
        if place is None or parent is None:
            return (), ()
        if place.kind == "country":
            return (Region(place.country),), ()
        if place.kind == "adm1" or self.mentions[parent].type_word in ("countryside", "governorate"):
            return (Region(place.country, place.admin1),), ()
        if place.kind in ("region", "sea"):
            return (), ((place.lat, place.lon, 0.8),)
        return ((Region(place.country),) if place.country else ()), ((place.lat, place.lon, 1.3),)

    def _twin(self, number: int) -> int | None:
        """Another mention of the same name that has a container."""
        return next((k for k in self.contained.get(self.mentions[number].name, ()) if k != number), None)

    def _is_clear(self, number: int) -> bool:
        choice = self.first[number]
        place = choice.place if choice is not None and self.sure[number] else None
        return place is not None and place.kind not in ("country", "sea", "region")

    def _around(self, number: int) -> tuple[tuple[float, float, float], ...]:
        """Places that are clear by themselves: those of the sentence weigh more; at most eight."""
        here, name = self.sentence[number], self.mentions[number].name
        found = []
        at = bisect_left(self.clear, number)
        window = self.clear[max(0, at - _WINDOW) : at + _WINDOW]
        sentence = self.sentence
        for _, other in sorted([(abs(sentence[k] - here), k) for k in window]):
            choice = self.first[other]
            if choice is None or choice.place is None or other == number or self.mentions[other].name == name:
                continue
            weight = 1.0 if sentence[other] == here else 0.6
            found.append((choice.place.lat, choice.place.lon, weight * (0.7 if choice.place.kind == "adm1" else 1.0)))
            if len(found) == 8:
                break
        return tuple(found)

    def _place_of(self, number: int) -> Place | None:
        mention = self.mentions[number]
        if mention.name:
            return self._resolve(number).place
        return self._nameless(number)[0]

    # -- places without a name ------------------------------------------------

    def _nameless(self, number: int) -> tuple[Place | None, str]:
        """What a mention without a name stands for, or why it stands for nothing."""
        mention = self.mentions[number]
        rule, _, code = mention.rule.partition(":")
        if rule == "capital":
            country = code or self._main_country()
            return self._capital(country), "no country is told whose capital it is"
        if rule in ("homeland", "land", "border") or (code and mention.type_word in _SETTLED):
            return self._country_place(code or self._main_country()), "no country is told"
        if mention.parent is not None and mention.parent not in self.busy:
            self.busy.add(number)
            place = self._place_of(mention.parent)
            self.busy.discard(number)
            if place is not None:
                return place, ""
        if rule == "anaphor" and mention.type_word in _VAGUE:
            return None, "which place it means is not told"
        if rule == "anaphor":
            return self._antecedent(number), "no place before it that it could mean"
        return None, "a place without a name"

    def _main_country(self) -> str | None:
        """Where the report's places lie, capitals aside (they stand for governments); else the country told most."""
        votes: Counter[str] = Counter()
        for choice, sure in zip(self.first, self.sure, strict=True):
            place = choice.place if choice is not None and sure else None
            if place is None or place.kind in ("country", "sea", "region") or not place.country:
                continue
            if compact(capitals().get(place.country, "")) != compact(place.name):
                votes[place.country] += 1
        if votes:
            return min(votes, key=lambda code: (-votes[code], code))
        return self.countries[0][0] if self.countries else None

    def _country_place(self, code: str | None) -> Place | None:
        return self.gazetteer.find_id(code) if code else None

    def _capital(self, code: str | None) -> Place | None:
        name = capitals().get(code or "")
        if not name:
            return None
        places = [p for p in self.gazetteer.find(compact(name)) if p.country == code and p.kind == "locality"]
        return max(places, key=lambda p: (p.population or 0, p.news, p.id), default=None)

    def _antecedent(self, number: int) -> Place | None:
        """The last place before that has the type word's rank (المدينة → مدينة الموصل)."""
        wanted = self.mentions[number].type_word
        kinds = type_kinds().get(wanted or "", ())
        for other in range(number - 1, -1, -1):
            mention = self.mentions[other]
            if self.sentence[number] - self.sentence[other] > _REACH:
                return None
            if not mention.name or mention.type_word in ("front", "mountain", "valley", "countryside"):
                continue
            place = self._resolve(other).place
            if place is None or place.kind == "country":
                continue
            if mention.type_word == wanted:
                return place
            if place.kind in kinds and (place.population or place.news or place.kind != "locality"):
                return place
        return None

    # -- values ---------------------------------------------------------------

    def values(self) -> tuple[PlaceValue | None, ...]:
        """One value a mention."""
        return tuple(self._value(number) for number in range(len(self.mentions)))

    def _value(self, number: int) -> PlaceValue:
        mention = self.mentions[number]
        names = (self.doc.report.text[mention.start : mention.end],)
        if not mention.name:
            place, reason = self._nameless(number)
            choice = Choice(place, 0.7 if place is not None else 0.0, None if place is not None else reason, ())
        else:
            choice = self._resolve(number)
        value = place_value(names, mention, choice)
        if choice.place is None:
            return self._fallback(number, value)
        at = self._special(number, choice.place)
        if at is not None:
            return located_value(names, mention.relation, choice.place, at, choice.score)
        return value

    def _fallback(self, number: int, value: PlaceValue) -> PlaceValue:
        """An unknown name in a known division keeps the division: admin1 and country, no point."""
        parent = self.mentions[number].parent
        place = self._place_of(parent) if parent is not None else None
        if place is None or not place.country:
            return value
        if place.kind == "country":
            return replace(value, country=place.country, where_prec=6)
        return replace(
            value,
            country=place.country,
            admin1=english_name(place.country, place.admin1),
            geo_precision=3,
            where_prec=4,
        )

    def _special(self, number: int, place: Place) -> Located | None:
        """Borders and stretches between two places need a second anchor."""
        mention = self.mentions[number]
        if mention.relation == "on_border" and place.kind == "country":
            return self._border(number, place)
        if mention.relation == "between" and number + 1 < len(self.mentions):
            after = self.mentions[number + 1]
            if after.first - mention.last <= 1 and after.name and place.kind != "country":
                other = self._place_of(number + 1)
                if other is not None and other.kind not in ("country", "region"):
                    return between(place, other)
        return None

    def _border(self, number: int, place: Place) -> Located | None:
        here = self.sentence[number]
        others: list[str] = []
        for other, mention in enumerate(self.mentions):
            if other != number and self.sentence[other] == here and mention.name:
                found = self._resolve(other).place
                if found is not None and found.country:
                    others.append(found.country)
        others += [code for code, _ in self.countries]
        anchors = [(lat, lon) for lat, lon, weight in self._around(number) if weight >= 0.7]
        for code in others:
            if code != place.country:
                point = border_point(place.country, code, anchors[0] if anchors else None)
                if point is not None:
                    return Located(point[0], point[1], 60.0, 3, 5)
        return None
