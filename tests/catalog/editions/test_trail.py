"""The trail of a record: all that was done with it, in order, for its librarians; and nobody can change it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog import review
from catalog.describing import description, editing
from catalog.editions import deciding, trail
from catalog.models import BulkEdit, Edit, EditWay, Remark, RemarkKind, Resource
from lti.viewers import Role
from tests import factories
from tests.catalog.editions.drawer import Drawer
from tests.statements import queries


@pytest.fixture
def drawer(session: Session) -> Drawer:
    return Drawer(session)


def told(drawer: Drawer) -> None:
    """A remark and a change of the description of the drawer's material."""
    remark = Remark(resource_id=drawer.resource.id, author_id=drawer.librarian.id, kind=RemarkKind.RETURNED, text="No")
    bulk = BulkEdit(institution_id=drawer.librarian.institution_id, author_id=drawer.librarian.id, name="t.csv")
    drawer.session.add_all([remark, bulk])
    drawer.session.flush()
    edit = Edit(resource_id=drawer.resource.id, author_id=drawer.librarian.id, bulk_id=bulk.id, after={"title": "Ñ"})
    drawer.session.add(edit)
    drawer.session.commit()


def test_steps_changes_and_versions_stand_in_one_row(drawer: Drawer) -> None:
    said = description.from_plain(description.plain(description.of(drawer.resource)) | {"level": "school"})
    editing.describe(drawer.session, drawer.by_librarian(), drawer.resource, said, seen=0)
    drawer.hand_in("Otro título", file="", title="Otro")
    deciding.send_back(drawer.session, drawer.by_librarian(), drawer.resource, "Mejor no")
    drawer.hand_in("Mejor sí", file="")
    drawer.publish()
    review.withdraw(drawer.session, drawer.by_librarian(), drawer.resource, "Un error")

    events = trail.of(drawer.session, drawer.resource, 1)

    steps = [each.step.kind for each in reversed(events.items) if each.step]
    assert steps == [
        *(RemarkKind.SUBMITTED, RemarkKind.RETURNED, RemarkKind.ANSWERED, RemarkKind.PUBLISHED),
        RemarkKind.WITHDRAWN,
    ]
    assert [each.edit.way for each in reversed(events.items) if each.edit] == [EditWay.FORM, EditWay.VERSION]
    assert {each.author_name for each in events.items} == {"Luis Huamán", "Rosa Quispe"}
    assert events.total == 7


def test_a_long_trail_takes_as_many_queries_as_a_short_one(drawer: Drawer, app: Flask) -> None:
    counts = []
    for _ in range(2):
        for _ in range(10):
            told(drawer)
        drawer.session.expire_all()
        resource = drawer.session.get_one(Resource, drawer.resource.id)
        with queries(app) as asked:
            shown = trail.of(drawer.session, resource, 1)
            assert all(each.author_name for each in shown.items)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize(
    "what",
    [
        update(Remark).values(text="Sí"),
        update(Remark).values(kind=RemarkKind.PUBLISHED),
        update(Remark).values(fields={"title": "Sí"}),
        update(Edit).values(after={"title": "N"}),
        update(Edit).values(way=EditWay.UNDO),
        delete(Remark),
        delete(Edit),
    ],
)
def test_the_database_refuses_to_change_or_delete_what_was_done(drawer: Drawer, what: object) -> None:
    told(drawer)
    with pytest.raises(DBAPIError):
        drawer.session.execute(what)  # type: ignore[call-overload]
    drawer.session.rollback()
    assert drawer.session.scalars(select(Remark.text)).all() == ["No"]


def test_nobody_else_can_be_named_as_who_did_it(drawer: Drawer) -> None:
    told(drawer)
    for each in (Remark, Edit):
        with pytest.raises(DBAPIError):
            drawer.session.execute(update(each).values(author_id=drawer.teacher.id))
        drawer.session.rollback()


def test_who_did_it_can_be_forgotten_and_a_bulk_edit_go(drawer: Drawer) -> None:
    told(drawer)
    for each in (Remark, Edit):
        drawer.session.execute(update(each).values(author_id=None))
    drawer.session.execute(delete(BulkEdit))
    drawer.session.commit()
    assert drawer.session.execute(select(Edit.author_id, Edit.bulk_id)).all() == [(None, None)]


def test_the_trail_goes_with_its_resource(drawer: Drawer) -> None:
    drawer.second()
    told(drawer)
    drawer.session.delete(drawer.resource)
    drawer.session.commit()
    assert [*drawer.session.scalars(select(Remark)), *drawer.session.scalars(select(Edit))] == []


def test_librarians_of_its_institution_alone_see_the_page(drawer: Drawer, app: Flask) -> None:
    drawer.second(title="Papas de hoy")
    at = f"/resources/{drawer.resource.id}/trail"
    librarian = factories.signed_in(app, drawer.session, Role.LIBRARIAN, by=drawer.librarian)
    page = librarian.get(at).text
    assert "<del>Papas nativas</del> <ins>Papas de hoy</ins>" in page
    assert "Entró en la biblioteca" in page
    librarian.submit("/language", {"language": "en", "next": at})
    page = librarian.get(at).text
    assert "Came into the library" in page
    assert not re.search(r"\d de ", page), "days are told in the reader's language"
    stranger = factories.person(drawer.session, librarian=True)
    assert factories.signed_in(app, drawer.session, Role.LIBRARIAN, by=stranger).get(at).status_code == 403
    assert factories.signed_in(app, drawer.session, Role.TEACHER, by=drawer.teacher).get(at).status_code == 403
