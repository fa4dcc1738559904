"""Review: the steps that are open in each state, to whom, and the pages through which they are taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import review
from catalog.describing import description, editing
from catalog.models import Remark, RemarkKind, Rendition, RenditionKind, Resource, ResourceState
from lrc.errors import BadInput, Conflict, NotAllowed
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.factories import Browser

Step = Callable[[Session, Viewer, Resource, str], None]
STEPS: dict[RemarkKind, Step] = {
    RemarkKind.PUBLISHED: review.publish,
    RemarkKind.RETURNED: review.send_back,
    RemarkKind.WITHDRAWN: review.withdraw,
    RemarkKind.ANSWERED: review.answer,
}
OPEN = {
    (RemarkKind.PUBLISHED, ResourceState.WAITING): ResourceState.PUBLISHED,
    (RemarkKind.PUBLISHED, ResourceState.WITHDRAWN): ResourceState.PUBLISHED,
    (RemarkKind.RETURNED, ResourceState.WAITING): ResourceState.RETURNED,
    (RemarkKind.WITHDRAWN, ResourceState.PUBLISHED): ResourceState.WITHDRAWN,
    (RemarkKind.ANSWERED, ResourceState.RETURNED): ResourceState.WAITING,
    (RemarkKind.ANSWERED, ResourceState.WITHDRAWN): ResourceState.WAITING,
}


class Desk:
    """A teacher with a resource, and a librarian of the same university."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.moodle = factories.platform(session)
        self.teacher: Person = factories.person(session, of=self.moodle, name="Rosa Quispe")
        self.librarian: Person = factories.person(session, of=self.moodle, name="Luis Huamán", librarian=True)

    def resource(self, state: ResourceState, **columns: object) -> Resource:
        return factories.resource(self.session, "Texto", by=self.teacher, state=state, **columns)

    def acting(self, step: RemarkKind) -> Viewer:
        if step is RemarkKind.ANSWERED:
            return factories.viewer(self.session, Role.TEACHER, by=self.teacher)
        return factories.viewer(self.session, Role.LIBRARIAN, by=self.librarian)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.mark.parametrize("state", ResourceState)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_taken_from_its_states_and_refused_from_all_others(
    desk: Desk, step: RemarkKind, state: ResourceState
) -> None:
    resource = desk.resource(state)
    assert review.can(step, resource) == ((step, state) in OPEN)
    if (step, state) in OPEN:
        STEPS[step](desk.session, desk.acting(step), resource, "Una observación")
        assert resource.state is OPEN[step, state]
        assert [(each.kind, each.text) for each in resource.remarks] == [(step, "Una observación")]
    else:
        with pytest.raises(Conflict):
            STEPS[step](desk.session, desk.acting(step), resource, "Una observación")
        assert (resource.state, resource.remarks) == (state, [])


@pytest.mark.parametrize(("step", "state"), OPEN)
def test_each_step_lets_the_index_follow(desk: Desk, step: RemarkKind, state: ResourceState) -> None:
    resource = desk.resource(state)
    before = resource.revision
    STEPS[step](desk.session, desk.acting(step), resource, "Una observación")
    desk.session.flush()
    assert resource.revision == before + 1


@pytest.mark.parametrize("step", [RemarkKind.PUBLISHED, RemarkKind.RETURNED, RemarkKind.WITHDRAWN])
@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER, Role.ADMINISTRATOR])
def test_only_librarians_decide(desk: Desk, step: RemarkKind, role: Role) -> None:
    someone = factories.viewer(desk.session, role, by=factories.person(desk.session, of=desk.moodle))
    for state in (ResourceState.WAITING, ResourceState.PUBLISHED):
        with pytest.raises(NotAllowed):
            STEPS[step](desk.session, someone, desk.resource(state), "x")


@pytest.mark.parametrize("step", [RemarkKind.PUBLISHED, RemarkKind.RETURNED, RemarkKind.WITHDRAWN])
def test_librarians_of_another_university_do_not_decide(desk: Desk, step: RemarkKind) -> None:
    stranger = factories.viewer(desk.session, Role.LIBRARIAN)
    for state in (ResourceState.WAITING, ResourceState.PUBLISHED):
        with pytest.raises(NotAllowed):
            STEPS[step](desk.session, stranger, desk.resource(state), "x")


def test_nobody_reviews_their_own(desk: Desk) -> None:
    both = factories.viewer(desk.session, Role.TEACHER, Role.LIBRARIAN, by=desk.teacher)
    resource = desk.resource(ResourceState.WAITING)
    for step in (RemarkKind.PUBLISHED, RemarkKind.RETURNED):
        with pytest.raises(NotAllowed) as refusal:
            STEPS[step](desk.session, both, resource, "x")
        assert "otra persona" in str(refusal.value.message)
    assert resource.state is ResourceState.WAITING


def test_only_the_teacher_answers(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        review.answer(desk.session, desk.acting(RemarkKind.RETURNED), desk.resource(ResourceState.RETURNED), "x")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
@pytest.mark.parametrize(("step", "state"), [(step, state) for step, state in OPEN if step is not RemarkKind.PUBLISHED])
def test_a_remark_is_required_and_bounded(desk: Desk, step: RemarkKind, state: ResourceState, text: str) -> None:
    resource = desk.resource(state)
    with pytest.raises(BadInput):
        STEPS[step](desk.session, desk.acting(step), resource, text)
    assert resource.state is state


def test_the_queue_shows_what_waits_here_oldest_first_with_who_and_from_where(app: Flask, desk: Desk) -> None:
    course = factories.context(desk.session, of=desk.moodle, label="AGRO1")
    desk.resource(ResourceState.WAITING, title="El más antiguo", context_id=course.id)
    desk.resource(ResourceState.WAITING, title="El más nuevo")
    desk.resource(ResourceState.PUBLISHED, title="Ya publicado")
    factories.resource(desk.session, state=ResourceState.WAITING, title="De otra universidad")
    browser = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    page = browser.get("/review").text
    assert page.index("El más antiguo") < page.index("El más nuevo")
    assert "Rosa Quispe" in page
    assert "Curso AGRO1" in page
    assert "Ya publicado" not in page
    assert "De otra universidad" not in page


def test_the_queue_is_for_librarians(app: Flask, desk: Desk) -> None:
    assert factories.signed_in(app, desk.session, Role.TEACHER).get("/review").status_code == 403


def test_what_a_teacher_said_is_never_told_as_the_librarys(app: Flask, desk: Desk) -> None:
    resource = desk.resource(ResourceState.RETURNED)
    resource.remarks = [
        Remark(kind=RemarkKind.RETURNED, text="Falta la fecha"),
        Remark(kind=RemarkKind.ANSWERED, text="Ya la puse"),
        Remark(kind=RemarkKind.RETURNED, text="", fields={"date": "¿De qué año?"}),
    ]
    desk.session.commit()

    mine = factories.signed_in(app, desk.session, Role.TEACHER, by=desk.teacher).get("/mine").text

    assert "La biblioteca observó algunos datos." in mine
    assert "Ya la puse" not in mine


def test_a_conversation_goes_through_the_pages(app: Flask, desk: Desk) -> None:
    resource = desk.resource(ResourceState.WAITING)
    path = f"/resources/{resource.id}"
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    teacher = factories.signed_in(app, desk.session, Role.TEACHER, by=desk.teacher)
    student = factories.signed_in(app, desk.session, Role.STUDENT)

    assert librarian.submit(f"{path}/return", {"remark": "¿De **quién** es la foto?"}).status_code == 302
    assert "¿De **quién** es la foto?" in teacher.get("/mine").text
    told = teacher.get(path).text
    assert "<strong>quién</strong>" in told
    assert "Leer todo y responder" in told[: told.index("Datos</h2>")]  # above all that the page has to tell
    assert "Leer todo y responder" not in librarian.get(path).text
    assert teacher.submit(f"{path}/answer", {"remark": "Es mía <script>"}).status_code == 302
    page = librarian.get(path).text
    assert "Es mía &lt;script&gt;" in page
    assert student.get(path).status_code == 404
    assert librarian.submit(f"{path}/publish", reviewed(page)).status_code == 302
    shown = student.get(path)
    assert shown.status_code == 200
    assert "Es mía" not in shown.text
    assert librarian.submit(f"{path}/publish", reviewed(page)).status_code == 409
    assert librarian.submit(f"{path}/withdraw", {"remark": "Lo pidió su autora"}).status_code == 302
    assert student.get(path).status_code == 410
    assert "Lo pidió su autora" in teacher.get(path).text


def reviewed(page: str) -> dict[str, str]:
    """The fields of the form for publishing, as the page of a resource shows it."""
    found = re.search(r'name="file" value="(\w{64})"', page)
    assert found is not None
    return {"file": found[1]}


def test_a_file_that_took_the_place_of_the_reviewed_one_is_not_published(app: Flask, desk: Desk) -> None:
    resource = desk.resource(ResourceState.WAITING)
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    page = librarian.get(f"/resources/{resource.id}").text
    resource.file.sha256 = "0" * 64  # type: ignore[union-attr]
    desk.session.commit()
    for fields in (reviewed(page), {}):
        answer = librarian.submit(f"/resources/{resource.id}/publish", fields)
        assert answer.status_code == 409
        assert "ya no es el que revisaste" in answer.text
    desk.session.refresh(resource)
    assert resource.state is ResourceState.WAITING


def test_a_description_changed_since_it_was_reviewed_is_not_published(app: Flask, desk: Desk) -> None:
    resource = desk.resource(ResourceState.WAITING)
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    seen = reviewed(librarian.get(f"/resources/{resource.id}").text)
    teacher = factories.viewer(desk.session, Role.TEACHER, by=desk.teacher)
    said = replace(description.of(resource), title="Otra cosa")
    editing.describe(desk.session, teacher, resource, said, seen=0)
    desk.session.commit()
    answer = librarian.submit(f"/resources/{resource.id}/publish", seen)
    assert answer.status_code == 409
    assert "Otra persona cambió esto" in answer.text
    now = re.search(r'name="file" value="([^"]+)"', librarian.get(f"/resources/{resource.id}").text)
    assert now is not None
    assert librarian.submit(f"/resources/{resource.id}/publish", {"file": now[1]}).status_code == 302


def test_captions_that_were_put_after_it_was_reviewed_are_not_published(desk: Desk) -> None:
    film = desk.resource(ResourceState.WAITING)
    seen = review.fingerprint(desk.session, film)
    assert film.file is not None
    film.file.renditions.append(
        Rendition(kind=RenditionKind.CAPTIONS, key="captions/x", media_type="text/vtt", size_bytes=9)
    )
    desk.session.flush()
    librarian = desk.acting(RemarkKind.PUBLISHED)
    with pytest.raises(Conflict):
        review.publish(desk.session, librarian, film, reviewed=seen)
    review.publish(desk.session, librarian, film, reviewed=review.fingerprint(desk.session, film))
    assert film.state is ResourceState.PUBLISHED


def test_a_missing_remark_is_asked_for_beside_what_was_typed(app: Flask, desk: Desk) -> None:
    resource = desk.resource(ResourceState.WAITING)
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    answer = librarian.submit(f"/resources/{resource.id}/return", {"remark": "x" * 2001})
    assert answer.status_code == 422
    assert "demasiado larga" in answer.text
    assert "x" * 2001 in answer.text
    # The form is far below the head of a long page: its answer is shown where it stands, also without scripts.
    assert f'action="/resources/{resource.id}/return#catalog.send_back-remark"' in answer.text
    assert 'id="catalog.send_back-remark"' in answer.text
    desk.session.refresh(resource)
    assert resource.state is ResourceState.WAITING


@pytest.mark.parametrize("step", ["publish", "return", "withdraw", "answer", "retry", "file"])
def test_what_one_may_not_see_one_cannot_touch_either(app: Flask, desk: Desk, step: str) -> None:
    resource = desk.resource(ResourceState.WAITING)
    stranger: Browser = factories.signed_in(app, desk.session, Role.LIBRARIAN, Role.TEACHER)
    assert stranger.submit(f"/resources/{resource.id}/{step}", {"remark": "x"}).status_code == 404


def test_a_step_without_the_forms_token_is_refused(app: Flask, desk: Desk) -> None:
    resource = desk.resource(ResourceState.WAITING)
    librarian = factories.signed_in(app, desk.session, Role.LIBRARIAN, by=desk.librarian)
    assert librarian.post(f"/resources/{resource.id}/publish").status_code == 400
    desk.session.refresh(resource)
    assert resource.state is ResourceState.WAITING


@pytest.mark.parametrize(("step", "state"), list(OPEN))
def test_a_remark_is_kept_without_what_no_database_can_hold(desk: Desk, step: RemarkKind, state: ResourceState) -> None:
    resource = desk.resource(state)
    STEPS[step](desk.session, desk.acting(step), resource, "Falta\x00 la fuente\x00")
    desk.session.flush()
    assert [each.text for each in resource.remarks] == ["Falta la fuente"]


def test_a_remark_of_nothing_that_can_be_kept_is_none(desk: Desk) -> None:
    resource = desk.resource(ResourceState.WAITING)
    with pytest.raises(BadInput):
        review.send_back(desk.session, desk.acting(RemarkKind.RETURNED), resource, "\x00 \x00")
