"""Every door of the study room, tried by those who have no business there, and with what no page of ours sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.models import Resource, ResourceState, Version, VersionState
from lrc.db import utcnow
from lrc.study import authors, studies, writing
from lrc.study.content import Lesson, Module, Quiz, to_data
from lrc.study.models import Image
from lti.models import Person
from lti.viewers import Role, context_audience
from tests import factories
from tests.factories import Browser
from tests.study import manuscripts

SECRET = "Zarzaparrilla"
"""Stands in all that strangers must not see, and nowhere else."""
DOORS = ("study.", "catalog.courses", "certificates.")
OF_EVERYBODY = {"study.compare_saves"}
"""Lead elsewhere without having looked: the page that they lead to does."""
FIELDS = (
    *("page", "q", "number", "other", "save", "cohort", "add", "module", "place", "person", "title", "text", "kind"),
    *("uid", "based_on", "seed", "version", "remark", "note", "name", "post", "reason", "into", "bank", "points"),
    *("extra_attempts", "extra_time_percent", "decision", "do", "hint", "find", "minutes", "state"),
)
FALLEN = (500, 502)
"""Not 503: here no storage answers."""


class House:
    """A teacher's module and course for one Moodle course, each with a newer version that waits."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.moodle = factories.platform(session)
        self.author = factories.person(session, of=self.moodle, name="Rosa Quispe")
        self.former = factories.person(session, of=self.moodle, name="Luz Mamani")
        self.former.last_roles = ["teacher"]
        viewer = manuscripts.teacher(session, by=self.author)
        self.module = writing.take_in(session, viewer, _module(), {})
        self.module.audience = context_audience(factories.context(session, of=self.moodle).id)
        _publish(session, self.module)
        authors.add(session, viewer, self.module, self.former.id)
        studies.begin(session, manuscripts.teacher(session, by=self.former), self.module, trial=True)
        authors.remove(session, viewer, self.module, self.former.id)
        audience = self.module.audience
        self.course = factories.course(session, self.module, by=self.author, title=SECRET, audience=audience)
        self.cohort = factories.cohort(session, self.course, title=SECRET)
        session.add(_image(self.module, self.author))
        session.commit()

    def browser(self, who: str) -> Browser:
        elsewhere = factories.platform(self.session)
        people = {
            "student": (factories.person(self.session, of=self.moodle), Role.STUDENT),
            "former author": (self.former, Role.TEACHER),
            "teacher elsewhere": (factories.person(self.session, of=elsewhere), Role.TEACHER),
            "librarian elsewhere": (factories.person(self.session, of=elsewhere, librarian=True), Role.LIBRARIAN),
            "author": (self.author, Role.TEACHER),
        }
        if who not in people:
            self.session.commit()
            return Browser(self.app, TestResponse)
        person, role = people[who]
        return factories.signed_in(self.app, self.session, role, by=person)

    def doors(self, **others: str) -> Iterator[tuple[str, str, bool, str]]:
        """Of each rule and method: endpoint, method, whether it leads to something of this house, and its address."""
        known = {
            "module_id": self.module.id,
            "course_id": self.course.id,
            "resource_id": self.module.id,
            "cohort_id": self.cohort.id,
            "person_id": self.author.id,
            "part": "quiz",
            "key": "q1",
            "name": f"{SECRET}.webp",
            "form": "pdf",
            "kind": "gift",
            "code": "0000-0000-0000-0000",
            "kid": "nada",
        }
        adapter = self.app.url_map.bind("")
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint.startswith(DOORS):
                values = {name: known.get(name, 1) for name in rule.arguments}
                values |= {name: value for name, value in others.items() if name in values}
                is_ours = not {"module_id", "course_id", "resource_id", "cohort_id"}.isdisjoint(rule.arguments)
                for method in {"GET", "POST"} & (rule.methods or set()):
                    yield rule.endpoint, method, is_ours, adapter.build(rule.endpoint, values, method)


def _module() -> Module:
    lesson = Lesson("lesson", SECRET, f"{SECRET}. {manuscripts.TEXT}")
    quiz = Quiz("quiz", SECRET, intro=SECRET, questions=(manuscripts.question("q1"),))
    return Module(title=SECRET, summary=SECRET, parts=(lesson, quiz))


def _publish(session: Session, resource: Resource) -> None:
    resource.state, resource.published_at = ResourceState.PUBLISHED, utcnow()
    for number, state in enumerate((VersionState.PUBLISHED, VersionState.WAITING), 1):
        session.add(Version(resource_id=resource.id, number=number, content=to_data(_module()), state=state))
    session.flush()


def _image(module: Resource, by: Person) -> Image:
    size = {"size_bytes": 1, "width": 1, "height": 1}
    named = {"key": "images/x", "name": f"{SECRET}.webp", "sha256": "0" * 64, "media_type": "image/webp"}
    return Image(resource_id=module.id, added_by_id=by.id, **named, **size)


@pytest.fixture
def house(app: Flask, session: Session) -> House:
    return House(app, session)


def knock(browser: Browser, method: str, path: str, fields: dict[str, str] | None = None) -> TestResponse:
    return browser.get(path) if method == "GET" else browser.submit(path, fields)


@pytest.mark.parametrize("who", ["nobody", "student", "former author", "teacher elsewhere", "librarian elsewhere"])
def test_strangers_find_no_door_open(house: House, who: str) -> None:
    browser = house.browser(who)
    for endpoint, method, is_ours, path in house.doors():
        answer = knock(browser, method, path)
        assert answer.status_code not in FALLEN, (endpoint, method)
        assert SECRET not in answer.text.replace(path, ""), (endpoint, method)
        if is_ours and endpoint not in OF_EVERYBODY and not endpoint.startswith("certificates."):
            assert answer.status_code >= 400, (endpoint, method, answer.status_code)
        if who == "nobody" and not endpoint.startswith("certificates."):
            assert answer.status_code == 401, (endpoint, method)


def test_no_door_falls_at_an_odd_name(house: House) -> None:
    author = house.browser("author")
    names = dict.fromkeys(("part", "key", "name", "code", "kid", "kind"), "a\0b")
    fallen = [each[:2] for each in house.doors(**names) if knock(author, each[1], each[3]).status_code in FALLEN]
    assert fallen == []


@pytest.mark.parametrize("odd", ["a\0b", "9" * 30])
def test_no_door_falls_at_odd_fields(house: House, odd: str) -> None:
    author = house.browser("author")
    told = dict.fromkeys(FIELDS, odd)
    fallen = []
    for endpoint, method, _, path in house.doors():
        answer = author.get(path, query_string=told) if method == "GET" else author.submit(path, told)
        fallen += [(endpoint, method)] * (answer.status_code in FALLEN)
    assert fallen == []


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"title": "\\ud800", "based_on": 1}', '{"based_on": ' + "9" * 30 + "}"]
)
def test_no_door_falls_at_odd_json(house: House, body: str) -> None:
    author = house.browser("author")
    headers = {"X-CSRFToken": author.csrf_token()}
    for path in (f"/study/writing/modules/{house.module.id}/lesson", "/study/journal"):
        answer = author.post(path, data=body, headers=headers, content_type="application/json")
        assert answer.status_code not in FALLEN
