"""A draft as a student would see it, for who writes it: the same pages, and nothing of what is done there is kept."""

from __future__ import annotations

import secrets
from uuid import uuid4

from flask import request, url_for

from catalog.models import Kind
from lrc.db import session
from lrc.errors import BadInput
from lrc.study import outline, questions, sheets, writing
from lrc.study.content import Lesson, Quiz
from lrc.study.models import Attempt
from lrc.study.outline import Step
from lrc.study.views import way
from lrc.study.views.blueprint import blueprint
from lrc.study.views.way import Way
from lti.viewers import role_required, viewer
from search.levels import LEVELS

_PREVIEW = "/preview/modules/<int(max=2147483647):module_id>"
_SEEDS = 2**31


@blueprint.get(_PREVIEW)
@role_required()
def preview(module_id: int) -> str:
    """The front page that the draft would have."""
    return way.page("study/module.html", _draft(module_id), newer=None, courses=(), marks=(), levels=LEVELS)


@blueprint.get(_PREVIEW + "/<part>")
@role_required()
def preview_part(module_id: int, part: str) -> str:
    """A lesson, or a quiz: its front page, or with ``questions`` in the address what an attempt would ask."""
    found = _draft(module_id)
    step = found.step(part)
    if isinstance(step.part, Lesson):
        return way.page(
            "study/lesson.html",
            found,
            step=step,
            lesson=step.part,
            text=way.lesson_html(found, step.part),
            after=found.outline.after(step),
            before=found.outline.before(step),
        )
    return _questions(found, step, step.part) if "questions" in request.args else _rules(found, step, step.part)


@blueprint.post(_PREVIEW + "/<part>")
@role_required()
def preview_marks(module_id: int, part: str) -> str:
    """What the answers of the form would be worth, as the quiz would show it."""
    found = _draft(module_id)
    step = found.step(part)
    if not isinstance(step.part, Quiz):
        raise BadInput
    quiz, seed = step.part, request.form.get("seed", 0, type=int)
    rows = sheets.trial(quiz, seed)
    given = sheets.responses_in(rows, request.form.to_dict(flat=False))
    return way.page(
        "study/review.html",
        found,
        step=step,
        quiz=quiz,
        attempt=_tried(quiz, rows, given),
        reviewed=[questions.review(each.question, seed, given[each.question.key], quiz.shows) for each in rows],
        prose=way.prose(found),
    )


def _draft(module_id: int) -> Way:
    resource = writing.get_for_writing(session, viewer, module_id, Kind.MODULE)
    content = writing.manuscript(session, resource)
    return Way(resource, None, content, outline.of_module(content), is_preview=True)


def _rules(found: Way, step: Step, quiz: Quiz) -> str:
    return way.page(
        "study/quiz.html",
        found,
        step=step,
        quiz=quiz,
        after=found.outline.after(step),
        before=found.outline.before(step),
        left=quiz.attempts or None,
        count=len(questions.choose(quiz, 0)),
        prose=way.prose(found),
    )


def _questions(found: Way, step: Step, quiz: Quiz) -> str:
    seed = secrets.randbelow(_SEEDS)
    return way.page(
        "study/attempt.html",
        found,
        step=step,
        quiz=quiz,
        rows=sheets.trial(quiz, seed),
        seed=seed,
        uid=uuid4(),
        action=url_for(".preview_marks", module_id=found.resource.id, part=step.part.key),
        left_s=None,
        missing=0,
        prose=way.prose(found),
    )


def _tried(quiz: Quiz, rows: list[sheets.Row], given: dict[str, object]) -> Attempt:
    """An attempt that is in no session: only the page reads it."""
    asked = [each.question for each in rows]
    points = sum(questions.mark(each, given[each.key]).fraction * each.points for each in asked)
    return Attempt(part=quiz.key, number=1, given=points, maximum=questions.maximum(asked))
