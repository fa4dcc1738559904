"""The operator's pages: how one comes in, and what can be done there."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lrc.db import utcnow
from lrc.errors import NotSignedIn
from lti import invitations, operators
from lti.models import Invitation, OperatorVisit, Platform
from lti.viewers import Role
from tests import factories
from tests.factories import Browser


def entered(app: Flask, session: Session) -> Browser:
    """A browser in which the operator's visit has begun."""
    token = operators.issue(session)
    session.commit()
    browser = Browser(app, app.response_class)
    assert browser.submit(f"/operator/enter/{token}").status_code == 303
    return browser


@pytest.fixture
def operator(app: Flask, session: Session) -> Browser:
    return entered(app, session)


def form(**changes: str) -> dict[str, str]:
    return {
        "institution": "Universidad Nueva",
        "issuer": "https://moodle.example",
        "client_id": "abc",
        "deployment_id": "1",
    } | changes


def test_the_address_lets_in_once_and_never_by_looking_at_it(app: Flask, session: Session) -> None:
    token = operators.issue(session)
    session.commit()
    first, second = (Browser(app, app.response_class) for _ in range(2))
    for browser in (first, second):
        assert "Entrar para operar" in browser.get(f"/operator/enter/{token}").text
    assert first.submit(f"/operator/enter/{token}").status_code == 303
    assert first.get("/operator").status_code == 200
    refused = second.submit(f"/operator/enter/{token}")
    assert (refused.status_code, "ya se usó" in refused.text) == (401, True)
    assert second.get("/operator").status_code == 401


def test_of_two_openings_at_once_one_succeeds(session: Session) -> None:
    token = operators.issue(session)
    operators.open_visit(session, token)
    with pytest.raises(NotSignedIn):
        operators.open_visit(session, token)


def test_an_address_ends_after_ten_minutes_and_a_visit_after_eight_hours(app: Flask, session: Session) -> None:
    late = operators.issue(session)
    session.execute(update(OperatorVisit).values(expires_at=utcnow() - timedelta(seconds=1)))
    with pytest.raises(NotSignedIn):
        operators.open_visit(session, late)
    browser = entered(app, session)
    remaining = session.scalars(select(OperatorVisit.expires_at).order_by(OperatorVisit.id.desc())).first()
    assert remaining is not None
    assert timedelta(hours=7) < remaining - utcnow() <= timedelta(hours=8)
    session.execute(update(OperatorVisit).values(expires_at=utcnow() - timedelta(seconds=1)))
    session.commit()
    assert browser.get("/operator").status_code == 401


def test_neither_the_address_nor_the_cookie_is_kept(session: Session) -> None:
    token = operators.issue(session)
    secret = operators.open_visit(session, token)
    kept = session.scalars(select(OperatorVisit.token_hash)).one()
    assert kept not in (token, secret)
    assert operators.find(session, secret) is not None
    assert operators.find(session, token) is None
    assert operators.find(session, kept) is None


def test_leaving_ends_the_visit_for_every_copy_of_its_cookie(app: Flask, session: Session, operator: Browser) -> None:
    cookie = operator.get_cookie(operators.COOKIE, domain="tool.example", path="/operator")
    assert cookie is not None
    operator.submit("/operator/leave")
    copy = Browser(app, app.response_class)
    copy.set_cookie(operators.COOKIE, cookie.value, domain="tool.example", path="/operator", secure=True)
    assert copy.get("/operator").status_code == 401


def test_the_cookie_goes_to_these_pages_only_and_into_no_frame(app: Flask, session: Session) -> None:
    token = operators.issue(session)
    session.commit()
    answer = Browser(app, app.response_class).submit(f"/operator/enter/{token}")
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(operators.COOKIE)]
    assert {"Secure", "HttpOnly", "Path=/operator", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


PAGES = ("/operator", "/operator/platforms/new", "/operator/platforms/1", "/operator/platforms/999")
DEEDS = (
    "/operator/invitations",
    "/operator/invitations/1/revoke",
    "/operator/platforms/new",
    "/operator/platforms/1",
    "/operator/platforms/1/deployments",
    "/operator/leave",
)


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_the_operator_learns_only_how_one_comes_in(app: Flask, session: Session, path: str) -> None:
    factories.platform(session, of=factories.institution(session, "Universidad Secreta"))
    for browser in (Browser(app, app.response_class), factories.signed_in(app, session, Role.ADMINISTRATOR)):
        answer = browser.get(path)
        assert (answer.status_code, "lrc operator" in answer.text) == (401, True)
        assert "Secreta" not in answer.text
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", DEEDS)
def test_who_is_not_the_operator_changes_nothing(app: Flask, session: Session, path: str) -> None:
    somebody = factories.person(session)
    browser = factories.signed_in(app, session, Role.ADMINISTRATOR, by=somebody)
    assert browser.submit(path, form()).status_code == 401
    assert session.scalars(select(Invitation)).all() == []
    assert len(session.scalars(select(Platform)).all()) == 1


@pytest.mark.parametrize("path", DEEDS)
def test_a_form_of_another_site_is_refused(session: Session, operator: Browser, path: str) -> None:
    factories.platform(session)
    session.commit()
    assert operator.post(path, data=form(uses="1", days="7")).status_code in (400, 401)
    assert operator.get("/operator").status_code == 200
    assert session.scalars(select(Invitation)).all() == []


def test_an_invitation_is_shown_once_and_can_be_revoked(session: Session, operator: Browser) -> None:
    answer = operator.submit("/operator/invitations", {"institution": "U <b>1</b>", "uses": "3", "days": "2"})
    address = re.search(r'value="(https://tool\.example/lti/register/[^"]+)"', answer.text)
    assert address is not None
    assert "U <b>1</b>" not in answer.text
    made = session.scalars(select(Invitation)).one()
    assert (made.uses_left, made.institution.name, made.expires_at - made.created_at > timedelta(days=1)) == (
        3,
        "U <b>1</b>",
        True,
    )
    home = operator.get("/operator").text
    assert "Quedan 3 usos" in home
    assert address[1] not in home
    gone = operator.submit(f"/operator/invitations/{made.id}/revoke", follow_redirects=True)
    assert "ya no sirve" in gone.text
    assert "Quedan 3 usos" not in gone.text


@pytest.mark.parametrize(
    "changes", [{"institution": " "}, {"uses": "0"}, {"uses": "many"}, {"days": "91"}, {"note": "n" * 201}]
)
def test_an_invitation_that_cannot_be_keeps_what_was_typed(
    session: Session, operator: Browser, changes: dict[str, str]
) -> None:
    answer = operator.submit("/operator/invitations", {"institution": "Mía", "uses": "1", "days": "7"} | changes)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert session.scalars(select(Invitation)).all() == []


def test_a_moodle_is_registered_by_hand_with_its_usual_addresses(session: Session, operator: Browser) -> None:
    page = operator.get("/operator/platforms/new").text
    for value in ("https://tool.example/lti/jwks.json", "context_history=$Context.id.history", "/static/icon.png"):
        assert value in unescape(page)
    done = operator.submit("/operator/platforms/new", form(), follow_redirects=True)
    assert "ya puede abrir la biblioteca" in done.text
    made = session.scalars(select(Platform)).one()
    assert made.jwks_url == "https://moodle.example/mod/lti/certs.php"
    assert [each.deployment_id for each in made.deployments] == ["1"]


def test_a_refused_form_says_why_and_keeps_what_was_typed(session: Session, operator: Browser) -> None:
    answer = operator.submit("/operator/platforms/new", form(issuer="moodle.example"))
    assert (answer.status_code, "issuer debe ser una dirección" in answer.text) == (422, True)
    assert 'value="moodle.example"' in answer.text
    assert "Universidad Nueva</option>" not in answer.text
    assert session.scalars(select(Platform)).all() == []


def test_a_platform_does_not_change_hands_by_the_form(session: Session, operator: Browser) -> None:
    factories.platform(session, issuer="https://moodle.example", client_id="abc")
    session.commit()
    answer = operator.submit("/operator/platforms/new", form())
    assert (answer.status_code, "ya pertenece a otra institución" in answer.text) == (422, True)


def of(session: Session) -> Platform:
    made = factories.platform(session)
    session.commit()
    return made


def test_addresses_change_and_the_platform_stays_itself(session: Session, operator: Browser) -> None:
    platform = of(session)
    new = {
        "auth_login_url": f"{platform.issuer}/a",
        "auth_token_url": f"{platform.issuer}/t",
        "jwks_url": f"{platform.issuer}/k",
    }
    path = f"/operator/platforms/{platform.id}"
    assert "Guardamos las direcciones" in operator.submit(path, new, follow_redirects=True).text
    session.expire_all()
    assert (platform.jwks_url, platform.client_id) == (f"{platform.issuer}/k", "client")
    refused: TestResponse = operator.submit(path, new | {"jwks_url": "javascript:alert(1)"})
    assert (refused.status_code, "jwks_url debe ser una dirección" in refused.text) == (422, True)
    session.expire_all()
    assert platform.jwks_url == f"{platform.issuer}/k"


def test_a_deployment_is_added_by_hand(session: Session, operator: Browser) -> None:
    platform = of(session)
    path = f"/operator/platforms/{platform.id}/deployments"
    assert operator.submit(path, {"deployment_id": "27"}).status_code == 303
    assert operator.submit(path, {"deployment_id": ""}).status_code == 422
    session.expire_all()
    assert sorted(each.deployment_id for each in platform.deployments) == ["1", "27"]


def test_the_list_says_who_came_and_whom_nobody_can_reach(session: Session, operator: Browser) -> None:
    visited, deaf = of(session), of(session)
    deaf.deployments.clear()
    for _ in range(2):
        factories.person(session, of=visited)
    session.commit()
    home = operator.get("/operator").text
    assert "2 personas" in home
    assert "Falta el despliegue" in home
    assert "Todavía no ha entrado nadie" in home
    assert "Registrada a mano" in home


def test_a_note_is_kept_without_what_no_database_can_hold(session: Session) -> None:
    made, _token = invitations.invite(session, "Universidad Nueva", note="para\x00 Rosa\n")
    assert made.note == "para Rosa"
