"""Makes the rows that tests need, each complete with sensible values, and clients that are signed in."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.models import File, FileState, Page, Resource, ResourceState
from lrc.config import Settings
from lrc.db import utcnow
from lti import visits
from lti.models import Context, Deployment, Institution, Person, Platform, StoredLaunch
from lti.people import fold
from lti.viewers import Role, Viewer


def institution(session: Session, name: str = "") -> Institution:
    made = Institution(name=name or f"Universidad {secrets.token_hex(4)}")
    session.add(made)
    session.flush()
    return made


def platform(session: Session, *, of: Institution | None = None, issuer: str = "", client_id: str = "") -> Platform:
    """A platform with the deployment "1"; nothing answers at its addresses."""
    address = issuer or f"https://moodle-{secrets.token_hex(4)}.example"
    made = Platform(
        institution=of or institution(session),
        issuer=address,
        client_id=client_id or "client",
        auth_login_url=f"{address}/mod/lti/auth.php",
        auth_token_url=f"{address}/mod/lti/token.php",
        jwks_url=f"{address}/mod/lti/certs.php",
        deployments=[Deployment(deployment_id="1")],
    )
    session.add(made)
    session.flush()
    return made


def person(session: Session, *, of: Platform | None = None, name: str = "Alguien", librarian: bool = False) -> Person:
    home = of or platform(session)
    made = Person(
        platform_id=home.id,
        institution_id=home.institution_id,
        sub=secrets.token_hex(8),
        name=name,
        folded_name=fold(name),
        is_librarian=librarian,
    )
    session.add(made)
    session.flush()
    return made


def context(session: Session, *, of: Platform | None = None, label: str = "EST101") -> Context:
    """A Moodle course."""
    home = of or platform(session)
    made = Context(platform_id=home.id, context_id=secrets.token_hex(4), label=label, title=f"Curso {label}")
    session.add(made)
    session.flush()
    return made


def launch(session: Session, *roles: Role, by: Person | None = None, where: Context | None = None) -> StoredLaunch:
    """A visit in these roles (a student's where none is named)."""
    made = StoredLaunch(
        id=secrets.token_urlsafe(32),
        person=by or person(session),
        context=where,
        roles=sorted(roles or (Role.STUDENT,)),
        message_type="LtiResourceLinkRequest",
        claims={},
        expires_at=utcnow() + timedelta(hours=1),
    )
    session.add(made)
    session.flush()
    return made


def viewer(session: Session, *roles: Role, by: Person | None = None, where: Context | None = None) -> Viewer:
    """Who asks in a visit in these roles."""
    visit = launch(session, *roles, by=by, where=where)
    return Viewer(
        person_id=visit.person.id,
        institution_id=visit.person.institution_id,
        roles=frozenset(Role(each) for each in visit.roles),
        context_id=visit.context.id if visit.context else None,
        name=visit.person.name,
        launch_id=visit.id,
    )


def resource(
    session: Session,
    *pages: str,
    by: Person | None = None,
    state: ResourceState = ResourceState.PUBLISHED,
    **columns: Any,
) -> Resource:
    """A resource of a person, its file read; each page is "label|text" or text alone."""
    owner = by or person(session)
    kept = ("media_type", "name", "size_bytes", "sha256", "key")
    file = File(
        **{"key": f"files/{secrets.token_hex(16)}", "name": "guia.txt", "size_bytes": 1000, "media_type": "text/plain"}
        | {"sha256": secrets.token_hex(32)}
        | {name: columns.pop(name) for name in kept if name in columns},
        state=FileState.READY,
        page_count=len(pages),
        pages=[
            Page(number=number, label=label, text=text)
            for number, (label, _, text) in enumerate(
                (("|" * ("|" not in page) + page).partition("|") for page in pages), 1
            )
        ],
    )
    made = Resource(
        **{"record_id": secrets.token_hex(8), "title": "Guía", "institution_id": owner.institution_id} | columns,
        owner_id=owner.id,
        state=state,
        file=file,
    )
    session.add(made)
    session.flush()
    return made


class Browser(FlaskClient):
    """A browser that asks for Spanish, at the tool's public address, with the header that forms need."""

    landed = ""
    """Where the last launch of tests.campus led."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settings: Settings = self.application.config["LRC_SETTINGS"]
        self.tool_url = settings.tool_url
        self.environ_base.update({"HTTP_ACCEPT_LANGUAGE": "es", "HTTP_REFERER": f"{self.tool_url}/"})

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", self.tool_url)
        # The fixture `app` keeps an application context open, which Flask would let all requests share, and with it
        # who is asking and the database session.
        with self.application.app_context():
            return super().open(*args, **kwargs)

    def csrf_token(self) -> str:
        """A token for a form that this browser sends, as a page shown to it would have carried."""
        with self.session_transaction(base_url=self.tool_url) as cookie:
            secret = cookie.setdefault("csrf_token", secrets.token_hex(20))
        return URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(secret)

    def submit(self, path: str, fields: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form of one of our pages."""
        return self.post(path, data={**(fields or {}), "csrf_token": self.csrf_token()}, **kwargs)


def signed_in(
    app: Flask, session: Session, *roles: Role, by: Person | None = None, where: Context | None = None
) -> Browser:
    """A browser whose person has launched the tool in these roles. Commits ``session``."""
    visit = launch(session, *roles, by=by, where=where)
    session.commit()
    made = Browser(app, Response)
    with made.session_transaction(base_url=made.tool_url) as cookie:
        visits.enter(cookie, visit)
    return made
