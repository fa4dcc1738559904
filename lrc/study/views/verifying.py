"""The public pages that verify a certificate, without signing in, and what machines need to verify its badge."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from lrc.db import session
from lrc.study import badgekeys, badges, certificates, publicplaces
from lrc.study.models import Certificate
from lrc.study.views.certificates import settings
from lti.models import Institution

public = Blueprint("certificates", __name__, url_prefix=publicplaces.PREFIX)
_ID = "<int(max=2147483647):institution_id>"
_KEPT_S = 3600


@public.after_request
def _keep_from_search_engines(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@public.get("/")
def verify() -> str | Response:
    """Where a code is typed."""
    code = request.args.get("code", "")
    if not code.strip():
        return render_template("study/certificates/verify.html", code="", error="")
    found = certificates.find(session, code)
    if found is None:
        return _unknown(code)
    return redirect(url_for(".show", code=found.code))


@public.get("/<code>")
def show(code: str) -> str | Response:
    """What the paper of this code must say; nothing that is not on it."""
    found = certificates.find(session, code)
    if found is None:
        return _unknown(code)
    if found.code != code:
        return redirect(url_for(".show", code=found.code))
    return render_template("study/certificates/public.html", certificate=found)


@public.get("/claves.json")
def key_set() -> Response:
    return _for_machines(badgekeys.key_set(session))


@public.get("/claves/<kid>.json")
def public_key(kid: str) -> Response:
    if not kid.isprintable():  # PostgreSQL does not even compare NUL
        abort(404)
    return _for_machines(badgekeys.public_key(session, kid) or abort(404))


@public.get(f"/emisores/{_ID}.json")
def issuer(institution_id: int) -> Response:
    """The institution as a Profile of Open Badges; one that certified nothing is not told."""
    name = session.scalar(
        select(Institution.name)
        .where(Institution.id == institution_id)
        .where(select(Certificate.id).where(Certificate.institution_id == institution_id).exists())
    )
    address = publicplaces.issuer(settings().tool_url, institution_id)
    return _for_machines({"@context": list(badges.CONTEXT), **badges.profile(address, name or abort(404))})


@public.get(f"/anulados/{_ID}.json")
def revoked(institution_id: int) -> Response:
    tool_url = settings().tool_url
    codes = certificates.revoked(session, institution_id)
    return _for_machines(
        badges.revocation_list(
            publicplaces.revoked(tool_url, institution_id),
            publicplaces.issuer(tool_url, institution_id),
            [publicplaces.credential(tool_url, code) for code in codes],
        ),
        kept_s=0,
    )


def _for_machines(body: object, *, kept_s: int = _KEPT_S) -> Response:
    answer = jsonify(body)
    answer.headers["Access-Control-Allow-Origin"] = "*"  # verifiers run in other people's pages
    answer.headers["Cache-Control"] = f"public, max-age={kept_s}"
    return answer


def _unknown(code: str) -> Response:
    error = _("No hay ningún certificado con ese código. Compara cada letra y cada número con el papel.")
    return make_response(render_template("study/certificates/verify.html", code=code[:60], error=error), 404)
