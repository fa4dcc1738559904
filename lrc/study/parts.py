"""The lessons and quizzes of a draft: adding, saving without ever losing what was written, ordering, putting back."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lrc.study import drafts
from lrc.study.content import LESSON_CHARACTERS, Lesson, Misfit, PartContent, Quiz, from_data, tidied, to_data
from lrc.study.models import Part, Save
from lti.viewers import Viewer

MOST, MOST_WITH_DELETED = 100, 400
Content = TypeVar("Content", bound=PartContent)
_UID = re.compile(r"[A-Za-z0-9-]{8,36}", re.ASCII)
_KINDS: dict[str, type[PartContent]] = {"lesson": Lesson, "quiz": Quiz}


@dataclass(frozen=True)
class Saved:
    """What became of a save: the revision on which its author writes on; the part as it stands where another had saved.

    In conflict (also with who deleted the part) the text is kept among the saves, and nothing is overwritten.
    """

    revision: int
    conflict: Part | None
    save: Save | None
    """The row that keeps the text; None where nothing had changed."""


def of_module(module: Resource) -> Select[Part]:
    """The parts of a module's draft, in order."""
    return select(Part).where(Part.module_id == module.id, Part.deleted_at.is_(None)).order_by(Part.position, Part.id)


def deleted_of(module: Resource) -> Select[Part]:
    """What was deleted of a module's draft and may be put back, the last deleted first."""
    query = select(Part).where(Part.module_id == module.id, Part.deleted_at.is_not(None))
    return query.order_by(Part.deleted_at.desc(), Part.id)


def get(session: Session, module: Resource, key: str) -> Part:
    """A part of a module's draft, also a deleted one. NotFound."""
    found = session.scalars(select(Part).where(Part.module_id == module.id, Part.key == key[:40])).one_or_none()
    if found is None:
        raise NotFound
    return found


def content_of(data: dict[str, Any]) -> PartContent:
    """The lesson or quiz that a part's or a save's data says."""
    return from_data(data, _KINDS[data["type"]])


def add(session: Session, viewer: Viewer, module: Resource, content: PartContent) -> Part:
    """Put a lesson or a quiz at the end. Conflict beyond MOST parts, BadInput for what cannot be kept."""
    draft = drafts.hold(session, module.id)
    kept = checked(content)
    living, all_ever = _count(session, module)
    if living >= MOST or all_ever >= MOST_WITH_DELETED:
        raise Conflict(
            _("Este módulo ya tiene demasiadas partes."), advice=_("Repártelo en dos módulos: se estudia mejor.")
        )
    if session.scalars(select(Part.id).where(Part.module_id == module.id, Part.key == kept.key)).first():
        raise BadInput(detail=f"two parts with the key {kept.key}")
    part = Part(
        module_id=module.id,
        key=kept.key,
        position=living + 1,
        content=to_data(kept),
        saved_by_id=viewer.person_id,
    )
    session.add(part)
    session.flush()
    _keep(session, viewer, part, part.content, Basis(0, str(uuid.uuid4())), revision=part.revision)
    drafts.stamp(viewer, draft)
    return part


@dataclass(frozen=True)
class Basis:
    """On which revision a text was written, and the id that its sender gave it."""

    revision: int
    uid: str


def save(session: Session, viewer: Viewer, part: Part, content: PartContent, based_on: int, uid: str) -> Saved:
    """Keep what was written of a part on its revision ``based_on``; the same ``uid`` arriving again changes nothing.

    Written on an older revision, or of a part deleted meanwhile, it is kept beside and answered as a conflict. BadInput
    for what cannot be kept.
    """
    data = _data_for(part, content)
    draft = drafts.hold(session, part.module_id)
    session.refresh(part)
    known, uid = _find_save(session, part, _checked_uid(uid), data)
    if known is not None:  # who sent it knows the text that it made, not what others saved since
        return Saved(known.revision or part.revision, part if known.revision is None else None, known)
    if not 0 <= based_on <= part.revision:
        raise BadInput(detail=f"a save of part {part.id} on revision {based_on} of {part.revision}")
    basis = Basis(based_on, uid)
    if part.deleted_at is None and data == part.content:
        return Saved(part.revision, None, None)
    if part.deleted_at is not None or based_on < part.revision:
        return Saved(part.revision, part, _keep(session, viewer, part, data, basis))
    _put(viewer, part, data)
    drafts.stamp(viewer, draft)
    return Saved(part.revision, None, _keep(session, viewer, part, data, basis, revision=part.revision))


def move(session: Session, viewer: Viewer, part: Part, place: int) -> None:
    """Put a part at a place (from 1; beyond the end: the last) among those of its module."""
    draft = drafts.hold(session, part.module_id)
    session.refresh(part)
    _refuse_deleted(part)
    others = [each for each in _in_order(session, part.module_id) if each.id != part.id]
    others.insert(max(place, 1) - 1, part)
    _number(others)
    drafts.stamp(viewer, draft)


def delete(session: Session, viewer: Viewer, part: Part) -> None:
    """Take a part out of the draft; it is kept, to be put back. Deleting it again changes nothing."""
    draft = drafts.hold(session, part.module_id)
    session.refresh(part)
    if part.deleted_at is not None:
        return
    part.deleted_at = utcnow()
    session.flush()
    _number(_in_order(session, part.module_id))
    drafts.stamp(viewer, draft)


def restore(session: Session, viewer: Viewer, part: Part) -> None:
    """Put a deleted part back, at the end. Conflict where the module is full."""
    draft = drafts.hold(session, part.module_id)
    session.refresh(part)
    if part.deleted_at is None:
        return
    living = _in_order(session, part.module_id)
    if len(living) >= MOST:
        raise Conflict(_("Este módulo ya tiene demasiadas partes."), advice=_("Borra otra antes de recuperar esta."))
    part.deleted_at = None
    _number([*living, part])
    drafts.stamp(viewer, draft)


def _in_order(session: Session, module_id: int) -> list[Part]:
    query = select(Part).where(Part.module_id == module_id, Part.deleted_at.is_(None))
    query = query.order_by(Part.position, Part.id).execution_options(populate_existing=True)
    return list(session.scalars(query))


def _number(in_order: list[Part]) -> None:
    for position, each in enumerate(in_order, 1):
        each.position = position


def _count(session: Session, module: Resource) -> tuple[int, int]:
    """How many parts the module has, and how many with the deleted ones."""
    all_ever = session.scalar(select(func.count()).where(Part.module_id == module.id)) or 0
    deleted = session.scalar(select(func.count()).where(Part.module_id == module.id, Part.deleted_at.is_not(None)))
    return all_ever - (deleted or 0), all_ever


def _refuse_deleted(part: Part) -> None:
    if part.deleted_at is not None:
        raise Conflict(_("Esta parte fue borrada."), advice=_("Recupérala desde la página del módulo."))


def _put(viewer: Viewer, part: Part, data: dict[str, Any]) -> None:
    part.content = data
    part.revision += 1
    part.saved_at = utcnow()
    part.saved_by_id = viewer.person_id


def _keep(
    session: Session, viewer: Viewer, part: Part, data: dict[str, Any], basis: Basis, *, revision: int | None = None
) -> Save:
    made = Save(
        part_id=part.id,
        uid=basis.uid,
        based_on=basis.revision,
        revision=revision,
        content=data,
        author_id=viewer.person_id,
    )
    session.add(made)
    session.flush()
    return made


def _find_save(session: Session, part: Part, uid: str, data: dict[str, Any]) -> tuple[Save | None, str]:
    """The save that has this id already, if it is of the same text; and the id under which the text may be kept.

    A form that the browser's Back button shows again carries its old id with another text, which must not be lost.
    """
    for each in (uid, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{uid} {drafts.fingerprint(data)}"))):
        found = session.scalars(select(Save).where(Save.part_id == part.id, Save.uid == each)).one_or_none()
        if found is None or found.content == data:
            return found, each
    raise BadInput(detail=f"two texts with the id {uid} and the same fingerprint")


def _checked_uid(uid: object) -> str:
    if not isinstance(uid, str) or not _UID.fullmatch(uid):
        raise BadInput(detail="a save without an id")
    return uid


def _data_for(part: Part, content: PartContent) -> dict[str, Any]:
    kept = checked(content)
    data = to_data(kept)
    if kept.key != part.key or data["type"] != part.content["type"]:
        raise BadInput(detail=f"the contents of {kept.key} sent to part {part.key}")
    return data


def checked(content: Content) -> Content:
    """A lesson or a quiz as it can be kept. BadInput."""
    try:
        return tidied(content)
    except Misfit as misfit:
        if isinstance(content, Lesson) and misfit.where == "text":
            raise BadInput(
                _("La lección es demasiado larga: usa hasta %(limit)s caracteres.", limit=LESSON_CHARACTERS),
                advice=_("Repártela en dos lecciones: tus estudiantes lo agradecerán."),
                detail=str(misfit),
            ) from misfit
        raise BadInput(detail=str(misfit)) from misfit
