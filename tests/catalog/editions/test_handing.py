"""Handing in a new version of what is published: by whom, with what, and that nothing published changes by it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import claims, library
from catalog.editions import deciding, handing
from catalog.models import File, FileState, RemarkKind, ResourceState, Version, VersionState
from catalog.queueing import Sieve, waiting
from catalog.reading import PageText, Reading
from catalog.uploads import Stored
from lrc.errors import BadInput, Conflict, NotAllowed
from lti.viewers import Role
from tests import factories
from tests.catalog.editions.drawer import Drawer

FOUND = Reading("text/plain", "es", [PageText(1, "", "Texto nuevo")], b"", b"")


@pytest.fixture
def drawer(session: Session) -> Drawer:
    return Drawer(session)


def test_what_is_handed_in_waits_and_what_is_published_stays(drawer: Drawer) -> None:
    version = drawer.hand_in("Datos de 2026", title="Papas nativas del Perú")

    assert (version.number, version.state, version.note) == (2, VersionState.WAITING, "Datos de 2026")
    assert handing.described(drawer.resource, version).title == "Papas nativas del Perú"
    assert (drawer.resource.title, drawer.resource.state) == ("Papas nativas", ResourceState.PUBLISHED)
    assert drawer.text() == "Texto viejo"
    assert [(each.kind, each.version_number) for each in drawer.resource.remarks] == [(RemarkKind.SUBMITTED, 2)]


def test_librarians_see_it_in_their_queue(drawer: Drawer) -> None:
    drawer.hand_in()
    assert waiting(drawer.session, drawer.by_librarian(), Sieve()).stretch.items == [drawer.resource]


def test_a_version_may_bring_only_another_description(drawer: Drawer) -> None:
    version = drawer.hand_in(file="", level="school")
    assert version.file is None
    drawer.publish()
    assert (drawer.resource.level, drawer.text()) == ("school", "Texto viejo")


def test_more_may_be_brought_to_a_version_that_waits(drawer: Drawer) -> None:
    first = drawer.hand_in()
    assert first.file is not None
    before = first.file.key
    again = drawer.hand_in("", file="mejor.txt")
    assert again is first
    assert again.file is not None
    assert (again.file.name, again.note) == ("mejor.txt", "Datos de 2026")
    assert drawer.session.scalars(select(File).where(File.key == before)).all() == []


def test_what_was_returned_waits_again_with_an_answer(drawer: Drawer) -> None:
    version = drawer.hand_in()
    drawer.read(version)
    deciding.send_back(drawer.session, drawer.by_librarian(), drawer.resource, "", fields={"title": "Falta el año"})
    assert version.state is VersionState.RETURNED
    assert drawer.resource.remarks[-1].fields == {"title": "Falta el año"}
    with pytest.raises(BadInput):
        drawer.hand_in("", file="")

    drawer.hand_in("Ya lo puse", file="", title="Papas nativas (2026)")

    assert (version.state, version.note) == (VersionState.WAITING, "Datos de 2026")
    last = drawer.resource.remarks[-1]
    assert (last.kind, last.text, last.version_number) == (RemarkKind.ANSWERED, "Ya lo puse", 2)


@pytest.mark.parametrize(
    ("note", "file"), [("", "nueva.txt"), ("  ", "nueva.txt"), ("Nada", ""), ("x" * 2001, "a.txt")]
)
def test_a_version_brings_something_new_and_says_what(drawer: Drawer, note: str, file: str) -> None:
    with pytest.raises(BadInput):
        drawer.hand_in(note, file=file)
    assert drawer.standing() == {}


def test_only_those_involved_hand_in(drawer: Drawer) -> None:
    stranger = factories.person(drawer.session, of=drawer.moodle)
    elsewhere = factories.person(drawer.session, librarian=True)
    for viewer in (factories.viewer(drawer.session, Role.TEACHER, by=stranger), drawer.by_librarian(elsewhere)):
        with pytest.raises(NotAllowed):
            drawer.hand_in(by=viewer)
    assert drawer.hand_in(by=drawer.by_librarian()).author_id == drawer.librarian.id


def test_what_is_not_published_has_no_versions(drawer: Drawer) -> None:
    drawer.resource.state = ResourceState.WITHDRAWN
    with pytest.raises(Conflict):
        drawer.hand_in()


def test_what_was_withdrawn_and_has_versions_gets_another_one_and_loses_none(drawer: Drawer) -> None:
    drawer.second()
    drawer.resource.state = ResourceState.WITHDRAWN
    with pytest.raises(Conflict):
        library.replace_file(drawer.session, drawer.by_teacher(), drawer.resource, Stored("files/x", "x.txt", 1, "0"))
    drawer.read(drawer.hand_in("Sin el error", file="tercera.txt"), "Texto tercero")
    drawer.publish()
    assert (drawer.resource.state, drawer.text()) == (ResourceState.PUBLISHED, "Texto tercero")
    assert len(drawer.session.scalars(select(File)).all()) == 3


def test_an_earlier_version_comes_back_after_review_and_stays_an_earlier_one(drawer: Drawer) -> None:
    drawer.second(title="Papas de hoy")
    first = drawer.session.scalars(select(Version).where(Version.number == 1)).one()
    version = handing.bring_back(drawer.session, drawer.by_teacher(), drawer.resource, first, "Vuelve a la 1")
    assert (version.number, drawer.text(), drawer.resource.title) == (3, "Texto nuevo", "Papas de hoy")
    drawer.publish()
    assert (drawer.text(), drawer.resource.title) == ("Texto viejo", "Papas nativas")
    assert first.file is version.file is drawer.resource.file
    with pytest.raises(BadInput):
        handing.bring_back(drawer.session, drawer.by_teacher(), drawer.resource, first, "Otra vez")


def test_giving_up_what_should_come_back_leaves_the_earlier_version_its_file(drawer: Drawer) -> None:
    drawer.second()
    first = drawer.session.scalars(select(Version).where(Version.number == 1)).one()
    handing.bring_back(drawer.session, drawer.by_teacher(), drawer.resource, first, "Vuelve a la 1")
    handing.take_back(drawer.session, drawer.by_teacher(), drawer.resource)
    drawer.session.refresh(first)
    assert first.file is not None
    assert first.file.name == "vieja.txt"


def test_a_version_given_up_leaves_all_as_it_was(drawer: Drawer) -> None:
    version = drawer.hand_in()
    file = version.file_id
    handing.take_back(drawer.session, drawer.by_teacher(), drawer.resource)
    assert drawer.standing() == {2: VersionState.REPLACED}
    assert drawer.session.get(File, file) is None
    assert drawer.hand_in("Otra").number == 3
    handing.take_back(drawer.session, drawer.by_teacher(), drawer.resource)
    with pytest.raises(Conflict):
        handing.take_back(drawer.session, drawer.by_teacher(), drawer.resource)


def test_the_file_of_a_version_is_read_and_not_indexed(drawer: Drawer) -> None:
    version = drawer.hand_in()
    revision = drawer.resource.revision
    assert version.file is not None
    claim = claims.take(drawer.session, version.file.id, 60)
    assert claim is not None
    reading = drawer.session.scalars(select(File).where(File.id == version.file_id)).one()

    assert claims.finish(drawer.session, claim, FOUND, "")

    drawer.session.refresh(reading)
    assert (reading.state, [each.text for each in reading.pages]) == (FileState.READY, ["Texto nuevo"])
    assert (drawer.resource.revision, drawer.resource.state) == (revision, ResourceState.PUBLISHED)


def test_one_goes_back_to_no_version_that_is_open(drawer: Drawer) -> None:
    drawer.second()
    waiting = drawer.hand_in("Datos de 2027", file="tercera.txt")
    file = waiting.file
    with pytest.raises(Conflict):
        handing.bring_back(drawer.session, drawer.by_teacher(), drawer.resource, waiting, "Vuelve")
    assert waiting.file is file
