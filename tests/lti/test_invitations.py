"""Invitations and platforms by command, and what is kept of an invitation."""

from __future__ import annotations

import hashlib

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.errors import BadInput, Conflict, NotFound
from lti import invitations, platforms
from lti.commands import operator_address
from lti.commands import platforms as command
from lti.models import Deployment, Institution, Invitation, Platform
from tests import factories
from tests.factories import Browser

ADDRESS = "https://tool.example/lti/register/"


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(command, list(words), obj=lambda: app, catch_exceptions=False)


def test_only_the_address_is_printed_and_only_its_hash_is_kept(app: Flask, session: Session) -> None:
    said = run(app, "invite", "Universidad Nueva", "--uses", "2", "--days", "3", "--note", "para Rosa")
    assert said.stdout.startswith(ADDRESS)
    token = said.stdout.strip().removeprefix(ADDRESS)
    made = session.scalars(select(Invitation)).one()
    assert made.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in {str(getattr(made, column.key)) for column in Invitation.__table__.columns}
    assert (made.uses_left, made.note, made.institution.name) == (2, "para Rosa", "Universidad Nueva")
    assert (made.expires_at - made.created_at).days in (2, 3)
    assert invitations.get_open(session, token) is made


def test_an_institution_that_is_known_is_invited_again_by_its_name(app: Flask, session: Session) -> None:
    for name in ("Una  Universidad", " Una Universidad "):
        run(app, "invite", name)
    assert session.scalars(select(Institution.name)).all() == ["Una Universidad"]


def test_the_list_says_how_each_stands(app: Flask, session: Session) -> None:
    for name in ("Abierta", "Anulada", "Usada"):
        run(app, "invite", name)
    used = session.scalars(select(Invitation).where(Invitation.institution.has(name="Usada"))).one()
    used.uses_left = 0
    session.commit()
    assert "no longer serves" in run(app, "revoke", "2").stdout
    rows = [line.split("\t")[:4] for line in run(app, "invitations").stdout.splitlines()]
    assert rows == [["3", "used up", "Usada", "0"], ["2", "revoked", "Anulada", "1"], ["1", "open", "Abierta", "1"]]


def test_what_is_not_there_cannot_be_revoked(app: Flask) -> None:
    with pytest.raises(NotFound, match="no invitation 9"):
        run(app, "revoke", "9")


@pytest.mark.parametrize("words", [["--uses", "0"], ["--uses", "101"], ["--days", "0"], ["--days", "91"]])
def test_limits_hold(app: Flask, session: Session, words: list[str]) -> None:
    with pytest.raises(BadInput):
        run(app, "invite", "U", *words)
    assert session.scalars(select(Institution)).all() == []


def test_the_operators_address_opens_the_operators_pages(app: Flask) -> None:
    said = CliRunner().invoke(operator_address, obj=lambda: app, catch_exceptions=False)
    path = said.stdout.strip().removeprefix("https://tool.example")
    browser = Browser(app, app.response_class)
    assert browser.submit(path).status_code == 303
    assert browser.get("/operator").status_code == 200


def test_moodles_usual_addresses_need_not_be_typed(app: Flask, session: Session) -> None:
    options = {"institution": "U", "issuer": "https://m.example/aula", "client-id": "c", "deployment-id": "1"}
    said = run(app, "add", *(word for name, value in options.items() for word in (f"--{name}", value)))
    platform = session.scalars(select(Platform)).one()
    assert platform.auth_login_url == "https://m.example/aula/mod/lti/auth.php"
    for line in ("    context_history=$Context.id.history\n", "    user_groups=$Moodle.Person.userGroupIds\n"):
        assert line in said.stdout
    assert "grade sync and column management" in said.stdout
    assert run(app, "values").stdout in said.stdout


def test_a_deployment_is_added_by_command(app: Flask, session: Session) -> None:
    platform = factories.platform(session)
    session.commit()
    run(app, "add-deployment", platform.issuer, "77")
    assert platforms.find_deployment(platform, "77") is None  # this session read it before
    session.refresh(platform)
    assert platforms.find_deployment(platform, "77") is not None
    with pytest.raises(NotFound):
        run(app, "add-deployment", "https://nobody.example", "1")


def test_a_platform_that_nobody_came_from_can_be_removed(app: Flask, session: Session) -> None:
    platform = factories.platform(session)
    session.commit()
    run(app, "remove", platform.issuer)
    session.expire_all()
    assert session.scalars(select(Platform)).all() == []
    assert session.scalars(select(Deployment)).all() == []


def test_a_platform_with_people_or_courses_stays(app: Flask, session: Session) -> None:
    for somebody_or_course in (factories.person, factories.context):
        platform = factories.platform(session)
        somebody_or_course(session, of=platform)  # type: ignore[operator]
        session.commit()
        with pytest.raises(Conflict):
            run(app, "remove", platform.issuer)
    assert len(session.scalars(select(Platform)).all()) == 2
