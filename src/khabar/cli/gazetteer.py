"""`khabar gazetteer`: import, list and remove the user's own layers."""

from __future__ import annotations

from pathlib import Path

import click

_FORMATS = ("geonames", "cod-ab", "osm", "csv")
_DEFAULT_LICENCES = {
    "geonames": "CC BY 4.0 (GeoNames)",
    "cod-ab": "CC BY-IGO (OCHA)",
    "osm": "ODbL 1.0 (OpenStreetMap)",
}


@click.group()
def gazetteer() -> None:
    """Place names: layers of your own over the embedded gazetteer."""


@gazetteer.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--format", "format_", type=click.Choice(_FORMATS), required=True, help="What the file is.")
@click.option("--name", help="Name of the layer; the file's name by default. A layer of this name is replaced.")
@click.option("--priority", type=int, default=10, show_default=True, help="Higher wins between rows of one place.")
@click.option("--licence", help="Licence of rows that tell none of their own.")
@click.option("--country", default="", help="ISO code of the country, for files that tell none.")
@click.option(
    "--alternate",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="GeoNames' alternateNamesV2.txt, for the Arabic names of a country file.",
)
def import_(
    file: Path, format_: str, name: str | None, priority: int, licence: str | None, country: str, alternate: Path | None
) -> None:
    """Import FILE as a layer. It is indexed in the data directory (KHABAR_HOME, else XDG_DATA_HOME/khabar)."""
    from khabar.errors import KhabarError
    from khabar.lexicon.gazetteer_cells import Cells
    from khabar.lexicon.gazetteer_embedded import load_embedded
    from khabar.lexicon.gazetteer_import import ImportReport, read_rows
    from khabar.lexicon.gazetteer_layers import LayerInfo, layers_path, write_layer

    embedded = load_embedded()
    cells = Cells([embedded.row(number) for number in range(embedded.size)])
    report = ImportReport()
    own = name or file.name.split(".")[0]
    told = licence or _DEFAULT_LICENCES.get(format_, "unknown")
    info = LayerInfo(own, format_, priority, told, file.name, 0)
    try:
        rows = read_rows(file, format_, licence=told, cells=cells, country=country, alternate=alternate, report=report)
        count = write_layer(layers_path(), info, rows)
    except KhabarError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{own}: {count} of {report.read} places, priority {priority}, licence {told}; {layers_path()}", err=True
    )
    for reason, rows_out in sorted(report.left_out.items()):
        click.echo(f"  left out, {reason}: {rows_out}", err=True)


@gazetteer.command("list")
def list_() -> None:
    """List the layers, one JSON object a line, highest priority first; the embedded gazetteer last."""
    import json

    from khabar.errors import KhabarError
    from khabar.lexicon.gazetteer_embedded import load_embedded
    from khabar.lexicon.gazetteer_layers import LayerInfo, layers_path, list_layers

    try:
        layers = list_layers(layers_path())
    except KhabarError as error:
        raise click.ClickException(str(error)) from error
    embedded = LayerInfo(
        "embedded", "packed", 0, "per row; see `khabar gazetteer attribution`", "", load_embedded().size
    )
    for info in (*layers, embedded):
        click.echo(json.dumps(info._asdict(), ensure_ascii=False))


@gazetteer.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove the layer NAME."""
    from khabar.errors import KhabarError
    from khabar.lexicon.gazetteer_layers import layers_path, remove_layer

    try:
        remove_layer(layers_path(), name)
    except KhabarError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name}: removed", err=True)


@gazetteer.command()
def attribution() -> None:
    """Print the attribution that the licences of the embedded gazetteer ask for."""
    from khabar.lexicon.entries import DATA

    click.echo((DATA / "gazetteers/ATTRIBUTION.md").read_text("utf-8"), nl=False)
