"""The way back from a form that several pages have."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from catalog.views.blueprint import settings
from lti.platforms import origin_of


def came_from(otherwise: str, anchor: str = "") -> str:
    """The page of ours, in this visit, that the form was on, at ``anchor`` where one is named; else ``otherwise``."""
    came = urlsplit(request.referrer or "")
    is_ours = origin_of(request.referrer or "") == origin_of(settings().tool_url)
    if not is_ours or came.path.startswith("//") or not came.path.startswith(f"{request.script_root}/"):
        return otherwise
    query = f"?{came.query}" if came.query else ""
    return f"{came.path}{query}" + (f"#{anchor}" if anchor else "")
