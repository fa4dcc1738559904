"""The library when it is full: CPU of its pages at a hundred thousand materials against the same pages at a thousand.

    nice -n 19 python -m bench.library [--few 1000] [--many 100000] [--rounds 15]

A tenth of the materials has a file with a page of text, a twentieth waits for review, a fiftieth is one teacher's own.
Each page is asked for in turns in one process: CPU milliseconds, p50, and the ratio of the full house's to the small
one's. What a page costs must follow from what it shows.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, select

from bench.catalogue import add, house
from bench.launching import percentile
from catalog import identities, indexing
from catalog.models import File, FileState, Kind, Page, Remark, RemarkKind, Resource, ResourceState, Wish
from lrc.db import engine_of, new_session, utcnow
from lti.models import Person
from lti.viewers import EVERYONE, Role
from search.engine import current_index
from tests import factories

_WORDS = (
    "papa",
    "quinua",
    "cacao",
    "agua",
    "suelo",
    "riego",
    "cuy",
    "maíz",
    "trucha",
    "alpaca",
    "café",
    "puna",
    "valle",
)
_LANGUAGES = ("es", "es", "es", "en", "qu")
_COLD = 2
_PAGES = {
    "home": ("student", "/"),
    "results with facets": ("student", "/search?q=papa"),
    "results, narrowed": ("student", "/search?q=papa&subject=agua&language=es"),
    "results, page 30": ("student", "/search?q=papa&page=30"),
    "a record": ("student", "/resources/{shown}"),
    "a record, in review": ("librarian", "/resources/{waiting}"),
    "the reader": ("student", "/resources/{shown}/read"),
    "like this": ("student", "/similar/{shown}"),
    "mine": ("teacher", "/mine"),
    "mine, its end": ("teacher", "/mine?page=100000"),
    "queue": ("librarian", "/review"),
    "queue, its end": ("librarian", "/review?page=100000"),
    "wishes": ("librarian", "/wishes/queue"),
    "bulk edits": ("librarian", "/bulk"),
    "duplicates": ("librarian", "/duplicates"),
    "collections": ("student", "/collections"),
    "addresses": ("librarian", "/weblinks"),
    "damaged files": ("librarian", "/review/files"),
    "vocabularies": ("librarian", "/vocabularies"),
}


class Shelf:
    """A house with so many materials, and browsers of those who look at it."""

    def __init__(self, app: Flask, count: int) -> None:
        self._engine = engine_of(app)
        with new_session(self._engine, writing=True) as session:
            librarian = factories.person(session, librarian=True)
            self._home = {"institution_id": librarian.institution_id, "owner_id": librarian.id}
            teacher = factories.person(session, of=librarian.platform)
            session.commit()
            self._teacher_id, librarian_id = teacher.id, librarian.id
        self._fill(count)
        indexing.bring_up_to_date(current_index())
        with new_session(self._engine, writing=True) as session:
            people = {"student": self._teacher_id, "teacher": self._teacher_id, "librarian": librarian_id}
            roles = {"student": Role.STUDENT, "teacher": Role.TEACHER, "librarian": Role.LIBRARIAN}
            self.browsers = {
                who: factories.signed_in(app, session, roles[who], by=session.get_one(Person, id_))
                for who, id_ in people.items()
            }
            self.at = {
                "shown": session.scalars(select(File.resource_id).limit(1)).one(),
                "waiting": session.scalars(
                    select(Resource.id).where(Resource.state == ResourceState.WAITING).limit(1)
                ).one(),
            }

    def _fill(self, count: int) -> None:
        add(self._engine, Resource, (self._material(number) for number in range(count)))
        with new_session(self._engine, writing=True) as session:
            first = session.scalar(select(func.min(Resource.id))) or 0
            titles = session.execute(select(Resource.id, Resource.title)).all()
            identities.keep(session, {id_: identities.told_by(title, ()) for id_, title in titles})
            session.commit()
        add(self._engine, File, (_file(first + number) for number in range(0, count, 10)))
        with new_session(self._engine) as session:
            files = session.scalars(select(File.id)).all()
        text = "La papa nativa se guarda en la puna y el agua baja del cerro. " * 20
        add(self._engine, Page, ({"file_id": each, "number": 1, "label": "1", "text": text} for each in files))
        said = ({"resource_id": first + number, "kind": RemarkKind.SUBMITTED} for number in range(5, count, 20))
        add(self._engine, Remark, said)
        add(self._engine, Wish, (self._wish(number) for number in range(count // 20)))

    def _material(self, number: int) -> dict[str, Any]:
        words = [_WORDS[number * step % len(_WORDS)] for step in (1, 3, 7)]
        row = {"record_id": f"r{number}", "kind": Kind.MATERIAL, "title": f"{' '.join(words).capitalize()} {number}"}
        row |= {"description": f"Trata de {words[0]} y {words[1]}.", "language": _LANGUAGES[number % len(_LANGUAGES)]}
        row |= {"subjects": words[1:], "creators": [f"Autora {number % 997}"], "audience": EVERYONE}
        row |= {"state": ResourceState.PUBLISHED, "published_at": utcnow(), "institution_id": None, "owner_id": None}
        if number % 20 == 5:
            return row | self._home | {"state": ResourceState.WAITING, "published_at": None}
        return row | self._home | {"owner_id": self._teacher_id} if number % 50 == 1 else row

    def _wish(self, number: int) -> dict[str, Any]:
        sought = f"{_WORDS[number % len(_WORDS)]} {number}"
        who = {"person_id": self._teacher_id, "institution_id": self._home["institution_id"]}
        return who | {"sought": sought, "folded": sought}


def _file(resource_id: int) -> dict[str, Any]:
    named = {"key": f"files/{resource_id:032x}", "name": "guia.pdf", "media_type": "application/pdf"}
    facts = {"size_bytes": 1_000_000, "sha256": f"{resource_id:064x}", "state": FileState.READY, "page_count": 1}
    return {"resource_id": resource_id, **named, **facts}


def measure(shelf: Shelf, rounds: int) -> dict[str, list[float]]:
    """CPU milliseconds of each page, by its name, in turns; none for a page that is not there."""
    spent: dict[str, list[float]] = {name: [] for name in _PAGES}
    for turn in range(rounds + _COLD):
        for name, (who, page) in _PAGES.items():
            began = time.process_time()
            answer = shelf.browsers[who].get(page.format(**shelf.at))
            took = (time.process_time() - began) * 1000
            assert answer.status_code == 200, (name, answer.status)
            if turn >= _COLD:
                spent[name].append(took)
    return spent


def rows(few: dict[str, list[float]], many: dict[str, list[float]]) -> Iterator[str]:
    """The lines of the table."""
    for name, values in many.items():
        small, full = percentile(few[name], 0.5), percentile(values, 0.5)
        yield f"| {name} | {small:.1f} | {full:.1f} | {full / small:.1f} |"


@click.command()
@click.option("--few", default=1_000, show_default=True)
@click.option("--many", default=100_000, show_default=True)
@click.option("--rounds", default=15, show_default=True)
def main(few: int, many: int, rounds: int) -> None:
    """Print the table."""
    spent = []
    with tempfile.TemporaryDirectory() as folder:
        for count in (few, many):
            with house(Path(folder) / str(count)) as app:
                began = time.monotonic()
                shelf = Shelf(app, count)
                click.echo(f"{count} materials, {count // 10} files, in {time.monotonic() - began:.0f} s")
                spent.append(measure(shelf, rounds))
    click.echo(f"\n| page | at {few}, p50 ms | at {many}, p50 ms | ratio |\n| --- | ---: | ---: | ---: |")
    for row in rows(*spent):
        click.echo(row)


if __name__ == "__main__":
    main()
