"""A quiz as a student meets it: its rules, an attempt's questions, saving and handing in, and looking back."""

from __future__ import annotations

from uuid import uuid4

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lrc.db import session, utcnow
from lrc.errors import NotFound
from lrc.study import attempts, journal, questions, scoring, sheets
from lrc.study.content import Quiz
from lrc.study.journal import Receipt
from lrc.study.models import Attempt
from lrc.study.outline import Step
from lrc.study.views import way
from lrc.study.views.blueprint import PART, blueprint
from lrc.study.views.way import Way
from lti.viewers import role_required

ATTEMPT = f"{PART}/<int(max=100000):number>"
_SUBMITS = ("submit", "submit-anyway")


def show(found: Way, step: Step, quiz: Quiz) -> str:
    """The attempt that is open, else the quiz's front page."""
    if step.open_try is None:
        return front_page(found, step, quiz)
    return attempt_page(found, step, step.open_try)


def front_page(found: Way, step: Step, quiz: Quiz) -> str:
    """What a quiz is about and its rules, what was tried, and the button that begins an attempt."""
    return way.page(
        "study/quiz.html",
        found,
        step=step,
        quiz=quiz,
        after=found.outline.after(step),
        before=found.outline.before(step),
        left=attempts.left(session, found.study, quiz) if found.study else quiz.attempts or None,
        count=len(questions.choose(quiz, 0)),
        prose=way.prose(found),
    )


def attempt_page(found: Way, step: Step, attempt: Attempt) -> str:
    """The questions of an attempt, with what was answered so far."""
    rows = sheets.of_attempt(session, attempt)
    return way.page(
        "study/attempt.html",
        found,
        step=step,
        quiz=scoring.quiz_of(session, attempt),
        attempt=attempt,
        rows=rows,
        action=url_for(".answer", module_id=found.resource.id, part=step.part.key, number=attempt.number),
        left_s=_left_s(attempt),
        missing=sheets.missing(rows) if "missing" in request.args else 0,
        uid=uuid4(),
        sequence=journal.greatest(session, attempt.study),
        prose=way.prose(found),
    )


@blueprint.post(PART + "/attempts")
@role_required()
def begin_attempt(module_id: int, part: str) -> Response:
    """Begin an attempt, or go on with the open one."""
    attempts.begin(session, way.begun(module_id), part)
    return redirect(url_for(".part", module_id=module_id, part=part), 303)


@blueprint.post(ATTEMPT)
@role_required()
def answer(module_id: int, part: str, number: int) -> Response:
    """Take the form of an attempt from a browser without scripts: all that it carries is saved, whatever the button."""
    study = way.begun(module_id)
    attempt = attempts.get(session, study, part, number)
    fields = request.form.to_dict(flat=False)
    rows = sheets.of_attempt(session, attempt)
    lines = sheets.lines_of(rows, attempt, fields)
    wish = request.form.get("do", "")
    missing = sheets.missing(rows, lines)
    if wish == "submit-anyway" or (wish == "submit" and not missing):
        _tell(attempts.write_and_submit(session, attempt, lines))
        return redirect(url_for(".attempt_review", module_id=module_id, part=part, number=number), 303)
    receipt = journal.write(session, study, lines)
    _tell(receipt)
    if receipt.kept and not receipt.late:
        flash(_("Guardado."), "success")
    asks = 1 if wish == "submit" else None
    return redirect(url_for(".part", module_id=module_id, part=part, missing=asks, _anchor=_anchor()), 303)


@blueprint.get(ATTEMPT)
@role_required()
def attempt_review(module_id: int, part: str, number: int) -> str | Response:
    """A submitted attempt, as its quiz lets the person see it."""
    found = way.get(module_id)
    if found.study is None:
        raise NotFound
    attempt = attempts.get(session, found.study, part, number)
    if attempt.submitted_at is None:
        return redirect(url_for(".part", module_id=module_id, part=part))
    quiz = scoring.quiz_of(session, attempt)
    step = found.outline.step(part)
    return way.page(
        "study/review.html",
        found,
        step=step,
        quiz=quiz,
        attempt=attempt,
        reviewed=_reviewed(attempt, quiz),
        late=sheets.late(session, attempt),
        after=found.outline.after(step) if step else None,
        left=attempts.left(session, found.study, quiz),
        prose=way.prose(found),
    )


def _reviewed(attempt: Attempt, quiz: Quiz) -> list[questions.Reviewed]:
    marks = attempt.marks
    return [
        questions.review(each, attempt.seed, marks.get(each.key, {}).get("response"), quiz.shows)
        for each in scoring.asked(session, attempt)
    ]


def _left_s(attempt: Attempt) -> int | None:
    if attempt.due_at is None:
        return None
    return max(int((attempt.due_at - utcnow()).total_seconds()), 0)


def _tell(receipt: Receipt) -> None:
    """Say of a form's answers what was not as one would think."""
    if receipt.late:
        flash(_("Lo que acabas de enviar llegó cuando el intento ya había terminado: quedó guardado, pero no cuenta."))
    for why in receipt.refused.values():
        flash(str(why), "error")


def _anchor() -> str | None:
    """Where on the page the person was."""
    key = request.form.get("hint") or request.form.get("do", "").removeprefix("save-")
    return f"pregunta-{key}" if key.isascii() and key not in ("", "save", *_SUBMITS) else None
