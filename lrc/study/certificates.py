"""The rules of certificates: who may have one, what it says, issuing it once, finding it by its code, revoking it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from catalog.models import Course, Enrolment
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lrc.study import codes, signatories
from lrc.study.models import Approval, Certificate, Signatory
from lti.models import Institution, Person
from lti.people import fold
from lti.viewers import Viewer

NAME_LIMIT, REASON_LIMIT = 120, 500
_FEWEST_LETTERS = 4
_MARKS = ("\u0300", "\u036f")
_PILED = re.compile("[{}-{}]{{2}}".format(*_MARKS))
_OF_MANY = frozenset(
    {"de", "del", "la", "las", "lo", "los", "el", "y", "e", "i", "da", "do", "dos", "di", "von", "van"}
)


class Standing(StrEnum):
    """How near somebody is to the certificate of a course."""

    NONE = "none"  # the course gives none
    NOT_FINISHED = "not-finished"
    AWAITS_TUTOR = "awaits-tutor"
    NOT_APPROVED = "not-approved"  # its tutor said why
    NO_SIGNATORY = "no-signatory"  # nobody was named who signs
    READY = "ready"
    ISSUED = "issued"


@dataclass(frozen=True)
class Case:
    """An enrolment on its way to a certificate."""

    enrolment: Enrolment
    standing: Standing
    certificate: Certificate | None = None
    signatory: Signatory | None = None
    remark: str = ""
    """What the tutor said, where the diploma is not approved yet."""

    @property
    def is_diploma(self) -> bool:
        """Whether the paper is called a diploma: of a tutor's group. An issued one is what it was issued as."""
        return self.certificate.is_diploma if self.certificate else self.enrolment.cohort_id is not None


_WHY_NOT = {
    Standing.NONE: _("Este curso no da certificado."),
    Standing.NOT_FINISHED: _("Todavía te falta terminar módulos de este curso."),
    Standing.AWAITS_TUTOR: _("Tu tutor o tutora todavía no revisa tu avance. Te avisaremos aquí cuando lo apruebe."),
    Standing.NOT_APPROVED: _(
        "Tu tutor o tutora todavía no aprueba el diploma. Mira qué te pide en la página del curso."
    ),
    Standing.NO_SIGNATORY: _("Tu institución todavía no dijo quién firma los certificados. Avisa a la biblioteca."),
}


def case_of(session: Session, enrolment: Enrolment) -> Case:
    """How the enrolment stands; some few queries by key."""
    certificate = session.scalars(_valid(enrolment)).first()
    if certificate is not None:
        return Case(enrolment, Standing.ISSUED, certificate)
    course = session.get(Course, enrolment.course_id)
    if course is None or not course.gives_certificate:
        return Case(enrolment, Standing.NONE)
    if enrolment.finished_at is None:
        return Case(enrolment, Standing.NOT_FINISHED)
    if enrolment.cohort_id is not None:
        approval = session.get(Approval, enrolment.id)
        if approval is None:
            return Case(enrolment, Standing.AWAITS_TUTOR)
        if not approval.is_approved:
            return Case(enrolment, Standing.NOT_APPROVED, remark=approval.remark)
    signatory = signatories.find(session, issuer_id(enrolment))
    return Case(enrolment, Standing.READY if signatory else Standing.NO_SIGNATORY, signatory=signatory)


def last_revoked(session: Session, enrolment: Enrolment) -> Certificate | None:
    """The last certificate of the enrolment that was revoked."""
    query = _of(enrolment).where(Certificate.revoked_at.is_not(None))
    return session.scalars(query.order_by(Certificate.revoked_at.desc()).limit(1)).first()


def issuer_id(enrolment: Enrolment) -> int:
    """The institution that certifies: the cohort's, else the course's, else (a course of nobody) the person's."""
    if enrolment.cohort is not None:
        return enrolment.cohort.institution_id
    return enrolment.course.institution_id or enrolment.person.institution_id


def get_enrolment(session: Session, viewer: Viewer, course_id: int, *, for_change: bool = False) -> Enrolment:
    """The viewer's own place in a course. NotFound where they have none."""
    query = (
        select(Enrolment)
        .where(Enrolment.person_id == viewer.person_id, Enrolment.course_id == course_id)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.person), joinedload(Enrolment.cohort))
    )
    # Of two requests at the same time the second is to find the first's certificate.
    found = session.scalar(query.with_for_update(of=Enrolment) if for_change else query)
    if found is None:
        raise NotFound(_("No estás en este curso."))
    return found


def issue(session: Session, viewer: Viewer, course_id: int, name: str) -> Certificate:
    """Issue the viewer's certificate with their name as they write it; the one that they have where there is one.

    Conflict where it cannot be issued yet; BadInput for a name that cannot be theirs.
    """
    enrolment = get_enrolment(session, viewer, course_id, for_change=True)
    case = case_of(session, enrolment)
    if case.certificate is not None:
        return case.certificate
    if case.standing is not Standing.READY or case.signatory is None:
        raise Conflict(_WHY_NOT[case.standing])
    made = _made(session, enrolment, case.signatory, checked_name(enrolment.person, name))
    session.add(made)
    session.flush()
    return made


def checked_name(person: Person, name: str) -> str:
    """The name as the certificate will show it: one line, Latin letters as documents here have them.

    It must share a word with the platform's name, and not only such as "de la", which many names have.
    """
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    letters = sum(map(str.isalpha, name))
    if letters < _FEWEST_LETTERS or _PILED.search(name) or not all(map(_is_of_name, name)):
        raise BadInput(_("Escribe tu nombre y tus apellidos como están en tu documento, solo con letras."))
    if len(name) > NAME_LIMIT:
        raise BadInput(_("El nombre puede tener hasta %(limit)s caracteres.", limit=NAME_LIMIT))
    known = _own_words(person.name)
    if known and not known & _own_words(name):
        raise BadInput(
            _(
                "Tu nombre en Moodle es «%(name)s». Corrige lo que haga falta, pero que siga siendo el tuyo.",
                name=person.name,
            )
        )
    return name


def _own_words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others, folded; none of a name in other letters than a paper here has."""
    return frozenset(each for each in fold(name).split() if each.isascii()) - _OF_MANY


def _is_of_name(sign: str) -> bool:
    """No letters that look like others, or like nothing (as those of Hangul that fill a place)."""
    if sign.isalpha():
        return unicodedata.name(sign, "").startswith("LATIN ") or sign in "ªº"
    return sign in " '’-.·" or _MARKS[0] <= sign <= _MARKS[1]


def _made(session: Session, enrolment: Enrolment, signatory: Signatory, name: str) -> Certificate:
    course, cohort = enrolment.course, enrolment.cohort
    approval = session.get(Approval, enrolment.id) if cohort else None
    institution = session.get_one(Institution, issuer_id(enrolment))
    return Certificate(
        code=codes.new_code(),
        enrolment_id=enrolment.id,
        course_id=course.id,
        person_id=enrolment.person_id,
        institution_id=institution.id,
        name=name,
        course_title=course.title,
        effort_minutes=course.effort_minutes,
        institution_name=institution.name,
        signatory_name=signatory.name,
        signatory_post=signatory.post,
        cohort_title=cohort.title if cohort else "",
        starts_and_ends=[cohort.starts_on.isoformat(), cohort.ends_on.isoformat()] if cohort else [],
        approved_by_id=approval.decided_by_id if approval else None,
    )


def find(session: Session, code: str) -> Certificate | None:
    """The certificate of a code, however it was typed, revoked or not; None where there is none."""
    read = codes.read_code(code)
    return session.scalar(select(Certificate).where(Certificate.code == read)) if read else None


def get(session: Session, code: str) -> Certificate:
    found = find(session, code)
    if found is None:
        raise NotFound(_("No hay ningún certificado con ese código. Revisa que esté completo."))
    return found


def get_own(session: Session, viewer: Viewer, code: str) -> Certificate:
    """The viewer's own certificate; NotFound for anybody else's."""
    found = get(session, code)
    if found.person_id != viewer.person_id:
        raise NotFound
    return found


def of_person(person_id: int) -> Select[Certificate]:
    """Somebody's certificates, newest first."""
    return select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.id.desc())


def of_institution(viewer: Viewer) -> Select[Certificate]:
    """What the viewer's institution issued, newest first, for who may revoke it."""
    return (
        select(Certificate).where(Certificate.institution_id == viewer.institution_id).order_by(Certificate.id.desc())
    )


def may_revoke(viewer: Viewer, certificate: Certificate) -> bool:
    return signatories.may_set(viewer) and certificate.institution_id == viewer.institution_id


def revoke(session: Session, viewer: Viewer, code: str, reason: str) -> Certificate:
    """Take a certificate back, for good, with a reason that its public page shows. Repeated, nothing changes."""
    read = codes.read_code(code)
    found = session.scalar(select(Certificate).where(Certificate.code == read).with_for_update())
    if found is None:
        raise NotFound
    if not may_revoke(viewer, found):
        raise NotAllowed
    reason = " ".join(reason.replace("\0", "").split())
    if not reason:
        raise BadInput(_("Escribe por qué se anula: quien verifique el certificado lo leerá."))
    if len(reason) > REASON_LIMIT:
        raise BadInput(_("El motivo puede tener hasta %(limit)s caracteres.", limit=REASON_LIMIT))
    if found.revoked_at is None:
        found.revoked_at, found.revoked_reason, found.revoked_by_id = utcnow(), reason, viewer.person_id
    return found


def revoked(session: Session, institution_id: int) -> Sequence[str]:
    """The codes of what an institution revoked."""
    return session.scalars(
        select(Certificate.code)
        .where(Certificate.institution_id == institution_id, Certificate.revoked_at.is_not(None))
        .order_by(Certificate.id)
    ).all()


def _valid(enrolment: Enrolment) -> Select[Certificate]:
    return _of(enrolment).where(Certificate.revoked_at.is_(None))


def _of(enrolment: Enrolment) -> Select[Certificate]:
    return select(Certificate).where(
        Certificate.person_id == enrolment.person_id, Certificate.course_id == enrolment.course_id
    )
