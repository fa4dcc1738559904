"""Who writes a module: colleagues are found by name, added by its owner, and may leave."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.study import writing
from lti.models import Person
from lti.viewers import Role
from tests import factories
from tests.factories import Browser
from tests.study import manuscripts
from tests.study.editors import anew, page


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


def test_colleagues_are_found_by_name_added_and_removed(
    app: Flask, session: Session, rosa: Browser, module: Resource, person: Person
) -> None:
    eva = factories.person(session, of=person.platform, name="Eva Mamani")
    pupil = factories.person(session, of=person.platform, name="Evaristo Alumno")
    stranger = factories.person(session, name="Eva de otra universidad")
    for each, role in ((eva, "teacher"), (pupil, "student"), (stranger, "teacher")):
        each.last_roles = [role]
    session.commit()
    path = f"/study/writing/{module.id}/authors"
    found = rosa.get(f"{path}?q=EVA").text
    assert "Eva Mamani" in found
    assert "Evaristo" not in found
    assert "otra universidad" not in found
    for wrong in (pupil, stranger):
        assert rosa.submit(path, {"person": str(wrong.id)}).status_code == 404
    assert "ya puede escribir contigo" in rosa.submit(path, {"person": str(eva.id)}, follow_redirects=True).text
    rosa.submit(path, {"person": str(eva.id)})
    anew(session)
    assert writing.manuscript(session, module).creators == ("Rosa Quispe", "Eva Mamani")
    evas = factories.signed_in(app, session, Role.TEACHER, by=eva)
    assert evas.submit(path, {"person": str(stranger.id)}).status_code == 403
    assert evas.submit(f"{path}/remove", {"person": str(person.id)}).status_code == 403
    assert "Ya no escribes" in evas.submit(f"{path}/remove", {"person": str(eva.id)}, follow_redirects=True).text
    assert evas.get(page(module)).status_code == 404
    for wrong_id in ("", "0", "-1", "99999999999", "x"):
        assert rosa.submit(path, {"person": wrong_id}).status_code == 422
