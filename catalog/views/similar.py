"""More like this: what resembles something of the library."""

from __future__ import annotations

from flask import render_template, request

from catalog import library
from catalog.views.blueprint import blueprint
from lrc.db import session
from lti.viewers import role_required, viewer
from search.engine import current_index

_MOST, _MOST_BESIDE = 10, 4


@blueprint.get("/similar/<int(max=2147483647):resource_id>")
@role_required()
def similar(resource_id: int) -> str:
    """What is most like it; ``beside`` asks for the few that its own page shows, without a page around them."""
    resource = library.get(session, viewer, resource_id)
    is_part = "beside" in request.args
    hits = current_index().similar(str(resource.id), viewer.audiences, _MOST_BESIDE if is_part else _MOST)
    template = "catalog/_similar.html" if is_part else "catalog/similar.html"
    return render_template(template, resource=resource, hits=hits)
