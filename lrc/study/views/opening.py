"""The way from a hit of the search to the lesson in which the words stand."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from catalog import library, versions
from lrc.db import session
from lrc.study.views.blueprint import MODULE, blueprint
from lti.viewers import role_required, viewer
from search.views.clicks import came_by_search


@blueprint.get(MODULE + "/text/<int(max=2147483647):number>")
@role_required()
def open_page(module_id: int, number: int) -> Response:
    """Lead to the part whose text has this number (from 1) in the published version, else to the front page."""
    resource = library.get(session, viewer, module_id)
    came_by_search()
    version = versions.published(session, resource.id)
    key = versions.part_key(version, number) if version else ""
    if not key:
        return redirect(url_for(".module", module_id=module_id))
    return redirect(url_for(".part", module_id=module_id, part=key))
