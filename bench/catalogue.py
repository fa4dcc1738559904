"""The catalogue of courses when it is full: CPU of its pages against the smallest page that lists as many courses.

    python -m bench.catalogue [--courses 500] [--modules 3000] [--enrolments 100000] [--rounds 60]

Each page of ours, and the peer's, is asked for in turns in one process, on a small house (one page of courses) and on
a full one: CPU milliseconds, p50 and p95, and the ratio of each p50 to the peer's. The peer is a bare Flask page that
reads as many courses as ours shows by one query and prints their titles. What a page costs must follow from what it
shows: the last column is the full house's p50 against the small one's.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask, render_template_string
from sqlalchemy import Engine, insert, select

from bench.launching import percentile
from catalog import courses, indexing
from catalog.models import Course, CourseModule, Enrolment, Kind, Resource, ResourceState, Version, VersionState
from lrc import migrations
from lrc.app import create_app
from lrc.config import Settings
from lrc.db import engine_of, new_session, utcnow
from lrc.study.models import Study
from lti.models import Person
from search.engine import current_index
from tests import factories

_SUBJECTS = ("Cacao", "Comercio", "Estadística", "Agua", "Historia", "Salud", "Programación", "Minería", "Lenguas")
_LEVELS = ("beginner", "intermediate", "advanced")
_AT_ONCE = 5_000
_COLD = 5
_MODULES_EACH = 6
_KINDS = (Kind.MODULE, Kind.COURSE)
_PEER = "<ul>{% for each in items %}<li><a href='/{{ each.id }}'>{{ each.title }}</a></li>{% endfor %}</ul>"


def settings_in(folder: Path) -> Settings:
    return Settings(
        mode="test",
        data=folder,
        secret_key="a-secret-key-of-the-benchmark-alone",
        database_url=f"sqlite:///{folder / 'lrc.sqlite3'}",
        tool_url="https://tool.example",
        broker_url="memory://",
        s3_endpoint_url="http://127.0.0.1:9",
        s3_public_url="http://127.0.0.1:9",
        s3_access_key="none",
        s3_secret_key="none",
        log_level="ERROR",
    )


def fill(app: Flask, course_count: int, module_count: int, enrolment_count: int) -> Any:
    """So many courses with modules, groups and enrolled people; returns the browser of somebody in a few of them."""
    engine = engine_of(app)
    with new_session(engine, writing=True) as session:
        reader = factories.person(session, name="Rosa Quispe")
        institution_id, platform_id = reader.institution_id, reader.platform_id
        session.commit()
        reader_id = reader.id
    _fill_shelves(engine, institution_id, course_count, module_count)
    add(engine, Person, (_person(n, institution_id, platform_id) for n in range(enrolment_count // 5)))
    _fill_desks(engine, reader_id, enrolment_count)
    indexing.bring_up_to_date(current_index())
    with new_session(engine, writing=True) as session:
        return factories.signed_in(app, session, by=session.get_one(Person, reader_id))


def _fill_shelves(engine: Engine, institution_id: int, course_count: int, module_count: int) -> None:
    shared = {"institution_id": institution_id, "state": ResourceState.PUBLISHED, "published_at": utcnow()}
    add(engine, Resource, (_module(n) | shared for n in range(module_count)))
    add(engine, Resource, (_course(n) | shared for n in range(course_count)))
    with new_session(engine) as session:
        modules, held = (session.scalars(select(Resource.id).where(Resource.kind == k)).all() for k in _KINDS)
    add(engine, Version, (_version(n, each) for n, each in enumerate([*modules, *held])))
    add(engine, Course, ({"resource_id": each, "gives_certificate": each % 3 == 0} for each in held))
    add(engine, CourseModule, _places(held, modules))


def _fill_desks(engine: Engine, reader_id: int, enrolment_count: int) -> None:
    with new_session(engine) as session:
        modules, held = (session.scalars(select(Resource.id).where(Resource.kind == k)).all() for k in _KINDS)
    with new_session(engine, writing=True) as session:
        for each in held[::10]:
            factories.cohort(
                session, session.get_one(Resource, each), tutor=session.get_one(Person, reader_id), places=30
            )
        session.commit()
        people = session.scalars(select(Person.id).where(Person.id != reader_id)).all()
        versions = dict(session.execute(select(Version.resource_id, Version.id)).all())
    add(engine, Enrolment, _enrolments(held, people, enrolment_count))
    add(engine, Enrolment, ({"course_id": each, "person_id": reader_id} for each in held[:8]))
    begun = [{"person_id": reader_id, "module_id": each, "version_id": versions[each]} for each in modules[:8]]
    add(engine, Study, ({**each, "read_parts": ["l1"], "last_part": "l2", "passed_parts": []} for each in begun))


def add(engine: Engine, model: Any, rows: Iterator[dict[str, Any]] | Any) -> None:
    """Rows of a table, some thousands at a time."""
    some: list[dict[str, Any]] = []
    with new_session(engine, writing=True) as session:
        for row in rows:
            some.append(row)
            if len(some) == _AT_ONCE:
                session.execute(insert(model), some)
                some = []
        if some:
            session.execute(insert(model), some)
        session.commit()


def _module(number: int) -> dict[str, Any]:
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    return {"record_id": f"m{number}", "kind": Kind.MODULE, "title": f"{subject}, módulo {number}"} | _facts(number)


def _course(number: int) -> dict[str, Any]:
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    described = {
        "description": f"Un curso de **{subject}** para quien empieza.\n\nEl segundo párrafo no se lista. " * 4
    }
    return {"record_id": f"c{number}", "kind": Kind.COURSE, "title": f"{subject} {number}"} | described | _facts(number)


def _facts(number: int) -> dict[str, Any]:
    subjects = [_SUBJECTS[number % len(_SUBJECTS)], _SUBJECTS[number // 7 % len(_SUBJECTS)]]
    level, minutes = _LEVELS[number % 3], 60 * (number % 20)
    return {"language": "es", "subjects": subjects, "level": level, "effort_minutes": minutes, "creators": []}


def _version(number: int, resource_id: int) -> dict[str, Any]:
    parts = [{"type": "lesson", "key": f"l{n}", "title": f"Lección {n}", "text": "Texto. " * 50} for n in (1, 2, 3)]
    content = {"title": f"Versión {number}", "parts": parts}
    row = {"resource_id": resource_id, "number": 1, "state": VersionState.PUBLISHED, "content": content}
    return row | {"texts": [f"Lección {n}\nTexto." for n in (1, 2, 3)]}


def _places(held: Any, modules: Any) -> Iterator[dict[str, Any]]:
    for number, course_id in enumerate(held):
        for position in range(_MODULES_EACH):
            module_id = modules[(number * _MODULES_EACH + position) % len(modules)]
            yield {"course_id": course_id, "module_id": module_id, "position": position + 1}


def _person(number: int, institution_id: int, platform_id: int) -> dict[str, Any]:
    return {"platform_id": platform_id, "institution_id": institution_id, "sub": f"s{number}", "last_roles": []}


def _enrolments(held: Any, people: Any, count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        person, turn = number % len(people), number // len(people)
        yield {"course_id": held[(person + turn * 101) % len(held)], "person_id": people[person]}


def peer_of(app: Flask) -> Any:
    bare = Flask("peer")

    @bare.get("/")
    def titles() -> str:
        query = select(Resource.id, Resource.title).where(Resource.kind == Kind.COURSE).limit(courses.SIZE)
        with new_session(engine_of(app)) as session:
            return render_template_string(_PEER, items=session.execute(query).all())

    return bare.test_client()


def measure(browser: Any, peer: Any, rounds: int) -> dict[str, list[float]]:
    """CPU milliseconds of each page, by its name, in turns."""
    pages: dict[str, Callable[[], Any]] = {
        "peer: a bare list": lambda: peer.get("/"),
        "the catalogue": lambda: browser.get("/courses"),
        "with facets": lambda: browser.get("/courses?subject=cacao&level=beginner&certificate=yes"),
        "with words": lambda: browser.get("/courses?q=comercio"),
        "a course": lambda: browser.get(f"/study/courses/{_first_course(browser)}"),
        "what I study": lambda: browser.get("/study/"),
    }
    spent: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(rounds + _COLD):
        for name, ask in pages.items():
            began = time.process_time()
            answer = ask()
            took = (time.process_time() - began) * 1000
            assert answer.status_code == 200, (name, answer.status)
            if turn >= _COLD:
                spent[name].append(took)
    return spent


def _first_course(browser: Any) -> int:
    known: int | None = browser.__dict__.get("first_course")
    if known is None:
        with new_session(engine_of(browser.application)) as session:
            known = session.scalars(select(Resource.id).where(Resource.kind == Kind.COURSE).limit(1)).one()
        browser.__dict__["first_course"] = known
    return known


@contextmanager
def house(folder: Path) -> Iterator[Flask]:
    folder.mkdir()
    settings = settings_in(folder)
    migrations.upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        yield app
    engine_of(app).dispose()


@click.command()
@click.option("--courses", "course_count", default=500, show_default=True)
@click.option("--modules", "module_count", default=3_000, show_default=True)
@click.option("--enrolments", "enrolment_count", default=100_000, show_default=True)
@click.option("--rounds", default=60, show_default=True)
def main(course_count: int, module_count: int, enrolment_count: int, rounds: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        spent = []
        for name, counts in (("small", (12, 72, 240)), ("full", (course_count, module_count, enrolment_count))):
            with house(Path(folder) / name) as app:
                began = time.monotonic()
                browser = fill(app, *counts)
                click.echo(f"{name}: {counts} courses, modules, enrolments, in {time.monotonic() - began:.0f} s")
                spent.append(measure(browser, peer_of(app), rounds))
    small, full = spent
    click.echo("\n| page | p50 ms | p95 ms | to the peer | to a small house |\n| --- | ---: | ---: | ---: | ---: |")
    peer = percentile(full["peer: a bare list"], 0.5)
    for name, values in full.items():
        p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
        click.echo(f"| {name} | {p50:.1f} | {p95:.1f} | {p50 / peer:.1f} | {p50 / percentile(small[name], 0.5):.1f} |")


if __name__ == "__main__":
    main()
