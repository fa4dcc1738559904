"""Measures what each page of the demo takes over the wire with a cold cache, and in how many requests.

    python -m bench.weight [--lms http://localhost:8001 --tool http://127.0.0.1:8000]

Without addresses it starts a demo of its own. Beside a running one, give it the variables with which that was started.
Everything counts: headers, style, scripts, pictures, what comes late.
"""

from __future__ import annotations

import click

from tests.browser import HEAVIEST_BYTES, MOST_REQUESTS, weigh
from tests.journeys import tour


@click.command()
@click.option("--lms", default="", help="address of the practice LMS of a running demo")
@click.option("--tool", default="", help="address of the tool of the same demo")
@click.option("--parts", is_flag=True, help="also what each page is made of, in bytes")
def main(lms: str, tool: str, parts: bool) -> None:
    """Print the table; the page view of a PDF is the only page that may weigh more than the limit."""
    click.echo(f"Limits: {HEAVIEST_BYTES / 1000:.0f} KB and {MOST_REQUESTS} requests (but for read-pages).\n")
    click.echo("| page | KB | requests |\n| --- | ---: | ---: |")
    with tour.centre(lms, tool) as (browser, running):
        for stop in tour.through(browser, running):
            if stop.is_answer:
                continue
            weight = weigh(stop.where, until="networkidle")
            click.echo(f"| {stop.name} | {weight.received_bytes / 1000:.1f} | {weight.requests} |")
            for received_bytes, address in weight.parts() if parts else ():
                click.echo(f"    {received_bytes:7} {address[:110]}")


if __name__ == "__main__":
    main()
