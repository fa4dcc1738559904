"""Who signs an institution's certificates, what it issued, and revoking."""

from __future__ import annotations

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.errors import BadInput
from lrc.pagination import paginate
from lrc.study import certificates, signatories
from lrc.study.views.blueprint import blueprint
from lti.viewers import Role, role_required, viewer


@blueprint.get("/signing")
@role_required(Role.LIBRARIAN, Role.ADMINISTRATOR)
def signing() -> str:
    return _page()


@blueprint.post("/signing")
@role_required(Role.LIBRARIAN, Role.ADMINISTRATOR)
def put_signatory() -> Response:
    name, post = request.form.get("name", ""), request.form.get("post", "")
    try:
        signatories.put(session, viewer, name, post)
    except BadInput as error:
        return make_response(_page(name=name, post=post, error=str(error.message)), error.status)
    flash(_("Guardado: así firmarán los certificados que se den desde ahora."), "success")
    return redirect(url_for(".signing"), 303)


@blueprint.post("/certificates/<code>/revoke")
@role_required(Role.LIBRARIAN, Role.ADMINISTRATOR)
def revoke_certificate(code: str) -> Response:
    try:
        certificates.revoke(session, viewer, code, request.form.get("reason", ""))
    except BadInput as error:
        return make_response(_page(error_at=code, error=str(error.message)), error.status)
    flash(_("Anulado: quien lo verifique verá el motivo."), "success")
    return redirect(url_for(".signing"), 303)


def _page(*, name: str | None = None, post: str | None = None, error: str = "", error_at: str = "") -> str:
    g.kept_nowhere = True
    signatory = signatories.find(session, viewer.institution_id)
    return render_template(
        "study/certificates/signing.html",
        name=name if name is not None else (signatory.name if signatory else ""),
        post=post if post is not None else (signatory.post if signatory else ""),
        issued=paginate(session, certificates.of_institution(viewer), request.args.get("page", 1, type=int)),
        error=error,
        error_at=error_at,
    )
