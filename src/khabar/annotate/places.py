"""Finds place mentions in running text: type words, relations, names, described sites. Resolution is `resolve.place`."""

from __future__ import annotations

from collections.abc import Sequence

from khabar.annotate.places_scan import Found, Scanner
from khabar.annotate.places_words import WordTable, load_words
from khabar.model.document import PlaceMention, Sentence, Token


def find_places(tokens: Sequence[Token], sentences: Sequence[Sentence]) -> tuple[PlaceMention, ...]:
    """Place mentions of a report in the order of the text; none overlap.

    `PlaceMention.rule` says how each was found: typed (after a type word; "typed:north" when a direction
    follows the name), joined (coordinated with a typed one), bare (a name that stands alone), known (a
    gazetteer name after a word of place), again (a name that a type word introduced elsewhere), site (a spot
    without a name), area, anaphor (المدينة), capital (العاصمة السعودية), land, border, homeland.
    """
    table = load_words()
    found: list[tuple[Found, list[int]]] = []
    for sentence in sentences:
        positions = [p for p in range(sentence.first, sentence.last) if tokens[p].norm not in table.marks]
        scanner = Scanner(table, tokens, positions)
        found += ((item, positions) for item in scanner.run())
    mentions = [_mention(item, positions, tokens) for item, positions in found]
    mentions += _again(mentions, tokens, table)
    mentions.sort(key=lambda m: (m.first, -m.last))
    return _with_parents(mentions, tokens, sentences, table)


def _mention(item: Found, positions: list[int], tokens: Sequence[Token]) -> PlaceMention:
    first, last = positions[item.first], positions[item.last - 1] + 1
    return PlaceMention(
        start=tokens[first].start, end=tokens[last - 1].end, first=first, last=last,
        name_first=positions[item.name_first], name=" ".join(item.name),
        type_word=item.type.id if item.type is not None else None, relation=item.relation,
        distance_km=item.distance_km, rule=item.rule if item.country is None else f"{item.rule}:{item.country}",
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
    covered = bytearray(len(tokens))
    for mention in mentions:
        covered[mention.first : mention.last] = b"\1" * (mention.last - mention.first)
    found: list[PlaceMention] = []
    for i, token in enumerate(tokens):
        if covered[i]:
            continue
        norm = token.norm
        for base in (norm, norm[1:] if norm[:1] in ("و", "ب", "ل", "ف") else ""):
            for parts, mention in names.get(base, ()) if base else ():
                size = len(parts)
                if i + size <= len(tokens) and all(tokens[i + k].norm == parts[k] for k in range(1, size)):
                    covered[i : i + size] = b"\1" * size
                    found.append(PlaceMention(
                        token.start, tokens[i + size - 1].end, i, i + size, i, mention.name,
                        rule="again",
                    ))
                    break
            else:
                continue
            break
    return found


def _with_parents(
    mentions: list[PlaceMention], tokens: Sequence[Token], sentences: Sequence[Sentence], table: WordTable
) -> tuple[PlaceMention, ...]:
    """Set `parent` where only bridging words stand between a place and the larger one that holds it."""
    ends = {s.last for s in sentences}
    out: list[PlaceMention] = []
    for number, mention in enumerate(mentions):
        parent = None
        if number + 1 < len(mentions):
            after = mentions[number + 1]
            between = range(mention.last, after.first)
            joined = "و" in table.word(tokens[after.first].norm).proclitic
            if not joined and len(between) <= 4 and not any(k in ends for k in range(mention.last, after.first + 1)) and all(
                tokens[k].norm in table.bridges or table.word(tokens[k].norm).roles.adjective or tokens[k].norm in table.marks
                for k in between
            ) and _rank(after, table) >= _rank(mention, table) and after.rule not in ("joined", "site"):
                if between or table.word(tokens[after.first].norm).proclitic or after.relation != "in":
                    parent = number + 1
        out.append(_replace_parent(mention, parent))
    return tuple(out)


def _replace_parent(mention: PlaceMention, parent: int | None) -> PlaceMention:
    if parent is None:
        return mention
    m = mention
    return PlaceMention(m.start, m.end, m.first, m.last, m.name_first, m.name, m.type_word, m.relation,
                        m.distance_km, parent, m.rule, m.candidates)


def _rank(mention: PlaceMention, table: WordTable) -> int:
    """1 spot … 6 country; a bare name ranks by what the gazetteer says of it."""
    if mention.type_word is not None:
        return table.types[mention.type_word].rank
    if not mention.name:
        return 5
    from khabar.lexicon.gazetteer_keys import compact

    kinds = {p.kind for p in table.gazetteer.find(compact(mention.name))}
    return 6 if "country" in kinds else 5 if kinds & {"region", "sea"} else 4 if "adm1" in kinds else 3
