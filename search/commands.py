"""The ``search`` command: the same search as the page's, from a terminal."""

from __future__ import annotations

import json
from typing import Any

import click

from lrc.commands import in_app
from lti.viewers import EVERYONE
from search.documents import KINDS, Hit, Query, Results
from search.engine import current_index


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--json", "as_json", is_flag=True, help="Print a JSON array of hits: id, kind, title, page, score, snippet."
)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Most hits to print.")
@click.option("--audience", "audiences", multiple=True, help=f"Who asks; may be repeated.  [default: {EVERYONE}]")
@click.option("--kind", default="", type=click.Choice(["", *KINDS]), help="Hits of one kind alone.")
@in_app
def search(words: tuple[str, ...], as_json: bool, limit: int, audiences: tuple[str, ...], kind: str) -> None:
    """Search the library for WORDS, best hits first. Works without a server, and beside one."""
    query = Query(" ".join(words), frozenset(audiences or (EVERYONE,)), limit=limit, kind=kind)
    found = current_index().search(query)
    if as_json:
        click.echo(json.dumps([_as_record(hit) for hit in found.hits], ensure_ascii=False, indent=2))
    else:
        _print(found)


def _as_record(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.record_id,
        "kind": hit.kind,
        "title": hit.title.text,
        "page": hit.page,
        "score": round(hit.score, 4),
        "snippet": hit.snippet.text,
    }


def _print(found: Results) -> None:
    if found.searched_for:
        click.echo(f"Searched also for: {', '.join(found.searched_for)}")
    for number, hit in enumerate(found.hits, 1):
        where = f", page {hit.page}" if hit.page else ""
        click.echo(f"{number:3}. {hit.title.text} [{hit.record_id}{where}] {hit.score:.2f}")
        click.echo(f"     {hit.snippet.text}")
    click.echo(f"{found.total} found." if found.total else f"Nothing found.{_advice(found)}")


def _advice(found: Results) -> str:
    return f" Try: {found.suggestion}" if found.suggestion else ""


commands: list[click.Command] = [search]
