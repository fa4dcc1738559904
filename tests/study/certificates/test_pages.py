"""The pages of certificates: a student's own, the public one, and the institution's."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.study import certificates, publicplaces
from lrc.study.models import Approval
from lti.viewers import Role
from tests import factories
from tests.factories import Browser, signed_in
from tests.study.certificates.finishers import NAME, Finisher, finisher, staff


@pytest.fixture
def done(session: Session) -> Finisher:
    return finisher(session)


@pytest.fixture
def student(app: Flask, session: Session, done: Finisher) -> Browser:
    return signed_in(app, session, Role.STUDENT, by=done.person)


def issued(session: Session, done: Finisher) -> str:
    code = certificates.issue(session, done.viewer, done.course.id, NAME).code
    session.commit()
    return code


def page_of(done: Finisher) -> str:
    return f"/study/courses/{done.course.id}/certificate"


def test_a_student_confirms_the_name_and_has_the_certificate(student: Browser, done: Finisher) -> None:
    assert NAME in student.get(page_of(done)).text

    answer = student.submit(page_of(done), {"name": NAME, "confirmed": "yes"}, follow_redirects=True)

    assert "Descargar PDF" in answer.text


def test_what_is_a_diploma_on_paper_is_called_so_on_the_pages(app: Flask, session: Session) -> None:
    tutored = finisher(session, cohort=True)
    session.add(Approval(enrolment_id=tutored.enrolment.id, is_approved=True))
    member = signed_in(app, session, Role.STUDENT, by=tutored.person)
    course = f"/study/courses/{tutored.course.id}"
    assert "Pedir mi diploma" in member.get(course).text
    assert "Emitir mi diploma" in member.get(page_of(tutored)).text
    member.submit(page_of(tutored), {"name": NAME, "confirmed": "yes"})
    assert "Ver mi diploma" in member.get(course).text
    assert "Este es tu diploma" in member.get(page_of(tutored)).text


def test_who_studies_alone_gets_a_certificate(student: Browser, done: Finisher) -> None:
    page = student.get(page_of(done)).text
    assert "Emitir mi certificado" in page
    assert "diploma" not in page.lower()


@pytest.mark.parametrize("fields", [{"name": NAME}, {"name": "Juan Pérez", "confirmed": "yes"}, {"confirmed": "yes"}])
def test_a_form_that_lacks_something_is_shown_again(student: Browser, done: Finisher, fields: dict[str, str]) -> None:
    answer = student.submit(page_of(done), fields)

    assert answer.status_code == 422
    assert 'class="error"' in answer.text


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("svg", b"<?xml"), ("jwt", b"eyJ")])
def test_the_files_are_the_students_own(
    app: Flask, session: Session, student: Browser, done: Finisher, form: str, begins: bytes
) -> None:
    address = f"/study/certificates/{issued(session, done)}.{form}"

    answer = student.get(address)

    assert answer.data.startswith(begins)
    assert answer.headers["Cache-Control"] == "no-store"
    assert signed_in(app, session).get(address).status_code == 404


def test_anybody_verifies_it_without_signing_in_and_sees_no_more_than_the_paper(
    app: Flask, session: Session, done: Finisher
) -> None:
    code = issued(session, done)
    answer = Browser(app).get(f"/certificados/?code={code.lower().replace('-', ' ')}", follow_redirects=True)

    assert "Es auténtico y está vigente" in answer.text
    assert NAME in answer.text
    assert done.person.sub not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize(
    "address", ["/certificados/0000-0000-0000-0000", "/certificados/?code=hola", "/certificados/%00"]
)
def test_a_code_that_is_none_is_said_plainly(app: Flask, address: str) -> None:
    answer = Browser(app).get(address)

    assert answer.status_code == 404
    assert "No hay ningún certificado con ese código" in answer.text


def test_a_revoked_one_says_why_and_its_files_are_gone(
    app: Flask, session: Session, student: Browser, done: Finisher
) -> None:
    code = issued(session, done)
    librarian = signed_in(app, session, Role.LIBRARIAN, by=staff(session, done))

    librarian.submit(f"/study/certificates/{code}/revoke", {"reason": "Nombre mal escrito <b>"})

    shown = Browser(app).get(f"/certificados/{code}").text
    assert "ya no vale" in shown
    assert "Nombre mal escrito &lt;b&gt;" in shown
    assert student.get(f"/study/certificates/{code}.pdf").status_code == 404
    listed = Browser(app).get(f"/certificados/anulados/{done.course.institution_id}.json").get_json()
    assert [each["id"] for each in listed["revokedCredential"]] == [publicplaces.credential(student.tool_url, code)]
    assert code not in str(listed)
    for page in ("", "/certificate"):  # whose it was reads it before they ask for another
        own = student.get(f"/study/courses/{done.course.id}{page}").text
        assert f"{code} fue anulado" in own, page
        assert "Nombre mal escrito &lt;b&gt;" in own, page
    issued(session, done)
    assert "fue anulado" not in student.get(f"/study/courses/{done.course.id}/certificate").text


def test_machines_find_the_issuer_and_the_keys(app: Flask, session: Session, student: Browser, done: Finisher) -> None:
    code = issued(session, done)
    student.get(f"/study/certificates/{code}.jwt")
    anybody = Browser(app)

    keys = anybody.get("/certificados/claves.json").get_json()["keys"]
    issuer = anybody.get(f"/certificados/emisores/{done.course.institution_id}.json")

    assert anybody.get(f"/certificados/claves/{keys[0]['kid']}.json").get_json() == keys[0]
    assert {"d", "p", "q"}.isdisjoint(keys[0])
    assert issuer.get_json()["type"] == ["Profile"]
    assert issuer.headers["Access-Control-Allow-Origin"] == "*"
    assert anybody.get("/certificados/emisores/999999.json").status_code == 404
    assert anybody.get("/certificados/claves/nada.json").status_code == 404


def test_the_library_says_who_signs_and_sees_what_was_issued(app: Flask, session: Session, done: Finisher) -> None:
    issued(session, done)
    librarian = signed_in(app, session, Role.LIBRARIAN, by=staff(session, done))

    librarian.submit("/study/signing", {"name": "Luis Rojas", "post": "Rector"})

    shown = librarian.get("/study/signing").text
    assert 'value="Luis Rojas"' in shown
    assert NAME in shown


def test_a_reason_that_is_missing_is_asked_for_beside_its_certificate(
    app: Flask, session: Session, done: Finisher
) -> None:
    code = issued(session, done)
    librarian = signed_in(app, session, Role.LIBRARIAN, by=staff(session, done))

    answer = librarian.submit(f"/study/certificates/{code}/revoke", {"reason": ""})

    assert answer.status_code == 422
    assert "Escribe por qué se anula" in answer.text


def test_another_institutions_library_sees_and_revokes_nothing(app: Flask, session: Session, done: Finisher) -> None:
    code = issued(session, done)
    stranger = signed_in(app, session, Role.LIBRARIAN, by=factories.person(session, librarian=True))

    assert NAME not in stranger.get("/study/signing").text
    assert stranger.submit(f"/study/certificates/{code}/revoke", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER])
def test_students_and_teachers_do_not_see_what_was_issued(app: Flask, session: Session, role: Role) -> None:
    assert signed_in(app, session, role).get("/study/signing").status_code == 403
