"""What the tests of the editors' pages do again and again."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from catalog.models import Resource
from lrc.study import parts
from lrc.study.models import Part
from tests.factories import Browser


def anew(session: Session) -> None:
    """See what requests have written since."""
    session.rollback()
    session.expire_all()


def page(module: Resource, *more: str) -> str:
    return "/".join([f"/study/writing/modules/{module.id}", *more])


def first(session: Session, module: Resource) -> Part:
    anew(session)
    return session.scalars(parts.of_module(module)).all()[0]


def fields(part: Part, **changes: Any) -> dict[str, Any]:
    usual = {"title": "Las pozas", "minutes": "10", "text": "Secas.", "uid": str(uuid.uuid4()), "based_on": "1"}
    return usual | changes


def by_script(browser: Browser, path: str, body: Any) -> TestResponse:
    return browser.post(path, json=body, headers={"X-CSRFToken": browser.csrf_token()})
