"""The editor of a quiz: its page, its settings, and a form for each question; all of it plain forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from catalog.models import Resource
from lrc.db import session
from lrc.errors import BadInput, Conflict
from lrc.study import parts, questions, quizlines, quizwriting, rendering, writing
from lrc.study.content import Question, Quiz, changed, new_key
from lrc.study.models import Part
from lrc.study.quizforms import EXPLANATIONS, KINDS, QuestionForm, SettingsForm, blank, build, shown, typed
from lrc.study.views.blueprint import blueprint
from lrc.study.views.numbers import whole
from lrc.study.views.writing import WRITTEN_PART, module_of, new_uid
from lti.viewers import role_required, viewer

_QUESTION = WRITTEN_PART + "/questions/<key>"
_PREVIEW_SEED = 1


def show(module: Resource, part: Part) -> str:
    """The page of a quiz that is being written."""
    quiz = quizwriting.quiz_of(part)
    return render_template(
        "study/writing/quiz.html",
        module=module,
        part=part,
        quiz=quiz,
        kinds=KINDS,
        explanations=EXPLANATIONS,
        kind_of=questions.kind_of,
        words_of=quizlines.name_of,
        problems_of=questions.problems,
        advice_of=questions.advice,
        problems=questions.quiz_problems(quiz, deep=False),
        total=questions.total(quiz),
        asked=len(questions.choose(quiz, 0)),
        uid=new_uid(),
        kept=_slot(part, request.args["kept"]) if "kept" in request.args else "",
    )


@blueprint.get(WRITTEN_PART + "/new-question", endpoint="new_question")
@role_required(*writing.WRITERS)
def new_question(module_id: int, part: str) -> str:
    module, found = _part(module_id, part)
    return _question_page(module, found, blank(request.args.get("kind", ""), new_key()))


@blueprint.get(_QUESTION, endpoint="write_question")
@role_required(*writing.WRITERS)
def write_question(module_id: int, part: str, key: str) -> str:
    module, found = _part(module_id, part)
    question = quizwriting.get(quizwriting.quiz_of(found), key)
    return _question_page(module, found, shown(question), seen=question)


@blueprint.post(_QUESTION, endpoint="save_question")
@role_required(*writing.WRITERS)
def save_question(module_id: int, part: str, key: str) -> str | Response:
    """Keep what was typed; or do with it what another button of the form says, and keep nothing yet."""
    module, found = _part(module_id, part)
    form = QuestionForm.of_form(request.form.get("kind", ""), key, request.form)
    do = request.form.get("do", "save")
    if form.alter(do):
        return _question_page(module, found, form, based_on=_based_on())
    typed_question = build(form)
    if typed_question is None:
        return make_response(_question_page(module, found, form, based_on=_based_on()), BadInput.status)
    if do == "preview":
        return _question_page(module, found, shown(typed_question), based_on=_based_on(), seen=typed_question)
    name = _slot_name(quizwriting.quiz_of(found), form)
    saved = quizwriting.save_question(session, viewer, found, typed_question, _based_on(), request.form.get("uid", ""))
    if saved.conflict:
        return _question_conflict(module, found, shown(typed_question))
    return _kept(module, found, typed_question, name)


def _kept(module: Resource, part: Part, question: Question, name: str) -> Response:
    if questions.problems(question):
        flash(_("Guardado. A esta pregunta todavía le falta algo: lo decimos junto a ella."), "info")
    else:
        flash(_("Pregunta guardada."), "success")
    here = url_for(".write_part", module_id=module.id, part=part.key, kept=name, _anchor=f"q-{question.key}")
    return redirect(here, 303)


def _question_conflict(module: Resource, part: Part, form: QuestionForm) -> Response:
    """Show what was typed beside what is saved; saving again puts it in the place of that."""
    if part.deleted_at is not None:
        return _gone(module)
    theirs = quizwriting.find(quizwriting.quiz_of(part), form.key)
    return make_response(_question_page(module, part, form, theirs=theirs, is_conflict=True), Conflict.status)


def _gone(module: Resource) -> Response:
    flash(_("Alguien borró este cuestionario mientras escribías. Lo tuyo está en su historial: recupéralo."), "info")
    return redirect(url_for(".write_module", module_id=module.id, _anchor="deleted"), 303)


@blueprint.route(WRITTEN_PART + "/settings", methods=["GET", "POST"], endpoint="quiz_settings")
@role_required(*writing.WRITERS)
def quiz_settings(module_id: int, part: str) -> str | Response:
    module, found = _part(module_id, part)
    quiz = quizwriting.quiz_of(found)
    if request.method == "GET":
        return _settings_page(module, found, SettingsForm.of_quiz(quiz))
    form = SettingsForm.of_form(quiz, request.form)
    said = form.checked(quiz)
    if said is None:
        return make_response(_settings_page(module, found, form, based_on=_based_on()), BadInput.status)
    saved = quizwriting.save_settings(session, viewer, found, said, _based_on(), request.form.get("uid", ""))
    if saved.conflict and found.deleted_at is not None:
        return _gone(module)
    if saved.conflict:
        theirs = SettingsForm.of_quiz(quizwriting.quiz_of(found))
        return make_response(_settings_page(module, found, form, theirs=theirs), Conflict.status)
    flash(_("Guardado."), "success")
    return redirect(url_for(".write_part", module_id=module.id, part=found.key), 303)


@blueprint.post(_QUESTION + "/move", endpoint="move_question")
@role_required(*writing.WRITERS)
def move_question(module_id: int, part: str, key: str) -> Response:
    module, found = _part(module_id, part)
    place = request.form.get("place", type=whole)
    if place is None:
        raise BadInput
    quizwriting.move_question(session, viewer, found, key, place, request.form.get("uid", ""))
    return redirect(url_for(".write_part", module_id=module.id, part=found.key, _anchor=f"q-{key}"), 303)


@blueprint.post(_QUESTION + "/copy", endpoint="copy_question")
@role_required(*writing.WRITERS)
def copy_question(module_id: int, part: str, key: str) -> Response:
    module, found = _part(module_id, part)
    copied = quizwriting.copy_question(session, viewer, found, key, request.form.get("uid", ""))
    flash(_("Copiaste la pregunta: la copia está debajo."), "success")
    return redirect(url_for(".write_part", module_id=module.id, part=found.key, _anchor=f"q-{copied}"), 303)


@blueprint.post(_QUESTION + "/delete", endpoint="delete_question")
@role_required(*writing.WRITERS)
def delete_question(module_id: int, part: str, key: str) -> Response:
    module, found = _part(module_id, part)
    quizwriting.delete_question(session, viewer, found, key, request.form.get("uid", ""))
    flash(_("Quitaste la pregunta. Puedes volver a un estado anterior en el historial."), "success")
    return redirect(url_for(".write_part", module_id=module.id, part=found.key), 303)


def _part(module_id: int, key: str) -> tuple[Resource, Part]:
    module = module_of(module_id)
    return module, parts.get(session, module, key)


def _based_on() -> int:
    """The revision that the form was made on. BadInput where it says none."""
    revision = request.form.get("based_on", type=int)
    if revision is None:
        raise BadInput(detail="a form of a quiz that is based on nothing")
    return revision


def _question_page(
    module: Resource,
    part: Part,
    form: QuestionForm,
    *,
    based_on: int | None = None,
    seen: Question | None = None,
    **conflict: Any,
) -> str:
    """The form of a question; ``seen`` is shown as students would see it, with its problems."""
    quiz: Quiz = quizwriting.quiz_of(part)
    return render_template(
        "study/writing/quiz_question.html",
        module=module,
        part=part,
        quiz=quiz,
        form=form,
        kinds=KINDS,
        explanations=EXPLANATIONS,
        typed=typed,
        based_on=part.revision if based_on is None else based_on,
        uid=new_uid(),
        slot=_slot(part, _slot_name(quiz, form)),
        is_typed=request.method == "POST",
        seen=seen,
        asked=questions.ask(seen, _PREVIEW_SEED) if seen else None,
        problems=questions.problems(seen) if seen else [],
        advice=questions.advice(seen) if seen else [],
        html=_prose(module, quiz, seen, conflict.get("theirs")),
        looked_at=_looked_at,
        **conflict,
    )


def _slot(part: Part, name: str) -> str:
    """Under which name the browser keeps what this person types into a form until the server has it."""
    return f"lrc-quiz:{viewer.person_id}:{part.id}:{name}"


def _slot_name(quiz: Quiz, form: QuestionForm) -> str:
    """A new question has another key each time that its empty form is opened."""
    return form.key if quizwriting.find(quiz, form.key) else f"new-{form.kind}"


def _prose(module: Resource, quiz: Quiz, *seen: Question | None) -> Callable[[str], Markup]:
    """Makes safe HTML of what these questions say, with the module's images."""
    content = writing.manuscript(session, module)
    only = changed(quiz, questions=tuple(each for each in seen if each is not None))
    return rendering.prose_html(session, viewer, module, changed(content, parts=(only,)))


def _looked_at(question: Question) -> questions.Reviewed:
    """A question with its right answers, for who writes it."""
    return questions.review(question, _PREVIEW_SEED, None, "answers")


def _settings_page(
    module: Resource, part: Part, form: SettingsForm, *, based_on: int | None = None, theirs: SettingsForm | None = None
) -> str:
    return render_template(
        "study/writing/quiz_settings.html",
        module=module,
        part=part,
        form=form,
        theirs=theirs,
        based_on=part.revision if based_on is None else based_on,
        uid=new_uid(),
        total=questions.total(quizwriting.quiz_of(part)),
    )
