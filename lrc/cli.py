"""The ``lrc`` command: one group, to which each room adds its own commands."""

from __future__ import annotations

import sys

import click
from flask import Flask

import catalog.commands
import catalog.fixity.commands
import catalog.indexcommands
import catalog.vocabularies.commands
import lrc.practice.commands
import lrc.stack.commands
import lrc.study.commands
import lti.commands
import search.commands
from lrc import config, migrations
from lrc.app import create_app
from lrc.config import SettingsError, from_environment
from lrc.errors import Refused


def _ready_app() -> Flask:
    settings = from_environment()
    migrations.upgrade(settings)
    return create_app(settings)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lrc")
@click.pass_context
def cli(context: click.Context) -> None:
    """The Learning Resource Centre. Settings come from LRC_ variables of the environment (docs/settings.md)."""
    context.obj = _ready_app


@cli.command("settings")
def show_settings() -> None:
    """Print every setting with its default, as a Markdown table."""
    click.echo(config.table(), nl=False)


_ROOMS = (
    lrc.stack.commands,
    lti.commands,
    catalog.commands,
    catalog.fixity.commands,
    catalog.indexcommands,
    catalog.vocabularies.commands,
    search.commands,
    lrc.study.commands,
    lrc.practice.commands,
)
for room in _ROOMS:
    for command in room.commands:
        cli.add_command(command)


def main() -> None:
    """Run the command; what can be refused ends in one sentence and status 1 or 2, never in a traceback."""
    try:
        cli(prog_name="lrc")
    except SettingsError as error:
        click.echo(f"lrc: {error}", err=True)
        sys.exit(2)
    except Refused as error:
        click.echo(f"lrc: {error.detail or error}", err=True)
        sys.exit(1)
