"""The commands `lrc index ...`: whether the index holds what the database says, what it takes, and mending it."""

from __future__ import annotations

import click

from catalog import drift, indexing
from catalog.drift import Drift
from lrc.commands import in_app
from lrc.db import transaction
from search.engine import current_index

_NAMED = 10


@click.group("index")
def index() -> None:
    """Look after the search index."""


@index.command("check")
@click.option("--repair", is_flag=True, help="Index anew what is wrong, and delete what is left over.")
@click.option(
    "--sample", default=drift.SAMPLE, show_default=True, type=click.IntRange(0), help="Resources sought by title."
)
@in_app
def check(repair: bool, sample: int) -> None:
    """Compare the index with the database: every revision, and a sample by searching.

    Works beside a running centre. Exit status: 0 where they agree or were made to, 1 where they differ.
    """
    engine = current_index()
    if repair:
        indexing.ensure_usable(engine)
    with transaction(writing=False) as session:
        found = drift.find(session, engine, sample=sample)
    _tell(found)
    if found.is_none:
        return
    if not repair:
        click.echo("Run lrc index check --repair to mend it.")
        click.get_current_context().exit(1)
    with transaction() as session:
        drift.mend(session, engine, found)
    done = indexing.bring_up_to_date(engine)
    click.echo(f"Mended: {done} indexed anew or forgotten, {len(found.stray)} left over deleted.")


def _tell(found: Drift) -> None:
    takes = current_index().statistics()
    click.echo(
        f"{takes.engine} {takes.version}: {takes.documents} documents, {takes.units} with their pages, "
        f"{takes.pieces} pieces, {takes.size_bytes / 1e6:.0f} MB."
    )
    click.echo(f"In the database {found.in_database} published, in the index {found.in_index}; {found.waiting} wait.")
    for what, ids in (
        ("missing in the index", found.missing),
        ("left over in the index", found.stray),
        ("older in the index than it should be", found.outdated),
        (f"not found by its title, of {found.sampled} sought", found.unfound),
    ):
        if ids:
            named = ", ".join(str(each) for each in ids[:_NAMED])
            click.echo(f"{len(ids)} {what}: {named}{', ...' if len(ids) > _NAMED else ''}")
    if found.is_none:
        click.echo(f"They agree; {found.sampled} were sought by their title and found.")


commands: list[click.Command] = [index]
