"""Reusing a material: how to name who made it, and what was adapted from it or it was adapted from."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from catalog import adaptations, library
from catalog.adaptations import Source
from catalog.models import Resource
from catalog.views.blueprint import RESOURCE, blueprint
from lrc.db import session
from lrc.errors import NotFound
from lti.viewers import role_required, viewer

blueprint.add_app_template_global(adaptations.may_be_adapted, "may_be_adapted")


@blueprint.app_template_global("sources_of")
def sources_of(resource: Resource) -> list[Source]:
    return adaptations.sources_of(session, viewer, resource)


@blueprint.app_template_global("made_of")
def made_of(resource: Resource) -> Sequence[Resource]:
    return adaptations.made_of(session, viewer, resource)


@blueprint.get(RESOURCE + "/reuse")
@role_required()
def reuse(resource_id: int) -> str:
    """How to name who made what may be adapted, and the way to bring an adaptation in."""
    resource = library.get(session, viewer, resource_id)
    if not adaptations.may_be_adapted(resource):
        raise NotFound
    return render_template("catalog/adaptations/reuse.html", resource=resource)
