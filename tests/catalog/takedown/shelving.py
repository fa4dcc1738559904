"""A library in which one resource stands wherever one can."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.describing import description
from catalog.models import (
    Collection,
    CollectionItem,
    Featured,
    File,
    FileState,
    OwnList,
    OwnListItem,
    Page,
    Place,
    ReadingHabits,
    ReadingItem,
    ReadingList,
    ReadingSection,
    Rendition,
    RenditionKind,
    Resource,
    Version,
    VersionState,
    Visited,
    Wish,
    WishState,
)
from lrc.db import utcnow
from lrc.richtext import lessons
from lti.models import Context, Person, ResourceLink
from search import entries
from search.models import DictionaryEntry, EntryKind, EntryState
from tests import factories
from tests.catalog.takedown.marks import (
    AUTHOR,
    CAPTIONS_KEY,
    COVER_KEY,
    EARLIER_KEY,
    EARLIER_TEXT,
    FILE_KEY,
    LIGHT_KEY,
    SAID,
    SHARED,
    SUBJECT,
    TEXT,
    THUMBNAIL,
    TITLE,
)


@dataclass
class Library:
    """A library in which one resource stands wherever one can, and those who look for it."""

    it: Resource
    author: Person
    librarian: Person
    reader: Person
    teacher: Person
    course: Context
    paths: dict[str, object]

    def at(self, path: str) -> str:
        return path.format(**self.paths)


def stocked(session: Session) -> Library:
    """Such a library, committed."""
    home = factories.platform(session)
    author, reader, teacher = (factories.person(session, of=home) for _each in range(3))
    librarian = factories.person(session, of=home, librarian=True)
    course = factories.context(session, of=home)
    it = factories.resource(
        session,
        f"Capítulo|Aquí se habla de {TEXT} y de plantas.",
        by=author,
        key=FILE_KEY,
        title=TITLE,
        creators=[AUTHOR],
        subjects=[SUBJECT],
        description=f"Plantas y {SAID}",
        license="CC BY 4.0",
    )
    assert it.file
    it.file.cover_key, it.file.thumbnail = COVER_KEY, THUMBNAIL
    captions = Rendition(kind=RenditionKind.CAPTIONS, key=CAPTIONS_KEY, media_type="text/vtt", size_bytes=1)
    light = Rendition(kind=RenditionKind.PDF, key=LIGHT_KEY, media_type="application/pdf", size_bytes=1)
    it.file.renditions += [captions, light]
    like = factories.resource(session, "Aquí se habla de plantas y montañas.", title="Plantas de montaña")
    like.profile = {"sources": [f"https://tool.example/r/{it.record_id}"]}
    older = factories.resource(session, "Páramos.", title="Páramos")
    it.profile = {"sources": [f"https://tool.example/r/{older.record_id}"]}
    module = factories.module(session, f"Leer|Lee esto:\n\n{lessons.resource_mark(it.record_id)}")
    made = Library(it, author, librarian, reader, teacher, course, {})
    made.paths |= {"id": it.id, "record": it.record_id, "like": like.id, "older": older.id, "module": module.id}
    made.paths |= {"captions": _flushed(session, captions), "reader": reader.id}
    made.paths["list"] = _keep(session, made)
    _pin(session, made)
    made.paths["collection"] = _collect(session, made)
    _expect_to_be_read(session, made)
    session.add(DictionaryEntry(kind=EntryKind.PIN, state=EntryState.LIVE, words=["quinua"], record_ids=[it.record_id]))
    entries.taught_elsewhere(session)
    session.commit()
    return made


def _flushed(session: Session, row: Rendition | OwnList | Collection | ReadingSection) -> int:
    session.add(row)
    session.flush()
    return row.id


def _keep(session: Session, library: Library) -> int:
    reader_id, it_id = library.reader.id, library.it.id
    session.add_all(
        [
            OwnList(person_id=reader_id, name="", items=[OwnListItem(resource_id=it_id)]),
            OwnList(person_id=library.teacher.id, name="x", share_token=SHARED, items=[OwnListItem(resource_id=it_id)]),
            ReadingHabits(person_id=reader_id, keeps_history=True),
            Visited(person_id=reader_id, resource_id=it_id),
            Place(person_id=reader_id, resource_id=it_id, file_key=FILE_KEY),
            Wish(
                person_id=reader_id,
                institution_id=library.reader.institution_id,
                sought="algo",
                folded="algo",
                state=WishState.ANSWERED,
                resource_id=it_id,
            ),
        ]
    )
    return _flushed(session, OwnList(person_id=reader_id, name="Tesis", items=[OwnListItem(resource_id=it_id)]))


def _pin(session: Session, library: Library) -> None:
    """A link of the course stays with the first of two versions."""
    said = {"description": description.plain(description.of(library.it))}
    file = File(
        key=EARLIER_KEY,
        name="antes.txt",
        size_bytes=1,
        sha256="0" * 64,
        media_type="text/plain",
        state=FileState.READY,
        page_count=1,
        pages=[Page(number=1, text=f"Antes se hablaba de {EARLIER_TEXT}.")],
    )
    session.add_all(
        [
            Version(resource_id=library.it.id, number=1, content=said, file=file, state=VersionState.REPLACED),
            Version(resource_id=library.it.id, number=2, content=said, state=VersionState.PUBLISHED),
            ResourceLink(
                context_id=library.course.id,
                resource_link_id="1",
                kind="resource",
                target=library.it.record_id,
                settings={"version": 1},
            ),
        ]
    )
    for each in session.scalars(select(Version).where(Version.resource_id == library.it.id)):
        each.published_at = utcnow()


def _collect(session: Session, library: Library) -> int:
    institution_id = library.reader.institution_id
    collection = Collection(institution_id=institution_id, title="Plantas", is_published=True)
    collection.items = [CollectionItem(resource_id=library.it.id)]
    collection_id = _flushed(session, collection)
    collection.cover_resource_id = library.it.id
    session.add(Featured(institution_id=institution_id, collection_id=collection_id))
    return collection_id


def _expect_to_be_read(session: Session, library: Library) -> None:
    readings = ReadingList(context_id=library.course.id, token="t" * 16, is_published=True)
    session.add(readings)
    session.flush()
    section_id = _flushed(session, ReadingSection(list_id=readings.id, position=1, title="Semana 1"))
    session.add(ReadingItem(section_id=section_id, position=1, resource_id=library.it.id))
