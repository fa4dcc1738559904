"""The page that tells how to search."""

from __future__ import annotations

from flask import render_template

from lti.viewers import role_required
from search.views.blueprint import blueprint


@blueprint.get("/search/help", endpoint="help_page")
@role_required()
def show_help() -> str:
    return render_template("search/help.html")
