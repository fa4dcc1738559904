"""The study room's blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("study", __name__, url_prefix="/study")

MODULE = "/modules/<int(max=2147483647):module_id>"
PART = f"{MODULE}/<part>"
