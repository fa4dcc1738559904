"""Writing lessons through the pages: saving by form and by script, conflicts, previews, history."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource
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


def test_a_form_saves_and_says_when(session: Session, rosa: Browser, module: Resource) -> None:
    part = first(session, module)
    answer = rosa.submit(page(module, part.key), fields(part, text="Uno.\r\nDos."), follow_redirects=True)
    assert "Guardado a las" in answer.text
    assert first(session, module).content["text"] == "Uno.\nDos."


def test_a_script_saves_and_is_told_the_revision(session: Session, rosa: Browser, module: Resource) -> None:
    part = first(session, module)
    told = by_script(rosa, page(module, part.key), fields(part, based_on=1)).json
    assert told is not None
    assert (told["revision"], told["conflict"]) == (2, None)
    assert told["said"].startswith("Guardado a las ")


def test_a_save_on_an_older_text_leads_to_both_texts(session: Session, rosa: Browser, module: Resource) -> None:
    part = first(session, module)
    by_script(rosa, page(module, part.key), fields(part, text="Una\nDos\nTres\nCuatro\n", based_on=1))
    by_script(rosa, page(module, part.key), fields(part, text="Una\nDos\nTres\nCuatro, de Eva\n", based_on=2))
    answer = rosa.submit(page(module, part.key), fields(part, text="Una, de Rosa\nDos\nTres\nCuatro\n", based_on="2"))
    assert answer.status_code == 303
    both = rosa.get(answer.headers["Location"]).text
    assert "Solo en el que escribiste:" in both
    assert "Una, de Rosa\nDos\nTres\nCuatro, de Eva\n</textarea>" in both  # what each changed, put together
    assert first(session, module).content["text"] == "Una\nDos\nTres\nCuatro, de Eva\n"


def test_one_of_two_texts_may_be_kept_whole(session: Session, rosa: Browser, module: Resource) -> None:
    part = first(session, module)
    by_script(rosa, page(module, part.key), fields(part, text="De la otra pestaña", based_on=1))
    told = by_script(rosa, page(module, part.key), fields(part, text="De esta", based_on=1)).json
    assert told is not None
    both = rosa.get(told["conflict"]).text
    assert "Los dos cambiaron las mismas líneas" in both
    save_id = told["conflict"].rsplit("/", 1)[1]
    rosa.submit(page(module, part.key, "history", save_id, "restore"), {"uid": str(uuid.uuid4())})
    assert first(session, module).content["text"] == "De esta"


def test_what_was_written_of_a_deleted_lesson_is_shown_with_a_way_back(
    session: Session, rosa: Browser, module: Resource
) -> None:
    part = first(session, module)
    rosa.submit(page(module, part.key, "delete"))
    told = by_script(rosa, page(module, part.key), fields(part, text="Escrito mientras tanto", based_on=1)).json
    assert told is not None
    assert told["is_deleted"]
    both = rosa.get(told["conflict"]).text
    assert "Escrito mientras tanto" in both
    assert "Recuperar la lección" in both
    assert "borrada" in rosa.get(page(module, part.key), follow_redirects=True).text
    rosa.submit(page(module, part.key, "restore"))
    assert rosa.get(page(module, part.key)).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "x" * 60_001},
        {"text": 7},
        {"text": None},
        {"title": ["a"]},
        {"title": "x" * 501},
        {"minutes": -1},
        {"minutes": "diez"},
        {"minutes": 1.5},
        {"based_on": None},
        {"based_on": True},
        {"based_on": "1.5"},
        {"based_on": 10**30},
        {"uid": ""},
        {"uid": 5},
    ],
)
def test_what_cannot_be_saved_is_refused_in_words(
    session: Session, rosa: Browser, module: Resource, changes: dict[str, Any]
) -> None:
    part = first(session, module)
    answer = by_script(rosa, page(module, part.key), fields(part, based_on=1) | changes)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["message"]
    assert first(session, module).revision == 1


@pytest.mark.parametrize("body", [[], "x", None, 3])
def test_json_that_is_no_object_is_refused(session: Session, rosa: Browser, module: Resource, body: object) -> None:
    assert by_script(rosa, page(module, first(session, module).key), body).status_code in (400, 422)


def test_a_form_that_cannot_be_saved_is_shown_again_with_what_was_typed(
    session: Session, rosa: Browser, module: Resource
) -> None:
    part = first(session, module)
    answer = rosa.submit(page(module, part.key), fields(part, text="y" * 60_001))
    assert answer.status_code == 422
    assert "demasiado larga" in answer.text
    assert "y" * 60_001 in answer.text


def test_what_was_typed_is_shown_when_the_visit_has_ended(
    app: Flask, session: Session, rosa: Browser, module: Resource
) -> None:
    part = first(session, module)
    token = rosa.csrf_token()
    with rosa.session_transaction(base_url=rosa.tool_url) as cookie:
        cookie.pop("visits")
    answer = rosa.post(
        page(module, part.key), data=fields(part, text="Un texto largo sin guardar") | {"csrf_token": token}
    )
    assert answer.status_code == 401
    assert "Un texto largo sin guardar" in answer.text
    told = rosa.post(page(module, part.key), json=fields(part), headers={"X-CSRFToken": token})
    assert told.status_code == 401
    assert told.is_json


def test_another_person_in_the_same_browser_saves_nothing_for_the_first(
    session: Session, rosa: Browser, module: Resource
) -> None:
    part = first(session, module)
    answer = by_script(rosa, page(module, part.key), fields(part, based_on=1, person=10**6))
    assert answer.status_code == 403
    assert first(session, module).revision == 1


def test_the_preview_shows_what_was_typed_and_keeps_nothing(session: Session, rosa: Browser, module: Resource) -> None:
    part = first(session, module)
    fragment = by_script(rosa, page(module, part.key, "preview"), fields(part, text="Muy **secas** <script>"))
    assert "<strong>secas</strong>" in fragment.text
    assert "<script" not in fragment.text
    assert "<html" not in fragment.text
    whole = rosa.submit(page(module, part.key, "preview"), fields(part, text="Muy **secas**"))
    assert "<strong>secas</strong>" in whole.text
    assert "Muy **secas**</textarea>" in whole.text
    assert first(session, module).revision == 1


def test_the_history_compares_two_saves_and_goes_back_to_one(session: Session, rosa: Browser, module: Resource) -> None:
    part = first(session, module)
    by_script(rosa, page(module, part.key), fields(part, text="Limpias.\nSecas.", based_on=1))
    by_script(rosa, page(module, part.key), fields(part, text="Limpias.\nHúmedas.", based_on=2))
    anew(session)
    _begun, clean, wet = session.scalars(select(Save).order_by(Save.id)).all()
    assert "El de ahora" in rosa.get(page(module, part.key, "history")).text
    assert rosa.get(page(module, part.key, "history?all=1")).text.count('type="checkbox"') == 3
    chosen = rosa.get(page(module, part.key, f"compare?save={clean.id}&save={wet.id}"), follow_redirects=True).text
    assert "Se quitó:</b> <del>Secas.</del>" in chosen
    assert "Se agregó:</b> <ins>Húmedas.</ins>" in chosen
    rosa.submit(page(module, part.key, "history", str(clean.id), "restore"), {"uid": str(uuid.uuid4())})
    assert first(session, module).content["text"] == "Limpias.\nSecas."
    assert len(session.scalars(select(Save)).all()) == 4
