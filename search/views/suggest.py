"""What is suggested as one types, as JSON for search.js."""

from __future__ import annotations

from flask import Response, jsonify, request

from lrc.db import session
from lti.viewers import role_required, viewer
from search import soughtlog
from search.choices import LONGEST_QUERY
from search.engine import current_index
from search.views.blueprint import blueprint

MOST = 8
_MOST_SOUGHT = 4
_SHORTEST = 2
_KEPT_S = 60


@blueprint.get("/suggest")
@role_required()
def suggest() -> Response:
    """At most MOST: what many sought with success, titles, subjects and creators, of what the viewer may see."""
    typed = request.args.get("q", "")[:LONGEST_QUERY].strip()
    answer = jsonify(_suggestions(typed) if len(typed) >= _SHORTEST else [])
    answer.headers["Cache-Control"] = f"private, max-age={_KEPT_S}"
    return answer


def _suggestions(typed: str) -> list[dict[str, str]]:
    """Each text once, whatever its accents and capitals."""
    found = {soughtlog.folded(words): {"text": words, "kind": "search"} for words in _sought_by_others(typed)}
    for each in current_index().suggest(typed, viewer.audiences, MOST):
        found.setdefault(soughtlog.folded(each.text), {"text": each.text, "kind": each.kind})
    return list(found.values())[:MOST]


def _sought_by_others(typed: str) -> list[str]:
    """Searches that the viewer's own audiences have an answer to: others' tell them nothing that they may not know."""
    popular = soughtlog.popular(session, viewer, typed, _MOST_SOUGHT)
    if not popular:
        return []
    return [
        words for words, known in zip(popular, current_index().answers(popular, viewer.audiences), strict=True) if known
    ]
