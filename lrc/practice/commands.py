"""The command by which `lrc demo` opens the practice library."""

from __future__ import annotations

import click
from flask import current_app

from lrc.commands import in_app
from lrc.practice.opening import open_library


@click.command("open-practice-library", hidden=True)
@in_app
def open_practice_library() -> None:
    """Register the practice LMS and put the demo's texts on the shelves; may be run again."""
    count = open_library(current_app.config["LRC_SETTINGS"])
    click.echo(f"{count} files came in and are being read." if count else "The library was open already.")


commands: list[click.Command] = [open_practice_library]
