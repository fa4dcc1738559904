"""The rules of a course's reading list: who reads and who writes it, and its sections."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.citing.references import clean
from catalog.models import ReadingItem, ReadingList, ReadingSection
from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lti.models import Context
from lti.viewers import Viewer

MOST_SECTIONS = 60
TITLE_LIMIT = 200
INTRO_LIMIT = 2000
T = TypeVar("T", ReadingSection, ReadingItem)


class Overtaken(Conflict):
    """Somebody else who teaches in the course wrote the same meanwhile: nothing of theirs is lost."""

    message = _("Otra persona de tu curso lo cambió mientras escribías. No guardamos lo tuyo para no borrar lo suyo.")
    advice = _("Abajo está como quedó; si lo tuyo hace falta, escríbelo otra vez.")


@dataclass(frozen=True)
class Plan:
    """What is said of a section; a section without dates is no week."""

    title: str
    starts_on: date | None = None
    ends_on: date | None = None


def writes(viewer: Viewer) -> bool:
    """Whether the viewer writes the reading list of the course that they come from."""
    return viewer.is_teacher and viewer.context_id is not None


def find(session: Session, viewer: Viewer) -> ReadingList | None:
    """The reading list that the viewer reads: their course's own if they write it, else as find_published."""
    own = session.scalar(_of([viewer.context_id])) if viewer.context_id is not None and writes(viewer) else None
    return own or find_published(session, viewer)


def find_published(session: Session, viewer: Viewer) -> ReadingList | None:
    """What the students of the viewer's course read: its own list, else that of the nearest course before it.

    None where none of them is published.
    """
    nearest = [each for each in (viewer.context_id, *viewer.earlier_context_ids) if each is not None]
    query = _of(nearest).where(ReadingList.is_published)
    found = {each.context_id: each for each in session.scalars(query)} if nearest else {}
    return next((found[each] for each in nearest if each in found), None)


def get(session: Session, viewer: Viewer) -> ReadingList:
    """As find; NotFound where there is none."""
    found = find(session, viewer)
    if found is None:
        raise NotFound(
            _("Tu curso no tiene una lista de lecturas publicada."), advice=_("Busca el tema en la biblioteca.")
        )
    return found


def find_written(session: Session, viewer: Viewer) -> ReadingList | None:
    """The list that the viewer writes, also unpublished; NotAllowed to others than those who teach in the course."""
    _check_writes(viewer)
    return session.scalar(_of([viewer.context_id or 0]))


def hold(session: Session, viewer: Viewer) -> ReadingList:
    """The same, held against others' changes until the transaction ends; made with a first section where none is."""
    _check_writes(viewer)
    context = session.get_one(Context, viewer.context_id, with_for_update=True)
    found = session.scalar(_of([context.id]).with_for_update())
    if found is None:
        found = ReadingList(context_id=context.id, token=secrets.token_urlsafe(16))
        session.add(found)
        session.flush()
        session.add(ReadingSection(list_id=found.id, position=1, title=str(_("Lecturas"))))
    found.changed_at = utcnow()
    session.flush()
    return found


def publish(reading_list: ReadingList, *, published: bool) -> None:
    """Let the students see it, or no longer."""
    reading_list.is_published = published


def introduce(reading_list: ReadingList, intro: str, revision: int) -> None:
    """Say something before the list. Overtaken; BadInput where it is too long."""
    text = tidy_lines(intro)
    if reading_list.revision != revision:
        raise Overtaken
    if len(text) > INTRO_LIMIT:
        raise BadInput(_("Es demasiado largo: usa hasta %(limit)s caracteres.", limit=INTRO_LIMIT))
    if text != reading_list.intro:
        reading_list.intro = text
        reading_list.revision += 1


def sections(reading_list: ReadingList) -> Select[ReadingSection]:
    """Its sections, in order."""
    query = select(ReadingSection).where(ReadingSection.list_id == reading_list.id)
    return query.order_by(ReadingSection.position, ReadingSection.id)


def get_section(session: Session, reading_list: ReadingList, section_id: int) -> ReadingSection:
    """A section of this list; NotFound where it is of another, or gone."""
    found = session.scalar(sections(reading_list).where(ReadingSection.id == section_id))
    if found is None:
        raise NotFound(_("Esa sección ya no está en la lista."))
    return found


def add_section(session: Session, reading_list: ReadingList, plan: Plan) -> ReadingSection:
    """A new section at the end. BadInput for a plan that cannot be; Conflict where there are too many."""
    there = list(session.scalars(sections(reading_list)))
    if len(there) >= MOST_SECTIONS:
        raise Conflict(_("La lista ya tiene %(most)s secciones, que es lo más que cabe.", most=MOST_SECTIONS))
    made = ReadingSection(list_id=reading_list.id, position=there[-1].position + 1 if there else 1)
    _apply(made, plan)
    session.add(made)
    session.flush()
    return made


def change_section(section: ReadingSection, plan: Plan, revision: int) -> None:
    """Give it another title or other dates. BadInput; Overtaken."""
    if section.revision != revision:
        raise Overtaken
    _apply(section, plan)
    section.revision += 1


def move_section(session: Session, reading_list: ReadingList, section: ReadingSection, *, up: bool) -> None:
    """Let it change places with the one before or after it; at the end it stays."""
    reorder(list(session.scalars(sections(reading_list))), section, up=up)


def drop_section(session: Session, reading_list: ReadingList, section: ReadingSection) -> None:
    """Take it away; its readings go to the end of the one before it, or to the beginning of the first that is left.

    Conflict where it is the only one.
    """
    there = list(session.scalars(sections(reading_list)))
    if len(there) == 1:
        raise Conflict(_("Es la única sección: la lista necesita una."), advice=_("Cámbiale el nombre, si quieres."))
    place = there.index(section)
    heir = there[place - 1] if place else there[1]
    within = select(ReadingItem).where(ReadingItem.section_id.in_((section.id, heir.id)))
    items = list(session.scalars(within.order_by(ReadingItem.position, ReadingItem.id)))
    own, others = ([each for each in items if each.section_id == which.id] for which in (section, heir))
    for number, each in enumerate([*others, *own] if place else [*own, *others], 1):
        each.section_id, each.position = heir.id, number
    session.flush()
    session.delete(section)
    session.flush()


def reorder(there: Sequence[T], moved: T, *, up: bool) -> None:
    """Number them anew, ``moved`` before its neighbour or behind it."""
    ordered = list(there)
    here = ordered.index(moved)
    other = here - 1 if up else here + 1
    if 0 <= other < len(ordered):
        ordered[here], ordered[other] = ordered[other], ordered[here]
    for number, each in enumerate(ordered, 1):
        each.position = number


def tidy_lines(text: str) -> str:
    """As it was typed, without what PostgreSQL keeps in no text."""
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _of(context_ids: Sequence[int]) -> Select[ReadingList]:
    return select(ReadingList).where(ReadingList.context_id.in_(context_ids))


def _check_writes(viewer: Viewer) -> None:
    if not writes(viewer):
        raise NotAllowed(
            _("La lista de lecturas la escriben quienes enseñan en el curso."),
            advice=_("Abre la biblioteca desde tu curso de Moodle."),
        )


def _apply(section: ReadingSection, plan: Plan) -> None:
    title = clean(plan.title)
    if not 0 < len(title) <= TITLE_LIMIT:
        raise BadInput(_("Ponle un título de hasta %(limit)s caracteres, como «Semana 1».", limit=TITLE_LIMIT))
    if plan.starts_on and plan.ends_on and plan.starts_on > plan.ends_on:
        raise BadInput(_("Termina antes de empezar: revisa las fechas."))
    section.title, section.starts_on, section.ends_on = title, plan.starts_on, plan.ends_on
