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

from catalog.days import today
from catalog.models import (
    Cohort,
    Course,
    CourseModule,
    File,
    FileState,
    Kind,
    Page,
    Resource,
    ResourceState,
    Version,
    VersionState,
)
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
        group_ids=tuple(visit.person.institution.group_ids),
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


LESSONS = ("Qué es una fuente|Una fuente dice de dónde viene lo que sabemos.", "Citar|Citar es dar las gracias.")


def module(
    session: Session,
    *lessons: str,
    by: Person | None = None,
    state: ResourceState = ResourceState.PUBLISHED,
    quiz: bool = False,
    **columns: Any,
) -> Resource:
    """A module of a person with its only version; each lesson is "title|text", of key "l1", "l2"...; ``quiz`` "q1"."""
    told = [each.partition("|")[::2] for each in lessons or LESSONS]
    parts: list[dict[str, Any]] = [
        {"type": "lesson", "key": f"l{number}", "title": title, "text": text, "minutes": 10}
        for number, (title, text) in enumerate(told, 1)
    ]
    asked = {"type": "truefalse", "key": "p1", "text": "Toda fuente es buena.", "is_true": False}
    if quiz:
        parts.append({"type": "quiz", "key": "q1", "title": "¿Qué aprendiste?", "questions": [asked]})
    texts = [f"{title}\n{text}" for title, text in told] + ["¿Qué aprendiste?\n"] * quiz
    return _written(session, Kind.MODULE, {"parts": parts}, texts, by=by, state=state, **columns)


def course(
    session: Session,
    *modules: Resource,
    by: Person | None = None,
    state: ResourceState = ResourceState.PUBLISHED,
    certificate: bool = False,
    **columns: Any,
) -> Resource:
    """A course of a person with its only version, holding modules in order."""
    content = {"modules": [each.record_id for each in modules], "gives_certificate": certificate}
    made = _written(session, Kind.COURSE, content, [], by=by, state=state, **columns)
    if state is ResourceState.PUBLISHED:
        session.add(Course(resource_id=made.id, gives_certificate=certificate))
        session.add_all(
            CourseModule(course_id=made.id, module_id=each.id, position=position)
            for position, each in enumerate(modules, 1)
        )
        session.flush()
    return made


def cohort(
    session: Session, course: Resource, *, tutor: Person | None = None, days: int = 10, **columns: Any
) -> Cohort:
    """A group of a course that one may join for some days more; it begins the day after and lasts thirty."""
    who = tutor or session.get_one(Person, course.owner_id)
    last = today() + timedelta(days=days)
    dates = {"enrol_until_on": last, "starts_on": last + timedelta(days=1), "ends_on": last + timedelta(days=31)}
    given = {"title": "Grupo de marzo", "places": 0, "institution_id": who.institution_id} | dates | columns
    made = Cohort(**given, course_id=course.id, tutor_id=who.id)
    session.add(made)
    session.flush()
    return made


def _written(
    session: Session,
    kind: Kind,
    content: dict[str, Any],
    texts: list[str],
    *,
    by: Person | None,
    state: ResourceState,
    **columns: Any,
) -> Resource:
    owner = by or person(session)
    named = {"title": "Buscar y citar fuentes", "language": "es"} | columns
    made = Resource(
        **{"record_id": secrets.token_hex(8), "institution_id": owner.institution_id} | named,
        kind=kind,
        owner_id=owner.id,
        state=state,
    )
    session.add(made)
    session.flush()
    states = {
        ResourceState.PUBLISHED: VersionState.PUBLISHED,
        ResourceState.WITHDRAWN: VersionState.PUBLISHED,
        ResourceState.WAITING: VersionState.WAITING,
        ResourceState.RETURNED: VersionState.RETURNED,
    }
    if state in states:
        version = Version(resource_id=made.id, number=1, state=states[state], content={"title": made.title, **content})
        version.texts, version.author_id = texts, owner.id
        session.add(version)
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
