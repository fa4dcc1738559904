"""Publishing a version in the place of the present one, returning it, and who may not."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing, review
from catalog.describing import description, editing
from catalog.editions import deciding, handing
from catalog.models import Edit, EditWay, File, FileState, RemarkKind, ResourceState, Version, VersionState
from lrc.errors import BadInput, Conflict, NotAllowed
from search.documents import Query
from search.engine import current_index
from tests import factories
from tests.catalog.editions.drawer import Drawer


@pytest.fixture
def drawer(session: Session) -> Drawer:
    return Drawer(session)


def test_what_is_published_takes_the_place_of_the_present_one_which_is_kept(drawer: Drawer) -> None:
    old, address, since = drawer.resource.file, drawer.resource.id, drawer.resource.published_at
    drawer.second(title="Papas nativas del Perú")

    assert drawer.standing() == {1: VersionState.REPLACED, 2: VersionState.PUBLISHED}
    first = drawer.session.scalars(select(Version).where(Version.number == 1)).one()
    assert first.file is old
    assert handing.described(drawer.resource, first).title == "Papas nativas"
    assert (drawer.text(), drawer.resource.title) == ("Texto nuevo", "Papas nativas del Perú")
    assert (drawer.resource.id, drawer.resource.published_at) == (address, since)
    assert drawer.resource.remarks[-1].kind is RemarkKind.PUBLISHED


def test_the_index_finds_the_new_text_and_not_the_old_one(drawer: Drawer) -> None:
    drawer.second()
    drawer.session.commit()
    index = current_index()
    indexing.bring_up_to_date(index)
    assert [len(index.search(Query(words, frozenset({"everyone"}))).hits) for words in ("nuevo", "viejo")] == [1, 0]


def test_the_change_of_the_description_can_be_followed(drawer: Drawer) -> None:
    drawer.second(title="Papas nativas del Perú")
    edit = drawer.session.scalars(select(Edit)).one()
    assert (edit.way, edit.author_id) == (EditWay.VERSION, drawer.teacher.id)
    assert (edit.before, edit.after) == ({"title": "Papas nativas"}, {"title": "Papas nativas del Perú"})


def test_what_a_librarian_corrected_meanwhile_stays(drawer: Drawer) -> None:
    drawer.read(drawer.hand_in(title="Papas nativas del Perú"))
    said = description.from_plain(description.plain(description.of(drawer.resource)) | {"level": "school"})
    editing.describe(drawer.session, drawer.by_librarian(), drawer.resource, said, seen=0)
    drawer.publish()
    assert (drawer.resource.title, drawer.resource.level) == ("Papas nativas del Perú", "school")


def test_a_third_version_keeps_both_before(drawer: Drawer) -> None:
    drawer.second()
    drawer.hand_in("Solo otro título", file="", title="Otro")
    drawer.publish()
    drawer.read(drawer.hand_in("Otra vez", file="tercera.txt"), "Texto tercero")
    drawer.publish()

    versions = drawer.session.scalars(select(Version).order_by(Version.number)).all()
    assert [each.state for each in versions] == [VersionState.REPLACED] * 3 + [VersionState.PUBLISHED]
    names = [each.file.name if each.file else "" for each in versions]
    assert names == ["vieja.txt", "nueva.txt", "nueva.txt", "tercera.txt"]
    assert [handing.described(drawer.resource, each).title for each in versions] == ["Papas nativas"] * 2 + ["Otro"] * 2


def test_nobody_decides_on_their_own_version(drawer: Drawer) -> None:
    drawer.hand_in(by=drawer.by_librarian(), file="", title="Otro")
    with pytest.raises(NotAllowed):
        drawer.publish()
    second = factories.person(drawer.session, of=drawer.moodle, librarian=True)
    deciding.publish(drawer.session, drawer.by_librarian(second), drawer.resource)
    assert drawer.resource.title == "Otro"


def test_librarians_of_elsewhere_decide_on_nothing(drawer: Drawer) -> None:
    drawer.hand_in(file="", title="Otro")
    stranger = factories.person(drawer.session, librarian=True)
    with pytest.raises(NotAllowed):
        deciding.send_back(drawer.session, drawer.by_librarian(stranger), drawer.resource, "No")


@pytest.mark.parametrize("state", [FileState.RECEIVED, FileState.FAILED, FileState.QUARANTINED])
def test_a_file_that_was_not_read_is_not_published(drawer: Drawer, state: FileState) -> None:
    version = drawer.hand_in()
    drawer.session.get_one(File, version.file_id).state = state
    with pytest.raises(Conflict):
        drawer.publish()
    assert drawer.text() == "Texto viejo"


def test_only_what_was_looked_at_is_published(drawer: Drawer) -> None:
    version = drawer.hand_in(file="", title="Otro")
    seen = deciding.fingerprint(drawer.session, drawer.resource, version)
    drawer.hand_in("", file="", title="Otro más")
    with pytest.raises(Conflict):
        deciding.publish(drawer.session, drawer.by_librarian(), drawer.resource, reviewed=seen)
    now = deciding.fingerprint(drawer.session, drawer.resource, version)
    deciding.publish(drawer.session, drawer.by_librarian(), drawer.resource, reviewed=now)
    assert drawer.resource.title == "Otro más"


@pytest.mark.parametrize("fields", [{}, {"title": "  "}, {"shoe": "44"}, {"title": "x" * 501}])
def test_what_is_returned_says_why(drawer: Drawer, fields: dict[str, str]) -> None:
    drawer.hand_in(file="", title="Otro")
    with pytest.raises(BadInput):
        deciding.send_back(drawer.session, drawer.by_librarian(), drawer.resource, " ", fields=fields)


def test_a_withdrawn_material_can_be_published_again_as_it_was_or_anew(drawer: Drawer) -> None:
    drawer.second()
    drawer.hand_in("Sin el error", file="", title="Corregido")
    review.withdraw(drawer.session, drawer.by_librarian(), drawer.resource, "Tiene un error")
    review.publish(drawer.session, drawer.by_librarian(), drawer.resource)
    assert (drawer.resource.state, drawer.resource.title) == (ResourceState.PUBLISHED, "Papas nativas")
    review.withdraw(drawer.session, drawer.by_librarian(), drawer.resource, "Tiene un error")
    drawer.publish()
    assert (drawer.resource.state, drawer.resource.title) == (ResourceState.PUBLISHED, "Corregido")
