"""The options that searches and lists of a project have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from khabar.project import Filters, Project

Command = Callable[..., None]


def filtered(function: Command) -> Command:
    """The options of `khabar.store.search.Filters`."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Kind of event; may be repeated."),
        click.option("--actor", metavar="NAME", help="An actor or target: a name, an entry's id, a country."),
        click.option("--place", metavar="NAME", help="A place: a name or a gazetteer's id."),
        click.option("--near", metavar="LAT,LON", help="Centre of --radius."),
        click.option(
            "--radius",
            type=click.FloatRange(0, 20_000),
            metavar="KM",
            help="Events within KM of --near, or of the place named by --place.",
        ),
        click.option("--since", metavar="DATE", help="Events on or after DATE (YYYY-MM-DD)."),
        click.option("--until", metavar="DATE", help="Events on or before DATE."),
        click.option(
            "--status", "statuses", multiple=True, metavar="STATUS", help="Status of the claim; may be repeated."
        ),
        click.option("--outlet", metavar="NAME", help="Outlet of the report."),
        click.option("--review", "state", metavar="STATE", help="Review state."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def read_filters(project: Project, wanted: dict[str, Any]) -> Filters:
    """The filters that the options of `filtered` ask for. Raises click.UsageError, InputError."""
    from khabar.project import Filters

    radius, place, near = wanted["radius"], wanted["place"], _near(wanted["near"])
    if radius is not None and near is None:
        if place is None:
            raise click.UsageError("--radius needs --near LAT,LON or --place NAME")
        near, place = project.locate(place), None
    return Filters(
        kinds=wanted["kinds"],
        actor=wanted["actor"],
        place=place,
        near=None if near is None else (*near, radius or 10.0),
        since=read_date(wanted["since"]),
        until=read_date(wanted["until"]),
        statuses=wanted["statuses"],
        outlet=wanted["outlet"],
        state=wanted["state"],
    )


def _near(value: str | None) -> tuple[float, float] | None:
    if value is None:
        return None
    try:
        lat, lon = (float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter("write LAT,LON in degrees, e.g. 35.93,36.63", param_hint="--near") from None
    return lat, lon


def read_date(value: str | None) -> date | None:
    """A day as people write it on the command line. Raises click.BadParameter."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no date; write YYYY-MM-DD") from None
