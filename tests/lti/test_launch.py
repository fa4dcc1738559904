"""Good launches sign their person in, and lead where they ask."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import Context, Person, StoredLaunch
from tests.lti.launching import STUDENT, Moodle, hidden_fields, is_signed_in


def test_the_practice_lms_signs_its_student_in(moodle: Moodle, practice: Flask, session: Session) -> None:
    """Every message as a browser would carry it, from the page in the frame to the first page of the library."""
    browser, lms = moodle.browser(), practice.test_client()
    opened = lms.get("/mod/lti/launch.php?id=2&as=4&lang=es")
    looked = browser.post("/lti/login", data=hidden_fields(opened.text))
    asked = browser.get(looked.location)
    assert asked.location.startswith(f"{moodle.settings.practice_url}/mod/lti/auth.php?")
    answered = lms.get(asked.location.removeprefix(moodle.settings.practice_url))
    landed = browser.post("/lti/launch", data=hidden_fields(answered.text))
    assert (landed.status_code, landed.location) == (303, "/")
    assert is_signed_in(browser)
    person = session.scalars(select(Person)).one()
    assert (person.sub, person.name, person.last_roles) == (STUDENT.sub, "Estudiante de práctica", ["student"])
    launch = session.scalars(select(StoredLaunch)).one()
    assert (launch.person_id, launch.roles) == (person.id, ["student"])
    assert session.scalars(select(Context)).one().title == "Estadística aplicada"
