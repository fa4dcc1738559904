"""Changing what is said of a material: by whom, with what it was before, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.describing import description, editing
from catalog.describing.description import Contributor
from catalog.describing.editing import Overtaken
from catalog.models import Edit, Resource, ResourceState
from lrc.errors import Conflict, NotAllowed, NotFound
from lti.models import Person
from lti.viewers import Role, Viewer
from search.documents import Query
from search.engine import current_index
from tests import factories


class Desk:
    """A teacher with a material, and a librarian of the same university."""

    def __init__(self, session: Session) -> None:
        moodle = factories.platform(session)
        self.session = session
        self.teacher: Person = factories.person(session, of=moodle, name="Rosa Quispe")
        self.librarian: Person = factories.person(session, of=moodle, name="Luis Huamán", librarian=True)
        self.resource: Resource = factories.resource(session, "Texto", by=self.teacher, creators=["Quispe, Rosa"])

    def by_librarian(self) -> Viewer:
        return factories.viewer(self.session, Role.LIBRARIAN, by=self.librarian)

    def by_teacher(self) -> Viewer:
        return factories.viewer(self.session, Role.TEACHER, by=self.teacher)

    def say(self, **changes: object) -> Edit | None:
        said = replace(description.of(self.resource), **changes)  # type: ignore[arg-type]
        seen = editing.last_edit(self.session, self.resource)
        return editing.describe(self.session, self.by_librarian(), self.resource, said, seen=seen)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_a_change_is_written_with_what_it_was_and_the_index_follows(desk: Desk) -> None:
    before = desk.resource.revision
    edit = desk.say(title="Papas nativas", keywords=("papa",))
    desk.session.flush()
    assert edit is not None
    assert (edit.before, edit.after) == (
        {"title": "Guía", "keywords": []},
        {"title": "Papas nativas", "keywords": ["papa"]},
    )
    assert (desk.resource.title, desk.resource.profile) == ("Papas nativas", {"keywords": ["papa"]})
    assert desk.resource.revision > before


def test_saying_the_same_again_changes_nothing(desk: Desk) -> None:
    before = desk.resource.revision
    assert desk.say() is None
    assert (desk.resource.revision, editing.last_edit(desk.session, desk.resource)) == (before, 0)


def test_people_keep_their_roles_and_orcids_and_authors_are_the_creators(desk: Desk) -> None:
    people = (Contributor("Mamani, Luis", "editor"), Contributor("Quispe, Rosa", orcid="0000-0002-1825-0097"))
    desk.say(contributors=people)
    assert desk.resource.creators == ["Quispe, Rosa"]
    assert set(description.of(desk.resource).contributors) == set(people)
    assert desk.say(contributors=people) is None


@pytest.mark.parametrize("state", ResourceState)
def test_a_teacher_describes_their_own_until_it_is_published(desk: Desk, state: ResourceState) -> None:
    desk.resource.state = state
    assert editing.may_describe(desk.by_teacher(), desk.resource) == (state is not ResourceState.PUBLISHED)
    assert editing.may_describe(desk.by_librarian(), desk.resource)


def test_nobody_else_describes_it(desk: Desk) -> None:
    desk.resource.state = ResourceState.WAITING
    for stranger in (
        factories.viewer(desk.session, Role.TEACHER),
        factories.viewer(desk.session, Role.LIBRARIAN),
        factories.viewer(desk.session, Role.STUDENT),
    ):
        said = replace(description.of(desk.resource), title="Mío")
        with pytest.raises(NotAllowed):
            editing.describe(desk.session, stranger, desk.resource, said, seen=0)
        with pytest.raises(NotAllowed):
            editing.undo(desk.session, stranger, desk.resource, 1)


def test_what_courses_and_modules_say_is_not_written_here(desk: Desk) -> None:
    assert not editing.may_describe(desk.by_librarian(), factories.module(desk.session, by=desk.teacher))


def test_who_saw_an_older_state_is_told_what_changed(desk: Desk) -> None:
    desk.say(title="Papas nativas")
    desk.say(publisher="UNSAAC")
    said = replace(description.of(desk.resource), title="Otra")
    with pytest.raises(Overtaken) as refusal:
        editing.describe(desk.session, desk.by_librarian(), desk.resource, said, seen=0)
    assert refusal.value.names == ["title", "publisher"]
    assert desk.resource.title == "Papas nativas"


@pytest.mark.parametrize("seen", [-1, 3_000_000_000, 10**19, -(10**19)])
def test_a_form_that_saw_what_never_was_is_overtaken(desk: Desk, seen: int) -> None:
    desk.say(title="Papas nativas")
    with pytest.raises(Overtaken):
        editing.describe(desk.session, desk.by_librarian(), desk.resource, description.of(desk.resource), seen=seen)


def test_a_change_is_taken_back_by_a_change_of_its_own(desk: Desk) -> None:
    first = desk.say(title="Papas nativas")
    desk.say(publisher="UNSAAC")
    assert first is not None
    editing.undo(desk.session, desk.by_librarian(), desk.resource, first.id)
    assert (desk.resource.title, desk.resource.publisher) == ("Guía", "UNSAAC")
    ways = [each.way for each in desk.session.scalars(editing.history(desk.resource))]
    assert ways == ["undo", "form", "form"]


def test_a_field_that_was_changed_again_is_not_taken_back_over_it(desk: Desk) -> None:
    first = desk.say(title="Papas nativas")
    desk.say(title="Papas de altura")
    assert first is not None
    with pytest.raises(Conflict):
        editing.undo(desk.session, desk.by_librarian(), desk.resource, first.id)
    assert desk.resource.title == "Papas de altura"


def test_a_change_of_another_material_is_not_taken_back_here(desk: Desk) -> None:
    edit = desk.say(title="Papas nativas")
    other = factories.resource(desk.session, by=desk.teacher)
    assert edit is not None
    with pytest.raises(NotFound):
        editing.undo(desk.session, desk.by_librarian(), other, edit.id)


def test_the_pages_describe_show_what_changed_and_take_it_back(app: Flask, desk: Desk) -> None:
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    path = f"/resources/{desk.resource.id}"
    assert f"{path}/describe" in librarian.get(path).text
    fields = {
        "title": "Papas <b>nativas</b>",
        "identifiers": "10.1000/182",
        "contributors": "Quispe, Rosa",
        "seen": "0",
    }
    assert librarian.submit(f"{path}/describe", fields).status_code == 302
    page = librarian.get(path).text
    assert "Papas &lt;b&gt;nativas" in page
    assert 'href="https://doi.org/10.1000/182"' in page
    assert f"/r/{desk.resource.record_id}" in page
    edits = librarian.get(f"{path}/edits").text
    assert "<del>Guía</del>" in edits
    assert "Luis Huamán" in edits
    desk.session.commit()
    edit_id = editing.last_edit(desk.session, desk.resource)
    assert librarian.submit(f"{path}/edits/{edit_id}/undo").status_code == 302
    desk.session.commit()
    desk.session.refresh(desk.resource)
    assert desk.resource.title == "Guía"


def test_a_form_that_cannot_be_taken_comes_back_with_all_that_was_typed(app: Flask, desk: Desk) -> None:
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    path = f"/resources/{desk.resource.id}/describe"
    answer = librarian.submit(path, {"title": "Nuevo", "identifiers": "ISBN 123", "keywords": "papa", "seen": "0"})
    assert answer.status_code == 422
    assert "ISBN 123" in answer.text
    assert "papa" in answer.text
    desk.say(publisher="UNSAAC")
    desk.session.commit()
    overtaken = librarian.submit(path, {"title": "Nuevo", "keywords": "papa", "seen": "0"})
    assert overtaken.status_code == 409
    assert "UNSAAC" in overtaken.text
    assert 'value="Nuevo"' in overtaken.text
    desk.session.refresh(desk.resource)
    assert desk.resource.title == "Guía"


def test_a_keyword_is_found_once_it_is_said(app: Flask, desk: Desk) -> None:
    desk.say(keywords=("oquita",))
    desk.session.commit()
    with app.app_context():
        indexing.bring_up_to_date(current_index())
        hits = current_index().search(Query("oquita", frozenset({"everyone"}))).hits
    assert [each.document_id for each in hits] == [str(desk.resource.id)]


def test_students_and_strangers_have_no_form(app: Flask, desk: Desk) -> None:
    path = f"/resources/{desk.resource.id}/describe"
    assert factories.signed_in(app, desk.session, Role.STUDENT).get(path).status_code == 403
    assert factories.signed_in(app, desk.session, Role.TEACHER).get(path).status_code == 403
    desk.resource.state = ResourceState.WAITING
    desk.session.commit()
    assert factories.signed_in(app, desk.session, Role.LIBRARIAN).get(path).status_code == 404


def test_a_permanent_address_leads_to_the_page(app: Flask, desk: Desk) -> None:
    desk.resource.record_id = "oai:unsaac/2015 ñ"
    desk.session.commit()
    student = factories.signed_in(app, desk.session, Role.STUDENT)
    answer = student.get("/r/oai:unsaac/2015%20%C3%B1")
    assert answer.status_code == 302
    assert answer.location.endswith(f"/resources/{desk.resource.id}")
    assert student.get("/r/nobody").status_code == 404
