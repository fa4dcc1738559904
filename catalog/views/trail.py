"""The whole history of a record: who did what with it, and when, for its librarians."""

from __future__ import annotations

from flask import render_template, request

from catalog import library, review
from catalog.describing.wording import field_name, told
from catalog.editions import trail
from catalog.views.blueprint import RESOURCE, blueprint
from lrc.db import session
from lrc.errors import NotAllowed
from lti.viewers import Role, role_required, viewer


@blueprint.get(RESOURCE + "/trail")
@role_required(Role.LIBRARIAN)
def record_trail(resource_id: int) -> str:
    """Every step of its review, every change of its description and every version, the newest first."""
    resource = library.get(session, viewer, resource_id)
    if not review.may_withdraw(viewer, resource):
        raise NotAllowed
    stretch = trail.of(session, resource, request.args.get("page", 1, type=int))
    return render_template(
        "catalog/editions/trail.html", resource=resource, stretch=stretch, field_name=field_name, told=told
    )
