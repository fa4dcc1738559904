"""What is not for somebody shows nowhere: one table of what can take it away, one of every page that could show it."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog import indexing, review
from catalog.days import today
from catalog.models import (
    Collection,
    CollectionItem,
    Featured,
    FileState,
    OwnList,
    OwnListItem,
    Place,
    ReadingHabits,
    ReadingItem,
    ReadingList,
    ReadingSection,
    Rendition,
    RenditionKind,
    Resource,
    ResourceState,
    Visited,
    Wish,
    WishState,
)
from lrc.richtext import lessons
from lti.models import Context, Person
from lti.viewers import Role
from search import entries
from search.engine import current_index
from search.models import DictionaryEntry, EntryKind, EntryState
from tests import factories
from tests.catalog import choosing
from tests.factories import Browser

TITLE, AUTHOR, SUBJECT, SAID = "Zarzaparrilla de montaña", "Huamaní Ccori", "Fitoquímica rara", "terpenoides"
TEXT = "xantofilas"
THUMBNAIL = b"RIFF, a picture of it"
FILE_KEY, COVER_KEY, CAPTIONS_KEY = "files/5e1f", "covers/5e1f", "files/ca97"
INSIDE = (TEXT, FILE_KEY, CAPTIONS_KEY)
"""What is in it, and where that is kept."""
MARKS = (TITLE, AUTHOR, SUBJECT, SAID, COVER_KEY, base64.b64encode(THUMBNAIL).decode(), *INSIDE)
SHARED = "s" * 22


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


@pytest.fixture
def library(session: Session) -> Library:
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
    )
    assert it.file
    it.file.cover_key, it.file.thumbnail = COVER_KEY, THUMBNAIL
    captions = Rendition(kind=RenditionKind.CAPTIONS, key=CAPTIONS_KEY, media_type="text/vtt", size_bytes=1)
    it.file.renditions.append(captions)
    like = factories.resource(session, "Aquí se habla de plantas y montañas.", title="Plantas de montaña")
    module = factories.module(session, f"Leer|Lee esto:\n\n{lessons.resource_mark(it.record_id)}")
    made = Library(it, author, librarian, reader, teacher, course, {})
    made.paths |= {"id": it.id, "record": it.record_id, "like": like.id, "module": module.id}
    made.paths |= {"captions": _flushed(session, captions), "reader": reader.id}
    made.paths["list"] = _keep(session, made)
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


def withdraw(session: Session, library: Library) -> None:
    librarian = factories.viewer(session, Role.LIBRARIAN, by=library.librarian)
    review.withdraw(session, librarian, library.it, "Lo pidió su autora.")


def give_to(audience: str) -> Callable[[Session, Library], None]:
    def give(session: Session, library: Library) -> None:
        library.it.audience = audience

    return give


def send_again(session: Session, library: Library) -> None:
    withdraw(session, library)
    library.it.state = ResourceState.WAITING


HIDING: dict[str, Callable[[Session, Library], None]] = {
    "nothing": lambda session, library: None,
    "withdrawn": withdraw,
    "of another university": give_to("institution:999999"),
    "of another course": give_to("context:999999"),
    "of chosen universities": give_to("group:999999"),
    "waiting for review again": send_again,
}
"""What takes a resource away from readers, whole."""

SHOWING = (
    "/",
    "/search",
    "/search?q=zarzaparrilla",
    "/search?q=" + TEXT,
    "/search?q=sarsaparrilla",
    "/search?q=quinua",
    "/search/values/subject",
    "/suggest?q=zarza",
    "/similar/{like}",
    "/library",
    "/history",
    "/lists/{list}",
    "/lists/{list}/cite",
    "/lists/{list}/cite/ris",
    "/lists/{list}/cite/bibtex",
    "/lists/{list}/cite/csl",
    "/lists/shared/" + SHARED,
    "/lists/shared/" + SHARED + "/cite",
    "/lists/shared/" + SHARED + "/cite/ris",
    "/collections",
    "/collections/{collection}",
    "/collections/{collection}?q=zarzaparrilla",
    "/collections/{collection}/cite",
    "/collections/{collection}/cite/ris",
    "/wishes",
    "/study/modules/{module}/l1",
    "/course/readings",
    "/course/readings/print",
    "/course/readings/cite",
    "/course/readings/cite/ris",
)
"""The pages of a reader that show it among others."""

DOORS = (
    "/resources/{id}",
    "/resources/{id}/read",
    "/resources/{id}/read?view=text",
    "/resources/{id}/print",
    "/resources/{id}/file",
    "/resources/{id}/link",
    "/resources/{id}/cover",
    "/resources/{id}/status",
    "/resources/{id}/cite",
    "/resources/{id}/cite/ris",
    "/resources/{id}/cite/bibtex",
    "/resources/{id}/cite/csl",
    "/resources/{id}/lists",
    "/resources/{id}/captions/{captions}",
    "/similar/{id}",
    "/r/{record}",
    "/open/resource/{record}",
    "/collections/{collection}/cover",
)
"""The pages of a reader that show it alone."""
TO_WHAT_IS_IN_IT = tuple(
    each for each in DOORS if each.endswith(("/read", "=text", "/print", "/file", "/link", "ons}"))
)

DESKS = (
    "/review",
    "/mine",
    "/bulk",
    "/bulk/table?as=csv",
    "/wishes/queue",
    "/weblinks",
    "/library/search",
    "/collections",
)
"""Where librarians work."""

_GONE = {403, 404, 410}
_CLOSED = {403, 409}


@pytest.fixture
def reader(app: Flask, session: Session, library: Library) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT, by=library.reader, where=library.course)


def taken_away(session: Session, library: Library, how: Callable[[Session, Library], None]) -> None:
    """What takes it away was done, and the index has heard of it."""
    how(session, library)
    indexing.changed(session, library.it)
    session.commit()
    indexing.bring_up_to_date(current_index())


def shown(answer: TestResponse, marks: tuple[str, ...] = MARKS) -> list[str]:
    """What of it an answer tells, but for words that were asked for and come back."""
    text = json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.text
    plain = re.sub("</?mark>", "", html.unescape(text)).casefold() + answer.headers.get("Location", "")
    asked = answer.request.full_path.casefold()
    return [each for each in marks if each.casefold() in plain and each.casefold() not in asked]


@pytest.mark.parametrize("how", HIDING)
def test_what_is_not_for_a_reader_shows_nowhere(session: Session, library: Library, reader: Browser, how: str) -> None:
    taken_away(session, library, HIDING[how])
    is_there = how == "nothing"
    leaks, missing = [], []
    for path in map(library.at, SHOWING):
        answer = reader.get(path)
        seen = shown(answer)
        if answer.status_code >= 500 or (seen and not is_there):
            leaks.append((path, answer.status_code, seen))
        if is_there and not seen:
            missing.append((path, answer.status_code))
    assert (leaks, missing) == ([], [])


@pytest.mark.parametrize("how", HIDING)
def test_no_door_of_its_own_leads_to_it(session: Session, library: Library, reader: Browser, how: str) -> None:
    taken_away(session, library, HIDING[how])
    wrong = []
    for path in map(library.at, DOORS):
        answer = reader.get(path)
        is_shut = answer.status_code in _GONE
        told = shown(answer, tuple(each for each in MARKS if each != TITLE or how != "withdrawn"))
        if is_shut is (how == "nothing") or (is_shut and told):
            wrong.append((path, answer.status_code, told))
    assert wrong == []


@pytest.mark.parametrize("how", [each for each in HIDING if each != "nothing"])
def test_nobody_can_keep_put_or_pick_it(app: Flask, session: Session, library: Library, how: str) -> None:
    taken_away(session, library, HIDING[how])
    stranger = factories.signed_in(app, session, Role.STUDENT)
    librarian = factories.signed_in(app, session, Role.LIBRARIAN)
    picker = choosing.choosing(app, session, by=library.teacher, where=library.course)
    it = library.at("/resources/{id}")
    tries = [
        stranger.submit(f"{it}/favourite"),
        stranger.submit(f"{it}/lists", {"name": "Mía"}),
        stranger.submit(f"{it}/mark"),
        librarian.submit(f"{it}/collections", {}),
        librarian.submit(f"{it}/captions", {}),
    ]
    assert [each.status_code in _GONE for each in tries] == [True] * len(tries)
    choosing.tick(picker, library.at("resource:{record}"))
    pages = [picker.get(path) for path in ("/", "/search?q=zarzaparrilla", "/picker/review", "/collections")]
    assert [shown(each) for each in pages] == [[]] * len(pages)
    session.rollback()
    assert len(session.scalars(select(OwnListItem)).all()) == 3


def test_librarians_elsewhere_do_not_come_by_it(app: Flask, session: Session, library: Library) -> None:
    taken_away(session, library, withdraw)
    librarian = factories.signed_in(app, session, Role.LIBRARIAN, Role.TEACHER)
    pages = [librarian.get(path) for path in (*map(library.at, DOORS[:-1]), *DESKS)]
    assert [shown(each) for each in pages] == [[]] * len(pages)
    assert [each.status_code for each in pages[len(DOORS) - 1 :]] == [200] * len(DESKS)


def put_apart(session: Session, library: Library) -> None:
    assert library.it.file
    library.it.file.state, library.it.file.failure = FileState.QUARANTINED, "quarantined"


def embargo(session: Session, library: Library) -> None:
    library.it.embargo_until = today() + timedelta(days=10)


CLOSING: dict[str, Callable[[Session, Library], None]] = {
    "nothing": lambda session, library: None,
    "quarantined": put_apart,
    "embargoed": embargo,
}
"""What shuts in what is in a resource; that there is one may be told."""


@pytest.mark.parametrize("how", CLOSING)
def test_what_is_in_a_closed_one_shows_nowhere(session: Session, library: Library, reader: Browser, how: str) -> None:
    taken_away(session, library, CLOSING[how])
    is_open = how == "nothing"
    wrong = []
    for path in map(library.at, (*SHOWING, *DOORS)):
        answer = reader.get(path)
        if shown(answer, INSIDE) and not is_open:
            wrong.append((path, answer.status_code))
    for path in map(library.at, TO_WHAT_IS_IN_IT):
        if (reader.get(path).status_code in _CLOSED) is is_open:
            wrong.append((path, reader.get(path).status_code))
    assert wrong == []
