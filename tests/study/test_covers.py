"""A course's cover: taken in small, shown on the course's page once its version is published, taken away again."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from PIL import Image as Pillow
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import review
from lrc.config import Settings
from lrc.study import coursechecks, coursewriting, pictures, writing
from lrc.study.content import Course, changed
from lrc.study.models import Image
from lti.viewers import Role
from tests import factories
from tests.services import with_storage


@pytest.fixture
def settings(settings: Settings, s3: Settings) -> Settings:
    """With a real S3 server."""
    return with_storage(settings, s3)


def photograph() -> bytes:
    out = io.BytesIO()
    Pillow.linear_gradient("L").resize((2000, 1000)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_cover_is_taken_in_shown_and_taken_away(app: Flask, session: Session) -> None:
    moodle = factories.platform(session)
    author = factories.person(session, of=moodle, name="Rosa Quispe")
    viewer = factories.viewer(session, Role.TEACHER, by=author)
    course = coursewriting.create(session, viewer, "Cacao")
    coursewriting.add_module(session, viewer, course, factories.module(session, by=author).id)
    head = changed(writing.get_head(session, course, Course), summary="Del árbol a la taza")
    coursewriting.save(session, viewer, course, head, coursewriting.fingerprint(session, course))
    rosa = factories.signed_in(app, session, Role.TEACHER, by=author)
    path = f"/study/writing/courses/{course.id}"
    answer = rosa.submit(f"{path}/cover", {"file": (io.BytesIO(photograph()), "Flor de cacao.jpg")})
    assert answer.status_code == 303
    session.expire_all()
    image = session.scalars(select(Image)).one()
    assert (image.width, image.height) == (pictures.SMALL_PX, pictures.SMALL_PX // 2)
    assert f'src="/study/images/{course.id}/{image.name}"' in without_visits(rosa.get(path).text)
    coursechecks.hand_in(session, viewer, course, "")
    librarian = factories.viewer(session, Role.LIBRARIAN, by=factories.person(session, of=moodle, librarian=True))
    review.publish(session, librarian, course)
    session.commit()
    student = factories.signed_in(app, session)
    page = without_visits(student.get(f"/study/courses/{course.id}").text)
    assert f'src="/study/images/{course.id}/{image.name}"' in page
    assert student.get(f"/study/images/{course.id}/{image.name}").mimetype == "image/webp"
    assert rosa.submit(f"{path}/cover", {"remove": "1"}).status_code == 303
    assert "course-cover" not in rosa.get(path).text


def test_what_is_no_picture_is_refused_with_a_sentence(app: Flask, session: Session) -> None:
    author = factories.person(session)
    course = coursewriting.create(session, factories.viewer(session, Role.TEACHER, by=author), "Cacao")
    rosa = factories.signed_in(app, session, Role.TEACHER, by=author)
    path = f"/study/writing/courses/{course.id}"
    rosa.submit(f"{path}/cover", {"file": (io.BytesIO(b"<svg onload=alert(1)>"), "flor.svg")})
    assert "No pudimos leer la imagen." in rosa.get(path).text


def without_visits(page: str) -> str:
    return re.sub(r"/v/[^/\"]+", "", page)
