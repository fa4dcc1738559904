"""The catalogue's blueprint, and what its templates may call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from flask import Blueprint, current_app, make_response, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response

from catalog import forms, review, spreadsheets, takings
from catalog.failures import Explanation, explain
from catalog.library import AlreadyHeld
from catalog.models import File, RemarkKind, Resource, Taking
from catalog.reading import Limits
from lrc import richtext
from lrc.config import Settings
from lrc.db import session
from lrc.errors import NotFound
from lrc.richtext import lessons
from lti.viewers import viewer
from search.levels import LEVELS

blueprint = Blueprint("catalog", __name__)
RESOURCE = "/resources/<int(max=2147483647):resource_id>"
"""The path of a resource; a number that no database can hold leads nowhere."""
VERSION = RESOURCE + "/versions/<int(max=2147483647):number>"
"""The path of one of its versions."""


@blueprint.url_value_preprocessor
def _refuse_nul(endpoint: str | None, values: dict[str, object] | None) -> None:
    """NotFound for a name in an address with NUL, which PostgreSQL does not even compare."""
    if any(isinstance(each, str) and "\0" in each for each in (values or {}).values()):
        raise NotFound


def settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])


def as_table(lines: Iterable[Sequence[str]], name: str) -> Response:
    """The lines as a file for a spreadsheet, to be kept by who asks and nowhere on the way."""
    answer = make_response(spreadsheets.as_csv(lines))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.errorhandler(AlreadyHeld)
def _show_twin(error: AlreadyHeld) -> tuple[str, int]:
    return render_template("catalog/twin.html", error=error), error.status


@blueprint.app_template_filter("richtext")
def _richtext(text: str) -> Markup:
    return richtext.render(text)


@blueprint.app_template_filter("level_name")
def _level_name(code: str) -> str:
    """How a level is called; an unknown one as it was written."""
    return str(LEVELS.get(code, code))


@blueprint.app_template_global("lesson_mark")
def _lesson_mark(resource: Resource) -> str:
    return lessons.resource_mark(resource.record_id)


@blueprint.app_template_global("explain_failure")
def _explain_failure(file: File) -> Explanation:
    return explain(file.failure, Limits.from_settings(settings()))


@blueprint.app_template_global("is_reviewer_of")
def _is_reviewer_of(resource: Resource) -> bool:
    return review.may_review(session, viewer, resource)


@blueprint.app_template_global("taking_of")
def _taking_of(resource: Resource) -> Taking | None:
    return takings.of(session, [resource.id]).get(resource.id)


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "forms": forms,
        "review": review,
        "RemarkKind": RemarkKind,
        "fingerprint": lambda resource: review.fingerprint(session, resource),
    }
