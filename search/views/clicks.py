"""Counting that a hit was opened, for the pages that hits lead to: they get the words as ``q``."""

from __future__ import annotations

from flask import request

from lrc.db import session
from lti.viewers import viewer
from search import soughtlog
from search.choices import LONGEST_QUERY


def came_by_search() -> None:
    """Count that this page answers what its reader sought, where its address says so."""
    words = request.args.get("q", "")[:LONGEST_QUERY]
    if words:
        soughtlog.clicked(session, viewer, words)
