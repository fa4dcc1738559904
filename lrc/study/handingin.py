"""Handing in a module for review: what must be there first, and the version that is made of the draft."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog import versions
from catalog.models import Resource, ResourceState, Version, VersionState
from lrc.errors import Conflict
from lrc.study import checklist, drafts, rendering, writing
from lrc.study.content import to_data
from lti.viewers import Viewer


class NotReady(Conflict):
    """Something that must be there is not; ``missing`` says what, a sentence each."""

    title = _("Todavía falta algo")
    advice = _("Corrige lo que señala la lista de revisión del módulo y entrégalo otra vez.")

    def __init__(self, missing: list[checklist.Finding]) -> None:
        super().__init__(missing[0].sentence, detail=", ".join(each.code for each in missing))
        self.missing = missing


def hand_in(session: Session, viewer: Viewer, module: Resource, note: str) -> Version:
    """Make a version of a module's draft, as it stands, that waits for a librarian.

    NotReady while something is missing; Conflict where nothing has changed since the last version.
    """
    drafts.hold(session, module.id)
    manuscript = writing.manuscript(session, module)
    missing = [each for each in checklist.check(session, viewer, module, manuscript) if each.is_missing]
    if missing:
        raise NotReady(missing)
    content = to_data(manuscript)
    last = versions.newest(session, module.id)
    if last is not None and last.state is not VersionState.RETURNED and last.content == content:
        _refuse_the_same(module)
    if module.published_at is None:
        module.title, module.description = manuscript.title, manuscript.summary
    return versions.submit(session, viewer, module, content, rendering.plain_texts(manuscript), note)


def _refuse_the_same(module: Resource) -> None:
    if module.state is ResourceState.WITHDRAWN:
        return
    if module.state is ResourceState.WAITING:
        raise Conflict(_("Esta versión ya está esperando revisión."), advice=_("Te avisaremos aquí cuando se revise."))
    raise Conflict(_("No hay cambios que entregar: esta versión ya está en la biblioteca."))
