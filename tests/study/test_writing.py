"""Beginning a module, who may write it, what it says of itself, and taking a whole one in."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from catalog.models import Authorship, Kind, ResourceState
from lrc.errors import BadInput, Conflict, NotAllowed, NotFound
from lrc.study import parts, writing
from lrc.study.content import Course, Module, changed
from lti.viewers import EVERYONE, Role, institution_audience
from tests import factories
from tests.study import manuscripts


def test_a_module_begins_with_a_title_and_a_lesson_that_shows_how(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    module = writing.create_module(session, rosa, "  Crianza \n de cuyes ")
    made = writing.manuscript(session, module)
    assert (made.title, made.creators, made.license, made.language) == (
        "Crianza de cuyes",
        ("Rosa Quispe",),
        "CC BY 4.0",
        "es",
    )
    assert "Lo que vas a aprender" in made.parts[0].text  # type: ignore[union-attr]
    assert (module.kind, module.state, module.audience) == (Kind.MODULE, ResourceState.DRAFT, EVERYONE)
    assert module.institution_id == rosa.institution_id


@pytest.mark.parametrize("title", ["", " \0\n ", "x" * 501])
def test_a_title_that_cannot_be_is_refused(session: Session, title: str) -> None:
    with pytest.raises(BadInput):
        writing.create_module(session, manuscripts.teacher(session), title)


def test_a_student_begins_nothing(session: Session) -> None:
    with pytest.raises(NotAllowed):
        writing.create_module(session, factories.viewer(session, Role.STUDENT), "Mi módulo")


def test_a_librarian_writes_too(session: Session) -> None:
    librarian = factories.viewer(session, Role.LIBRARIAN)
    module = writing.create_module(session, librarian, "Buscar y citar")
    assert writing.get_for_writing(session, librarian, module.id) is module


def test_only_its_writers_get_a_module_to_write(session: Session) -> None:
    rosa, eva = manuscripts.teacher(session), manuscripts.teacher(session, name="Eva Mamani")
    module = manuscripts.begun(session, rosa)
    assert writing.get_for_writing(session, rosa, module.id) is module
    with pytest.raises(NotFound):
        writing.get_for_writing(session, eva, module.id)
    session.add(Authorship(resource_id=module.id, person_id=eva.person_id))
    assert writing.get_for_writing(session, eva, module.id) is module
    assert session.scalars(writing.mine(eva)).all() == [module]


def test_who_may_see_it_is_told_that_it_is_not_theirs_to_write(session: Session) -> None:
    module = manuscripts.begun(session, manuscripts.teacher(session))
    module.state = ResourceState.PUBLISHED
    with pytest.raises(NotAllowed):
        writing.get_for_writing(session, manuscripts.teacher(session), module.id)


def test_an_author_who_comes_as_a_student_does_not_write(session: Session) -> None:
    person = factories.person(session)
    module = manuscripts.begun(session, manuscripts.teacher(session, by=person))
    with pytest.raises(NotAllowed):
        writing.get_for_writing(session, factories.viewer(session, Role.STUDENT, by=person), module.id)


def test_a_material_is_not_written_here(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    material = factories.resource(session)
    with pytest.raises(NotAllowed):
        writing.get_for_writing(session, rosa, material.id)
    with pytest.raises(NotFound):
        writing.get_for_writing(session, rosa, 2**31 - 1)


def test_a_course_is_no_module(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    course = writing.create(session, rosa, Course(title="Crianza", for_whom="Familias"))
    assert writing.get_head(session, course, Course).for_whom == "Familias"
    with pytest.raises(NotFound):
        writing.get_head(session, course, Module)
    with pytest.raises(NotAllowed):
        writing.get_for_writing(session, rosa, course.id, Kind.MODULE)


def test_what_a_module_says_of_itself_is_kept(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    module = manuscripts.begun(session, rosa)
    head = changed(writing.get_head(session, module, Module), title="Cuyes\0", summary="Sanos", objectives=("Criar",))
    writing.save_head(session, rosa, module, head, writing.head_fingerprint(session, module))
    kept = writing.get_head(session, module, Module)
    assert (kept.title, kept.summary, kept.objectives, module.title) == ("Cuyes", "Sanos", ("Criar",), "Cuyes")


def test_a_head_that_somebody_changed_meanwhile_is_not_overwritten(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    module = manuscripts.begun(session, rosa)
    seen, before = writing.get_head(session, module, Module), writing.head_fingerprint(session, module)
    writing.save_head(session, rosa, module, changed(seen, summary="De Rosa"), before)
    with pytest.raises(Conflict):
        writing.save_head(session, rosa, module, changed(seen, summary="De Eva"), before)
    assert writing.get_head(session, module, Module).summary == "De Rosa"


def test_saving_a_part_is_no_conflict_for_the_head(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    module = manuscripts.begun(session, rosa)
    seen, before = writing.get_head(session, module, Module), writing.head_fingerprint(session, module)
    parts.add(session, rosa, module, manuscripts.lesson())
    writing.save_head(session, rosa, module, changed(seen, summary="Sanos"), before)
    assert writing.get_head(session, module, Module).summary == "Sanos"


def test_a_head_beyond_its_limits_is_refused(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    module = manuscripts.begun(session, rosa)
    too_long = changed(writing.get_head(session, module, Module), summary="x" * 6_001)
    with pytest.raises(BadInput):
        writing.save_head(session, rosa, module, too_long, writing.head_fingerprint(session, module))


def test_a_whole_module_is_taken_in_as_it_is(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    module = manuscripts.good()
    taken = writing.take_in(session, rosa, module, {})
    assert writing.manuscript(session, taken) == module


def test_two_parts_with_the_same_key_are_not_taken_in(session: Session) -> None:
    twice = manuscripts.lesson()
    with pytest.raises(BadInput):
        writing.take_in(session, manuscripts.teacher(session), manuscripts.good(twice, twice), {})


def test_who_it_is_for_is_chosen_until_it_is_published(session: Session) -> None:
    rosa = manuscripts.teacher(session)
    module = manuscripts.begun(session, rosa)
    writing.set_audience(session, rosa, module, "institution")
    assert module.audience == institution_audience(rosa.institution_id)
    with pytest.raises(BadInput):
        writing.set_audience(session, rosa, module, "nobody")
    module.published_at = module.created_at
    with pytest.raises(Conflict):
        writing.set_audience(session, rosa, module, "everyone")
