"""Who gets a certificate, what it says, and that it is issued once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lrc.study import certificates, signatories
from lrc.study.certificates import Standing
from lrc.study.models import Approval, Certificate
from lti.viewers import Role
from tests import factories
from tests.study.certificates.finishers import NAME, Finisher, finisher, staff


def issue(session: Session, of: Finisher, name: str = NAME) -> Certificate:
    return certificates.issue(session, of.viewer, of.course.id, name)


def test_who_finished_gets_a_certificate_that_says_what_was_done(session: Session) -> None:
    done = finisher(session)

    made = issue(session, done)

    assert (made.name, made.course_title, made.effort_minutes) == (NAME, "Estadística básica", 450)
    assert (made.signatory_name, made.signatory_post) == ("Rosa Huamán", "Directora del Centro")
    assert certificates.case_of(session, done.enrolment).certificate is made


def test_asked_for_twice_it_is_the_same(session: Session) -> None:
    done = finisher(session)

    assert issue(session, done) is issue(session, done, "Nélida Ñaupari")
    assert len(session.scalars(select(Certificate)).all()) == 1


@pytest.mark.parametrize(
    ("how", "standing"),
    [
        ({"finished": False}, Standing.NOT_FINISHED),
        ({"certificate": False}, Standing.NONE),
        ({"signatory": False}, Standing.NO_SIGNATORY),
        ({"cohort": True}, Standing.AWAITS_TUTOR),
    ],
)
def test_who_may_not_have_one_yet_is_told_why(session: Session, how: dict[str, bool], standing: Standing) -> None:
    almost = finisher(session, **how)

    assert certificates.case_of(session, almost.enrolment).standing is standing
    with pytest.raises(Conflict):
        issue(session, almost)


def test_a_diploma_waits_for_its_tutor(session: Session) -> None:
    done = finisher(session, cohort=True)
    approval = Approval(enrolment_id=done.enrolment.id, is_approved=False, remark="Falta el informe.")
    session.add(approval)
    session.flush()
    assert certificates.case_of(session, done.enrolment).remark == "Falta el informe."
    with pytest.raises(Conflict):
        issue(session, done)

    approval.is_approved = True
    session.flush()

    made = issue(session, done)
    assert made.cohort_title == "Grupo de marzo"
    assert made.starts_and_ends == ["2026-03-02", "2026-04-30"]


@pytest.mark.parametrize("name", ["", "   ", "Ana", "12345678", "Nélida <b>Ñaupari</b>", "Nélida\0Ñaupari", "x" * 500])
def test_a_name_that_can_be_nobodys_is_refused(session: Session, name: str) -> None:
    done = finisher(session)

    with pytest.raises(BadInput):
        issue(session, done, name)


@pytest.mark.parametrize(
    "name",
    [
        "Nélida \u0430\u0430\u0430upari",  # Cyrillic letters that look like ours
        "Nélida \u3164\u3164\u3164\u3164",  # Hangul that shows nothing
        "Nélida \u05d0\u05d1\u05d2\u05d3",  # written from right to left
        "Nélida \u202eirapua\u00d1",
        "Nélida N\u0303\u0301\u0302\u0303aupari",
        "Nélida Ña\u200bupari",
    ],
)
def test_a_name_in_signs_that_deceive_is_refused(session: Session, name: str) -> None:
    with pytest.raises(BadInput):
        certificates.checked_name(factories.person(session, name="Nélida Ñaupari"), name)


def test_words_that_many_names_have_make_no_name_ones_own(session: Session) -> None:
    person = factories.person(session, name="Rosa de la Cruz")
    with pytest.raises(BadInput):
        certificates.checked_name(person, "Pedro de la Torre")
    assert certificates.checked_name(person, "Rosa María De la Cruz") == "Rosa María De la Cruz"


def test_somebody_elses_name_is_refused(session: Session) -> None:
    done = finisher(session)

    with pytest.raises(BadInput):
        issue(session, done, "Juan Pérez Soto")
    assert certificates.case_of(session, done.enrolment).standing is Standing.READY


@pytest.mark.parametrize("name", ["nélida naupari", "Nélida Jesús Ñaupari-Quispe", "Nélida D’Angelo Quispe"])
def test_a_name_may_be_written_better_than_moodle_has_it(session: Session, name: str) -> None:
    assert issue(session, finisher(session), name).name == name


def test_where_moodle_keeps_the_name_to_itself_any_name_is_taken(session: Session) -> None:
    assert issue(session, finisher(session, name=""), "Juan Pérez").name == "Juan Pérez"


def test_nobody_gets_a_certificate_for_a_course_they_are_not_in(session: Session) -> None:
    done = finisher(session)

    with pytest.raises(NotFound):
        certificates.issue(session, factories.viewer(session), done.course.id, NAME)


def test_what_was_issued_does_not_change_with_the_signatory_or_the_course(session: Session) -> None:
    done = finisher(session)
    made = issue(session, done)
    librarian = factories.viewer(session, Role.LIBRARIAN, by=staff(session, done))

    signatories.put(session, librarian, " Luis   Rojas\n", "Rector")
    done.course.title = "Otro título"

    assert (made.signatory_name, made.course_title) == ("Rosa Huamán", "Estadística básica")
    assert signatories.find(session, made.institution_id).name == "Luis Rojas"  # type: ignore[union-attr]


@pytest.mark.parametrize("given", [("", "Rector"), ("Luis", " "), ("x" * 300, "Rector")])
def test_a_signatory_needs_a_name_and_a_post(session: Session, given: tuple[str, str]) -> None:
    with pytest.raises(BadInput):
        signatories.put(session, factories.viewer(session, Role.LIBRARIAN), *given)


def test_teachers_do_not_say_who_signs(session: Session) -> None:
    with pytest.raises(NotAllowed):
        signatories.put(session, factories.viewer(session, Role.TEACHER), "Luis", "Rector")


def test_a_revoked_certificate_says_why_and_another_may_be_issued(session: Session) -> None:
    done = finisher(session)
    made = issue(session, done)
    librarian = factories.viewer(session, Role.LIBRARIAN, by=staff(session, done))

    certificates.revoke(session, librarian, made.code.lower(), " Nombre mal escrito. ")

    assert made.revoked_at is not None
    assert made.revoked_reason == "Nombre mal escrito."
    assert certificates.revoked(session, made.institution_id) == [made.code]
    assert issue(session, done) is not made


def test_revoking_twice_keeps_the_first_reason(session: Session) -> None:
    done = finisher(session)
    made = issue(session, done)
    librarian = factories.viewer(session, Role.LIBRARIAN, by=staff(session, done))
    certificates.revoke(session, librarian, made.code, "Uno.")
    revoked_at = made.revoked_at

    certificates.revoke(session, librarian, made.code, "Dos.")

    assert (made.revoked_at, made.revoked_reason) == (revoked_at, "Uno.")


def test_revoking_needs_a_reason(session: Session) -> None:
    done = finisher(session)
    made = issue(session, done)

    with pytest.raises(BadInput):
        certificates.revoke(session, factories.viewer(session, Role.LIBRARIAN, by=staff(session, done)), made.code, " ")


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER, Role.ADMINISTRATOR])
def test_nobody_of_another_institution_revokes_it(session: Session, role: Role) -> None:
    made = issue(session, finisher(session))

    with pytest.raises(NotAllowed):
        certificates.revoke(session, factories.viewer(session, role), made.code, "Porque sí.")


def test_leaving_the_course_does_not_take_the_certificate_away(session: Session) -> None:
    done = finisher(session)
    made = issue(session, done)

    done.enrolment.left_at = utcnow()

    assert certificates.get_own(session, done.viewer, made.code) is made
