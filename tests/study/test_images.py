"""The images of modules: taken in by the page, shown to who may see them, kept once, swept when nobody uses them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image as Pillow
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Resource, ResourceState
from lrc.config import Settings
from lrc.errors import BadInput, Conflict
from lrc.storage import current_storage
from lrc.study import images, imagetasks, parts, writing
from lrc.study.content import Lesson
from lrc.study.models import Image
from lti.models import Person
from lti.viewers import Role, Viewer, institution_audience
from tests import factories
from tests.factories import Browser
from tests.services import with_storage
from tests.study import manuscripts


@pytest.fixture
def settings(settings: Settings, s3: Settings) -> Settings:
    """With a real S3 server."""
    return with_storage(settings, s3)


@pytest.fixture
def person(session: Session) -> Person:
    return factories.person(session, name="Rosa Quispe")


@pytest.fixture
def teacher(session: Session, person: Person) -> Viewer:
    return manuscripts.teacher(session, by=person)


@pytest.fixture
def module(session: Session, teacher: Viewer) -> Resource:
    return manuscripts.begun(session, teacher)


@pytest.fixture
def rosa(app: Flask, session: Session, module: Resource, person: Person) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=person)


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (30, 20), colour).save(out, "PNG")
    return out.getvalue()


def sent(content: bytes = b"", alt: str = "Una poza", name: str = "Mi Póza.png") -> dict[str, object]:
    return {"file": (io.BytesIO(content or png()), name), "alt": alt}


def all_keys() -> set[str]:
    return set(current_storage().keys(images.IMAGES))


def test_an_image_comes_in_with_words_for_who_does_not_see_it(
    session: Session, rosa: Browser, module: Resource
) -> None:
    path = f"/study/writing/{module.id}/images"
    told = rosa.submit(path, sent(alt="Una [poza]\n de piedra"), headers={"Accept": "application/json"}).json
    assert told is not None
    kept = session.scalars(select(Image)).one()
    assert told["mark"] == f"![Una (poza) de piedra](image:{kept.name})"
    assert kept.name.startswith("mi-poza-")
    assert all_keys() == {kept.key}
    shown = rosa.get(told["url"])
    assert shown.content_type == "image/webp"
    assert Pillow.open(io.BytesIO(shown.data)).size == (30, 20)
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in shown.headers["Cache-Control"]
    assert rosa.get(told["url"], headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304


def test_without_scripts_the_mark_is_shown_to_be_copied(session: Session, rosa: Browser, module: Resource) -> None:
    page = rosa.submit(f"/study/writing/{module.id}/images", sent())
    assert f"![Una poza](image:{session.scalars(select(Image)).one().name})" in page.text


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_an_image_without_words_or_that_is_none_is_not_taken(
    session: Session, rosa: Browser, module: Resource, accept: str
) -> None:
    path, headers = f"/study/writing/{module.id}/images", {"Accept": accept}
    for wrong in (sent(alt=" "), sent(b"<svg/>", name="a.svg"), {"alt": "Nada"}):
        answer = rosa.submit(path, wrong, headers=headers)
        assert answer.status_code == 422
        assert answer.is_json == (accept == "application/json")
    assert session.scalars(select(Image)).all() == []
    assert all_keys() == set()


def test_the_same_picture_is_kept_once(session: Session, teacher: Viewer, module: Resource) -> None:
    one = images.add(session, teacher, module, png(), "poza.webp")
    assert images.add(session, teacher, module, png(), "otra.webp") is one
    assert images.add(session, teacher, module, png("blue"), "poza.webp").name != "poza.webp"
    assert len(all_keys()) == 2


def test_others_send_no_images(app: Flask, session: Session, module: Resource, rosa: Browser) -> None:
    path = f"/study/writing/{module.id}/images"
    assert factories.signed_in(app, session, Role.STUDENT).submit(path, sent()).status_code == 403
    assert factories.signed_in(app, session, Role.TEACHER).submit(path, sent()).status_code == 404
    librarian = factories.signed_in(app, session, Role.LIBRARIAN)
    assert librarian.submit(path, sent()).status_code == 404
    assert all_keys() == set()


def test_an_image_is_shown_to_those_who_may_see_what_it_belongs_to(
    app: Flask, session: Session, teacher: Viewer, module: Resource, person: Person
) -> None:
    name = images.add(session, teacher, module, png(), "poza.webp").name
    path = f"/study/images/{module.id}/{name}"
    near = factories.signed_in(app, session, Role.STUDENT, by=factories.person(session, of=person.platform))
    far = factories.signed_in(app, session, Role.STUDENT)
    assert [each.get(path).status_code for each in (near, far)] == [404, 404]
    module.state, module.audience = ResourceState.PUBLISHED, institution_audience(teacher.institution_id)
    session.commit()
    assert [each.get(path).status_code for each in (near, far)] == [200, 404]
    assert near.get(f"/study/images/{module.id}/other.webp").status_code == 404
    assert app.test_client().get(path).status_code == 401


@pytest.mark.parametrize("name", ["", "a b.png", "../x", "x" * 101, "ñ.png", "a(b).png", "-x"])
def test_a_name_that_no_lesson_could_call_is_refused(
    session: Session, teacher: Viewer, module: Resource, name: str
) -> None:
    with pytest.raises(BadInput):
        images.add(session, teacher, module, png(), name)
    assert all_keys() == set()


def test_a_module_holds_so_many_images(
    session: Session, teacher: Viewer, module: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MOST", 1)
    images.add(session, teacher, module, png(), "a.webp")
    with pytest.raises(Conflict):
        images.add(session, teacher, module, png("blue"), "b.webp")
    assert len(all_keys()) == 1


def test_a_module_is_taken_in_with_its_images_even_where_two_are_the_same(session: Session, teacher: Viewer) -> None:
    lesson = manuscripts.lesson(text='![Una](image:a.png) y ![otra](image:b.png "la misma")')
    taken = writing.take_in(session, teacher, manuscripts.good(lesson), {"a.png": png(), "b.png": png()})
    text = session.scalars(parts.of_module(taken)).one().content["text"]
    assert text == '![Una](image:a.png) y ![otra](image:a.png "la misma")'


def test_images_that_nothing_names_are_swept_after_a_month(session: Session, teacher: Viewer, module: Resource) -> None:
    kept, once, never, new = (
        images.add(session, teacher, module, png(colour), f"{colour}.webp")
        for colour in ("red", "green", "blue", "white")
    )
    part = session.scalars(parts.of_module(module)).one()
    for number, image in enumerate((once, kept), 1):
        text = f"![Una poza](image:{image.name})"
        parts.save(session, teacher, part, Lesson(part.key, "Pozas", text), number, f"save-number-{number}")
    for image in (kept, once, never):
        image.added_at -= imagetasks.UNUSED_FOR
    session.commit()
    imagetasks.sweep_images()
    session.expire_all()
    left = set(session.scalars(select(Image.name)))
    assert left == {kept.name, once.name, new.name}  # one may go back to the text that named it once
    assert len(all_keys()) == 4  # bytes wait for a day


def test_bytes_that_no_row_names_are_swept(
    session: Session, teacher: Viewer, module: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = images.add(session, teacher, module, png(), "red.webp")
    session.commit()
    current_storage().save(io.BytesIO(b"left behind"), kind=images.IMAGES)
    monkeypatch.setattr(imagetasks, "_ORPHAN_AGE", -timedelta(minutes=1))
    imagetasks.sweep_images()
    assert all_keys() == {image.key}
