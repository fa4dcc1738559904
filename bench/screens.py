"""Takes a picture of every page of the demo at the width of a laptop and of a phone.

    python -m bench.screens FOLDER [--lms http://localhost:8001 --tool http://127.0.0.1:8000] [--dark]

Without addresses it starts a demo of its own. Beside a running one, give it the variables with which that was started.
Laptops show the tool in the frame of the LMS, phones the whole page.
"""

from __future__ import annotations

from pathlib import Path

import click
from playwright.sync_api import Page

from tests.journeys import tour


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--lms", default="", help="address of the practice LMS of a running demo")
@click.option("--tool", default="", help="address of the tool of the same demo")
@click.option("--dark", is_flag=True, help="in dark colours")
def main(folder: Path, lms: str, tool: str, dark: bool) -> None:
    """Write FOLDER/NAME-1280.png and FOLDER/NAME-360.png for every page."""
    folder.mkdir(parents=True, exist_ok=True)
    with tour.centre(lms, tool) as (browser, running):
        for phone, width in ((False, 1280), (True, 360)):
            for stop in tour.through(browser, running, phone=phone, dark=dark):
                page = stop.where if isinstance(stop.where, Page) else stop.where.page
                stop.where.wait_for_load_state("networkidle")
                path = folder / f"{stop.name}-{width}.png"
                page.screenshot(path=path, full_page=phone)
                click.echo(path)


if __name__ == "__main__":
    main()
