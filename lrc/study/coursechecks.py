"""The checklist for a good course, and handing one in for review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from catalog.library import LICENSES
from catalog.models import Resource, Version
from lrc.study import coursewriting, drafts, handingin, writing
from lrc.study.checklist import Finding
from lrc.study.content import Course
from lrc.study.coursewriting import Chosen
from lti.viewers import Viewer


def check(session: Session, course: Resource, head: Course) -> list[Finding]:
    """Everything that is looked for: in what it says of itself, then in its modules."""
    return [*_of_head(head), *_of_modules(head, coursewriting.chosen(session, course, head))]


def hand_in(session: Session, viewer: Viewer, course: Resource, note: str) -> Version:
    """Make a version of a course's draft, as it stands, that waits for a librarian.

    NotReady while something is missing; Conflict where nothing has changed since the last version.
    """
    drafts.hold(session, course.id)
    head = writing.get_head(session, course, Course)
    missing = [each for each in check(session, course, head) if each.is_missing]
    if missing:
        raise handingin.NotReady(missing)
    return handingin.submit_changed(session, viewer, course, head, note)


def _of_head(head: Course) -> Iterator[Finding]:
    yield _finding("summary", bool(head.summary.strip()), _("Di en un resumen de qué trata."), is_must=True)
    yield _finding("license", head.license in LICENSES, _("Elige una licencia de la lista."), is_must=True)
    yield _finding("objectives", bool(head.objectives), _("Di qué podrá hacer quien lo termine."))
    yield _finding("for_whom", bool(head.for_whom.strip()), _("Di para quién es."))
    yield _finding("prerequisites", bool(head.prerequisites.strip()), _("Di qué conviene saber antes, o que nada."))
    yield _finding("level", bool(head.level), _("Di de qué nivel es."))
    yield _finding("subjects", bool(head.subjects), _("Pon uno o más temas, para que se encuentre."))
    yield _finding("creators", bool(head.creators), _("Di quiénes lo escribieron."))


def _of_modules(head: Course, chosen: Sequence[Chosen]) -> Iterator[Finding]:
    yield Finding("modules", _("Elige al menos un módulo."), is_met=bool(chosen), field="modules")
    for each in chosen:
        if each.trouble:
            title = each.resource.title if each.resource else each.record_id
            sentence = _("«%(title)s»: %(trouble)s", title=title, trouble=each.trouble)
            yield Finding("module", sentence, is_met=False, field="modules")
    coming = [each for each in chosen if each.is_coming]
    if coming:
        yield Finding(
            "coming",
            _("Hay módulos en revisión: tomarán su lugar en el curso cuando se publiquen."),
            is_met=False,
            is_must=False,
            field="modules",
        )
    minutes = head.minutes or sum(each.resource.effort_minutes for each in chosen if each.resource)
    yield _finding("hours", minutes > 0, _("Di cuántas horas toma, o ponlo en sus módulos."))


def _finding(field: str, is_met: bool, sentence: LazyString, *, is_must: bool = False) -> Finding:
    return Finding(field, sentence, is_met, is_must=is_must, field=field)
