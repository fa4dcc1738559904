"""What is ticked and placed in the picker."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.models import Pick
from tests.factories import Browser


def picked(session: Session) -> list[str]:
    session.rollback()
    return [each.target for each in session.scalars(select(Pick).order_by(Pick.position))]


def place(browser: Browser) -> Any:
    return browser.submit("/picker/place")
