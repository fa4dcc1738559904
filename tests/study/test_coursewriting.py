"""Writing a course: what it says, its modules in order, saves that do not overwrite one another, handing in."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import indexing, review
from catalog.models import Authorship, CourseModule, Resource, ResourceState
from lrc.errors import Conflict, NotAllowed, NotFound
from lrc.study import coursechecks, coursewriting, syllabus, writing
from lrc.study.content import Course, changed
from lrc.study.courseforms import CourseForm
from lrc.study.handingin import NotReady
from lrc.study.models import Image
from lti.models import Person
from lti.viewers import Role, Viewer, institution_audience
from search.engine import current_index
from tests import factories


class Desk:
    """An author with a course that was just begun, and a librarian of the same university."""

    def __init__(self, session: Session) -> None:
        self.session = session
        moodle = factories.platform(session)
        self.author: Person = factories.person(session, of=moodle, name="Rosa Quispe")
        self.librarian: Person = factories.person(session, of=moodle, name="Luis Huamán", librarian=True)
        self.viewer: Viewer = factories.viewer(session, Role.TEACHER, by=self.author)
        self.course: Resource = coursewriting.create(session, self.viewer, "Cacao")

    @property
    def head(self) -> Course:
        return writing.get_head(self.session, self.course, Course)

    def save(self, **changes: object) -> None:
        based_on = coursewriting.fingerprint(self.session, self.course)
        coursewriting.save(self.session, self.viewer, self.course, changed(self.head, **changes), based_on)

    def add(self, *modules: Resource) -> None:
        for each in modules:
            coursewriting.add_module(self.session, self.viewer, self.course, each.id)

    def module(self, title: str = "Módulo", **columns: object) -> Resource:
        return factories.module(self.session, by=self.author, title=title, **columns)  # type: ignore[arg-type]


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def test_a_course_begins_with_its_title_and_author(desk: Desk, session: Session) -> None:
    assert (desk.head.title, desk.head.creators, desk.course.state) == ("Cacao", ("Rosa Quispe",), ResourceState.DRAFT)
    with pytest.raises(NotAllowed):
        coursewriting.create(session, factories.viewer(session, Role.STUDENT), "No")


def test_modules_are_added_moved_and_taken_out(desk: Desk, session: Session) -> None:
    one, two, three = (desk.module(str(n)) for n in range(3))
    desk.add(one, two, three)
    coursewriting.move_module(session, desk.viewer, desk.course, three.record_id, 1)
    assert desk.head.modules == (three.record_id, one.record_id, two.record_id)
    coursewriting.move_module(session, desk.viewer, desk.course, three.record_id, 99)
    coursewriting.remove_module(session, desk.viewer, desk.course, one.record_id)
    coursewriting.remove_module(session, desk.viewer, desk.course, one.record_id)
    assert desk.head.modules == (two.record_id, three.record_id)
    with pytest.raises(NotFound):
        coursewriting.move_module(session, desk.viewer, desk.course, one.record_id, 1)
    with pytest.raises(Conflict):
        desk.add(two)


def test_only_ones_own_modules_and_published_ones_may_be_chosen(desk: Desk, session: Session) -> None:
    hers = factories.module(session)
    shared = factories.module(session, state=ResourceState.DRAFT)
    session.add(Authorship(resource_id=shared.id, person_id=desk.author.id))
    session.flush()
    desk.add(desk.module(state=ResourceState.DRAFT), shared, hers)
    for other in (
        factories.module(session, state=ResourceState.DRAFT),
        factories.module(session, audience=institution_audience(desk.author.institution_id + 1000)),
        factories.course(session),
    ):
        with pytest.raises(NotFound):
            desk.add(other)
    assert len(desk.head.modules) == 3


def test_candidates_are_ones_own_by_title_and_the_librarys_by_words(desk: Desk, session: Session) -> None:
    own = desk.module("Poda del cacaotero", state=ResourceState.DRAFT)
    found = factories.module(session, "Cacao|El cacaotero se poda en junio.", title="Labores del campo")
    factories.module(session, title="Estadística")
    session.commit()
    indexing.bring_up_to_date(current_index())
    assert coursewriting.candidates(session, desk.viewer, desk.head, "") == [own]
    assert coursewriting.candidates(session, desk.viewer, desk.head, "cacaotero") == [own, found]
    desk.add(own)
    assert coursewriting.candidates(session, desk.viewer, desk.head, "cacaotero") == [found]


def test_a_save_on_what_was_changed_meanwhile_is_refused_and_changes_nothing(desk: Desk, session: Session) -> None:
    seen = coursewriting.fingerprint(session, desk.course)
    desk.save(summary="De otra pestaña")
    with pytest.raises(Conflict):
        coursewriting.save(session, desk.viewer, desk.course, changed(desk.head, summary="Mío"), seen)
    assert desk.head.summary == "De otra pestaña"


def test_modules_changed_meanwhile_do_not_hinder_a_save_and_stay(desk: Desk, session: Session) -> None:
    typed, seen = desk.head, coursewriting.fingerprint(session, desk.course)
    module = desk.module()
    desk.add(module)
    coursewriting.save(session, desk.viewer, desk.course, changed(typed, summary="Mío"), seen)
    assert (desk.head.summary, desk.head.modules) == ("Mío", (module.record_id,))


def test_what_would_keep_readers_from_a_module_is_told(desk: Desk, session: Session) -> None:
    narrow = factories.module(session, by=desk.author, audience=institution_audience(desk.author.institution_id))
    draft, waiting = desk.module(state=ResourceState.DRAFT), desk.module(state=ResourceState.WAITING)
    fine = desk.module()
    desk.add(narrow, draft, waiting, fine)
    told = coursewriting.chosen(session, desk.course, changed(desk.head, modules=(*desk.head.modules, "none")))
    assert [bool(each.trouble) for each in told] == [True, True, False, False, True]
    assert [each.is_coming for each in told] == [False, False, True, False, False]
    writing.set_audience(session, desk.viewer, desk.course, "institution")
    assert not coursewriting.chosen(session, desk.course, desk.head)[0].trouble


def test_it_is_handed_in_once_nothing_that_must_be_is_missing(desk: Desk, session: Session) -> None:
    with pytest.raises(NotReady) as refused:
        coursechecks.hand_in(session, desk.viewer, desk.course, "")
    assert {each.code for each in refused.value.missing} == {"summary", "modules"}
    module = desk.module()
    desk.add(module)
    desk.save(summary="Del árbol a la taza", for_whom="Productores", is_self_study=False)
    version = coursechecks.hand_in(session, desk.viewer, desk.course, "Primera")
    assert version.content["modules"] == [module.record_id]
    with pytest.raises(Conflict):
        coursechecks.hand_in(session, desk.viewer, desk.course, "Otra vez")


def test_what_is_published_is_what_was_written(desk: Desk, session: Session) -> None:
    first, coming = desk.module("Uno", effort_minutes=50), desk.module("Dos", state=ResourceState.WAITING)
    desk.add(coming, first)
    desk.save(summary="Del árbol a la taza", objectives=("Podar",), gives_certificate=True)
    coursechecks.hand_in(session, desk.viewer, desk.course, "")
    librarian = factories.viewer(session, Role.LIBRARIAN, by=desk.librarian)
    review.publish(session, librarian, desk.course)
    session.flush()
    places = session.scalars(select(CourseModule.module_id).where(CourseModule.course_id == desk.course.id)).all()
    assert (places, desk.course.effort_minutes) == ([first.id], 50)
    review.publish(session, librarian, coming)
    (one, two) = syllabus.of_courses(session, desk.viewer, [desk.course.id])[desk.course.id]
    assert [one.module, two.module] == [coming, first]


def test_a_cover_is_one_of_its_own_images(desk: Desk, session: Session) -> None:
    def image(of: Resource) -> Image:
        made = Image(
            resource_id=of.id, key=f"images/{of.id}", name="flor.webp", sha256="0", media_type="image/webp",
            size_bytes=1, width=1, height=1,
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made

    coursewriting.set_cover(session, desk.viewer, desk.course, image(desk.course))
    assert desk.head.cover == "flor.webp"
    coursewriting.set_cover(session, desk.viewer, desk.course, None)
    assert desk.head.cover == ""


@pytest.mark.parametrize(
    ("typed", "minutes"), [("", 0), ("12", 720), ("1,5", 90), ("1.5", 90), ("0,25", 15), ("1000", 60_000)]
)
def test_effort_is_typed_in_hours(desk: Desk, typed: str, minutes: int) -> None:
    form = CourseForm.of_form({"title": "Cacao", "language": "es", "license": "CC BY 4.0", "hours": typed})
    assert (form.checked_course(desk.head).minutes, form.errors) == (minutes, {})


@pytest.mark.parametrize("typed", ["doce", "-1", "1001", "99999", "1e3", "1,555", "١٢"])
def test_hours_that_are_none_are_told(desk: Desk, typed: str) -> None:
    form = CourseForm.of_form({"title": "Cacao", "language": "es", "license": "CC BY 4.0", "hours": typed})
    form.checked_course(desk.head)
    assert set(form.errors) == {"hours"}


def test_the_form_shows_what_was_kept(desk: Desk) -> None:
    desk.save(minutes=90, for_whom="Todas", objectives=("Uno", "Dos"), gives_certificate=True, is_self_study=False)
    form = CourseForm.of_course(desk.head, audience="everyone", based_on="x")
    assert (form.hours, form.for_whom, form.objectives) == ("1.5", "Todas", "Uno\nDos")
    assert (form.certificate, form.self_study) == ("yes", "")
    assert form.checked_course(desk.head) == desk.head


def test_a_module_that_a_file_named_is_not_told_of_where_its_writers_could_not_see_it(
    desk: Desk, session: Session
) -> None:
    stranger = factories.person(session)
    draft = factories.module(session, by=stranger, title="Secreto", state=ResourceState.DRAFT)
    inside = factories.module(session, by=stranger, title="De casa", audience=institution_audience(10**6))
    public = factories.module(session, by=stranger, title="Público")
    named = changed(desk.head, modules=(draft.record_id, inside.record_id, public.record_id))
    writing.save_head(session, desk.viewer, desk.course, named, writing.head_fingerprint(session, desk.course))
    assert [each.resource for each in coursewriting.chosen(session, desk.course, desk.head)] == [None, None, public]
