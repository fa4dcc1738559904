"""Reading that earns a grade: openings noted, marking as read once, and how the grade stands in words."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Opening, Resource
from lrc.db import utcnow
from lti import grades
from lti.grades import Reason
from lti.models import Context, Membership, ResourceLink, Score, ScoreState
from lti.viewers import Role
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser


@pytest.fixture
def context(session: Session) -> Context:
    return factories.context(session)


@pytest.fixture
def guide(session: Session) -> Resource:
    return factories.resource(session, "La quinua crece en la puna.", title="Guía de la quinua")


@pytest.fixture
def link(session: Session, context: Context, guide: Resource) -> ResourceLink:
    """An activity that gives 20 points for reading the guide."""
    made = enrolling.link(session, context, guide, is_graded=True, maximum=20.0)
    session.commit()
    return made


@pytest.fixture
def rosa(session: Session, context: Context) -> Membership:
    return enrolling.came(session, context, "Rosa Quispe")


@pytest.fixture
def student(app: Flask, session: Session, context: Context, rosa: Membership, guide: Resource) -> Browser:
    return signed_in(app, session, rosa, context)


def signed_in(app: Flask, session: Session, who: Membership, context: Context, *roles: Role) -> Browser:
    person = session.get_one(factories.Person, who.person_id)
    return factories.signed_in(app, session, *roles, by=person, where=context)


def said(page: str) -> str:
    """What the page says of the grade for reading, as plain words."""
    found = re.search(r'<section id="mark".*?</section>', page, re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else ""


def scores(session: Session) -> list[Score]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Score).order_by(Score.id)))


def openings(session: Session) -> list[Opening]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Opening)))


@pytest.mark.parametrize("page", ["", "/read", "/file"])
def test_an_opening_of_what_is_linked_is_noted(
    session: Session, student: Browser, guide: Resource, link: ResourceLink, page: str
) -> None:
    student.get(f"/resources/{guide.id}{page}")

    (noted,) = openings(session)
    assert (noted.resource_id, noted.times, noted.read_at) == (guide.id, 1, None)


def test_openings_of_one_day_are_counted_once_and_later_days_are_added(
    session: Session, student: Browser, guide: Resource, link: ResourceLink
) -> None:
    for _ in range(3):
        student.get(f"/resources/{guide.id}")
    (noted,) = openings(session)
    assert noted.times == 1

    yesterday = utcnow() - timedelta(days=1)
    noted.first_opened_at = noted.last_opened_at = yesterday
    session.commit()
    student.get(f"/resources/{guide.id}")

    (noted,) = openings(session)
    assert (noted.times, noted.first_opened_at) == (2, yesterday)
    assert utcnow() - noted.last_opened_at < timedelta(minutes=1)


def test_what_is_not_linked_in_the_course_is_not_noted(
    app: Flask, session: Session, student: Browser, guide: Resource
) -> None:
    elsewhere = factories.context(session)
    enrolling.link(session, elsewhere, guide)
    session.commit()

    assert student.get(f"/resources/{guide.id}").status_code == 200
    assert openings(session) == []


def test_a_teachers_openings_are_not_noted(
    app: Flask, session: Session, context: Context, guide: Resource, link: ResourceLink
) -> None:
    teacher = factories.signed_in(app, session, Role.TEACHER, by=enrolling.teacher(session, context), where=context)

    teacher.get(f"/resources/{guide.id}")

    assert openings(session) == []


@pytest.mark.parametrize("page", ["", "/read"])
def test_a_student_marks_it_as_read_once_and_sees_the_grade(
    session: Session, student: Browser, guide: Resource, link: ResourceLink, rosa: Membership, page: str
) -> None:
    assert "Marcar como leído" in said(student.get(f"/resources/{guide.id}{page}").text)

    for _ in range(2):
        answer = student.submit(f"/resources/{guide.id}/mark", {"from": page.strip("/")})
        assert answer.status_code == 303

    (score,) = scores(session)
    assert (score.given, score.maximum, score.origin) == (20, 20, f"read:{guide.id}")
    assert (score.link_id, score.person_id, score.state) == (link.id, rosa.person_id, ScoreState.CREATED)
    assert openings(session)[0].read_at is not None
    words = said(student.get(answer.location).text)
    assert words.startswith("Nota por leerlo Por enviar Nota 20/20 · Se enviará en unos momentos.")
    assert "Marcar como leído" not in words


def set_score(session: Session, link: ResourceLink, who: Membership, **columns: object) -> Score:
    assert who.person_id is not None
    score = grades.owe(session, link, who.person_id, 20, 20, origin="read:1")
    for name, value in columns.items():
        setattr(score, name, value)
    session.commit()
    return score


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": ScoreState.SENDING}, "Enviándose Nota 20/20 · La estamos enviando a Moodle."),
        ({"state": ScoreState.ACCEPTED, "shown": 20.0}, "Enviada a Moodle Nota 20/20 · Moodle la recibió a las"),
        (
            {"state": ScoreState.ACCEPTED, "shown": 17.5},
            "Tu docente puso otra nota en Moodle: 17.5/20.",
        ),
        (
            {"state": ScoreState.ACCEPTED, "reason": Reason.NOT_SHOWN},
            "Moodle la recibió, pero su libro de calificaciones no muestra ninguna nota.",
        ),
        (
            {"state": ScoreState.CREATED, "reason": Reason.NO_ANSWER, "next_try_at": utcnow() + timedelta(hours=30)},
            "Esperando Nota 20/20 · Moodle no responde; se intentará otra vez el",
        ),
        (
            {"state": ScoreState.CREATED, "reason": Reason.LOCKED},
            "Moodle guarda otra nota con una fecha posterior; se intentará otra vez en unos momentos.",
        ),
        (
            {"state": ScoreState.REFUSED, "reason": Reason.NO_COLUMN},
            "No aceptada Nota 20/20 · Moodle no la aceptó: la actividad no tiene una columna",
        ),
        *(
            ({"state": ScoreState.REFUSED, "reason": each}, "Moodle no la aceptó:")
            for each in (Reason.NOT_A_STUDENT, Reason.FORBIDDEN, Reason.REJECTED, Reason.GAVE_UP)
        ),
    ],
)
def test_the_student_sees_how_the_grade_stands(
    session: Session,
    student: Browser,
    guide: Resource,
    link: ResourceLink,
    rosa: Membership,
    columns: dict[str, object],
    words: str,
) -> None:
    set_score(session, link, rosa, **{"settled_at": utcnow()} | columns)

    page = student.get(f"/resources/{guide.id}").text

    assert words in said(page)
    is_under_way = columns["state"] in (ScoreState.CREATED, ScoreState.SENDING)
    assert (f'hx-get="/resources/{guide.id}/mark"' in page) is is_under_way
    assert said(student.get(f"/resources/{guide.id}/mark").text) == said(page)


def test_a_refused_grade_can_be_sent_again_by_its_student(
    session: Session, student: Browser, guide: Resource, link: ResourceLink, rosa: Membership
) -> None:
    student.submit(f"/resources/{guide.id}/mark")
    (score,) = scores(session)
    score.state, score.reason = ScoreState.REFUSED, Reason.NOT_A_STUDENT
    session.commit()
    assert "Enviar otra vez" in said(student.get(f"/resources/{guide.id}").text)

    student.submit(f"/resources/{guide.id}/mark")

    assert [(each.state, each.reason) for each in scores(session)] == [(ScoreState.CREATED, "")]


@pytest.mark.parametrize("roles", [(Role.TEACHER,), (Role.TEACHER, Role.STUDENT), (Role.ADMINISTRATOR, Role.STUDENT)])
def test_a_teacher_is_told_that_teachers_get_no_grade(
    app: Flask, session: Session, context: Context, guide: Resource, link: ResourceLink, roles: tuple[Role, ...]
) -> None:
    person = enrolling.teacher(session, context)
    teacher = factories.signed_in(app, session, *roles, by=person, where=context)
    words = said(teacher.get(f"/resources/{guide.id}").text)
    assert "Los docentes no reciben notas." in words
    assert "Marcar como leído" not in words

    answer = teacher.submit(f"/resources/{guide.id}/mark")

    assert "Los docentes no reciben notas" in teacher.get(answer.location).text
    assert scores(session) == []
    assert openings(session) == []


def test_without_a_grade_there_is_nothing_to_mark(
    session: Session, student: Browser, context: Context, guide: Resource
) -> None:
    enrolling.link(session, context, guide)
    session.commit()
    assert said(student.get(f"/resources/{guide.id}").text) == ""

    answer = student.submit(f"/resources/{guide.id}/mark")

    assert "no hay una nota por leer este material" in student.get(answer.location).text
    assert scores(session) == []


@pytest.mark.parametrize("columns", [{"hidden_at": utcnow()}, {"kind": "search"}, {"target": "otro"}])
def test_a_link_that_is_gone_or_leads_elsewhere_gives_no_grade(
    session: Session, student: Browser, guide: Resource, link: ResourceLink, columns: dict[str, object]
) -> None:
    for name, value in columns.items():
        setattr(link, name, value)
    session.commit()

    student.submit(f"/resources/{guide.id}/mark")

    assert scores(session) == []


def test_a_link_of_another_course_gives_no_grade(
    app: Flask, session: Session, guide: Resource, link: ResourceLink
) -> None:
    other = factories.context(session, of=link.context.platform)
    visitor = signed_in(app, session, enrolling.came(session, other, "Beto"), other)

    visitor.submit(f"/resources/{guide.id}/mark")

    assert scores(session) == []


def test_of_two_activities_the_one_launched_last_gives_the_grade(
    session: Session, student: Browser, context: Context, guide: Resource, link: ResourceLink
) -> None:
    link.last_launched_at = utcnow() - timedelta(days=3)
    newer = enrolling.link(session, context, guide, is_graded=True, maximum=10.0)
    session.commit()

    student.submit(f"/resources/{guide.id}/mark")

    assert [(each.link_id, each.given) for each in scores(session)] == [(newer.id, 10)]


def test_what_one_may_not_see_cannot_be_marked(
    session: Session, student: Browser, guide: Resource, link: ResourceLink
) -> None:
    guide.audience = "institution:999999"
    session.commit()

    assert student.submit(f"/resources/{guide.id}/mark").status_code == 404
    assert student.get(f"/resources/{guide.id}/mark").status_code == 404
    assert scores(session) == []
