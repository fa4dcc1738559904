"""The operators' commands of the grade ledger: what platforms are still owed."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from typing import Any

import click

from lrc.commands import in_app
from lrc.db import transaction
from lti import unsent
from lti.grades import Reason
from lti.models import ScoreState
from lti.unsent import OPEN, Choice

_SHOWN = 50


@click.group("grades")
def grade_commands() -> None:
    """Scores that platforms (Moodles) are owed and have not accepted yet."""


def _choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which scores are meant."""
    states = click.Choice([each.value for each in OPEN])
    for option in (
        click.option("--platform", default="", metavar="ISSUER", help="Only those for this platform."),
        click.option(
            "--reason",
            default="",
            type=click.Choice(["", *(each.value for each in Reason)]),
            help="Only those for this reason.",
        ),
        click.option("--state", default=None, type=states, help="Only those in this state."),
    ):
        command = option(command)
    return command


@grade_commands.command()
@_choosing
@in_app
def pending(platform: str, reason: str, state: str | None) -> None:
    """Show how many wait or were refused, and the oldest of them with what the platform said."""
    choice = _choice(platform, reason, state)
    with transaction(writing=False) as session:
        for issuer, each, why, count in unsent.summary(session, choice):
            click.echo(f"{count:>6}  {each.value:<9} {why or '-':<15} {issuer}")
        found = session.scalars(unsent.chosen(choice).limit(_SHOWN)).all()
        lines = [unsent.record(each) for each in found]
    if not lines:
        click.echo("Nothing is owed: every score was accepted.", err=True)
        return
    click.echo("\nThe oldest:")
    for line in lines:
        click.echo("\t".join(str(line[name] or "-") for name in _COLUMNS))


_COLUMNS = (
    "id",
    "scored_at",
    "state",
    "reason",
    "attempts",
    "next_try_at",
    "sub",
    "resource_link_id",
    "issuer",
    "said",
)


@grade_commands.command()
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All that wait or were refused, where nothing else is chosen.")
@_choosing
@in_app
def retry(ids: tuple[int, ...], everything: bool, platform: str, reason: str, state: str | None) -> None:
    """Have scores be sent now: those of the given numbers, or those chosen; the delivery worker sends them."""
    choice = _choice(platform, reason, state)
    if not (ids or everything) and choice == Choice():
        raise click.UsageError("say which: numbers, --platform, --reason, --state, or --all")
    count, last = 0, 0
    while True:
        with transaction() as session:
            some, last = unsent.retry(session, choice, ids, after=last)
        count += some
        if not some:
            break
    click.echo(f"{count} handed out to be sent.")


@grade_commands.command()
@click.option("--format", "kind", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@_choosing
@in_app
def export(kind: str, platform: str, reason: str, state: str | None) -> None:
    """Write them out, without names: who (the platform's id), which line item, how many points."""
    table = csv.writer(sys.stdout)
    with transaction(writing=False) as session:
        rows = session.scalars(unsent.chosen(_choice(platform, reason, state)).execution_options(yield_per=500))
        for number, score in enumerate(rows):
            line = unsent.record(score)
            if kind == "jsonl":
                click.echo(json.dumps(line, ensure_ascii=False))
                continue
            if number == 0:
                table.writerow(line)
            table.writerow(map(_cell, line.values()))


def _cell(value: str | int | float | None) -> str:
    """The value so that no spreadsheet takes it for a formula: the platform chose the ids and what it said."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _choice(platform: str, reason: str, state: str | None) -> Choice:
    return Choice(platform, reason, ScoreState(state) if state else None)
