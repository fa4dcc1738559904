"""The teacher's ledger: every score of the course with its state, what to do about it, and a student's work."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.celery import celery
from lrc.db import engine_of, utcnow
from lti import grades
from lti.grades import Reason
from lti.models import Context, Membership, ResourceLink, Score, ScoreState
from lti.viewers import Role
from tests import factories
from tests.campus import COURSE, STUDENT, TEACHER, Campus
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
    made = enrolling.link(session, context, guide, is_graded=True, maximum=20.0)
    session.commit()
    return made


@pytest.fixture
def teacher(app: Flask, session: Session, context: Context, link: ResourceLink) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=enrolling.teacher(session, context), where=context)


def score(session: Session, link: ResourceLink, who: Membership, **columns: object) -> Score:
    assert who.person_id is not None
    made = grades.owe(session, link, who.person_id, 15, 20, origin="read:1")
    for name, value in columns.items():
        setattr(made, name, value)
    session.commit()
    return made


def entries(page: str) -> list[str]:
    """What the ledger says, entry by entry, as plain words."""
    found = re.findall(r'<li class="ledger-entry">(.*?)</li>', page, re.S)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", each)).split()) for each in found]


def test_the_ledger_tells_who_what_and_how_it_stands(
    session: Session, context: Context, teacher: Browser, link: ResourceLink
) -> None:
    people = [enrolling.came(session, context, name) for name in ("Ana", "Beto", "Carla", "Dora", "Elsa")]
    waiting = {"state": ScoreState.CREATED, "reason": Reason.PLATFORM_ERROR, "attempts": 2}
    score(session, link, people[0], state=ScoreState.ACCEPTED, settled_at=utcnow(), shown=15.0)
    score(session, link, people[1], state=ScoreState.ACCEPTED, settled_at=utcnow() - timedelta(days=9), shown=18.0)
    score(session, link, people[2], **waiting, next_try_at=utcnow() + timedelta(days=1), said="Bad gateway", status=502)
    score(session, link, people[3], state=ScoreState.REFUSED, reason=Reason.NO_COLUMN, said="not found", status=404)
    score(session, link, people[4], state=ScoreState.SENDING)

    said = entries(teacher.get("/course/grades").text)

    assert [each.split()[0] for each in said] == ["Elsa", "Dora", "Carla", "Beto", "Ana"]
    assert said[0].startswith("Elsa 15/20 Enviándose Guía de la quinua La estamos enviando a Moodle.")
    assert "No aceptada" in said[1]
    assert "elige el tipo Puntuación" in said[1]
    assert "404 not found" in said[1]
    assert "Enviar otra vez" in said[1]
    assert "Moodle tiene un problema; se intentará otra vez el" in said[2]
    assert "502 Bad gateway" in said[2]
    assert "En el libro de calificaciones se ve 18/20" in said[3]
    assert re.search(r"Moodle la recibió a las \d\d:\d\d\.$", said[4])
    assert sum("Enviar otra vez" in each for each in said) == 1


def test_the_ledger_can_be_narrowed_to_a_state(
    session: Session, context: Context, teacher: Browser, link: ResourceLink
) -> None:
    for name, state in (("Ana", ScoreState.ACCEPTED), ("Beto", ScoreState.REFUSED)):
        score(session, link, enrolling.came(session, context, name), state=state)

    assert [each.split()[0] for each in entries(teacher.get("/course/grades?state=refused").text)] == ["Beto"]
    assert len(entries(teacher.get("/course/grades?state=anything").text)) == 2
    assert "Ninguna nota está así ahora." in teacher.get("/course/grades?state=sending").text


def test_a_refused_score_is_sent_again_by_the_teacher(
    session: Session, context: Context, teacher: Browser, link: ResourceLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = score(
        session, link, enrolling.came(session, context, "Ana"), state=ScoreState.REFUSED, reason="no-column"
    )
    sent: list[int] = []
    monkeypatch.setattr(celery, "send_task", lambda _name, args: sent.append(args[0]))

    answer = teacher.submit(f"/course/grades/{refused.id}/retry", {"state": "refused", "page": "1"})

    assert answer.location.endswith("/course/grades?state=refused&page=1")
    session.refresh(refused)
    assert (refused.state, refused.reason, sent) == (ScoreState.CREATED, "", [refused.id])
    assert teacher.submit(f"/course/grades/{refused.id}/retry").status_code == 303
    session.rollback()
    refused.state = ScoreState.ACCEPTED
    session.commit()
    assert teacher.submit(f"/course/grades/{refused.id}/retry").status_code == 409


def test_another_courses_scores_are_neither_shown_nor_sent(
    session: Session, context: Context, teacher: Browser, guide: Resource
) -> None:
    elsewhere = factories.context(session, of=context.platform)
    other = enrolling.link(session, elsewhere, guide, is_graded=True)
    theirs = score(session, other, enrolling.came(session, elsewhere, "Zoila"), state=ScoreState.REFUSED)

    assert "Zoila" not in teacher.get("/course/grades").text
    assert "Zoila" not in teacher.get("/course/grades.csv").text
    assert teacher.submit(f"/course/grades/{theirs.id}/retry").status_code == 404
    assert teacher.get(f"/course/work?link_id={other.id}&sub={theirs.person.sub}").status_code == 404
    # Through a link of one's own course nothing of another course is seen.
    own = session.query(ResourceLink).filter_by(context_id=context.id).one()
    assert "Zoila" not in teacher.get(f"/course/work?link_id={own.id}&sub={theirs.person.sub}").text


@pytest.mark.parametrize("path", ["/course/grades", "/course/grades.csv", "/course/work?link_id=1&sub=4"])
@pytest.mark.parametrize("role", [Role.STUDENT, Role.LIBRARIAN])
def test_the_ledger_is_for_the_courses_teachers(
    app: Flask, session: Session, context: Context, link: ResourceLink, path: str, role: Role
) -> None:
    assert factories.signed_in(app, session, role, where=context).get(path).status_code == 403
    assert factories.signed_in(app, session, Role.TEACHER).get(path).status_code == 403  # a visit without a course


def test_the_ledger_asks_as_much_of_the_database_for_a_full_page_as_for_one_entry(
    app: Flask, session: Session, context: Context, teacher: Browser, link: ResourceLink
) -> None:
    def ask() -> int:
        return enrolling.statements(engine_of(app), lambda: teacher.get("/course/grades"))

    score(session, link, enrolling.came(session, context, "Ana"), state=ScoreState.REFUSED)
    ask()
    one = ask()
    for number in range(30):
        score(session, link, enrolling.came(session, context, f"Persona {number}"), state=ScoreState.REFUSED)

    assert ask() == one
    page = teacher.get("/course/grades?page=2").text
    assert len(entries(page)) == 11
    assert "Página 2 de 2" in page


def test_the_table_holds_all_and_no_formulas(
    session: Session, context: Context, teacher: Browser, link: ResourceLink
) -> None:
    score(session, link, enrolling.came(session, context, "=HYPERLINK(1)"), state=ScoreState.REFUSED, said="404")
    for number in range(25):
        score(session, link, enrolling.came(session, context, f"Persona {number}"), given=12.5)

    answer = teacher.get("/course/grades.csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 26
    assert rows[-1]["Nombre"] == "'=HYPERLINK(1)"
    assert (rows[0]["Nota"], rows[0]["Máximo"], rows[-1]["Lo que dijo Moodle"]) == ("12.5", "20", "404")
    assert len(list(csv.reader(io.StringIO(teacher.get("/course/grades.csv?state=refused").text)))) == 2


@pytest.mark.parametrize(
    ("is_graded", "words"), [(True, "Todavía no hay notas"), (False, "nada de la biblioteca lleva nota")]
)
def test_an_empty_ledger_says_what_could_be_there(
    session: Session, teacher: Browser, link: ResourceLink, is_graded: bool, words: str
) -> None:
    link.is_graded = is_graded
    session.commit()

    assert words in teacher.get("/course/grades").text


def test_a_review_shows_what_somebody_did(
    session: Session, context: Context, teacher: Browser, link: ResourceLink, guide: Resource
) -> None:
    rosa = enrolling.came(session, context, "Rosa Quispe")
    opening = enrolling.opened(session, rosa, guide, read_at=utcnow())
    opening.times, opening.first_opened_at = 3, utcnow() - timedelta(days=5)
    enrolling.opened(session, rosa, factories.resource(session, title="Atlas"))
    score(session, link, rosa, state=ScoreState.ACCEPTED, settled_at=utcnow())

    page = teacher.get(f"/course/work?link_id={link.id}&sub={rosa.sub}").text

    assert "<h1>Rosa Quispe</h1>" in page
    assert re.search(r"Lo abrió en 3 días distintos:\s+la primera vez el .* y la última a las", page)
    assert "Lo marcó como leído a las" in page
    assert "Moodle la recibió a las" in page
    assert re.search(r"Atlas</a>: Lo abrió en 1 día:", page)


@pytest.mark.parametrize("sub", ["999", "", "a/b?c=<d>", "."])
def test_a_review_of_somebody_who_never_came_says_so(teacher: Browser, link: ResourceLink, sub: str) -> None:
    answer = teacher.get("/course/work", query_string={"link_id": link.id, "sub": sub})

    assert answer.status_code == 200
    assert "todavía no ha abierto la biblioteca" in answer.text


@pytest.mark.parametrize("link_id", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_review_of_no_link_leads_nowhere(teacher: Browser, link_id: str) -> None:
    assert teacher.get("/course/work", query_string={"link_id": link_id, "sub": "4"}).status_code == 404


def test_the_gradebook_of_the_lms_leads_to_the_students_work(
    campus: Campus, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resource = factories.resource(session, "Uno", title="Lectura uno")
    session.commit()
    custom = {"lrc_kind": "resource", "lrc_id": resource.record_id}
    activity = campus.place(COURSE, title="Lectura uno", custom=custom, maximum=20, review=True)
    student = campus.launch(STUDENT, link=activity.link_id)
    student.submit(f"/resources/{resource.id}/mark")

    reviewer = campus.launch(TEACHER, link=activity.link_id, review=STUDENT.sub)
    page = reviewer.get(reviewer.landed).text

    assert f"<h1>{STUDENT.name}</h1>" in page
    assert "Lo marcó como leído" in page


@pytest.mark.parametrize("sub", ["\x00", "4\x00", "x" * 5000])
def test_a_review_of_nobody_who_can_be_says_so(teacher: Browser, link: ResourceLink, sub: str) -> None:
    answer = teacher.get("/course/work", query_string={"link_id": link.id, "sub": sub})

    assert answer.status_code == 200
    assert "todavía no ha abierto la biblioteca" in answer.text
