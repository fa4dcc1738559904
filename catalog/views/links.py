"""Where the links of courses lead: to what they open, or to a page that says why it cannot be opened."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from catalog import links
from catalog.editions import reading
from catalog.links import READINGS, Broken, Trouble
from catalog.readinglists import lists
from catalog.views.blueprint import blueprint
from lrc.db import session
from lti.linksettings import Manner, manner_of
from lti.viewers import role_required, viewer


# The id of an imported record may be an address, with two slashes.
@blueprint.get("/open/<kind>/<path:target>", merge_slashes=False)
@role_required()
def open_link(kind: str, target: str) -> Response:
    """Lead to what a link of ours opens, in the manner that the teacher set for it; Broken where it cannot."""
    found = links.find(session, viewer, kind, target)
    came_by = links.launched(session, viewer)
    is_its_link = came_by is not None and (came_by.kind, came_by.target) == (kind, target)
    if found.trouble is Trouble.FOR_OTHERS and not is_its_link and not found.title:
        found = replace(found, trouble=Trouble.MISSING)  # an address typed at random must not tell what exists
    if found.kind == READINGS and found.title and lists.writes(viewer):
        return redirect(url_for(found.endpoint))  # those who write it see it before it is published
    if not found.exists:
        raise Broken(found)
    manner = manner_of(came_by.settings) if came_by and is_its_link else Manner()
    resource = found.resource
    is_by_itself = resource is not None and resource.record_id == target  # what it was merged into has other versions
    version = reading.pinned(session, resource, manner.version) if resource and is_by_itself else None
    endpoint, values = links.place(found, manner, version)
    return redirect(url_for(endpoint, **values))


@blueprint.errorhandler(Broken)
def _show_broken(error: Broken) -> tuple[str, int]:
    return render_template("catalog/link_broken.html", error=error, target=error.target), error.status
