"""The checklist: what must be there before handing in, and what is advised."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from catalog.models import Resource, ResourceState
from lrc.errors import Conflict
from lrc.study import checklist, handingin, parts, writing
from lrc.study.content import Module, Quiz, changed, new_key
from lrc.study.models import Image
from lti.viewers import Viewer, context_audience, institution_audience
from tests import factories
from tests.study import manuscripts


@pytest.fixture
def rosa(session: Session) -> Viewer:
    return manuscripts.teacher(session)


def found(session: Session, viewer: Viewer, module: Module) -> tuple[set[str], set[str]]:
    """The codes of what is missing, and of what is advised, of a module."""
    resource = writing.take_in(session, viewer, module, {})
    return of(session, viewer, resource)


def of(session: Session, viewer: Viewer, resource: Resource) -> tuple[set[str], set[str]]:
    made = checklist.check(session, viewer, resource, writing.manuscript(session, resource))
    assert all(str(each.sentence) for each in made)
    return {each.code for each in made if each.is_missing}, {
        each.code for each in made if not each.is_must and not each.is_met
    }


def test_a_good_module_lacks_nothing(session: Session, rosa: Viewer) -> None:
    assert found(session, rosa, manuscripts.good()) == (set(), set())


def test_a_module_just_begun_lacks_its_words(session: Session, rosa: Viewer) -> None:
    missing, advised = of(session, rosa, manuscripts.begun(session, rosa))
    assert missing == {"summary", "example"}
    assert advised == {"objectives", "level", "subjects", "quiz"}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"summary": " "}, {"summary"}),
        ({"license": "mía"}, {"license"}),
        ({"parts": ()}, {"lesson"}),
        ({"parts": (manuscripts.lesson(text=" "),)}, {"lesson", "empty"}),
        ({"parts": (manuscripts.lesson(title=""),)}, {"part-title"}),
        ({"parts": (manuscripts.lesson(), Quiz(new_key(), "Repaso"))}, {"questions"}),
    ],
)
def test_what_must_be_there_is_missed(
    session: Session, rosa: Viewer, changes: dict[str, object], missing: set[str]
) -> None:
    assert found(session, rosa, changed(manuscripts.good(), **changes))[0] == missing


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("![](image:poza.webp)", {"no-alternative"}),
        ("![Una poza](image:poza.webp)", set()),
        ("![Una poza](image:otra.webp)", {"no-image"}),
        ("![Una poza](https://example.com/poza.png)", {"foreign-image"}),
        ("    ![](image:otra.webp)", set()),
        ("[[recurso:nada]]", {"no-resource"}),
        ("[[recurso:libro pagina=3]]", set()),
        ("[[recurso:borrador]]", {"hidden-resource"}),
        ("[[recurso:interno]]", {"hidden-resource"}),
        ("[[recurso:de-un-curso]]", {"hidden-resource"}),
    ],
)
def test_what_readers_would_miss_is_told(session: Session, rosa: Viewer, text: str, missing: set[str]) -> None:
    factories.resource(session, "Texto", record_id="libro")
    factories.resource(session, "Texto", record_id="borrador", state=ResourceState.WAITING)
    factories.resource(session, "Texto", record_id="interno", audience=institution_audience(rosa.institution_id))
    factories.resource(session, "Texto", record_id="de-un-curso", audience=context_audience(1))
    for content in (manuscripts.lesson(text=f"{manuscripts.TEXT}\n\n{text}"), quiz_with(text)):
        module = writing.take_in(session, rosa, manuscripts.good(manuscripts.lesson(), content), {})
        add_image(session, module)
        assert of(session, rosa, module)[0] == missing


def quiz_with(text: str) -> Quiz:
    return Quiz(new_key(), "Repaso", questions=(changed(manuscripts.question(), text=f"¿Qué es?\n\n{text}"),))


def add_image(session: Session, module: Resource) -> None:
    columns = {"sha256": "0" * 64, "media_type": "image/webp", "size_bytes": 1, "width": 2, "height": 2}
    session.add(Image(resource_id=module.id, key=f"images/{module.id}", name="poza.webp", **columns))
    session.flush()


def test_a_material_of_the_institution_is_good_for_a_module_of_the_institution(session: Session, rosa: Viewer) -> None:
    factories.resource(session, "Texto", record_id="interno", audience=institution_audience(rosa.institution_id))
    lesson = manuscripts.lesson(text=manuscripts.TEXT + "\n\n[[recurso:interno]]")
    module = writing.take_in(session, rosa, manuscripts.good(lesson), {})
    writing.set_audience(session, rosa, module, "institution")
    assert of(session, rosa, module)[0] == set()


@pytest.mark.parametrize(("text", "code"), [("Corta.", "short"), ((manuscripts.TEXT + "\n\n") * 18, "long")])
def test_lessons_that_are_hard_to_read_are_told_of(session: Session, rosa: Viewer, text: str, code: str) -> None:
    missing, advised = found(session, rosa, manuscripts.good(manuscripts.lesson(text=text)))
    assert (missing, advised) == (set(), {code, "quiz"})


def test_a_module_that_takes_too_long_to_read_is_told_of_too(
    session: Session, rosa: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checklist, "MOST_S", -1.0)
    assert found(session, rosa, manuscripts.good(manuscripts.lesson()))[1] == {"unread", "quiz"}


def test_findings_lead_to_where_they_are_mended(session: Session, rosa: Viewer) -> None:
    module = manuscripts.begun(session, rosa)
    part = session.scalars(parts.of_module(module)).one()
    made = checklist.check(session, rosa, module, writing.manuscript(session, module))
    places = {each.code: (each.part, each.field) for each in made}
    assert places["example"] == (part.key, "text")
    assert places["summary"] == ("", "summary")


def test_what_is_missing_keeps_a_module_from_being_handed_in(session: Session, rosa: Viewer) -> None:
    with pytest.raises(handingin.NotReady) as refused:
        handingin.hand_in(session, rosa, manuscripts.begun(session, rosa), "")
    assert [each.code for each in refused.value.missing] == ["summary", "example"]


def test_the_same_version_is_not_handed_in_twice(session: Session, rosa: Viewer) -> None:
    module = manuscripts.written(session, rosa)
    version = handingin.hand_in(session, rosa, module, "")
    assert version.texts[0].startswith("Las pozas\nLos cuyes viven")
    with pytest.raises(Conflict):
        handingin.hand_in(session, rosa, module, "")
