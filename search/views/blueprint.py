"""The blueprint of the pages of searching."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("search", __name__)
