"""Registration with the practice LMS, which registers tools as Moodle does."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lrc.practice.state import Tool
from lti import invitations
from lti.models import Platform
from tests.campus import ADMINISTRATOR, TEACHER, Campus
from tests.lti.registering.conftest import ticket_in

INSTITUTION = "Universidad Nacional de Prueba"


def paste(campus: Campus, session: Session, institution: str = INSTITUTION, update: str = "new") -> TestResponse:
    """The page that the administrator's frame shows for a new invitation."""
    _, token = invitations.invite(session, institution)
    session.commit()
    url = invitations.address_of(token, campus.settings.tool_url)
    asked = {"as": ADMINISTRATOR.sub, "url": url, "update": update}
    start = requests.get(
        f"{campus.lms.url}/mod/lti/startltiadvregistration.php", params=asked, timeout=20, allow_redirects=False
    )
    where = urlsplit(start.headers["Location"])
    return campus.browser().get(f"{where.path}?{where.query}")


def press(campus: Campus, page: TestResponse) -> TestResponse:
    assert page.status_code == 200, page.text
    return campus.browser().post("/lti/register", data={"ticket": ticket_in(page)})


def newest(campus: Campus) -> Tool:
    return list(campus.lms.store.state.tools.values())[-1]


def platform_of(session: Session, tool: Tool) -> Platform:
    session.expire_all()
    return session.scalars(select(Platform).where(Platform.client_id == tool.client_id)).one()


def test_both_sides_know_each_other_by_the_same_names(campus: Campus, session: Session) -> None:
    done = press(campus, paste(campus, session))
    assert "La biblioteca está registrada" in done.text
    tool = newest(campus)
    platform = platform_of(session, tool)
    assert (platform.issuer, platform.institution.name) == (campus.lms.url, INSTITUTION)
    assert [each.deployment_id for each in platform.deployments] == [tool.id]
    assert not tool.is_active
    assert (tool.name, tool.sends_name, tool.sends_email) == ("Biblioteca virtual", True, True)
    assert tool.custom == {"context_history": "$Context.id.history", "user_groups": "$Moodle.Person.userGroupIds"}
    assert tool.redirect_uris == [f"{campus.settings.tool_url}/lti/launch"]


def test_the_new_registration_opens_the_library_in_its_institutions_name(campus: Campus, session: Session) -> None:
    press(campus, paste(campus, session))
    tool = newest(campus)
    with campus.lms.store.changing() as state:
        state.tools[tool.id].is_active = True
    asked = {"id": "2", "as": TEACHER.sub, "lang": "es", "tool": tool.id}
    browser = campus.enter("/mod/lti/contentitem.php", asked)
    assert browser.get(browser.landed).status_code == 200


def test_updating_keeps_the_tool_and_the_platform(campus: Campus, session: Session) -> None:
    press(campus, paste(campus, session))
    tool = newest(campus)
    before = platform_of(session, tool).id
    done = press(campus, paste(campus, session, update=tool.id))
    assert "La biblioteca está registrada" in done.text
    assert newest(campus).client_id == tool.client_id
    assert platform_of(session, tool).id == before


def test_a_token_that_was_used_is_refused_in_the_platforms_words(campus: Campus, session: Session) -> None:
    page = paste(campus, session)
    press(campus, page)
    _, token = invitations.invite(session, INSTITUTION)
    session.commit()
    secret = re.search(r"registration_token=([^&]+)", page.request.full_path)
    assert secret is not None
    again = campus.browser().get(
        f"/lti/register/{token}?openid_configuration={campus.lms.url}/mod/lti/openid-configuration.php"
        f"&registration_token={secret[1]}"
    )
    refused = press(campus, again)
    assert (refused.status_code, "token_already_used" in refused.text) == (502, True)


def test_a_platform_of_one_institution_is_not_taken_over_by_another(campus: Campus, session: Session) -> None:
    press(campus, paste(campus, session))
    tool = newest(campus)
    refused = press(campus, paste(campus, session, "Otra Universidad", update=tool.id))
    assert (refused.status_code, "registrado por otra institución" in refused.text) == (409, True)
    assert platform_of(session, tool).institution.name == INSTITUTION
