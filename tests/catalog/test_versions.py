"""Versions of courses and modules: handing in, review, and what publishing one changes in the library."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import queueing, review, versions
from catalog.models import (
    Authorship,
    Course,
    CourseModule,
    Kind,
    RemarkKind,
    Resource,
    ResourceState,
    Version,
    VersionState,
)
from catalog.queueing import Sieve
from lrc.db import transaction
from lrc.errors import BadInput, Conflict, NotAllowed
from lti.models import Person
from lti.viewers import Role, Viewer, institution_audience
from tests import factories


class Desk:
    """An author, a co-author and a librarian of the same university, and a module that was never published."""

    def __init__(self, session: Session) -> None:
        self.session = session
        moodle = factories.platform(session)
        self.author: Person = factories.person(session, of=moodle, name="Rosa Quispe")
        self.helper: Person = factories.person(session, of=moodle, name="Ana Mamani", librarian=True)
        self.librarian: Person = factories.person(session, of=moodle, name="Luis Huamán", librarian=True)
        self.module = factories.module(session, by=self.author, state=ResourceState.DRAFT, title="Borrador")
        session.add(Authorship(resource_id=self.module.id, person_id=self.helper.id))
        session.flush()

    def writing(self, person: Person | None = None) -> Viewer:
        return factories.viewer(self.session, Role.TEACHER, by=person or self.author)

    def reviewing(self, person: Person | None = None) -> Viewer:
        return factories.viewer(self.session, Role.LIBRARIAN, by=person or self.librarian)

    def hand_in(self, title: str = "Fuentes", **content: Any) -> Version:
        return versions.submit(
            self.session, self.writing(), self.module, {"title": title, **content}, [f"{title}\nTexto"], "Lo nuevo"
        )

    def states(self) -> list[VersionState]:
        found = self.session.scalars(versions.of_resource(self.module.id)).all()
        return [each.state for each in found][::-1]


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_versions_are_numbered_and_only_the_last_one_waits(desk: Desk) -> None:
    assert [desk.hand_in().number for _ in range(3)] == [1, 2, 3]
    assert desk.states() == [VersionState.REPLACED, VersionState.REPLACED, VersionState.WAITING]
    assert desk.module.state is ResourceState.WAITING
    assert [(each.kind, each.text) for each in desk.module.remarks] == [(RemarkKind.SUBMITTED, "Lo nuevo")] * 3


def test_only_authors_hand_in(desk: Desk) -> None:
    made = versions.submit(desk.session, desk.writing(desk.helper), desk.module, {"title": "x"}, [])
    assert made.author_id == desk.helper.id
    with pytest.raises(NotAllowed):
        versions.submit(desk.session, desk.writing(desk.librarian), desk.module, {"title": "x"}, [])
    with pytest.raises(BadInput):
        versions.submit(desk.session, desk.writing(), desk.module, {"title": "x"}, [], "x" * 2001)


def test_publishing_a_version_makes_the_library_say_what_it_says(desk: Desk) -> None:
    told = {"summary": "De qué va", "creators": ["Rosa"], "level": "beginner", "subjects": ["Tesis"], "minutes": 90}
    version = desk.hand_in("Fuentes", **told, license="CC0 1.0", language="qu")
    revision = desk.module.revision
    review.publish(desk.session, desk.reviewing(), desk.module, reviewed="1")
    desk.session.flush()
    module = desk.module
    assert (module.title, module.description, module.creators) == ("Fuentes", "De qué va", ["Rosa"])
    assert (module.level, module.subjects, module.effort_minutes) == ("beginner", ["Tesis"], 90)
    assert (module.license, module.language) == ("CC0 1.0", "qu")
    assert (module.state, version.state) == (ResourceState.PUBLISHED, VersionState.PUBLISHED)
    assert module.published_at is not None
    assert version.published_at is not None
    assert module.revision == revision + 1
    assert versions.published(desk.session, module.id) is version


def test_what_a_version_leaves_out_is_what_manuscripts_leave_out(desk: Desk) -> None:
    desk.hand_in(parts=[{"type": "lesson", "minutes": 10}, {"type": "quiz", "minutes": 5}, {"type": "lesson"}])
    review.publish(desk.session, desk.reviewing(), desk.module)
    assert (desk.module.language, desk.module.license, desk.module.effort_minutes) == ("es", "CC BY 4.0", 15)


def test_a_published_module_stays_as_it_is_while_a_newer_version_waits(desk: Desk) -> None:
    desk.hand_in("Primera")
    review.publish(desk.session, desk.reviewing(), desk.module)
    desk.session.flush()
    revision = desk.module.revision
    desk.hand_in("Segunda")
    desk.session.flush()
    assert (desk.module.state, desk.module.title, desk.module.revision) == (
        ResourceState.PUBLISHED,
        "Primera",
        revision,
    )
    assert desk.states() == [VersionState.PUBLISHED, VersionState.WAITING]
    review.publish(desk.session, desk.reviewing(), desk.module, reviewed="2")
    assert desk.states() == [VersionState.REPLACED, VersionState.PUBLISHED]
    assert desk.module.title == "Segunda"


def test_a_returned_version_leaves_the_published_one_and_can_be_defended(desk: Desk) -> None:
    desk.hand_in("Primera")
    review.publish(desk.session, desk.reviewing(), desk.module)
    desk.hand_in("Segunda")
    desk.session.flush()
    revision = desk.module.revision
    review.send_back(desk.session, desk.reviewing(), desk.module, "Falta la fuente", reviewed="2")
    assert desk.states() == [VersionState.PUBLISHED, VersionState.RETURNED]
    assert desk.module.state is ResourceState.PUBLISHED
    review.answer(desk.session, desk.writing(desk.helper), desk.module, "Está en la lección 2")
    assert desk.states() == [VersionState.PUBLISHED, VersionState.WAITING]
    desk.session.flush()
    assert desk.module.revision == revision


def test_a_module_that_was_never_published_is_returned_whole(desk: Desk) -> None:
    desk.hand_in()
    review.send_back(desk.session, desk.reviewing(), desk.module, "Falta la fuente")
    assert (desk.states(), desk.module.state) == ([VersionState.RETURNED], ResourceState.RETURNED)
    desk.hand_in()
    assert (desk.states()[-1], desk.module.state) == (VersionState.WAITING, ResourceState.WAITING)


def test_what_was_not_looked_at_is_neither_published_nor_returned(desk: Desk) -> None:
    desk.hand_in()
    desk.hand_in()
    with pytest.raises(Conflict):
        review.publish(desk.session, desk.reviewing(), desk.module, reviewed="1")
    with pytest.raises(Conflict):
        review.send_back(desk.session, desk.reviewing(), desk.module, "x", reviewed="1")
    assert desk.states()[-1] is VersionState.WAITING


def test_nobody_reviews_what_they_write_in(desk: Desk) -> None:
    desk.hand_in()
    for person in (desk.author, desk.helper):
        both = factories.viewer(desk.session, Role.TEACHER, Role.LIBRARIAN, by=person)
        assert not review.may_review(desk.session, both, desk.module)
        with pytest.raises(NotAllowed):
            review.publish(desk.session, both, desk.module)
    assert review.may_review(desk.session, desk.reviewing(), desk.module)


def test_who_handed_it_in_does_not_review_it_even_as_no_author_any_more(desk: Desk) -> None:
    versions.submit(desk.session, desk.writing(desk.helper), desk.module, {"title": "x"}, [])
    desk.session.delete(desk.session.get(Authorship, (desk.module.id, desk.helper.id)))
    with pytest.raises(NotAllowed):
        review.publish(desk.session, desk.reviewing(desk.helper), desk.module)


def test_nothing_is_decided_twice(desk: Desk) -> None:
    desk.hand_in()
    review.publish(desk.session, desk.reviewing(), desk.module)
    with pytest.raises(Conflict):
        review.publish(desk.session, desk.reviewing(), desk.module)
    with pytest.raises(Conflict):
        review.send_back(desk.session, desk.reviewing(), desk.module, "x")
    with pytest.raises(Conflict):
        review.answer(desk.session, desk.writing(), desk.module, "x")


def test_what_was_withdrawn_is_published_again_as_it_was_or_by_a_newer_version(desk: Desk) -> None:
    desk.hand_in("Primera")
    review.publish(desk.session, desk.reviewing(), desk.module)
    review.withdraw(desk.session, desk.reviewing(), desk.module, "Un error")
    review.publish(desk.session, desk.reviewing(), desk.module, reviewed="1")
    assert (desk.module.state, desk.states()) == (ResourceState.PUBLISHED, [VersionState.PUBLISHED])
    review.withdraw(desk.session, desk.reviewing(), desk.module, "Un error")
    desk.hand_in("Segunda")
    assert desk.module.state is ResourceState.WAITING
    review.publish(desk.session, desk.reviewing(), desk.module, reviewed="2")
    assert (desk.module.title, desk.states()) == ("Segunda", [VersionState.REPLACED, VersionState.PUBLISHED])


def test_the_queue_holds_newer_versions_of_what_is_published_too(desk: Desk) -> None:
    desk.hand_in()
    material = factories.resource(desk.session, by=desk.author, state=ResourceState.WAITING)
    assert waiting(desk) == [desk.module, material]
    review.publish(desk.session, desk.reviewing(), desk.module)
    assert waiting(desk) == [material]
    desk.hand_in()
    assert waiting(desk) == [material, desk.module]


def waiting(desk: Desk) -> list[Resource]:
    return list(queueing.waiting(desk.session, desk.reviewing(), Sieve()).stretch.items)


def test_a_course_takes_the_modules_that_its_readers_can_open(desk: Desk) -> None:
    session, own = desk.session, institution_audience(desk.author.institution_id)
    first = factories.module(session, by=desk.author, effort_minutes=20)
    narrow = factories.module(session, by=desk.author, audience=own, effort_minutes=30)
    other = factories.module(session, audience=institution_audience(999))
    draft = factories.module(session, by=desk.author, state=ResourceState.WAITING)
    material = factories.resource(session)
    named = [draft, narrow, material, other, first]
    for audience, expected in (("everyone", [first]), (own, [narrow, first])):
        course = factories.course(session, *named, by=desk.author, state=ResourceState.WAITING, audience=audience)
        review.publish(session, desk.reviewing(), course)
        assert modules_of(session, course) == expected
        assert course.effort_minutes == sum(each.effort_minutes for each in expected)


def modules_of(session: Session, course: Resource) -> list[Resource]:
    query = select(CourseModule).where(CourseModule.course_id == course.id).order_by(CourseModule.position)
    return [each.module for each in session.scalars(query)]


def test_a_course_says_in_the_catalogue_what_its_version_says(desk: Desk) -> None:
    course = factories.course(desk.session, by=desk.author, state=ResourceState.DRAFT)
    for number, (certificate, goals) in enumerate([(False, ["Citar"]), (True, ["Citar", "Buscar"])], 1):
        content = {"title": "Curso", "objectives": goals, "for_whom": "Quien empieza", "prerequisites": "Leer"}
        versions.submit(
            desk.session, desk.writing(), course, {**content, "gives_certificate": certificate, "minutes": 60}, []
        )
        review.publish(desk.session, desk.reviewing(), course, reviewed=str(number))
        kept = desk.session.get_one(Course, course.id)
        assert (kept.gives_certificate, kept.objectives, kept.is_self_study) == (certificate, goals, True)
        assert (kept.for_whom, kept.prerequisites, course.effort_minutes) == ("Quien empieza", "Leer", 60)


def test_a_module_published_after_its_course_takes_its_place_there(desk: Desk) -> None:
    first, last = (factories.module(desk.session, by=desk.author, effort_minutes=10) for _ in range(2))
    desk.hand_in()
    course = factories.course(desk.session, by=desk.author, state=ResourceState.DRAFT)
    named = [first.record_id, desk.module.record_id, last.record_id]
    versions.submit(desk.session, desk.writing(), course, {"title": "Curso", "modules": named}, [])
    review.publish(desk.session, desk.reviewing(), course)
    assert modules_of(desk.session, course) == [first, last]
    desk.hand_in(minutes=25)
    review.publish(desk.session, desk.reviewing(), desk.module)
    assert modules_of(desk.session, course) == [first, desk.module, last]
    assert course.effort_minutes == 45


def test_a_course_is_indexed_anew_without_a_module_that_was_withdrawn(desk: Desk) -> None:
    module = factories.module(desk.session, by=desk.author)
    course = factories.course(desk.session, module, by=desk.author)
    before = course.revision
    review.withdraw(desk.session, desk.reviewing(), module, "Un error")
    desk.session.flush()
    assert course.revision == before + 1
    assert modules_of(desk.session, course) == [module]


def test_the_key_of_a_part_is_found_by_the_number_of_its_text(session: Session) -> None:
    module = factories.module(session, quiz=True)
    version = versions.published(session, module.id)
    assert version is not None
    assert [versions.part_key(version, number) for number in range(5)] == ["", "l1", "l2", "q1", ""]
    version.texts = version.texts[:2]  # of lessons alone
    assert [versions.part_key(version, number) for number in range(1, 4)] == ["l1", "l2", ""]


def test_a_material_has_no_versions(desk: Desk) -> None:
    material = factories.resource(desk.session, by=desk.author)
    assert material.kind is Kind.MATERIAL
    with pytest.raises(ValueError, match="material"):
        versions.submit(desk.session, desk.writing(), material, {"title": "x"}, [])


def test_who_hand_in_at_the_same_moment_get_numbers_of_their_own(app: Flask, desk: Desk) -> None:
    desk.session.commit()
    viewers = [desk.writing(), desk.writing(desk.helper)] * 3
    desk.session.commit()

    def hand_in(viewer: Viewer) -> int:
        with app.app_context(), transaction() as own:
            module = own.get_one(Resource, desk.module.id)
            return versions.submit(own, viewer, module, {"title": "x"}, []).number

    with ThreadPoolExecutor(len(viewers)) as pool:
        numbers = list(pool.map(hand_in, viewers))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert desk.states() == [VersionState.REPLACED] * 5 + [VersionState.WAITING]
