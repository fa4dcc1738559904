"""A person's own certificates: confirming the name, and the paper and the badge to keep."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from catalog.models import Enrolment
from lrc.config import Settings
from lrc.db import session, transaction
from lrc.errors import BadInput, NotFound
from lrc.study import badgekeys, badges, certificates, papers, publicplaces
from lrc.study.badgekeys import Signer
from lrc.study.certificates import Case, Standing
from lrc.study.models import Certificate
from lrc.study.views.blueprint import blueprint
from lti.viewers import role_required, viewer

COURSE = "/courses/<int(max=2147483647):course_id>/certificate"
PDF, TOKEN, PICTURE = "pdf", "jwt", "svg"
_TYPES = {PDF: "application/pdf", TOKEN: "application/vc+jwt", PICTURE: "image/svg+xml"}


def settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])


@blueprint.app_template_global("certificate_case")
def _case(enrolment: Enrolment) -> Case:
    """How an enrolment stands, for the pages that show it."""
    return certificates.case_of(session, enrolment)


@blueprint.app_template_global("revoked_certificate")
def _revoked(case: Case) -> Certificate | None:
    """The certificate that was revoked and not issued again."""
    return None if case.certificate else certificates.last_revoked(session, case.enrolment)


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"CertificateStanding": Standing}


@blueprint.app_template_filter("hours")
def _hours(minutes: int) -> str:
    """Minutes as people say them: "1 hora 30 minutos"."""
    return papers.hours(minutes)


@blueprint.app_template_filter("certificate_url")
def certificate_url(code: str) -> str:
    """The public address of a certificate, as the paper has it."""
    return publicplaces.certificate(settings().tool_url, code)


@blueprint.get(COURSE)
@role_required()
def certificate(course_id: int) -> str:
    """The certificate of a course: the form that asks for it, or the certificate itself."""
    enrolment = certificates.get_enrolment(session, viewer, course_id)
    return _page(enrolment, name=enrolment.person.name)


@blueprint.post(COURSE)
@role_required()
def issue_certificate(course_id: int) -> Response:
    name = request.form.get("name", "")
    try:
        if not request.form.get("confirmed"):
            raise BadInput(_("Marca que el nombre está bien escrito: después no se puede cambiar."))
        certificates.issue(session, viewer, course_id, name)
    except BadInput as error:
        enrolment = certificates.get_enrolment(session, viewer, course_id)
        return make_response(_page(enrolment, name=name, error=str(error.message)), error.status)
    return redirect(url_for(".certificate", course_id=course_id), 303)


@blueprint.get("/certificates/<code>.<any(pdf, jwt, svg):form>")
@role_required()
def download_certificate(code: str, form: str) -> Response:
    """The viewer's own certificate as a file; NotFound where it was revoked, or is somebody else's."""
    found = certificates.get_own(session, viewer, code)
    if found.revoked_at is not None:
        raise NotFound
    g.kept_nowhere = True
    answer = make_response(_made(found, form))
    answer.headers["Content-Type"] = _TYPES[form]
    name = f"{'diploma' if found.is_diploma else 'certificado'}-{found.code}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _made(found: Certificate, form: str) -> bytes:
    tool_url = settings().tool_url
    if form == PDF:
        return papers.to_pdf(found, publicplaces.certificate(tool_url, found.code))
    signer = _signer(session, settings().secret_key)
    token = badges.signed(found, publicplaces.of_badge(tool_url, found, signer.kid), signer)
    return token.encode() if form == TOKEN else badges.picture(found, token).encode()


def _signer(session: Session, secret_key: str) -> Signer:
    kept = badgekeys.find_signer(session, secret_key)
    if kept is not None:
        return kept
    with transaction() as own:  # the first badge ever makes the key; its page itself only reads
        return badgekeys.signer(own, secret_key)


def _page(enrolment: Enrolment, *, name: str, error: str = "") -> str:
    g.kept_nowhere = True
    case = certificates.case_of(session, enrolment)
    return render_template(
        "study/certificates/mine.html", case=case, course=enrolment.course, name=name, error=error, Standing=Standing
    )
