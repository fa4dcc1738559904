"""The study room's blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("study", __name__, url_prefix="/study")
