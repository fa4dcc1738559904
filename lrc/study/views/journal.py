"""The door of the journal: a browser hands in what was done, as JSON, and learns what is safe.

POST /study/journal {"lines": [{"uid", "module", "kind", "part", "question", "attempt", "response", "sequence",
"said_at"}, ...], "submit": {"uid", "module", "part", "attempt", "sequence", "said_at"}?}: at most 500 lines and 256 KB,
with the token of forms in the header X-CSRFToken. ``module`` and ``attempt`` are numbers (a resource's id, the number
of the person's attempt at that part), ``sequence`` a number, the others texts; ``response`` is what
lrc.study.questions.read_json takes.

Answers 200 {"kept": [uid], "late": [uid], "refused": {uid: sentence}, "sequence": number, "submitted": {...}|null} once
all of it is committed, and never otherwise: whatever else comes back, the browser keeps its lines and sends them again.
"kept" are safe, those of "late" among them do not count; "refused" will never be taken. What has no uid is named "#"
and its place among the lines, from 0. Errors are JSON too: {"title", "message", "advice", "reference"}.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _

from lrc.config import MIB
from lrc.db import session
from lrc.errors import BadInput, TooLarge
from lrc.study import outbox, scoring
from lrc.study.models import Attempt, Study
from lrc.study.views import whose
from lrc.study.views.blueprint import blueprint
from lti.viewers import role_required, viewer

MOST_BYTES = MIB // 4


@blueprint.post("/journal")
@role_required()
def write_journal() -> Response:
    """Write what a browser hands in."""
    whose.check()
    handed = outbox.hand_in(session, viewer.person_id, outbox.read(_json()))
    receipt, submitted = handed.receipt, handed.submitted
    return jsonify(
        kept=receipt.kept,
        late=receipt.late,
        refused={uid: str(why) for uid, why in receipt.refused.items()},
        sequence=receipt.sequence,
        submitted=_shown(*submitted) if submitted else None,
    )


def _json() -> Any:
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge(_("Son demasiadas anotaciones de una vez."), detail=f"{request.content_length} bytes")
    try:
        return json.loads(request.get_data())  # a body without a length is cut at what forms may have
    except (ValueError, RecursionError) as error:
        raise BadInput(_("Lo que llegó no son anotaciones de tu estudio."), detail="no JSON") from error


def _shown(study: Study, attempt: Attempt) -> dict[str, object]:
    return {
        "module": study.module_id,
        "part": attempt.part,
        "attempt": attempt.number,
        "given": scoring.points(attempt),
        "maximum": attempt.maximum,
        "percent": scoring.percent(attempt),
        "passed": scoring.percent(attempt) >= scoring.quiz_of(session, attempt).pass_percent,
    }
