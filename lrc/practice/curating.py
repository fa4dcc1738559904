"""What the demo's librarian and teacher have put together: a collection on the home page, a course's reading list."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.citing.references import Reference
from catalog.collections import contents, making, shelves
from catalog.models import Collection, ReadingList, Resource, Weight
from catalog.readinglists import items, lists
from catalog.readinglists.items import Said
from catalog.readinglists.lists import Plan
from lrc.practice import beginnings
from lrc.practice.classroom import COURSES, PEOPLE
from lrc.practice.visiting import Door
from lti.viewers import Viewer

_TEACHER, _LIBRARIAN, _COURSE = "5", "7", "2"
_COLLECTION = making.Words(
    title="Para tu primer ciclo",
    text="Lo que ayuda a empezar: organizarte, leer, **escribir** y cuidar tu dinero.",
    is_published=True,
)
_IN_COLLECTION = (
    "manual-de-estudio-universitario",
    "estudiar-con-poco-internet",
    "escribir-un-ensayo",
    "citar-en-apa-7",
    "presupuesto-del-estudiante",
)
_WEEKS: tuple[tuple[str, tuple[tuple[str | Reference, Said], ...]], ...] = (
    (
        "Semana 1: describir datos",
        (
            ("estadistica-con-papas", Said(note="Lee hasta la mediana y trae tus cálculos a clase.")),
            ("datos-de-una-chacra", Said(Weight.OPTIONAL, "Para practicar con una hoja de cálculo.")),
        ),
    ),
    (
        "Semana 2: leer y dibujar gráficos",
        (
            ("leer-graficos", Said()),
            (
                {
                    "type": "book",
                    "title": "Exploratory Data Analysis",
                    "author": [{"family": "Tukey", "given": "John W."}],
                    "issued": {"date-parts": [[1977]]},
                    "publisher": "Addison-Wesley",
                    "language": "en",
                },
                Said(Weight.FURTHER, "El libro del que salió el diagrama de caja."),
            ),
        ),
    ),
)


def curate(door: Door) -> None:
    """Put both together, each once; what is there already stays as it is."""
    activity = beginnings.fresh(door.settings).activities[COURSES[_COURSE].activity_id]
    librarian, teacher = (door.enter(PEOPLE[each], activity) for each in (_LIBRARIAN, _TEACHER))
    if not door.session.scalar(select(func.count()).select_from(Collection)):
        _collect(door.session, librarian)
    if not door.session.scalar(select(func.count()).select_from(ReadingList)):
        _list(door.session, teacher)


def _collect(session: Session, librarian: Viewer) -> None:
    collection = making.make(session, librarian, _COLLECTION)
    for record_id in _IN_COLLECTION:
        contents.add(session, collection, _held(session, record_id))
    shelves.feature(session, librarian, collection, featured=True)


def _list(session: Session, teacher: Viewer) -> None:
    reading_list = lists.hold(session, teacher)
    weeks = [session.scalars(lists.sections(reading_list)).one()]
    weeks += [lists.add_section(session, reading_list, Plan(title)) for title, _ in _WEEKS[1:]]
    for week, (title, readings) in zip(weeks, _WEEKS, strict=True):
        lists.change_section(week, Plan(title), week.revision)
        for what, said in readings:
            held = _held(session, what) if isinstance(what, str) else what
            items.add(session, teacher, week, held, said)
    lists.publish(reading_list, published=True)


def _held(session: Session, record_id: str) -> Resource:
    return session.scalars(select(Resource).where(Resource.record_id == record_id)).one()
