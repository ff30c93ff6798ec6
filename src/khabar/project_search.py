"""What a search of a project may ask for."""

from __future__ import annotations

from khabar.errors import InputError
from khabar.lexicon.ontology import load_kinds
from khabar.model.record import Status
from khabar.review.actions import State
from khabar.review.corrections import is_on_earth
from khabar.store.search import Filters


def check_filters(filters: Filters | None) -> Filters:
    """The filters, none if None. Raises InputError for a name that is unknown and a place or time that can't be."""
    wanted = Filters() if filters is None else filters
    states = () if wanted.state is None else (wanted.state,)
    for what, given, known in (
        ("kind", wanted.kinds, tuple(load_kinds())),
        ("status", wanted.statuses, tuple(Status)),
        ("review state", states, tuple(State)),
    ):
        for name in given:
            if name not in known:
                raise InputError(f"{what} {name!r} is unknown; known: {', '.join(known)}")
    if wanted.since is not None and wanted.until is not None and wanted.until < wanted.since:
        raise InputError(f"until {wanted.until} is before since {wanted.since}")
    if wanted.near is not None:
        lat, lon, km = wanted.near
        if not is_on_earth(lat, lon):
            raise InputError(f"near {lat},{lon}: latitude is -90 to 90, longitude -180 to 180")
        if not 0 <= km <= 20_100:
            raise InputError(f"radius {km} km: give 0 to 20,000")
    return wanted
