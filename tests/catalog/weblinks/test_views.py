"""The pages of addresses: pasting one, its material's page, the reader, course links, and the librarians' list."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.library import Details
from catalog.models import Resource, ResourceState, WebLink, WebLinkState
from catalog.weblinks import weblinks
from lrc.db import engine_of, utcnow
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.catalog.enrolling import statements
from tests.catalog.weblinks.test_weblinks import URL, link_of
from tests.factories import Browser

SAID = {"title": "Riego por goteo", "description": "", "language": "es", "license": "CC BY 4.0", "audience": "everyone"}


@pytest.fixture
def browser(app: Flask, session: Session, rosa: Person) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=rosa)


@pytest.fixture
def librarian(app: Flask, session: Session, rosa: Person) -> Browser:
    other = factories.person(session, librarian=True)
    other.institution_id = rosa.institution_id
    return factories.signed_in(app, session, Role.LIBRARIAN, by=other)


@pytest.fixture
def made(session: Session, teacher: Viewer) -> Resource:
    """Published, its page read."""
    found = weblinks.add(session, teacher, Details(title="Riego por goteo"), URL)
    found.state, found.published_at = ResourceState.PUBLISHED, utcnow()
    link = link_of(session, found)
    link.is_to_be_read, link.checked_at = False, utcnow()
    link.state = WebLinkState.ALIVE
    session.commit()
    return found


def fail(session: Session, made: Resource, state: WebLinkState = WebLinkState.DEAD, moved_to: str = "") -> WebLink:
    link = link_of(session, made)
    link.state, link.tries, link.failure, link.moved_to = state, 3, "gone" if not moved_to else "", moved_to
    session.commit()
    return link


def test_an_address_that_is_pasted_becomes_a_material(browser: Browser, session: Session) -> None:
    shown = browser.get("/weblinks/new?url=riego.edu.pe/goteo?utm_source=x").text
    assert f'value="{URL}"' in shown
    assert 'value="Derechos reservados" selected' in shown
    answer = browser.submit("/weblinks/new", {**SAID, "url": "riego.edu.pe/goteo"})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Visitando la página" in page
    assert f'href="{URL}" target="_blank" rel="noopener noreferrer"' in page
    assert "Abrir en riego.edu.pe" in page
    again = browser.get(f"/weblinks/new?url={URL}/")
    assert (again.status_code, "Esta misma dirección ya está en la biblioteca" in again.text) == (409, True)


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "http://10.0.0.1/x", "https://a:b@gob.pe/"])
def test_what_cannot_be_an_address_is_said_beside_it(browser: Browser, url: str) -> None:
    answer = browser.submit("/weblinks/new", {**SAID, "url": url})
    assert (answer.status_code, 'id="url-error"' in answer.text, "Riego por goteo" in answer.text) == (422, True, True)


def test_only_teachers_bring_addresses(app: Flask, session: Session) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    assert student.get("/weblinks/new").status_code == 403
    assert student.get("/weblinks").status_code == 403


def test_once_its_page_was_read_the_material_is_shown_anew(browser: Browser, session: Session, made: Resource) -> None:
    link_of(session, made).is_to_be_read = True
    session.commit()
    path = f"/resources/{made.id}/address"
    assert "HX-Refresh" not in browser.get(path).headers
    link_of(session, made).is_to_be_read = False
    session.commit()
    assert browser.get(path).headers["HX-Refresh"] == "true"


def test_reader_and_course_link_lead_to_the_page_that_opens_it(
    app: Flask, session: Session, browser: Browser, made: Resource
) -> None:
    for path in (f"/resources/{made.id}/read", f"/open/resource/{made.record_id}"):
        assert browser.get(path).location == f"/resources/{made.id}"


def test_readers_are_told_of_a_dead_address_and_have_no_remedies(
    app: Flask, session: Session, made: Resource, librarian: Browser
) -> None:
    fail(session, made)
    student = factories.signed_in(app, session, Role.STUDENT).get(f"/resources/{made.id}").text
    assert "esta dirección no abre" in student
    assert "Comprobar ahora" not in student
    assert "Comprobar ahora" in librarian.get(f"/resources/{made.id}").text


def test_librarians_mend_from_their_list(librarian: Browser, session: Session, made: Resource) -> None:
    fail(session, made)
    listed = librarian.get("/weblinks").text
    assert "Riego por goteo" in listed
    assert "El sitio dice que esa página ya no existe." in listed
    path = f"/resources/{made.id}/address"
    bad = librarian.submit(path, {"do": "change", "url": "javascript:x", "which": "dead"}, follow_redirects=True)
    assert "No parece una dirección web" in bad.text
    librarian.submit(path, {"do": "change", "url": f"{URL}/nueva", "which": "dead"})
    assert link_of(session, made).url == f"{URL}/nueva"
    assert "Riego por goteo" not in librarian.get("/weblinks").text

    fail(session, made, WebLinkState.MOVED, f"{URL}/otra")
    assert f"{URL}/otra" in librarian.get("/weblinks?which=moved").text
    librarian.submit(path, {"do": "follow", "which": "moved"})
    assert link_of(session, made).url == f"{URL}/otra"

    fail(session, made)
    librarian.submit(path, {"do": "withdraw", "which": "dead"})
    session.refresh(made)
    assert made.state is ResourceState.WITHDRAWN
    assert librarian.submit(path, {"do": "nonsense"}).status_code == 422


def test_others_mend_nothing(app: Flask, session: Session, browser: Browser, made: Resource) -> None:
    stranger = factories.signed_in(app, session, Role.LIBRARIAN)
    for who in (stranger, browser):  # what is published is the library's
        assert who.submit(f"/resources/{made.id}/address", {"do": "check"}).status_code == 403
    assert "Riego por goteo" not in stranger.get("/weblinks").text


def test_the_list_takes_as_many_queries_for_many(
    app: Flask, session: Session, teacher: Viewer, librarian: Browser, made: Resource
) -> None:
    fail(session, made)
    librarian.get("/weblinks")
    few = statements(engine_of(app), lambda: librarian.get("/weblinks"))
    for number in range(12):
        other = weblinks.add(session, teacher, Details(title=f"Riego {number}"), f"{URL}/{number}")
        link = link_of(session, other)
        link.state, link.checked_at = WebLinkState.DEAD, utcnow()
    session.commit()
    assert statements(engine_of(app), lambda: librarian.get("/weblinks")) == few


def test_what_the_page_says_is_offered_beside_the_field(browser: Browser, session: Session, made: Resource) -> None:
    made.state = ResourceState.WAITING
    link_of(session, made).offered = {"description": "Cómo regar <b>", "creators": ["Luis Mamani"]}
    session.commit()
    assert "La página dice otra cosa en: Descripción, Personas." in browser.get(f"/resources/{made.id}").text
    form = browser.get(f"/resources/{made.id}/describe").text
    assert "La página dice: Cómo regar &lt;b&gt;" in form
    used = browser.submit(f"/resources/{made.id}/describe", {"use": "contributors", "title": "X"}).text
    assert "Luis Mamani</textarea>" in used
