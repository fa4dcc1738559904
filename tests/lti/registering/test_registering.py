"""An administrator pastes one address into the platform, reads, presses a button, and the library is registered."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lrc.db import engine_of, new_session, utcnow
from lti import invitations, platforms
from lti.models import Invitation, Platform
from lti.platforms import Registration
from lti.registering.refusals import RegistrationRefused
from tests import factories
from tests.lti.registering.conftest import AGS, NRPS, PLATFORM, SECRET, TOOL, Administrator, moodle_configuration

INSTITUTION = "Universidad Nacional de Prueba"


def kept(session: Session) -> Platform:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Platform)).one()


def uses_left(session: Session) -> int:
    session.rollback()
    return session.scalars(select(Invitation.uses_left)).one()


def test_what_is_asked_is_shown_before_anything_is_sent(administrator: Administrator, session: Session) -> None:
    page = administrator.paste()
    assert page.status_code == 200
    for words in (INSTITUTION, administrator.server.url, "moodle 4.5.6", "Enviar notas", "Lista de participantes"):
        assert words in page.text
    assert "Tu plataforma no ofrece esto, y la biblioteca funciona sin ello: Grupos del curso" in page.text
    assert administrator.sent == []
    assert session.scalars(select(Platform)).all() == []
    assert uses_left(session) == 1


def test_only_the_platform_may_frame_the_pages_though_it_is_not_registered_yet(administrator: Administrator) -> None:
    framed_by = f"frame-ancestors {administrator.server.url}"
    page = administrator.paste()
    for answer in (page, administrator.press(page), administrator.paste(secret="a b")):
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert framed_by in policy
        assert "script-src 'self'" in policy


def test_what_is_sent_is_what_moodle_needs_and_no_more_than_is_used(administrator: Administrator) -> None:
    assert administrator.register().status_code == 200
    [asked] = administrator.sent
    assert asked.headers["Authorization"] == f"Bearer {SECRET}"
    assert asked.headers["Content-Type"] == "application/json"
    body = json.loads(asked.body)
    tool = body.pop(TOOL)
    assert set(body.pop("scope").split()) == {
        "openid",
        *(f"{AGS}/{name}" for name in ("lineitem.readonly", "result.readonly", "score")),
        NRPS,
    }
    assert body == {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": "https://tool.example/lti/login",
        "redirect_uris": ["https://tool.example/lti/launch"],
        "client_name": "Biblioteca virtual",
        "jwks_uri": "https://tool.example/lti/jwks.json",
        "logo_uri": "https://tool.example/static/icon.png",
        "token_endpoint_auth_method": "private_key_jwt",
    }
    assert tool["domain"] == "tool.example"
    assert tool["target_link_uri"] == "https://tool.example"
    assert tool["custom_parameters"] == {
        "context_history": "$Context.id.history",
        "user_groups": "$Moodle.Person.userGroupIds",
    }
    assert set(tool["claims"]) == {"iss", "sub", "name", "given_name", "family_name", "email"}
    assert [each["type"] for each in tool["messages"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
        "LtiSubmissionReviewRequest",
    ]
    assert tool["messages"][1]["placements"] == ["ContentArea"]
    assert "\n" not in json.dumps(tool)


def test_the_token_goes_nowhere_but_into_the_registration(
    administrator: Administrator, caplog: pytest.LogCaptureFixture
) -> None:
    administrator.answer, administrator.status = f"bad token {SECRET}".encode(), 400
    with caplog.at_level(logging.DEBUG):
        page = administrator.paste()
        refused = administrator.press(page)
    assert refused.status_code == 502
    assert "Dijo: «bad token …»" in refused.text
    broken = administrator.paste(url="nowhere")
    for place in (page.text, refused.text, broken.text, caplog.text):
        assert SECRET not in place
    assert [each.headers["Authorization"] for each in administrator.server.asked] == [None, f"Bearer {SECRET}"]


def test_the_platform_is_kept_with_its_institution_and_the_use_is_counted(
    administrator: Administrator, session: Session
) -> None:
    done = administrator.register()
    assert "La biblioteca está registrada" in done.text
    assert "Activar" in done.text
    assert "data-close" in done.text
    platform, url = kept(session), administrator.server.url
    assert (platform.institution.name, platform.issuer, platform.client_id) == (INSTITUTION, url, "new-client")
    assert (platform.auth_login_url, platform.auth_token_url, platform.jwks_url) == (
        f"{url}/mod/lti/auth.php",
        f"{url}/mod/lti/token.php",
        f"{url}/mod/lti/certs.php",
    )
    assert (platform.product, platform.version) == ("moodle", "4.5.6 (Build: 20250811)")
    assert f"{AGS}/score" in platform.scopes
    assert platform.configuration_url == f"{url}/mod/lti/openid-configuration.php"
    assert [each.deployment_id for each in platform.deployments] == ["7"]
    assert uses_left(session) == 0
    again = administrator.paste()
    assert (again.status_code, "ya se usó" in again.text) == (410, True)


def test_groups_are_asked_for_where_they_are_offered(administrator: Administrator) -> None:
    groups = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
    administrator.configuration["scopes_supported"].append(groups)
    administrator.register()
    assert groups in json.loads(administrator.sent[0].body)["scope"].split()


def test_registering_again_brings_the_platform_up_to_date_and_keeps_its_people(
    administrator: Administrator, session: Session
) -> None:
    administrator.register()
    before = kept(session)
    somebody = factories.person(session, of=before)
    _, token = invitations.invite(session, INSTITUTION)
    session.commit()
    administrator.address = f"/lti/register/{token}"
    administrator.configuration["jwks_uri"] += "?new"
    administrator.configuration[PLATFORM]["version"] = "5.0"
    administrator.answer[TOOL]["deployment_id"] = 8  # a number, as some platforms write it
    assert administrator.register().status_code == 200
    after = kept(session)
    assert (after.id, after.version, after.jwks_url[-4:]) == (before.id, "5.0", "?new")
    assert sorted(each.deployment_id for each in after.deployments) == ["7", "8"]
    assert somebody.platform_id == after.id


def test_without_a_deployment_nobody_can_enter_until_the_operator_adds_it(
    administrator: Administrator, session: Session
) -> None:
    administrator.answer = {"client_id": "new-client"}
    done = administrator.register()
    assert "todavía no ha enviado el ID de su despliegue" in done.text
    platform = kept(session)
    assert platform.deployments == []
    platforms.add_deployment(session, platform, "31")
    assert platforms.find_deployment(platform, "31") is not None


def test_pressed_twice_it_is_registered_once_and_both_say_so(administrator: Administrator, session: Session) -> None:
    page = administrator.paste()
    for _ in range(2):
        assert "La biblioteca está registrada" in administrator.press(page).text
    assert len(administrator.sent) == 1
    assert uses_left(session) == 0


def test_a_second_press_whose_token_the_first_has_used_says_that_it_is_done(
    administrator: Administrator, session: Session
) -> None:
    page = administrator.paste()
    reply = administrator.server.reply

    def overtaken(asked: Any) -> None:
        administrator.server.reply = reply
        assert "La biblioteca está registrada" in administrator.press(page).text
        administrator.status, administrator.answer = 401, b"token_already_used"
        reply(asked)

    administrator.server.reply = overtaken
    assert "La biblioteca está registrada" in administrator.press(page).text
    assert uses_left(session) == 0


def test_an_invitation_for_two_serves_two_platforms(app: Flask, session: Session) -> None:
    made, _ = invitations.invite(session, "Una", uses=2)
    session.commit()
    for left in (1, 0):
        invitations.use(session, made.id)
        session.commit()
        session.refresh(made)
        assert made.uses_left == left
    with pytest.raises(RegistrationRefused):
        invitations.use(session, made.id)


def test_two_at_once_for_the_last_use_one_is_refused(app: Flask, session: Session) -> None:
    made, _ = invitations.invite(session, "Una")
    session.commit()
    with new_session(engine_of(app), writing=True) as one:
        invitations.use(one, made.id)
        one.commit()
        # The other looked when the invitation was still open, and counts only now.
        with pytest.raises(RegistrationRefused, match="used-up"):
            invitations.use(session, made.id)


def test_a_refused_registration_leaves_the_invitation_its_use(administrator: Administrator, session: Session) -> None:
    administrator.answer, administrator.status = b"missing_value: jwks_uri", 400
    refused = administrator.register()
    assert refused.status_code == 502
    assert "Dijo: «missing_value: jwks_uri»" in refused.text
    assert uses_left(session) == 1
    administrator.answer, administrator.status = {"client_id": "new-client"}, 201
    assert administrator.register().status_code == 200


def test_it_is_not_taken_over_from_another_institution(administrator: Administrator, session: Session) -> None:
    url = administrator.server.url
    platforms.register(session, "Otra", Registration(url, "new-client", f"{url}/a", f"{url}/t", f"{url}/k"), "1")
    session.commit()
    refused = administrator.register()
    assert (refused.status_code, "registrado por otra institución" in refused.text) == (409, True)
    assert "Otra" not in refused.text.replace("Otra vez", "")
    assert (kept(session).institution.name, kept(session).jwks_url) == ("Otra", f"{url}/k")
    assert uses_left(session) == 1


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"expires_at": utcnow() - timedelta(seconds=1)}, 410, "ya venció"),
        ({"revoked_at": utcnow()}, 410, "fue anulada"),
        ({"uses_left": 0}, 410, "ya se usó"),
    ],
)
def test_an_invitation_that_ended_asks_nobody_anything(
    administrator: Administrator, session: Session, change: dict[str, Any], status: int, words: str
) -> None:
    page = administrator.paste()
    session.execute(update(Invitation).values(**change))
    session.commit()
    asked = len(administrator.server.asked)
    for answer in (administrator.paste(), administrator.press(page)):
        assert (answer.status_code, words in answer.text) == (status, True)
    assert len(administrator.server.asked) == asked
    assert session.scalars(select(Platform)).all() == []


def test_an_unknown_invitation_asks_nobody_anything(
    administrator: Administrator, caplog: pytest.LogCaptureFixture
) -> None:
    administrator.address = "/lti/register/made-up-token"
    answer = administrator.paste()
    assert (answer.status_code, "No conocemos esta invitación" in answer.text) == (404, True)
    assert administrator.server.asked == []
    assert "made-up-token" not in caplog.text


def test_opened_in_a_browser_it_says_where_to_paste_it(administrator: Administrator) -> None:
    answer = administrator.browser.get(administrator.address)
    assert (answer.status_code, "se pega en Moodle" in answer.text) == (400, True)


def test_a_moodle_below_a_path_registers_and_cannot_speak_for_its_neighbour(administrator: Administrator) -> None:
    url = administrator.server.url
    administrator.configuration = moodle_configuration(f"{url}/derecho")
    assert administrator.paste(f"{url}/derecho/mod/lti/openid-configuration.php").status_code == 200
    for path in ("/medicina/configuration", "/derecho/../medicina/configuration", "/derecho/%2e%2e/medicina/c"):
        refused = administrator.paste(url + path)
        assert refused.status_code == 422, path
    assert administrator.sent == []


def test_names_of_the_platform_are_shown_as_text(administrator: Administrator) -> None:
    about = administrator.configuration[PLATFORM]
    about["product_family_code"], about["version"] = "<img src=x onerror=alert(1)>", "<script>1</script>"
    page, done = administrator.paste(), administrator.register()
    for shown in (page.text, done.text):
        assert "<img" not in shown
        assert "<script>1" not in shown
    assert "<script>1</script>" in unescape(page.text)
