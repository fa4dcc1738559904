"""Making one material of two that are the same, and taking that back: who may, what goes along, what stays where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, and_, exists, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from catalog import indexing, takings
from catalog.availability import embargo
from catalog.describing import description, editing
from catalog.describing.description import Description
from catalog.merging import moving
from catalog.models import (
    Edit,
    File,
    Kind,
    Merge,
    Remark,
    RemarkKind,
    Resource,
    ResourceState,
    Version,
    VersionState,
)
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti.viewers import Viewer

UNDO_DAYS = 30
_AT_ONCE = 200


@dataclass(frozen=True)
class Choice:
    """What the one that stays says afterwards; ``takes_file``: it has the other one's file, and that one its own."""

    said: Description
    audience: str
    takes_file: bool = False


def get_both(
    session: Session, viewer: Viewer, one_id: int, other_id: int, *, held: bool = False
) -> tuple[Resource, Resource]:
    """Two materials of the viewer's institution, with their files; ``held`` against others' changes.

    NotAllowed to who is no librarian; NotFound for the same one twice, and for what is not a material of theirs or was
    merged before.
    """
    if not viewer.is_librarian:
        raise NotAllowed
    query = (
        select(Resource)
        .where(
            Resource.id.in_([one_id, other_id]),
            Resource.kind == Kind.MATERIAL,
            Resource.institution_id == viewer.institution_id,
            Resource.state != ResourceState.MERGED,
        )
        .order_by(Resource.id)
    )
    query = query.with_for_update() if held else query.options(joinedload(Resource.file), joinedload(Resource.owner))
    found = {each.id: each for each in session.scalars(query)}
    if found.keys() != {one_id, other_id} or one_id == other_id:
        raise NotFound(_("Alguno de los dos ya no está: quizá alguien los unió antes."))
    return found[one_id], found[other_id]


def why_not(session: Session, kept: Resource, merged: Resource) -> object:
    """Why the second cannot be merged into the first, in words; "" where it can."""
    if kept.state is ResourceState.WITHDRAWN:
        return _("El que se queda está retirado: publícalo primero, o deja el otro.")
    if merged.state is ResourceState.PUBLISHED and kept.state is not ResourceState.PUBLISHED:
        return _("El que se queda todavía no está publicado, y los lectores perderían el otro.")
    if merged.file is not None and embargo.is_closed(kept) and not embargo.is_closed(merged):
        return _("El que se queda todavía no se puede abrir, y los lectores perderían el archivo del otro.")
    waits = exists().where(Version.resource_id == merged.id, Version.state == VersionState.WAITING)
    if session.scalar(select(waits)):
        return _("Una versión nueva del que se une espera revisión: resuélvela primero.")
    return ""


def why_not_its_file(session: Session, kept: Resource, merged: Resource) -> object:
    """Why the first cannot have the second's file, in words; "" where it can."""
    if merged.file is None:
        return _("No tiene un archivo.")
    if kept.state is ResourceState.PUBLISHED and merged.state is not ResourceState.PUBLISHED:
        return _("Nadie revisó ese archivo todavía.")
    if embargo.is_closed(merged):
        return _("Todavía no se puede abrir.")
    if session.scalar(select(exists().where(Version.resource_id.in_([kept.id, merged.id])))):
        return _("Hay versiones guardadas: entrega el archivo como versión nueva.")
    return ""


def merge(session: Session, viewer: Viewer, kept: Resource, merged: Resource, choice: Choice) -> Merge:
    """Make the second part of the first; both as ``get_both`` gives them, held.

    Links, lists, places, openings and whatever else hangs on the second follow the first; its addresses lead there.
    Conflict where ``why_not`` or ``why_not_its_file`` says so; BadInput for an audience that neither has.
    """
    if reason := why_not(session, kept, merged):
        raise Conflict(reason)
    if choice.takes_file and (reason := why_not_its_file(session, kept, merged)):
        raise Conflict(reason)
    if choice.audience not in (kept.audience, merged.audience):
        raise BadInput(_("Elige quién podrá verlo."))
    made = Merge(from_id=merged.id, into_id=kept.id, author_id=viewer.person_id)
    made.undoing = {"into": kept.id, "state": merged.state.value, "audience": kept.audience}
    made.undoing |= {"chosen": choice.audience, "embargo": str(kept.embargo_until)}
    edit = editing.describe(session, viewer, kept, choice.said, seen=editing.last_edit(session, kept))
    made.undoing["edit"] = edit.id if edit else 0
    kept.audience = choice.audience
    merged.state = ResourceState.MERGED
    takings.let_go(session, merged)
    if choice.takes_file:
        made.undoing["files"] = _swap_files(session, kept, merged)
    session.flush()
    made.undoing["moved"] = moving.move(session, merged.id, kept.id)
    session.add(made)
    _note(session, viewer, RemarkKind.MERGED, kept, merged)
    return made


def all_of(viewer: Viewer) -> Select[Merge]:
    """What was merged of the viewer's institution, the newest first, with both materials."""
    merged = aliased(Resource)
    query = select(Merge).join(merged, and_(merged.id == Merge.from_id, merged.institution_id == viewer.institution_id))
    whole = query.options(joinedload(Merge.merged), joinedload(Merge.kept), joinedload(Merge.author))
    return whole.order_by(Merge.id.desc())


def get_for_change(session: Session, viewer: Viewer, merge_id: int) -> Merge:
    """One of ``all_of``, with both held against others' changes.

    NotFound for any other, NotAllowed to who is no librarian.
    """
    if not viewer.is_librarian:
        raise NotAllowed
    found = session.scalar(all_of(viewer).where(Merge.id == merge_id).with_for_update(of=Merge))
    if found is None:
        raise NotFound(_("Ya están separados."))
    both = select(Resource).where(Resource.id.in_([found.from_id, found.into_id])).order_by(Resource.id)
    session.scalars(both.with_for_update().execution_options(populate_existing=True)).all()
    return found


def can_part(made: Merge) -> bool:
    """Was it merged no longer than UNDO_DAYS ago, and what it was merged into not merged in turn?"""
    is_recent = made.at > utcnow() - timedelta(days=UNDO_DAYS) and not made.is_settled
    return is_recent and made.undoing["into"] == made.into_id


def part(session: Session, viewer: Viewer, made: Merge) -> bool:
    """Take a merge back: what was moved goes back, what came since stays with the one that was kept.

    What readers lost since, both keep from them: of what was withdrawn meanwhile, neither is published again.

    False where the description stays as it is, as it was changed again since. Conflict where it cannot be taken back.
    """
    if not can_part(made):
        raise Conflict(
            _("Ya no se pueden separar."),
            advice=_("Se puede durante %(days)s días, mientras no se unan con un tercero.", days=UNDO_DAYS),
        )
    kept, merged, undoing = made.kept, made.merged, dict(made.undoing)
    session.delete(made)
    session.flush()
    if "files" in undoing and undoing["files"] == _file_ids(session, kept, merged):
        _swap_files(session, kept, merged)
    _stand_as_before(kept, merged, undoing)
    session.flush()
    moving.goes_back(session, merged.id, kept.id, undoing["moved"])
    _note(session, viewer, RemarkKind.PARTED, kept, merged)
    return _takes_back_words(session, viewer, kept, undoing["edit"])


def _stand_as_before(kept: Resource, merged: Resource, undoing: Mapping[str, Any]) -> None:
    """What was decided since of who may read the one holds for both: nobody gains by taking them apart."""
    was = ResourceState(undoing["state"])
    is_taken_down = kept.state is ResourceState.WITHDRAWN and was is ResourceState.PUBLISHED
    merged.state = ResourceState.WITHDRAWN if is_taken_down else was
    if kept.audience == undoing["chosen"]:
        kept.audience = undoing["audience"]
    else:
        merged.audience = kept.audience
    if embargo.is_closed(kept) and str(kept.embargo_until) != undoing["embargo"]:
        merged.embargo_until = kept.embargo_until


def forget_old(session: Session) -> None:
    """Settle what was merged too long ago to be taken back: what would be needed for that goes."""
    old = Merge.at < utcnow() - timedelta(days=UNDO_DAYS)
    for made in session.scalars(select(Merge).where(old, Merge.is_settled.is_(False)).limit(_AT_ONCE)).all():
        moving.drop_left(session, made.from_id)
        made.undoing, made.is_settled = {}, True


def let_files_go(session: Session) -> int:
    """Take from what was settled its file, which is nobody's then and swept (catalog.sweeping); how many.

    Its bytes stay known as those of what was kept. Where versions of it are kept, so is the file.
    """
    has_versions = exists().where(Version.resource_id == Merge.from_id)
    query = select(Merge, File).join(File, File.resource_id == Merge.from_id)
    held = session.execute(query.where(Merge.is_settled, ~has_versions).limit(_AT_ONCE)).all()
    for made, file in held:
        made.file_sha256, file.resource_id = file.sha256, None
    return len(held)


def _takes_back_words(session: Session, viewer: Viewer, kept: Resource, edit_id: int) -> bool:
    edit = session.get(Edit, edit_id) if edit_id else None
    if edit is None:
        return True
    now = description.plain(description.of(kept))
    if any(now[name] != value for name, value in edit.after.items()):
        return False
    editing.undo(session, viewer, kept, edit.id)
    return True


def _file_ids(session: Session, kept: Resource, merged: Resource) -> list[int | None]:
    """Of the file that the kept one has, and of that of the merged one."""
    return [session.scalar(select(File.id).where(File.resource_id == each.id)) for each in (kept, merged)]


def _swap_files(session: Session, kept: Resource, merged: Resource) -> list[int | None]:
    """Give each the other's file; returns ``_file_ids`` as they are now."""
    session.flush()
    of_kept, of_merged = _file_ids(session, kept, merged)
    # One file a resource: for a moment the one that goes belongs to none.
    for file_id, resource_id in ((of_kept, None), (of_merged, kept.id), (of_kept, merged.id)):
        session.execute(update(File).where(File.id == file_id).values(resource_id=resource_id))
    session.expire(kept, ["file"])
    session.expire(merged, ["file"])
    return [of_merged, of_kept]


def _note(session: Session, viewer: Viewer, kind: RemarkKind, kept: Resource, merged: Resource) -> None:
    for each, other in ((kept, merged), (merged, kept)):
        text = f"{other.title} ({other.record_id})"
        session.add(Remark(resource_id=each.id, author_id=viewer.person_id, kind=kind, text=text))
        indexing.changed(session, each)
    session.flush()
    session.expire(kept, ["remarks"])
    session.expire(merged, ["remarks"])
