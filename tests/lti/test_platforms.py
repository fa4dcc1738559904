"""Registering Moodles, by rule and by command."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.errors import BadInput
from lti.commands import platforms as command
from lti.models import Institution, Platform, ToolKey
from lti.platforms import Registration, origin_of, origins, register

MOODLE = Registration(
    issuer="https://moodle.example",
    client_id="abc",
    auth_login_url="https://moodle.example/mod/lti/auth.php",
    auth_token_url="https://moodle.example/mod/lti/token.php",
    jwks_url="https://moodle.example/mod/lti/certs.php",
)


def test_registering_again_changes_nothing_and_a_new_address_is_taken(session: Session) -> None:
    first = register(session, "Una Universidad", MOODLE, "1")
    assert register(session, " Una Universidad ", MOODLE, "1") is first
    register(session, "Una Universidad", replace(MOODLE, jwks_url="https://moodle.example/new"), "2")
    session.commit()
    platform = session.scalars(select(Platform)).one()
    assert platform.jwks_url == "https://moodle.example/new"
    assert sorted(each.deployment_id for each in platform.deployments) == ["1", "2"]
    assert session.scalars(select(Institution.name)).all() == ["Una Universidad"]


def test_a_platform_does_not_change_hands(session: Session) -> None:
    register(session, "Una Universidad", MOODLE, "1")
    with pytest.raises(BadInput, match="already belongs to 'Una Universidad'"):
        register(session, "Otra Universidad", MOODLE, "1")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": ""},
        {"issuer": "moodle.example"},
        {"issuer": "https://moodle.example; script-src *"},
        {"issuer": "https://moodle.example;x"},
        {"issuer": "https://user:secret@moodle.example"},
        {"jwks_url": "file:///etc/passwd"},
        {"jwks_url": "javascript:alert(1)"},
        {"auth_login_url": "https://"},
        {"auth_login_url": "https://moodle.example/a b"},
        {"auth_login_url": "https://moodle.example/\n"},
        {"auth_token_url": "https://moodle.example/#x"},
        {"auth_token_url": "https://moodle.example:port/"},
        {"client_id": ""},
        {"client_id": " abc"},
    ],
)
def test_what_cannot_be_is_refused_by_name(session: Session, changes: dict[str, str]) -> None:
    with pytest.raises(BadInput, match=next(iter(changes))):
        register(session, "Una Universidad", replace(MOODLE, **changes), "1")


@pytest.mark.parametrize(("institution", "deployment_id"), [(" ", "1"), ("U" * 201, "1"), ("U", ""), ("U", "1 ")])
def test_institution_and_deployment_need_names(session: Session, institution: str, deployment_id: str) -> None:
    with pytest.raises(BadInput):
        register(session, institution, MOODLE, deployment_id)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Moodle.example/x?y#z", "https://moodle.example"),
        ("https://moodle.example:443/", "https://moodle.example"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://moodle.example:99999", ""),
        ("https://moo'dle.example", ""),
        ("ftp://moodle.example", ""),
        ("//moodle.example", ""),
        ("", ""),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str) -> None:
    assert origin_of(url) == origin


def test_registered_platforms_may_frame_us_and_no_others(app: Flask, session: Session) -> None:
    assert origins(session) == frozenset()
    register(session, "U", replace(MOODLE, auth_login_url="https://login.example:8443/auth"), "1")
    assert origins(session) == {"https://moodle.example", "https://login.example:8443"}


def add(app: Flask, **changes: str) -> str:
    options = {
        "institution": "Una Universidad",
        "issuer": MOODLE.issuer,
        "client-id": MOODLE.client_id,
        "deployment-id": "1",
        "auth-login-url": MOODLE.auth_login_url,
        "auth-token-url": MOODLE.auth_token_url,
        "jwks-url": MOODLE.jwks_url,
    } | {name.replace("_", "-"): value for name, value in changes.items()}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return CliRunner().invoke(command, ["add", *words], obj=lambda: app, catch_exceptions=False).output


def test_the_command_registers_and_says_what_to_type_into_moodle(app: Flask, session: Session) -> None:
    said = add(app)
    for address in ("/lti/login", "/lti/launch", "/lti/jwks.json"):
        assert f"https://tool.example{address}\n" in said
    assert session.scalars(select(Platform.issuer)).all() == [MOODLE.issuer]
    assert add(app) == said
    assert len(session.scalars(select(ToolKey)).all()) == 1


def test_the_command_lists_what_is_registered(app: Flask) -> None:
    empty = CliRunner().invoke(command, ["list"], obj=lambda: app)
    assert (empty.stdout, "No Moodle is registered yet" in empty.stderr) == ("", True)
    add(app)
    add(app, deployment_id="2")
    listed = CliRunner().invoke(command, ["list"], obj=lambda: app)
    assert listed.stdout == "Una Universidad\thttps://moodle.example\tabc\t1,2\n"


def test_the_command_refuses_a_wrong_address(app: Flask, session: Session) -> None:
    with pytest.raises(BadInput, match="jwks_url must be an address"):
        add(app, jwks_url="moodle.example/certs.php")
    assert session.scalars(select(Platform)).all() == []
