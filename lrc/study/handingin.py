"""Handing in what was written for review: what must be there first, and the version that is made of the draft."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog import versions
from catalog.models import Resource, ResourceState, Version, VersionState
from lrc.errors import BadInput, Conflict
from lrc.study import checklist, drafts, rendering, writing
from lrc.study.content import Course, Module, to_data
from lti.viewers import Viewer


class NotReady(Conflict):
    """Something that must be there is not; ``missing`` says what, a sentence each."""

    title = _("Todavía falta algo")
    advice = _("Corrige lo que señala la lista de revisión y entrégalo otra vez.")

    def __init__(self, missing: list[checklist.Finding]) -> None:
        super().__init__(missing[0].sentence, detail=", ".join(each.code for each in missing))
        self.missing = missing


def hand_in(session: Session, viewer: Viewer, module: Resource, note: str) -> Version:
    """Make a version of a module's draft, as it stands, that waits for a librarian.

    NotReady while something is missing; Conflict where nothing has changed since the last version; BadInput where one
    is published and the note does not say what is new.
    """
    if module.published_at is not None and not note.strip():
        raise BadInput(_("Di qué hay de nuevo: lo leerán quien lo revise y quienes ya lo están estudiando."))
    drafts.hold(session, module.id)
    manuscript = writing.manuscript(session, module)
    missing = [each for each in checklist.check(session, viewer, module, manuscript) if each.is_missing]
    if missing:
        raise NotReady(missing)
    return submit_changed(session, viewer, module, manuscript, note)


def submit_changed(
    session: Session, viewer: Viewer, resource: Resource, written: Module | Course, note: str
) -> Version:
    """Make a version of what was written, which somebody has looked through. Conflict where nothing has changed."""
    content = to_data(written)
    last = versions.newest(session, resource.id)
    if last is not None and last.state is not VersionState.RETURNED and last.content == content:
        _refuse_the_same(resource)
    if resource.published_at is None:
        resource.title, resource.description = written.title, written.summary
    texts = rendering.plain_texts(written) if isinstance(written, Module) else []
    return versions.submit(session, viewer, resource, content, texts, note)


def _refuse_the_same(resource: Resource) -> None:
    if resource.state is ResourceState.WITHDRAWN:
        return
    if resource.state is ResourceState.WAITING:
        raise Conflict(_("Esta versión ya está esperando revisión."), advice=_("Te avisaremos aquí cuando se revise."))
    raise Conflict(_("No hay cambios que entregar: esta versión ya está en la biblioteca."))
