"""`khabar places`: look names up and resolve tables of them."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def places() -> None:
    """Place names: find candidates, resolve tables."""


@places.command("find")
@click.argument("name")
@click.option(
    "--within", default="", metavar="REGION", help="A division or country, in Arabic or English, or an ISO code."
)
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="How many candidates to show.")
def find_(name: str, within: str, limit: int) -> None:
    """Show the candidates of NAME, best first, one JSON object a line, with the steps of each score."""
    import json

    from khabar.lexicon.gazetteer import load_with_layers
    from khabar.lexicon.gazetteer_regions import english_name, find_region
    from khabar.resolve.place import choose
    from khabar.resolve.place_query import query_of

    gazetteer = load_with_layers()
    if within and find_region(within, gazetteer) is None:
        raise click.ClickException(f"no country or division is called {within!r}; try its Arabic or English name")
    choice = choose(query_of(name, within, gazetteer), gazetteer)
    for candidate in choice.candidates[:limit]:
        place = candidate.place
        row = {
            "id": place.id,
            "name": place.name,
            "name_en": place.name_en,
            "kind": place.kind,
            "lat": place.lat,
            "lon": place.lon,
            "country": place.country,
            "admin1": english_name(place.country, place.admin1),
            "population": place.population,
            "radius_km": place.radius_km,
            "score": candidate.score,
            "chosen": place is choice.place,
            "steps": dict(candidate.steps),
            "layer": place.layer,
            "source": place.source,
            "licence": place.licence,
        }
        click.echo(json.dumps(row, ensure_ascii=False))
    if choice.place is None:
        click.echo(f"{name}: abstained: {choice.reason}", err=True)


@places.command("resolve")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
def resolve_(file: Path) -> None:
    """Resolve FILE, a table with the columns name and within; print one JSON object a row.

    `within` is a division or country in Arabic or English and may be empty.
    """
    import io
    import sys

    from khabar.errors import KhabarError
    from khabar.resolve.place_table import resolve_table

    try:
        if str(file) == "-":
            for line in resolve_table(io.TextIOWrapper(sys.stdin.buffer, "utf-8-sig", newline=""), "-"):
                click.echo(line)
            return
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for line in resolve_table(rows, str(file)):
                click.echo(line)
    except (KhabarError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
