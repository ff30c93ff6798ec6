"""Place mentions to gazetteer entries, with what the document tells, or a reason for abstaining.

One unresolved place never empties the others: every mention gets its own value.
"""

from __future__ import annotations

from khabar.lexicon.gazetteer import Gazetteer
from khabar.model.document import Document, PlaceMention
from khabar.model.record import PlaceValue
from khabar.resolve.place_choice import Choice, choose, place_value
from khabar.resolve.place_document import PlaceReader
from khabar.resolve.place_score import Query

__all__ = ["Choice", "Query", "choose", "resolve_place", "resolve_places"]


def resolve_place(mention: PlaceMention, text: str, query: Query, gazetteer: Gazetteer) -> PlaceValue:
    """Resolve one mention by a query made for it. Pure, given the gazetteer.

    Args:
        mention: gives the words (`text[mention.start:mention.end]`), relation, distance and direction.
        query: what is known of the name; `resolve_places` makes it from the whole report.
    """
    return place_value((text[mention.start : mention.end],), mention, choose(query, gazetteer))


def resolve_places(doc: Document, gazetteer: Gazetteer) -> tuple[PlaceValue | None, ...]:
    """A value for every mention of `doc.places`, in order; one that abstains carries its reason.

    A container of its own mention ("في محافظة دير الزور") bounds the search; countries and places told
    elsewhere in the report weigh in. None stands for nothing at present: every mention gets a value.
    """
    return PlaceReader(doc, gazetteer).values()
