"""The study room's blueprint."""

from __future__ import annotations

from flask import Blueprint

from lrc.errors import NotFound

blueprint = Blueprint("study", __name__, url_prefix="/study")

MODULE = "/modules/<int(max=2147483647):module_id>"
PART = f"{MODULE}/<part>"


@blueprint.url_value_preprocessor
def refuse_nul(endpoint: str | None, values: dict[str, object] | None) -> None:
    """NotFound for a name in an address with NUL, which PostgreSQL does not even compare."""
    if any(isinstance(each, str) and "\0" in each for each in (values or {}).values()):
        raise NotFound
