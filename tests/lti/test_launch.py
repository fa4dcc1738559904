"""Good launches sign their person in, and lead where they ask."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lrc.db import transaction, utcnow
from lrc.practice.messages import ABSENT, CLIENT_ID
from lti import visits
from lti.claims import CONTEXT, CUSTOM, RESOURCE_LINK, ROLES, TARGET_LINK_URI
from lti.launches import receive
from lti.messages import Launch
from lti.models import Context, Person, Platform, StoredLaunch
from lti.roles import INSTRUCTOR, LEARNER
from lti.viewers import Role, find
from tests.lti.launching import ADMINISTRATOR, LIBRARIAN, STUDENT, TEACHER, Moodle, hidden_fields, is_signed_in

TOOL = "https://tool.example"


def test_the_practice_lms_signs_its_student_in(moodle: Moodle, practice: Flask, session: Session) -> None:
    """Every message as a browser would carry it, from the page in the frame to the first page of the library."""
    browser, lms = moodle.browser(), practice.test_client()
    opened = lms.get("/mod/lti/launch.php?id=2&as=4&lang=es")
    looked = browser.post("/lti/login", data=hidden_fields(opened.text))
    asked = browser.get(looked.location)
    assert asked.location.startswith(f"{moodle.settings.practice_url}/mod/lti/auth.php?")
    answered = lms.get(asked.location.removeprefix(moodle.settings.practice_url))
    landed = browser.post("/lti/launch", data=hidden_fields(answered.text))
    context = session.scalars(select(Context)).one()
    assert (landed.status_code, landed.location) == (303, f"/v/c{context.id}/")
    assert is_signed_in(browser)
    person = session.scalars(select(Person)).one()
    assert (person.sub, person.name, person.last_roles) == (STUDENT.sub, "Estudiante de práctica", ["student"])
    launch = session.scalars(select(StoredLaunch)).one()
    assert (launch.person_id, launch.roles) == (person.id, ["student"])
    assert context.title == "Estadística aplicada"


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (STUDENT, {Role.STUDENT}),
        (TEACHER, {Role.TEACHER}),
        (LIBRARIAN, {Role.TEACHER, Role.LIBRARIAN}),
        (ADMINISTRATOR, {Role.TEACHER, Role.ADMINISTRATOR}),
    ],
)
def test_everybody_comes_in_their_own_roles(moodle: Moodle, session: Session, person: Any, expected: set[Role]) -> None:
    assert moodle.launch(person=person).status_code == 303
    launch = session.scalars(select(StoredLaunch)).one()
    viewer = find(session, launch.id)
    assert viewer is not None
    assert viewer.roles == expected


def test_a_switched_role_is_obeyed_even_for_an_appointed_librarian(moodle: Moodle, session: Session) -> None:
    moodle.launch(person=ADMINISTRATOR)
    session.execute(update(Person).values(is_librarian=True))
    session.commit()
    moodle.launch(person=ADMINISTRATOR, changes={ROLES: [LEARNER]})
    roles = [find(session, launch.id) for launch in session.scalars(select(StoredLaunch))]
    assert {viewer.roles for viewer in roles if viewer} == {
        frozenset({Role.TEACHER, Role.ADMINISTRATOR, Role.LIBRARIAN}),
        frozenset({Role.STUDENT}),
    }


def test_a_visit_without_known_roles_may_read(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    assert moodle.launch(browser, changes={ROLES: []}).status_code == 303
    assert browser.get("/").status_code == 200
    assert browser.get("/people").status_code == 403


def test_several_audiences_are_fine_with_azp(moodle: Moodle) -> None:
    answer = moodle.launch(changes={"aud": ["other", CLIENT_ID], "azp": CLIENT_ID})
    assert answer.status_code == 303


def test_a_clock_a_little_ahead_or_behind_does_not_matter(moodle: Moodle) -> None:
    now = int(utcnow().timestamp())
    assert moodle.launch(changes={"iat": now + 20, "exp": now + 80}).status_code == 303
    assert moodle.launch(changes={"iat": now - 80, "exp": now - 20}).status_code == 303


def test_a_person_whose_moodle_keeps_names_back_is_signed_in(moodle: Moodle, session: Session) -> None:
    nameless = dict.fromkeys(("name", "given_name", "family_name", "email"), ABSENT)
    seen = []
    for changes in (nameless, {"name": ABSENT}, nameless):
        assert moodle.launch(changes=changes).status_code == 303
        seen.append(session.scalars(select(Person.name)).one())
        session.rollback()
    assert seen == ["", "Estudiante de práctica", "Estudiante de práctica"]


def test_hostile_names_are_kept_as_one_line_of_text(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    name = "<script>alert(1)</script>\n\x00\u202eAna\ud800 " + "x" * 9000
    assert moodle.launch(browser, person=ADMINISTRATOR, changes={"name": name}).status_code == 303
    person = session.scalars(select(Person)).one()
    assert person.name.startswith("<script>alert(1)</script> Ana x")
    assert len(person.name) == 255
    page = browser.get("/people")
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


def test_a_launch_without_course_is_taken(moodle: Moodle, session: Session) -> None:
    assert moodle.launch(changes={CONTEXT: ABSENT}).status_code == 303
    assert session.scalars(select(StoredLaunch)).one().context_id is None


def test_the_same_person_and_course_are_kept_once_and_brought_up_to_date(moodle: Moodle, session: Session) -> None:
    moodle.launch()
    moodle.launch(changes={"name": "Otro Nombre", CONTEXT: {"id": "2", "title": "Otro título"}})
    assert session.scalars(select(Person.name)).all() == ["Otro Nombre"]
    assert session.scalars(select(Context.title)).all() == ["Otro título"]
    assert session.scalars(select(Context.label)).all() == ["EST101"]


def test_a_launch_lands_on_the_page_of_ours_that_it_asks_for(moodle: Moodle, session: Session) -> None:
    for path in ("/", "/search?q=agua%20segura&page=2", "/resources/7", "/resources/7/read?page=3"):
        landed = moodle.launch(changes={TARGET_LINK_URI: TOOL + path}).location
        assert landed == f"/v/c{session.scalars(select(Context.id)).one()}{path}"


def test_a_launch_that_asks_for_the_address_of_another_visit_lands_there_in_its_own(moodle: Moodle) -> None:
    home = moodle.launch().location
    for other in ("c77", "p3-0123abcd", "r4", "t" + "x" * 43):
        asked = {TARGET_LINK_URI: f"{TOOL}/v/{other}/resources/7?page=2"}
        assert moodle.launch(changes=asked).location == f"{home}resources/7?page=2"


def test_a_launch_that_asks_for_anything_else_lands_on_the_first_page(moodle: Moodle) -> None:
    home = moodle.launch().location
    ours_but_no_page = ("", "/lti/launch", "/lti/login", "/lti/jwks.json", "/health", "/static/lrc.css", "/nowhere")
    elsewhere = ("//evil.example/", "/\\evil.example/", "/%2F%2Fevil.example/resources/7", "/resources/7/", "/v/c1")
    twice = ("/v/c1/v/c2/resources/7", "/v/c1//evil.example/")
    for path in ours_but_no_page + elsewhere + twice:
        assert moodle.launch(changes={TARGET_LINK_URI: TOOL + path}).location == home, path


def test_nothing_of_an_earlier_visit_in_this_browser_lives_on(moodle: Moodle) -> None:
    browser = moodle.browser()
    with browser.session_transaction(base_url=browser.tool_url) as cookie:
        cookie[visits.VISITS] = [["c1", "planted"]]
        cookie["planted"] = "yes"
    moodle.launch(browser)
    with browser.session_transaction(base_url=browser.tool_url) as cookie:
        assert "planted" not in cookie
        assert "planted" not in visits.all_in(cookie).values()


def test_the_cookie_holds_the_visit_whose_it_is_and_its_language_only(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    moodle.launch(browser)
    launch = session.scalars(select(StoredLaunch)).one()
    with browser.session_transaction(base_url=browser.tool_url) as cookie:
        assert dict(cookie) == {
            "visits": [[f"c{launch.context_id}", launch.id]],
            "person": launch.person_id,
            "launch_language": "es",
            "csrf_token": visits.forms_secret(launch.person_id, str(moodle.app.secret_key)),
        }


def test_a_visit_ends_after_its_time(moodle: Moodle, session: Session) -> None:
    browser = moodle.browser()
    moodle.launch(browser)
    session.execute(update(StoredLaunch).values(expires_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    answer = browser.get("/")
    assert answer.status_code == 401
    assert "Vuelve a Moodle" in answer.text


def test_custom_parameters_are_texts_by_exact_key_and_unknown_variables_are_absent() -> None:
    body = {
        "sub": "4",
        ROLES: [INSTRUCTOR],
        RESOURCE_LINK: {"id": "1"},
        TARGET_LINK_URI: TOOL,
        "https://purl.imsglobal.org/spec/lti/claim/message_type": "LtiResourceLinkRequest",
        CUSTOM: {"num": "5", "Mixed-Case.Key": "v;1=2", "held_back": None, "picture": "$User.image", "real": 5},
    }
    assert Launch.from_claims(body).custom == {"num": "5", "Mixed-Case.Key": "v;1=2"}


def test_two_first_launches_of_one_person_at_once_make_one_person(
    app: Flask, session: Session, platform: Platform
) -> None:
    launch = Launch(sub="77", roles=frozenset({Role.STUDENT}), context_id="9")
    failures: list[BaseException] = []
    start = threading.Barrier(4)

    def come() -> None:
        try:
            start.wait()
            with app.app_context(), transaction() as own:
                home = own.get_one(Platform, platform.id)
                receive(own, home, launch, 60)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert session.scalar(select(func.count()).select_from(Person)) == 1
    assert session.scalar(select(func.count()).select_from(Context)) == 1
    assert session.scalar(select(func.count()).select_from(StoredLaunch)) == 4
