"""The commands of vocabularies: taking them in, giving them out, and which there are."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import click
from sqlalchemy import select

from catalog.models import Vocabulary, VocabularyUse
from catalog.vocabularies import browsing, formats, giving, naming, reading, shipped, state, taking
from catalog.vocabularies.comparing import Report
from catalog.vocabularies.scheme import Trouble
from catalog.vocabularies.taking import Wanted
from lrc.commands import in_app
from lrc.db import transaction

_SHOWN = 20
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group("vocabulary")
def vocabulary() -> None:
    """Vocabularies of subjects, types and rights, as SKOS."""


@vocabulary.command("import")
@click.argument("file", type=_FILE, required=False)
@click.option("--name", default="", help="Short name, for addresses and commands; else made of its title.")
@click.option("--use", type=click.Choice([each.value for each in VocabularyUse]), help="Which field takes its terms.")
@click.option("--scheme", default="", metavar="URI", help="Which concept scheme, where the file holds several.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@in_app
def import_vocabulary(file: Path | None, name: str, use: str | None, scheme: str, dry_run: bool) -> None:
    """Take in a vocabulary from FILE (Turtle or RDF/XML); without FILE, those that come with the tool.

    The URI decides: the same file again changes nothing, a newer one changes what differs. What is no longer in the
    file is offered no more, but stays where it is used. Nothing is fetched from the network.
    """
    if file is None:
        brought = shipped.bring()
        click.echo(f"Taken in: {', '.join(brought)}." if brought else "All that come with the tool are here.")
        return
    told = reading.read(file, scheme)
    wanted = Wanted(name, VocabularyUse(use) if use else None, sha256(file.read_bytes()).hexdigest())
    with transaction() as session:
        report = taking.take(session, told, wanted, only_look=dry_run)
    _tell(report)


def _tell(report: Report) -> None:
    for word, uris in (("new", report.added), ("changed", report.changed), ("gone", report.gone)):
        click.echo(f"{len(uris):6} {word}{_named(report, uris)}")
    click.echo(f"{report.unchanged:6} as they were")
    by_code: dict[str, list[Trouble]] = {}
    for each in report.troubles:
        by_code.setdefault(each.code, []).append(each)
    for code, some in by_code.items():
        click.echo(f"not taken as it stood: {code} ({len(some)}), first: {some[0].about}", err=True)


def _named(report: Report, uris: Sequence[str]) -> str:
    names = [report.names.get(uri, uri) for uri in uris[:_SHOWN]]
    more = "" if len(uris) <= _SHOWN else f" and {len(uris) - _SHOWN} more"
    return f": {'; '.join(names)}{more}" if names else ""


@vocabulary.command("export")
@click.argument("name")
@click.option("--format", "form", type=click.Choice(list(formats.NAMES)), default=formats.TURTLE, show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@in_app
def export_vocabulary(name: str, form: str, output: Path | None) -> None:
    """Write the vocabulary NAME, with what was added here, as SKOS."""
    with transaction(writing=False) as session:
        told = giving.scheme_of(session, browsing.get(session, name))
    written = reading.written(told, form)
    if output is None:
        sys.stdout.buffer.write(written)
    else:
        output.write_bytes(written)


@vocabulary.command("list")
@in_app
def list_vocabularies() -> None:
    """Show the vocabularies: name, use, how many concepts, URI and title."""
    with transaction(writing=False) as session:
        counts = browsing.counts(session)
        for each in session.scalars(select(Vocabulary).order_by(Vocabulary.id)):
            title = naming.best(each.titles)
            click.echo(f"{each.name}\t{each.use.value}\t{counts.get(each.id, 0)}\t{each.uri}\t{title}")
        if state.is_behind(session):
            click.echo("Descriptions are still being looked through for their concepts (a worker does that).", err=True)


@vocabulary.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_app
def remove_vocabulary(name: str, yes: bool) -> None:
    """Take the vocabulary NAME out, with what was added to it here. Descriptions keep their words."""
    with transaction(writing=False) as session:
        if shipped.is_ours(browsing.get(session, name)):
            raise click.ClickException("this one comes with the tool and would come back")
    if not yes:
        click.confirm(f'Take "{name}" out?', abort=True)
    with transaction() as session:
        count = taking.remove(session, browsing.get(session, name))
    click.echo(f"Taken out; {count} resources were described with it, and keep their words.")


commands: list[click.Command] = [vocabulary]
