"""Taking contents in from files and out as files: question banks, and whole modules and courses as zips."""

from __future__ import annotations

import uuid

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.models import Kind, Resource
from catalog.uploads import clean_name, received
from lrc import richtext
from lrc.db import release, session
from lrc.errors import BadFile, BadInput, Conflict, NotFound, TooLarge, Unavailable
from lrc.storage import current_storage
from lrc.study import parts, questions, writing
from lrc.study.content import Question, Quiz
from lrc.study.exchange import banks, folders, giving, taking, waiting, zips
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from lrc.study.exchange.reports import Exported, Imported, grouped
from lrc.study.exchange.waiting import Bank
from lrc.study.models import Part
from lrc.study.quizforms import KINDS
from lrc.study.views.blueprint import blueprint
from lrc.study.views.writing import STEPS, editor_url, module_of
from lti.viewers import role_required, viewer

_TROUBLE = (BadInput, BadFile, Conflict, TooLarge, Unavailable)
_SHOWN_QUESTIONS = 60
_MOST_BYTES = 40_000_000
_COURSE = "/writing/courses/<int(max=2147483647):course_id>"


@blueprint.route(STEPS + "/exchange", methods=["GET", "POST"], endpoint="exchange")
@role_required(*writing.WRITERS)
def exchange(module_id: int) -> str | Response:
    """The page from which a module is taken out and questions are taken in; a file sent to it is shown first."""
    module = module_of(module_id)
    if request.method == "GET":
        return _exchange_page(module)
    try:
        return _looked_through(module_id)
    except _TROUBLE as error:
        return make_response(_exchange_page(module_of(module_id), error), error.status)


def _exchange_page(module: Resource, trouble: object = None) -> str:
    quizzes = [each for each in session.scalars(parts.of_module(module)) if each.content["type"] == "quiz"]
    return render_template(
        "study/exchange/module.html", module=module, quizzes=quizzes, formats=banks.NAMES, trouble=trouble
    )


def _looked_through(module_id: int) -> Response:
    """Read the file that came, without taking anything in."""
    release()  # nobody else's writing waits while the file is read, or travels
    file = received(request.files.get("file"))
    if file.size_bytes > _MOST_BYTES:
        raise TooLarge
    data = file.stream.read()
    imported = banks.read(data, file.name)
    key = waiting.put(current_storage(), data)
    bank = Bank(key, clean_name(file.name)[:120], str(uuid.uuid4()), viewer.person_id, module_id)
    return make_response(_bank_page(module_of(module_id), bank, imported))


def _bank_page(module: Resource, bank: Bank, imported: Imported, trouble: object = None) -> str:
    quizzes = [each for each in session.scalars(parts.of_module(module)) if each.content["type"] == "quiz"]
    return render_template(
        "study/exchange/bank.html",
        module=module,
        bank=bank,
        token=waiting.token_of(bank, str(current_app.secret_key)),
        imported=imported,
        shown=[(each, _kind_of(each), questions.problems(each)) for each in imported.questions[:_SHOWN_QUESTIONS]],
        groups=grouped(imported.report),
        kinds=KINDS,
        plain=richtext.plain,
        quizzes=quizzes,
        chosen=request.form.get("into", ""),
        title=request.form.get("title") or bank.name.rpartition(".")[0].replace("_", " ") or bank.name,
        trouble=trouble,
    )


@blueprint.post(STEPS + "/exchange/take", endpoint="take_bank")
@role_required(*writing.WRITERS)
def take_bank(module_id: int) -> str | Response:
    """Take the questions in that were looked through: into a new quiz, or behind those of one that is there."""
    bank = waiting.of_token(request.form.get("bank", ""), str(current_app.secret_key))
    if (bank.person_id, bank.module_id) != (viewer.person_id, module_id):
        raise NotFound
    module_of(module_id)
    release()
    imported = banks.read(waiting.get(current_storage(), bank), bank.name)
    try:
        with taking.stored(imported.images, strictly=False) as kept:
            module = module_of(module_id)
            part = _taken_in(module, bank, imported, kept)
    except (BadInput, Conflict) as error:
        return make_response(_bank_page(module_of(module_id), bank, imported, error), error.status)
    waiting.drop(current_storage(), bank)
    flash(_("Tus preguntas ya están en «%(title)s». Míralas una por una.", title=part.content["title"]), "success")
    return redirect(url_for(".write_part", module_id=module_id, part=part.key), 303)


def _taken_in(module: Resource, bank: Bank, imported: Imported, kept: dict[str, taking.Kept]) -> Part:
    names = taking.keep(session, viewer, module, kept, anew=True)
    asked = taking.renamed(imported.questions, names)
    into = request.form.get("into", "")
    if not into:
        key = bank.uid.replace("-", "")[:10]
        return taking.add_quizzes(session, viewer, module, request.form.get("title", ""), asked, key)
    part = parts.get(session, module, into)
    taking.add_to_quiz(session, viewer, part, asked, bank.uid)
    return part


@blueprint.get(STEPS + "/exchange/<part>/<kind>", endpoint="export_quiz")
@role_required(*writing.WRITERS)
def export_quiz(module_id: int, part: str, kind: str) -> str:
    """What could not be said of a quiz in a format, before it is downloaded."""
    module, quiz, exported = _exported(module_id, part, kind)
    return render_template(
        "study/exchange/export.html",
        module=module,
        quiz=quiz,
        part=part,
        kind=kind,
        format=banks.NAMES[kind],
        size_bytes=len(exported.data),
        groups=grouped(exported.report),
    )


@blueprint.get(STEPS + "/exchange/<part>/<kind>/file", endpoint="export_quiz_file")
@role_required(*writing.WRITERS)
def export_quiz_file(module_id: int, part: str, kind: str) -> Response:
    _module, quiz, exported = _exported(module_id, part, kind)
    name = folders.slug(quiz.title) + banks.ENDINGS[kind]
    return _download(exported.data, name, banks.MEDIA_TYPES[kind])


def _exported(module_id: int, key: str, kind: str) -> tuple[Resource, Quiz, Exported]:
    module = module_of(module_id)
    quiz = parts.content_of(parts.get(session, module, key).content)
    if not isinstance(quiz, Quiz) or kind not in banks.NAMES:
        raise NotFound
    return module, quiz, banks.write(quiz, giving.pictures_of(session, module, quiz), kind)


@blueprint.get(STEPS + "/exchange.zip", endpoint="export_module")
@role_required(*writing.WRITERS)
def export_module(module_id: int) -> Response:
    """The whole module, as it is being written, as a zip of Markdown."""
    module = module_of(module_id)
    files = folders.write_module(giving.module_folder(session, module))
    return _download(zips.write(files), f"{folders.slug(module.title)}.zip", "application/zip")


@blueprint.get(_COURSE + "/export.zip", endpoint="export_course")
@role_required(*writing.WRITERS)
def export_course(course_id: int) -> Response:
    """The whole course, as it is being written, with its modules, as a zip of Markdown."""
    course = writing.get_for_writing(session, viewer, course_id, Kind.COURSE)
    files = folders.write_course(giving.course_folder(session, viewer, course))
    return _download(zips.write(files), f"{folders.slug(course.title)}.zip", "application/zip")


@blueprint.route("/writing/import", methods=["GET", "POST"], endpoint="import_folder")
@role_required(*writing.WRITERS)
def import_folder() -> str | Response:
    """Take a zip of Markdown in as a new module or course of one's own."""
    if request.method == "GET":
        return render_template("study/exchange/import.html", trouble=None)
    try:
        return _folder_taken_in()
    except _TROUBLE as error:
        return make_response(render_template("study/exchange/import.html", trouble=error), error.status)


def _folder_taken_in() -> Response:
    release()
    file = received(request.files.get("file"))
    if file.size_bytes > zips.MOST_ZIP_BYTES:
        raise TooLarge
    folder = folders.read(zips.read(file.stream.read()))
    made = _draft_of(folder)
    if folder.ignored:
        some = ", ".join(folder.ignored[:5]) + ("…" if len(folder.ignored) > 5 else "")
        flash(_("Estos archivos no los usamos: %(files)s.", files=some), "info")
    flash(_("Ya es un borrador tuyo: revísalo antes de entregarlo."), "success")
    return redirect(editor_url(made), 303)


def _draft_of(folder: ModuleFolder | CourseFolder) -> Resource:
    if isinstance(folder, ModuleFolder):
        with taking.stored(folder.images) as kept:
            return taking.take_module(session, viewer, folder, kept)
    with taking.stored_all([folder.images, *(each.images for each in folder.modules)]) as kept_all:
        return taking.take_course(session, viewer, folder, kept_all)


def _kind_of(question: Question) -> str:
    return type(question).__name__.lower()


def _download(data: bytes, name: str, media_type: str) -> Response:
    answer = make_response(data)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
