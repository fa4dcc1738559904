"""Writing modules through the pages: beginning, ordering, what they say of themselves, authors, handing in."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import review
from catalog.models import Authorship, Resource, ResourceState, Version
from lrc.study import parts, writing
from lrc.study.models import Save
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.factories import Browser
from tests.study import manuscripts
from tests.study.editors import anew, by_script, fields, first, page


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session, name="Rosa Quispe")


@pytest.fixture
def rosa(app: Flask, session: Session, person: Person) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=person)


@pytest.fixture
def module(session: Session, person: Person) -> Resource:
    made = manuscripts.begun(session, manuscripts.teacher(session, by=person))
    session.commit()
    return made


@pytest.fixture
def good(session: Session, person: Person) -> Resource:
    made = manuscripts.written(session, manuscripts.teacher(session, by=person))
    session.commit()
    return made


def test_a_teacher_begins_a_module_with_a_title_alone(session: Session, rosa: Browser) -> None:
    assert "Todavía no has escrito ninguno" in rosa.get("/study/writing").text
    answer = rosa.submit("/study/writing", {"title": "Cuyes"}, follow_redirects=True)
    assert "Primera lección" in answer.text
    assert "todavía es el ejemplo" in answer.text
    listed = rosa.get("/study/writing").text
    assert "Cuyes" in listed
    assert "Borrador" in listed


def test_a_module_without_a_title_is_not_begun(session: Session, rosa: Browser) -> None:
    answer = rosa.submit("/study/writing", {"title": " "})
    assert answer.status_code == 422
    assert "Escribe un título" in answer.text
    assert session.scalars(select(Resource)).all() == []


def test_students_find_no_door_to_writing(app: Flask, session: Session, module: Resource) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    key = first(session, module).key
    assert "Escribir" not in student.get("/").text
    for path in ("/study/writing", page(module), page(module, key), page(module, key, "history")):
        assert student.get(path).status_code == 403
    assert by_script(student, page(module, key), {}).status_code == 403


def test_a_module_of_somebody_else_is_not_there(app: Flask, session: Session, module: Resource) -> None:
    other = factories.signed_in(app, session, Role.TEACHER)
    part = first(session, module)
    save = session.scalars(select(Save)).one()
    for path in (
        page(module),
        page(module, part.key),
        page(module, "module", "about"),
        page(module, part.key, "history"),
        page(module, part.key, "history", str(save.id)),
        page(module, part.key, "merge", str(save.id)),
        f"/study/writing/{module.id}/authors",
    ):
        assert other.get(path).status_code == 404
    for path in (page(module, part.key), page(module, part.key, "preview")):
        assert by_script(other, path, fields(part)).status_code == 404
    for path in ("delete", "restore", "move", f"history/{save.id}/restore"):
        assert other.submit(page(module, part.key, path), {"place": "1"}).status_code == 404
    for path in ("about", "add", "hand-in"):
        assert other.submit(page(module, "module", path), {"title": "x", "kind": "lesson"}).status_code == 404
    assert first(session, module).revision == 1


def test_a_colleague_who_was_added_writes_too(app: Flask, session: Session, module: Resource) -> None:
    eva = factories.person(session, name="Eva Mamani")
    session.add(Authorship(resource_id=module.id, person_id=eva.id))
    browser = factories.signed_in(app, session, Role.TEACHER, by=eva)
    assert "Crianza de cuyes" in browser.get("/study/writing").text
    part = first(session, module)
    assert by_script(browser, page(module, part.key), fields(part, based_on=1)).status_code == 200
    anew(session)
    assert "Eva Mamani" in browser.get(page(module, part.key, "history")).text


def test_parts_are_added_moved_deleted_and_put_back(session: Session, rosa: Browser, module: Resource) -> None:
    assert rosa.submit(page(module, "module", "add"), {"title": "Comida", "kind": "lesson"}).status_code == 303
    added = session.scalars(parts.of_module(module)).all()[1]
    rosa.submit(page(module, added.key, "move"), {"place": "1"})
    assert first(session, module).content["title"] == "Comida"
    gone = rosa.submit(page(module, added.key, "delete"), follow_redirects=True).text
    assert "1 parte borrada" in gone
    assert "Recuperar" in gone
    back = rosa.submit(page(module, added.key, "restore"), follow_redirects=True).text
    assert "otra vez en el módulo" in back
    for wrong in ({"title": "", "kind": "lesson"}, {"title": "x", "kind": "exam"}):
        assert rosa.submit(page(module, "module", "add"), wrong).status_code == 422
    assert rosa.submit(page(module, added.key, "move"), {"place": "arriba"}).status_code == 422


def test_what_a_module_says_of_itself_is_typed_in_a_form(session: Session, rosa: Browser, module: Resource) -> None:
    form = head_fields(session, module) | {
        "title": "Cuyes sanos",
        "objectives": "Construir una poza\r\n\r\nAlimentarlos",
        "minutes": "45",
        "level": "beginner",
        "glossary": "poza: corral\r\n  de los cuyes\r\nkilo\\: peso: mil gramos",
        "audience": "institution",
    }
    assert rosa.submit(page(module, "module", "about"), form).status_code == 303
    anew(session)
    made = writing.manuscript(session, module)
    assert (made.title, made.objectives, made.minutes) == ("Cuyes sanos", ("Construir una poza", "Alimentarlos"), 45)
    assert [(each.term, each.meaning) for each in made.glossary] == [
        ("poza", "corral\nde los cuyes"),
        ("kilo: peso", "mil gramos"),
    ]
    shown = rosa.get(page(module, "module", "about")).text
    assert "poza: corral\n  de los cuyes\nkilo\\: peso: mil gramos</textarea>" in shown
    assert module.audience.startswith("institution:")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 501),
        ("summary", "x" * 6_001),
        ("objectives", "\n".join(f"Cosa {n}" for n in range(31))),
        ("minutes", "una hora"),
        ("minutes", "99999"),
        ("level", "doctor"),
        ("language", "klingon"),
        ("license", "mía"),
        ("glossary", "sin significado"),
        ("audience", "nobody"),
    ],
)
def test_a_field_that_cannot_be_is_named_and_nothing_is_kept(
    session: Session, rosa: Browser, module: Resource, field: str, value: str
) -> None:
    answer = rosa.submit(page(module, "module", "about"), head_fields(session, module) | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    anew(session)
    assert writing.manuscript(session, module).title == "Crianza de cuyes"


def test_two_who_change_the_head_at_once_see_each_other(session: Session, rosa: Browser, module: Resource) -> None:
    seen = head_fields(session, module)
    rosa.submit(page(module, "module", "about"), seen | {"summary": "De Eva"})
    answer = rosa.submit(page(module, "module", "about"), seen | {"summary": "De Rosa"})
    assert answer.status_code == 409
    assert "De Rosa</textarea>" in answer.text
    assert "Guardado ahora:" in answer.text
    assert "De Eva" in answer.text


def head_fields(session: Session, module: Resource) -> dict[str, Any]:
    anew(session)
    return {
        "title": "Crianza de cuyes",
        "summary": "",
        "language": "es",
        "license": "CC BY 4.0",
        "audience": "everyone",
        "based_on": writing.head_fingerprint(session, module),
    }


def test_titles_and_texts_are_shown_as_they_were_typed_never_run(
    session: Session, rosa: Browser, module: Resource
) -> None:
    bad = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>"
    rosa.submit(page(module, "module", "about"), head_fields(session, module) | {"title": bad, "glossary": f"{bad}: x"})
    part = first(session, module)
    by_script(rosa, page(module, part.key), fields(part, title=bad, text=bad, based_on=1))
    told = by_script(rosa, page(module, part.key), fields(part, title=bad, text=f"{bad} 2", based_on=1)).json
    assert told is not None
    rosa.submit(page(module, "module", "add"), {"title": bad, "kind": "lesson"})
    anew(session)
    rosa.submit(page(module, session.scalars(parts.of_module(module)).all()[1].key, "delete"))
    save_id = told["conflict"].rsplit("/", 1)[1]
    for path in (
        "/study/writing",
        page(module),
        page(module, "module", "about"),
        page(module, part.key),
        page(module, part.key, "history"),
        page(module, part.key, "history", save_id),
        told["conflict"],
        f"/study/writing/{module.id}/authors",
    ):
        shown = rosa.get(path).text
        assert "&lt;script&gt;alert(1)" in shown
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_what_must_be_there_is_asked_for_before_handing_in(session: Session, rosa: Browser, module: Resource) -> None:
    answer = rosa.submit(page(module, "module", "hand-in"), {"note": "Listo"})
    assert answer.status_code == 409
    assert "Falta para poder entregarlo" in answer.text
    assert "Listo</textarea>" in answer.text
    assert session.scalars(select(Version)).all() == []


def test_a_module_is_handed_in_returned_answered_and_published(
    app: Flask, session: Session, rosa: Browser, good: Resource, person: Person
) -> None:
    librarian = factories.viewer(session, Role.LIBRARIAN, by=factories.person(session, of=person.platform))
    session.commit()
    handed_in = rosa.submit(page(good, "module", "hand-in"), {"note": ""}, follow_redirects=True).text
    assert "Entregaste la versión 1" in handed_in
    assert "En revisión" in handed_in
    anew(session)
    review.send_back(session, librarian, good, "Falta decir cuánta alfalfa.")
    session.commit()
    returned = rosa.get(page(good)).text
    assert "Falta decir cuánta alfalfa." in returned
    assert "Responder y entregar otra vez" in returned
    lesson = first(session, good)
    by_script(rosa, page(good, lesson.key), fields(lesson, text=manuscripts.TEXT + "Tres kilos.", based_on=1))
    rosa.submit(page(good, "module", "hand-in"), {"note": "Ya lo dice."})
    anew(session)
    assert session.get_one(Resource, good.id).state is ResourceState.WAITING
    review.publish(session, librarian, good)
    session.commit()
    assert "Publicado: versión 2" in rosa.get(page(good)).text
    assert rosa.submit(page(good, "module", "hand-in"), {"note": " "}).status_code == 422  # what is new must be said
    again = rosa.submit(page(good, "module", "hand-in"), {"note": "Otra vez"})
    assert again.status_code == 409
    assert "No hay cambios que entregar" in again.text
    by_script(rosa, page(good, lesson.key), fields(lesson, text=manuscripts.TEXT + "Cuatro kilos.", based_on=2))
    assert "Con cambios sin entregar" in rosa.get("/study/writing").text


def test_a_withdrawn_module_may_be_mended_and_handed_in_again(
    session: Session, rosa: Browser, good: Resource, person: Person
) -> None:
    librarian = factories.viewer(session, Role.LIBRARIAN, by=factories.person(session, of=person.platform))
    session.commit()
    rosa.submit(page(good, "module", "hand-in"), {"note": ""})
    anew(session)
    review.publish(session, librarian, good)
    review.withdraw(session, librarian, good, "Hay un error en la lección.")
    session.commit()
    lesson = first(session, good)
    by_script(rosa, page(good, lesson.key), fields(lesson, text=manuscripts.TEXT + "Corregido.", based_on=1))
    assert "Retirado" in rosa.get(page(good)).text
    assert rosa.submit(page(good, "module", "hand-in"), {"note": "Corregido"}).status_code == 303
