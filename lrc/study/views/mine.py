"""What somebody studies: what is under way and where they stopped, what is finished and left, and coming dates."""

from __future__ import annotations

from flask import render_template

from catalog.days import today
from lrc.db import session
from lrc.study import mine, syllabus, tutoring
from lrc.study.views.blueprint import blueprint
from lti.viewers import role_required, viewer


@blueprint.get("/", endpoint="mine")
@role_required()
def show() -> str:
    found = mine.of(session, viewer)
    return render_template(
        "study/mine.html",
        mine=found,
        count_parts=syllabus.count_parts,
        today=today(),
        tutored=session.scalars(tutoring.of_tutor(viewer).limit(1)).first(),
    )
