"""Review of courses and modules: a version with what is new in it, its lessons and quizzes, and what is decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from catalog import forms, library, review, versions
from catalog.models import Kind, RemarkKind, Resource, ResourceState, Version, VersionState
from lrc.db import session
from lrc.errors import BadInput, NotAllowed, NotFound
from lrc.study import differences, history, questions, rendering
from lrc.study.content import Course, Lesson, Module, Quiz
from lrc.study.differences import Difference
from lrc.study.views.blueprint import blueprint
from lrc.study.views.numbers import whole
from lti.viewers import Viewer, role_required, viewer

REVIEW = "/review/<int(max=2147483647):resource_id>"
_ANY_SEED = 0
Step = Callable[[Session, Viewer, Resource, str], None]


@blueprint.get(REVIEW)
@role_required()
def review_version(resource_id: int) -> str:
    """For librarians and authors: the version that waits (or the newest), what is new in it, and what was said."""
    return _page(_resource(resource_id))


@blueprint.get(f"{REVIEW}/<part>")
@role_required()
def review_part(resource_id: int, part: str) -> str:
    """One lesson as students would see it, or a quiz with its right answers; and what is new in it."""
    resource = _resource(resource_id)
    version = _version(resource)
    content = differences.read(version.content, is_course=resource.kind is Kind.COURSE)
    parts = list(content.parts) if isinstance(content, Module) else []
    place = next((n for n, each in enumerate(parts) if each.key == part), None)
    if not isinstance(content, Module) or place is None:
        raise NotFound(_("Esa parte no está en esta versión."))
    shown = parts[place]
    values = _lesson(resource, content, shown) if isinstance(shown, Lesson) else _quiz(resource, content, shown)
    return render_template(
        "study/reviewing/part.html",
        resource=resource,
        version=version,
        part=shown,
        number=place + 1,
        count=len(parts),
        before=parts[place - 1] if place else None,
        after=parts[place + 1] if place + 1 < len(parts) else None,
        difference=next((each for each in _differences(resource, version) if each.key == part), None),
        **values,
    )


@blueprint.post(REVIEW)
@role_required()
def decide(resource_id: int) -> str | Response:
    """Take one step of the review ("do"); a bad remark is shown again beside what is wrong with it."""
    resource = library.get_for_change(session, viewer, resource_id)
    if resource.kind is Kind.MATERIAL:
        raise NotFound
    steps = _steps(request.form.get("version", ""))
    do, remark = request.form.get("do", ""), request.form.get("remark", "").replace("\r\n", "\n")
    if do not in steps:
        raise BadInput
    step, done = steps[do]
    try:
        step(session, viewer, resource, remark)
    except BadInput as error:
        return Response(_page(resource, do, remark, error.message), error.status, mimetype="text/html")
    flash(done, "success")
    return redirect(url_for(".review_version", resource_id=resource_id), 303)


def _steps(seen: str) -> dict[str, tuple[Step, str]]:
    """The steps by the value of their button, each with what is said when it was taken."""
    return {
        "publish": (partial(review.publish, reviewed=seen), _("Publicado: ya se puede encontrar en la biblioteca.")),
        "return": (partial(review.send_back, reviewed=seen), _("Devuelto con tu observación.")),
        "withdraw": (review.withdraw, _("Retirado: ya no aparece en la biblioteca.")),
        "answer": (review.answer, _("Enviado: la biblioteca lo revisará otra vez.")),
    }


def _page(resource: Resource, do: str = "", remark: str = "", trouble: object = "") -> str:
    version = _version(resource)
    newest = versions.newest(session, resource.id)
    content = differences.read(version.content, is_course=resource.kind is Kind.COURSE)
    in_force = versions.published(session, resource.id)
    return render_template(
        "study/reviewing/version.html",
        resource=resource,
        version=version,
        newest=newest,
        content=content,
        modules=_modules(content) if isinstance(content, Course) else [],
        courses=session.scalars(versions.courses_with(resource)).all(),
        compared_with=in_force if in_force and in_force.number != version.number else None,
        differences=_differences(resource, version),
        may_review=review.may_review(session, viewer, resource),
        may_withdraw=review.may_withdraw(viewer, resource),
        writes=viewer.person_id in versions.authors(session, resource),
        can={step: review.can(step, resource, newest) for step in RemarkKind},
        fingerprint=review.fingerprint(session, resource),
        step_names=forms.STEP_NAMES,
        audience_name=forms.audience_name(resource.audience),
        states=ResourceState,
        version_states=VersionState,
        do=do,
        remark=remark,
        trouble=trouble,
    )


def _resource(resource_id: int) -> Resource:
    """The course or module. NotFound where the viewer may not see it, NotAllowed to who neither writes nor reviews."""
    resource = library.get(session, viewer, resource_id)
    if resource.kind is Kind.MATERIAL:
        raise NotFound
    if not (review.may_withdraw(viewer, resource) or viewer.person_id in versions.authors(session, resource)):
        raise NotAllowed
    return resource


def _version(resource: Resource) -> Version:
    """The one that waits or else the newest; another where the address asks for its number."""
    number = request.args.get("number", type=whole)
    if number is not None:
        found = session.scalar(versions.of_resource(resource.id).where(Version.number == number))
    else:
        found = versions.under_review(session, resource) or versions.newest(session, resource.id)
    if found is None:
        raise NotFound(_("Todavía no se ha entregado ninguna versión."))
    return found


def _differences(resource: Resource, version: Version) -> list[Difference]:
    """What is new beside the version in force; nothing where there is none, or it is this one."""
    in_force = versions.published(session, resource.id)
    if in_force is None or in_force.number == version.number:
        return []
    is_course = resource.kind is Kind.COURSE
    older, newer = (differences.read(each.content, is_course=is_course) for each in (in_force, version))
    named = {each for content in (older, newer) if isinstance(content, Course) for each in content.modules}
    return differences.between(older, newer, _titles(named))


def _titles(record_ids: set[str]) -> dict[str, str]:
    """Of those that the viewer may see: a course may name what it should not."""
    query = library.visible_to(viewer).where(Resource.record_id.in_(record_ids))
    return {each.record_id: each.title for each in session.scalars(query)} if record_ids else {}


def _modules(course: Course) -> list[tuple[str, Resource | None]]:
    """The modules that a course names, as far as the viewer may see them."""
    query = library.visible_to(viewer).where(Resource.record_id.in_(course.modules), Resource.kind == Kind.MODULE)
    found = {each.record_id: each for each in session.scalars(query)} if course.modules else {}
    return [(each, found.get(each)) for each in course.modules]


def _lesson(resource: Resource, module: Module, lesson: Lesson) -> dict[str, object]:
    return {"text": rendering.lesson_html(session, viewer, resource, module, lesson)}


def _quiz(resource: Resource, module: Module, quiz: Quiz) -> dict[str, object]:
    keys = [(each, questions.review(each, _ANY_SEED, None, "answers")) for each in quiz.questions]
    prose = rendering.prose_html(session, viewer, resource, module)
    return {"keys": keys, "prose": prose, "in_words": history.text_of(quiz)}
