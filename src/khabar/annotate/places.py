"""Finds place mentions in running text: type words, relations, names, described sites."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.annotate.places_names import Found
from khabar.annotate.places_scan import Scanner
from khabar.annotate.places_words import WordTable, load_words
from khabar.lexicon.gazetteer_keys import compact
from khabar.model.document import PlaceMention, Sentence, Token


def find_places(tokens: Sequence[Token], sentences: Sequence[Sentence]) -> tuple[PlaceMention, ...]:
    """Place mentions of a report in the order of the text; none overlap.

    `PlaceMention.rule` says how each was found: typed (after a type word; "typed:north" when a direction
    follows the name), joined (coordinated with a typed one), bare (a name that stands alone), known (a
    gazetteer name after a word of place), again (a name that a type word introduced elsewhere), site (a spot
    without a name), area, anaphor (المدينة), capital (العاصمة السعودية), land, border, homeland.
    """
    table = load_words()
    norms = [token.norm for token in tokens]
    found: list[tuple[Found, Sequence[int]]] = []
    for sentence in sentences:
        positions: Sequence[int] = range(sentence.first, sentence.last)
        inside = norms[sentence.first : sentence.last]
        if not table.marks.isdisjoint(inside):
            positions = [p for p in positions if norms[p] not in table.marks]
            inside = [norms[p] for p in positions]
        found += [(item, positions) for item in Scanner(table, inside).run()]
    mentions = [_mention(item, positions, tokens) for item, positions in found]
    mentions += _again(mentions, tokens, table)
    mentions.sort(key=lambda m: (m.first, -m.last))
    return _with_parents(mentions, tokens, sentences, table)


def _mention(item: Found, positions: Sequence[int], tokens: Sequence[Token]) -> PlaceMention:
    first, last = positions[item.first], positions[item.last - 1] + 1
    return PlaceMention(
        start=tokens[first].start,
        end=tokens[last - 1].end,
        first=first,
        last=last,
        name_first=positions[item.name_first],
        name=" ".join(item.name),
        type_word=item.type.id if item.type is not None else None,
        relation=item.relation,
        distance_km=item.distance_km,
        rule=item.rule if item.country is None else f"{item.rule}:{item.country}",
    )


def _again(mentions: list[PlaceMention], tokens: Sequence[Token], table: WordTable) -> list[PlaceMention]:
    """Later and earlier occurrences, without the type word, of names that a type word introduced."""
    names: dict[str, list[tuple[tuple[str, ...], PlaceMention]]] = {}
    for mention in mentions:
        if mention.name and mention.rule.startswith(("typed", "joined")):
            parts = tuple(mention.name.split(" "))
            cls = table.types[mention.type_word] if mention.type_word is not None else None
            if cls is not None and not (cls.unknown and cls.id not in ("landmark", "street", "market")):
                continue
            if len(parts) > 1 or (parts[0] not in table.never and len(parts[0]) > 2 and not table.is_word(parts[0])):
                names.setdefault(parts[0], []).append((parts, mention))
    if not names:
        return []
    starts = {proclitic + base for base in names for proclitic in ("", "و", "ب", "ل", "ف")}
    covered = bytearray(len(tokens))
    for mention in mentions:
        covered[mention.first : mention.last] = b"\1" * (mention.last - mention.first)
    found: list[PlaceMention] = []
    for i, token in enumerate(tokens):
        norm = token.norm
        if norm not in starts or covered[i]:
            continue
        for base in (norm, norm[1:] if norm[:1] in ("و", "ب", "ل", "ف") else ""):
            for parts, mention in names.get(base, ()) if base else ():
                size = len(parts)
                if i + size <= len(tokens) and all(tokens[i + k].norm == parts[k] for k in range(1, size)):
                    covered[i : i + size] = b"\1" * size
                    found.append(
                        PlaceMention(
                            token.start,
                            tokens[i + size - 1].end,
                            i,
                            i + size,
                            i,
                            mention.name,
                            rule="again",
                        )
                    )
                    break
            else:
                continue
            break
    return found


def _with_parents(
    mentions: list[PlaceMention], tokens: Sequence[Token], sentences: Sequence[Sentence], table: WordTable
) -> tuple[PlaceMention, ...]:
    """Set `parent` where only bridging words stand between a place and the larger one that holds it."""
    ends = frozenset(s.last for s in sentences)
    out: list[PlaceMention] = []
    for number, mention in enumerate(mentions):
        after = mentions[number + 1] if number + 1 < len(mentions) else None
        if after is not None and _contains(mention, after, tokens, ends, table):
            mention = mention._replace(parent=number + 1)
        out.append(mention)
    return tuple(out)


def _contains(
    mention: PlaceMention, after: PlaceMention, tokens: Sequence[Token], ends: frozenset[int], table: WordTable
) -> bool:
    """Whether the next mention is the place that holds this one (بلدة X بريف Y, X (شمال Y), X، محافظة Y)."""
    between = range(mention.last, after.first)
    proclitic = table.words[tokens[after.first].norm].proclitic
    if "و" in proclitic or after.rule in ("joined", "site") or len(between) > 6:
        return False
    if any(k in ends for k in range(mention.last, after.first + 1)):
        return False
    if not between and not proclitic and after.relation == "in":
        return False
    outer, inner = _rank(after, table), _rank(mention, table)
    anchors = after.relation != "in" and outer >= 3 and inner < 5
    return (anchors or _holds(outer, inner)) and all(_bridges(tokens[k].norm, table) for k in between)


def _bridges(norm: str, table: WordTable) -> bool:
    if norm in table.bridges or norm in table.marks or norm[0].isdigit():
        return True
    roles = table.words[norm].roles
    return bool(roles.adjective or roles.direction or roles.unit or roles.relations)


def _holds(outer: int, inner: int) -> bool:
    return outer > inner or outer == inner < 5


def _rank(mention: PlaceMention, table: WordTable) -> int:
    """1 spot … 6 country; a bare name ranks by what the gazetteer says of it."""
    if mention.type_word is not None:
        return table.types[mention.type_word].rank
    if not mention.name:
        return 5
    kinds = {p.kind for p in table.gazetteer.find(compact(mention.name))}
    return 6 if "country" in kinds else 5 if kinds & {"region", "sea"} else 4 if "adm1" in kinds else 3
