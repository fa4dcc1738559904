"""The commands for our own keys: looking at them, rotating them, keeping them through a change of LRC_SECRET_KEY."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app

from lrc.commands import in_app
from lrc.config import Settings, for_serving
from lrc.db import transaction
from lti import keys
from lti.models import ToolKey


@click.group("keys")
def key_commands() -> None:
    """Our own keys, with which we sign what platforms check."""


@key_commands.command("list")
@in_app
def list_keys() -> None:
    """Show the keys, one a line: key id, state, from when it signs, since when it is retired (UTC)."""
    with transaction(writing=False) as session:
        found = keys.states(session, _secret_key())
        for key, state in found:
            times = map(_time, (key.signs_from or key.created_at, key.retired_at))
            click.echo("\t".join((key.kid, state.value, *times)))
    if not found:
        click.echo("There is no key yet; one is made when it is needed first.", err=True)


@key_commands.command()
@click.option("--now", "is_leaked", is_flag=True, help="The key has leaked: forget all others at once.")
@in_app
def rotate(is_leaked: bool) -> None:
    """Publish a new key, which signs when platforms had a day to see it; the old one is served for a week after."""
    with transaction() as session:
        make = keys.replace_leaked if is_leaked else keys.rotate
        key: ToolKey = make(session, _secret_key())
        begins = "from now on" if key.signs_from is None else f"from {_time(key.signs_from)} UTC on"
        click.echo(f"{key.kid} signs {begins}.")
    if is_leaked:
        click.echo("Platforms that keep our key set may refuse us for up to an hour, until they fetch it again.")


@key_commands.command()
@click.option("--old-secret-key", prompt="The LRC_SECRET_KEY of before", hide_input=True, help="Asked for if missing.")
@in_app
def reseal(old_secret_key: str) -> None:
    """Take the keys along after LRC_SECRET_KEY was changed, before the service is started again."""
    with transaction() as session:
        count = keys.reseal(session, old_secret_key, _secret_key())
    click.echo(f"{count} key(s) are now kept with the new LRC_SECRET_KEY.")


def _secret_key() -> str:
    settings: Settings = current_app.config["LRC_SETTINGS"]
    return for_serving(settings).secret_key


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"
