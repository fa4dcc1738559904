"""A module's texts in their surroundings: its images, the library's resources at their place, words for the index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalog.models import Kind, Resource, ResourceState
from lrc.db import engine_of
from lrc.richtext.lessons import Trouble
from lrc.study import rendering
from lrc.study.content import Lesson, Module, Quiz, Term
from lrc.study.models import Image
from lti.viewers import EVERYONE, Role, Viewer, institution_audience
from tests import factories
from tests.study import manuscripts


@pytest.fixture(autouse=True)
def request_(app: Flask) -> Iterator[None]:
    with app.test_request_context("/study/"):
        yield


@pytest.fixture
def author(session: Session) -> Viewer:
    return manuscripts.teacher(session)


@pytest.fixture
def module(session: Session, author: Viewer) -> Resource:
    return manuscripts.begun(session, author)


def picture(session: Session, of: Resource, name: str) -> None:
    kept = {"key": f"images/{of.id}/{name}", "sha256": f"{of.id}{name}", "media_type": "image/webp", "size_bytes": 9}
    session.add(Image(resource_id=of.id, name=name, width=800, height=450, **kept))
    session.flush()


def shown(session: Session, viewer: Viewer, module: Resource, text: str, **said: str) -> rendering.Rendered:
    content = Module(title="x", glossary=tuple(Term(*each) for each in said.items()))
    return rendering.lesson_html(session, viewer, module, content, Lesson("a", "A", text))


def test_images_are_those_of_the_module_alone(session: Session, author: Viewer, module: Resource) -> None:
    picture(session, module, "mapa.webp")
    picture(session, manuscripts.begun(session, author, "Otro"), "otra.webp")
    found = shown(session, author, module, "![Mapa](image:mapa.webp)\n\n![Otra](image:otra.webp)")
    assert f'<img src="/study/images/{module.id}/mapa.webp" alt="Mapa" width="800" height="450"' in found.html
    assert [(each.trouble, each.line) for each in found.problems] == [(Trouble.NO_IMAGE, 3)]


def test_a_resource_opens_at_its_page(session: Session, author: Viewer, module: Resource) -> None:
    guide = factories.resource(
        session, "uno", "dos", "tres", record_id="g:1", title="Guía <1>", creators=["Ana", "Luz"]
    )
    found = shown(session, author, module, "[[recurso:g:1 pagina=2]]\n\n[[recurso:g:1 pagina=9]]\n\n[[recurso:g:1]]")
    assert f'<a href="/resources/{guide.id}/read?page=2"' in found.html
    assert "<strong>Guía &lt;1&gt;</strong>" in found.html
    assert "Ana · página 2 de 3" in found.html
    assert f'<a href="/resources/{guide.id}/read?page=3"' in found.html
    assert f'<a href="/resources/{guide.id}"' in found.html
    assert "Ana · 3 páginas" in found.html
    assert found.problems == ()


def test_a_recording_elsewhere_opens_at_its_second(session: Session, author: Viewer, module: Resource) -> None:
    talk = factories.resource(session, record_id="v", identifiers=["isbn:1", "https://www.youtube.com/watch?v=a&t=3"])
    talk.file = None
    session.flush()
    found = shown(session, author, module, "[[recurso:v segundo=95]]\n\n[[recurso:v]]")
    assert 'href="https://www.youtube.com/watch?v=a&amp;t=95s" target="_blank"' in found.html
    assert "desde el minuto 1:35" in found.html
    assert f'href="/resources/{talk.id}"' in found.html


def test_modules_and_courses_open_at_their_pages(session: Session, author: Viewer, module: Resource) -> None:
    other, course = (factories.resource(session, record_id=kind, kind=kind) for kind in (Kind.MODULE, Kind.COURSE))
    found = shown(session, author, module, "[[recurso:module]]\n\n[[recurso:course]]")
    assert f'href="/study/modules/{other.id}"' in found.html
    assert f'href="/study/courses/{course.id}"' in found.html
    assert "Módulo" in found.html


def test_what_a_reader_may_not_see_is_a_note_in_plain_words(session: Session, author: Viewer, module: Resource) -> None:
    factories.resource(session, record_id="ajeno", title="Secreto", audience=institution_audience(999))
    factories.resource(session, record_id="retirado", title="Secreto", state=ResourceState.WITHDRAWN)
    found = shown(session, author, module, "[[recurso:ajeno]]\n\n[[recurso:retirado]]\n\n[[recurso:nada]]")
    assert "Secreto" not in found.html
    assert found.html.count('class="missing"') == 3
    assert {each.trouble for each in found.problems} == {Trouble.NO_RESOURCE}


def test_an_author_is_told_of_what_only_they_can_open(session: Session, author: Viewer, module: Resource) -> None:
    mine = session.get_one(factories.Person, author.person_id)
    factories.resource(session, record_id="borrador", title="Mi borrador", by=mine, state=ResourceState.DRAFT)
    factories.resource(
        session, record_id="interno", title="Interno", audience=institution_audience(author.institution_id)
    )
    module.audience = EVERYONE
    found = shown(session, author, module, "[[recurso:borrador]]\n\n[[recurso:interno]]")
    assert "Mi borrador" in found.html
    assert [each.trouble for each in found.problems] == [Trouble.HIDDEN_RESOURCE, Trouble.HIDDEN_RESOURCE]
    module.audience = institution_audience(author.institution_id)
    found = shown(session, author, module, "[[recurso:interno]]")
    assert found.problems == ()


def test_a_student_sees_the_card_of_a_published_resource(session: Session, author: Viewer, module: Resource) -> None:
    factories.resource(session, record_id="g", title="Guía")
    student = factories.viewer(session, Role.STUDENT)
    assert "Guía" in shown(session, student, module, "[[recurso:g]]").html


def test_all_of_a_lesson_is_looked_up_at_once(app: Flask, session: Session, author: Viewer, module: Resource) -> None:
    for number in range(5):
        picture(session, module, f"{number}.webp")
        factories.resource(session, record_id=f"r{number}")
    text = "\n\n".join(f"![x](image:{n}.webp)\n\n[[recurso:r{n}]]" for n in range(5))
    asked: list[str] = []
    event.listen(engine_of(app), "before_cursor_execute", lambda *given: asked.append(given[2]))
    found = shown(session, author, module, text)
    assert found.problems == ()
    assert len(asked) == 2
    asked.clear()
    shown(session, author, module, "Sin nada de eso")
    assert asked == []


def test_the_glossary_is_the_modules(session: Session, author: Viewer, module: Resource) -> None:
    found = shown(session, author, module, "El cacao.", cacao="De la selva")
    assert '<a class="term" href="#g-1"' in found.html
    assert "De la selva" in found.html


def test_questions_have_images_and_formulas(session: Session, author: Viewer, module: Resource) -> None:
    picture(session, module, "g.webp")
    asked = manuscripts.question()
    quiz = Quiz("q", "Prueba", questions=(type(asked)(key="a", text="![x](image:g.webp)", options=asked.options),))
    html = rendering.prose_html(session, author, module, Module(title="x", parts=(quiz,)))
    assert f"/study/images/{module.id}/g.webp" in html("![x](image:g.webp) $x$")
    assert "<math" in html("Sea $x$ [[a]]")


def test_the_words_of_a_module_give_no_answers_away(session: Session) -> None:
    quiz = Quiz("q", "Prueba", intro="Lee *bien*.", questions=(manuscripts.question(),))
    lesson = Lesson("a", "Las pozas", "# Limpias\n\ny **secas** $x$ ![Foto](image:x)\n\n[[recurso:1]] [[poza]]")
    texts = rendering.plain_texts(Module(title="x", parts=(lesson, quiz)))
    assert texts == ["Las pozas\nLimpias y secas x Foto poza", "Prueba\nLee bien."]


def test_the_words_of_a_module_that_takes_long_are_taken_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_MOST_WORDS_S", -1.0)
    assert rendering.plain_texts(Module(title="x", parts=(Lesson("a", "A", "*b*\n\nc"),))) == ["A\n*b* c"]


def test_the_page_of_a_resource_gives_its_mark_to_teachers(app: Flask, session: Session) -> None:
    guide = factories.resource(session, record_id="g:7")
    assert "[[recurso:g:7]]" in factories.signed_in(app, session, Role.TEACHER).get(f"/resources/{guide.id}").text
    assert "recurso:" not in factories.signed_in(app, session, Role.STUDENT).get(f"/resources/{guide.id}").text
