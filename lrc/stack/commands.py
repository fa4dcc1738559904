"""The commands that start the whole centre: `lrc demo` and `lrc up`."""

from __future__ import annotations

import sys

import click

from lrc.stack import centre
from lrc.stack.trouble import CannotRun


@click.command()
def demo() -> None:
    """Try the centre: everything on this computer, with a practice LMS and a small library."""
    _run("demo", fill=(sys.executable, "-m", "lrc", "open-practice-library"))


@click.command()
def up() -> None:
    """Run the centre: web server and workers, with the embedded S3 server and broker where no others are set."""
    _run("production")


def _run(mode: str, fill: tuple[str, ...] = ()) -> None:
    try:
        centre.run(mode, click.echo, fill=fill)
    except CannotRun as error:
        raise click.ClickException(str(error)) from error


commands: list[click.Command] = [demo, up]
