"""The class page: a teacher sees who is in the course, who never came, and who opened and read what is linked in it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.db import engine_of, utcnow
from lti.models import Context, RosterState
from lti.viewers import Role
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser


@pytest.fixture
def context(session: Session) -> Context:
    return enrolling.context_with_a_list(session)


@pytest.fixture
def teacher(app: Flask, session: Session, context: Context) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=enrolling.teacher(session, context), where=context)


def table(page: str) -> dict[str, str]:
    """What the table of people says of each, by name, as plain words."""
    found = re.search(r'<table class="table people">.*?</table>', page, re.S)
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', found[0] if found else "", re.S)
    return {_words(name): _words(said) for name, said in rows}


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def read(browser: Browser, **asked: str | int) -> dict[str, str]:
    return table(browser.get("/course", query_string=asked).text)


def test_listed_came_opened_and_read_are_told_apart(session: Session, context: Context, teacher: Browser) -> None:
    guide, map_ = (factories.resource(session, title=title) for title in ("Guía", "Mapa"))
    for each in (guide, map_):
        enrolling.link(session, context, each)
    enrolling.listed(session, context, "Ana Nunca")
    enrolling.came(session, context, "Beto Mira")
    carla, dora = (enrolling.came(session, context, name) for name in ("Carla Abre", "Dora Lee"))
    enrolling.opened(session, carla, guide)
    enrolling.opened(session, dora, guide, read_at=utcnow())
    enrolling.opened(session, dora, map_)
    session.commit()
    page = teacher.get("/course").text
    said = table(page)
    assert list(said) == ["Ana Nunca", "Beto Mira", "Carla Abre", "Dora Lee"]
    assert "Nunca entró" in said["Ana Nunca"]
    assert "0 de 2" in said["Beto Mira"]
    assert "Nunca entró" not in said["Beto Mira"]
    assert re.search(r"1 de 2 .*Guía: Abierto el .*Mapa: No lo abrió", said["Carla Abre"])
    assert re.search(r"2 de 2.*1 leído.*Guía: Leído el .*Mapa: Abierto el", said["Dora Lee"])
    assert "4 estudiantes" in page
    assert "3 entraron a la biblioteca" in page
    assert "1 nunca entró" in page
    assert "Docentes: Tomás Enseña" in page


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Ana Nunca", "Beto Mira", "Carla Abre", "Dora Lee"]),
        ({"who": "never"}, ["Ana Nunca"]),
        ({"who": "unopened"}, ["Beto Mira"]),
        ({"who": "opened"}, ["Carla Abre", "Dora Lee"]),
        ({"who": "read"}, ["Dora Lee"]),
        ({"who": "left"}, ["Zoe Fuera"]),
        ({"who": "opened", "link": "Mapa"}, ["Dora Lee"]),
        ({"who": "unopened", "link": "Mapa"}, ["Beto Mira", "Carla Abre"]),
        ({"who": "read", "link": "Mapa"}, []),
        ({"group": "1"}, ["Ana Nunca", "Carla Abre"]),
        ({"group": "12"}, ["Beto Mira"]),
        ({"group": "1", "who": "opened"}, ["Carla Abre"]),
        ({"group": "%"}, []),
        ({"q": "LEE dóra"}, ["Dora Lee"]),
        ({"q": "nadie"}, []),
        ({"who": "rubbish", "link": "999999999999999999999", "page": "x"}, ["Ana Nunca", "Beto Mira"]),
    ],
)
def test_the_page_shows_whom_it_is_asked_for(
    session: Session, context: Context, teacher: Browser, asked: dict[str, str], names: list[str]
) -> None:
    guide, map_ = (factories.resource(session, title=title) for title in ("Guía", "Mapa"))
    links = {each.title: enrolling.link(session, context, each) for each in (guide, map_)}
    enrolling.listed(session, context, "Ana Nunca", groups=["1"])
    enrolling.came(session, context, "Beto Mira", groups=["12"])
    carla = enrolling.came(session, context, "Carla Abre", groups=["7", "1"])
    dora = enrolling.came(session, context, "Dora Lee")
    enrolling.came(session, context, "Zoe Fuera", left_at=utcnow())
    enrolling.opened(session, carla, guide)
    enrolling.opened(session, dora, guide, read_at=utcnow())
    enrolling.opened(session, dora, map_)
    session.commit()
    given = {name: str(links[value].id) if value in links else value for name, value in asked.items()}
    assert list(read(teacher, **given))[: len(names) or 4] == names


def test_a_chosen_link_is_said_of_each(session: Session, context: Context, teacher: Browser) -> None:
    guide = factories.resource(session, title="Guía")
    link = enrolling.link(session, context, guide, title="Lectura 1")
    enrolling.opened(session, enrolling.came(session, context, "Carla Abre"), guide)
    enrolling.came(session, context, "Beto Mira")
    session.commit()
    page = teacher.get(f"/course?link={link.id}").text
    assert "<h2>Lectura 1</h2>" in page
    assert "No lo abrió" in table(page)["Beto Mira"]
    assert "Abierto el" in table(page)["Carla Abre"]


def test_totals_count_students_who_are_there_and_nobody_else(
    session: Session, context: Context, teacher: Browser
) -> None:
    guide = factories.resource(session, title="Guía")
    enrolling.link(session, context, guide)
    for name, columns in {
        "Carla": {},
        "Asistente": {"launch_roles": ["teacher"], "roster_roles": ["student"]},
        "Docente como estudiante": {"launch_roles": ["student"], "roster_roles": ["teacher"]},
        "Zoe Fuera": {"left_at": utcnow()},
    }.items():
        enrolling.opened(session, enrolling.came(session, context, name, **columns), guide, read_at=utcnow())
    elsewhere = factories.context(session, of=context.platform)
    enrolling.opened(session, enrolling.came(session, elsewhere, "De otro curso"), guide)
    session.commit()
    page = teacher.get("/course").text
    assert list(table(page)) == ["Carla"]
    by_link = _words(page[page.index('id="by-link"') :])
    assert "Guía 1 de 1 1" in by_link


def test_links_that_lead_nowhere_or_were_taken_off_do_not_count(
    session: Session, context: Context, teacher: Browser
) -> None:
    guide = factories.resource(session, title="Guía")
    enrolling.link(session, context, guide, title="Quitado", hidden_at=utcnow())
    enrolling.link(session, context, None, title="Perdido", kind="resource", target="gone")
    enrolling.link(session, context, None, title="Una búsqueda", kind="search", target="fracciones")
    enrolling.link(session, context, None, title="Portada")
    enrolling.came(session, context, "Carla")
    session.commit()
    page = teacher.get("/course").text
    assert "Cuando alguien abra por primera vez" in page
    assert not {each for each in ("Quitado", "Perdido", "Una búsqueda", "Portada") if each in page}


def test_people_are_in_the_order_of_their_names_and_the_nameless_last(
    session: Session, context: Context, teacher: Browser
) -> None:
    for name in ("zoe", "", "Ñato", "Álvaro", "nora"):
        enrolling.came(session, context, name, **({"sub": "77"} if not name else {}))
    session.commit()
    assert list(read(teacher)) == ["Álvaro", "Ñato", "nora", "zoe", "Sin nombre (77)"]
    assert list(read(teacher, q="77")) == ["Sin nombre (77)"]


def test_a_course_without_a_roster_shows_who_came_and_says_so(
    session: Session, context: Context, teacher: Browser
) -> None:
    context.memberships_url, context.roster_state, context.roster_fetched_at = "", RosterState.NEVER, None
    enrolling.came(session, context, "Carla")
    session.commit()
    page = teacher.get("/course").text
    assert "Tu Moodle no nos da la lista del curso" in page
    assert list(table(page)) == ["Carla"]
    assert "Actualizar la lista" not in page


def test_who_came_and_is_not_on_the_roster_is_marked(session: Session, context: Context, teacher: Browser) -> None:
    enrolling.came(session, context, "Visita", launched_at=utcnow() - timedelta(days=1))
    enrolling.came(session, context, "Nueva", launched_at=utcnow() + timedelta(seconds=5))
    session.commit()
    said = read(teacher)
    assert "No figura en la lista de Moodle" in said["Visita"]
    assert "No figura" not in said["Nueva"]


def test_an_empty_course_says_what_will_be_there(teacher: Browser) -> None:
    assert "Todavía no hay estudiantes" in teacher.get("/course").text
    assert "Nadie coincide con lo que buscas" in teacher.get("/course?q=x").text


def test_the_filter_by_group_is_there_where_groups_are_known(
    session: Session, context: Context, teacher: Browser
) -> None:
    enrolling.came(session, context, "Carla")
    session.commit()
    assert 'name="group"' not in teacher.get("/course").text
    enrolling.came(session, context, "Dora", groups=["12", "7"])
    context.groups = {"12": "Sección B"}
    session.commit()
    options = re.findall(r'<option value="\d*">([^<]+)</option>', teacher.get("/course").text.split('id="group"')[1])
    assert options == ["Todos", "Sección B", "Grupo 7"]


@pytest.mark.parametrize("path", ["/course", "/course/class.csv", "/course/links", "/course/roster"])
def test_students_librarians_and_visits_without_a_course_get_nothing(
    app: Flask, session: Session, context: Context, path: str
) -> None:
    enrolling.came(session, context, "Carla")
    for roles, where in (
        ([Role.STUDENT], context),
        ([Role.LIBRARIAN], context),
        ([Role.ADMINISTRATOR], context),
        ([Role.TEACHER], None),
    ):
        browser = factories.signed_in(app, session, *roles, where=where)
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "Carla" not in answer.text


def test_the_teacher_of_another_course_sees_their_own_only(app: Flask, session: Session, context: Context) -> None:
    guide = factories.resource(session, title="Guía")
    enrolling.opened(session, enrolling.came(session, context, "Carla"), guide)
    link = enrolling.link(session, context, guide)
    other = factories.context(session, of=context.platform, label="COM102")
    enrolling.came(session, other, "Dora")
    browser = factories.signed_in(app, session, Role.TEACHER, where=other)
    assert list(read(browser, link=link.id)) == ["Dora"]
    assert "Carla" not in browser.get("/course/class.csv").text


def test_a_big_class_is_shown_by_few_queries(app: Flask, session: Session, context: Context, teacher: Browser) -> None:
    def count() -> int:
        session.commit()
        return enrolling.statements(engine_of(app), lambda: teacher.get("/course"))

    resources = [factories.resource(session, title=f"Guía {number:02}") for number in range(30)]
    links = [enrolling.link(session, context, each) for each in resources[:2]]
    people = [enrolling.came(session, context, f"Persona {number:03}") for number in range(3)]
    enrolling.opened(session, people[0], resources[0])
    few = count()
    links += [enrolling.link(session, context, each) for each in resources[2:]]
    people += [enrolling.came(session, context, f"Persona {number:03}") for number in range(3, 500)]
    for person in people[1:]:
        for each in resources[:: 1 + people.index(person) % 5]:
            enrolling.opened(session, person, each)
    assert count() <= few <= 20
    page = teacher.get("/course")
    assert len(table(page.text)) == 20
    assert len(read(teacher, page=25)) == 20
    assert len(page.get_data()) < 200_000  # uncompressed
    written = list(csv.reader(io.StringIO(teacher.get("/course/class.csv").text.removeprefix("\ufeff"))))
    assert (len(written), {len(line) for line in written}) == (501, {4 + 2 * 30})


def test_the_table_for_spreadsheets_says_when_each_link_was_opened_and_read(
    session: Session, context: Context, teacher: Browser
) -> None:
    context.groups = {"12": "Sección B"}
    guide = factories.resource(session, title="Guía; con, comas")
    enrolling.link(session, context, guide)
    carla = enrolling.came(session, context, "Muñoz, Carla", sub="21", groups=["12", "7"])
    enrolling.opened(session, carla, guide, read_at=utcnow())
    enrolling.listed(session, context, "=cmd|' /C calc'!A0", sub="+22")
    session.commit()
    answer = teacher.get("/course/class.csv?q=")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="clase-est101.csv"'
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[4:] == ["Guía; con, comas: abierto", "Guía; con, comas: leído"]
    assert first == ["'=cmd|' /C calc'!A0", "'+22", "nunca", "", "", ""]
    assert second[:2] == ["Muñoz, Carla", "21"]
    assert second[3] == "Sección B, 7"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", cell) for cell in (second[2], *second[4:]))
    assert "Carla" not in teacher.get("/course/class.csv?who=never").text


def test_teachers_find_their_course_in_the_navigation(app: Flask, session: Session, context: Context) -> None:
    entry = 'href="/course"'
    seen = {
        role: entry in factories.signed_in(app, session, role, where=context).get("/").text
        for role in (Role.TEACHER, Role.STUDENT)
    }
    assert seen == {Role.TEACHER: True, Role.STUDENT: False}
    assert entry not in factories.signed_in(app, session, Role.TEACHER).get("/").text


@pytest.mark.parametrize("path", ["/course", "/course/grades", "/course/links", "/course/roster", "/course/grades.csv"])
def test_pages_that_tell_of_the_class_are_kept_by_no_browser(teacher: Browser, path: str) -> None:
    answer = teacher.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
