"""Covers of collections and images of lessons: looked at, told of with a remedy, and mended by it."""

from __future__ import annotations

import hashlib
import io

from flask import Flask
from PIL import Image as Pictures
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.collections import covers
from catalog.fixity import alarm, damage, held, rounds, tasks
from catalog.models import Collection, FixityCheck
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of, new_session, transaction, utcnow
from lrc.storage import current_storage
from lrc.study import images, pictures
from lrc.study.models import Image
from lti.viewers import Role
from tests import factories
from tests.catalog.fixity.storing import Vault, file_of
from tests.study import manuscripts


def stored(kind: str) -> str:
    return current_storage().save(io.BytesIO(b"a picture"), kind=kind, media_type="image/webp")


def collection(vault: Vault) -> Collection:
    who = factories.person(vault.session, librarian=True)
    made = Collection(institution_id=who.institution_id, title="Papas nativas", is_published=True)
    made.cover_key, made.thumbnail = stored("covers"), b"small"
    vault.session.add(made)
    vault.session.commit()
    return made


def image(vault: Vault) -> Image:
    module = factories.module(vault.session, title="Citar bien")
    made = Image(resource_id=module.id, key=stored("images"), name="mapa.webp", media_type="image/webp")
    made.sha256, made.size_bytes, made.width, made.height = hashlib.sha256(b"a picture").hexdigest(), 9, 8, 8
    vault.session.add(made)
    vault.session.commit()
    return made


def librarian_of(app: Flask, session: Session, institution_id: int | None) -> factories.Browser:
    who = factories.person(session, librarian=True)
    who.institution_id = institution_id
    return factories.signed_in(app, session, Role.LIBRARIAN, by=who)


def test_they_are_looked_at_with_all_else_and_counted(vault: Vault) -> None:
    one, other = collection(vault), image(vault)
    tasks.check_sample()
    assert vault.outcomes() == {one.cover_key: "sound", other.key: "sound"}
    assert held.count(vault.session, before=utcnow()) == 2


def test_a_lost_cover_of_a_collection_is_told_and_mended_by_another(
    app: Flask, vault: Vault, settings: Settings
) -> None:
    made = collection(vault)
    vault.lose(made.cover_key)
    tasks.check_sample()
    assert vault.outcomes() == {made.cover_key: "missing"}
    ours = librarian_of(app, vault.session, made.institution_id).get("/review/files").text
    assert "Papas nativas" in ours
    assert "Elige otra imagen" in ours
    assert (
        "Papas nativas"
        not in librarian_of(app, vault.session, factories.institution(vault.session).id).get("/review/files").text
    )
    with transaction() as own:
        letter = alarm.untold(own, settings)
    assert letter is not None
    assert "«Papas nativas»" in letter.text

    vault.session.rollback()
    covers.put(vault.session, vault.session.get_one(Collection, made.id), covers.Cover(b"", b"new"), stored("covers"))
    vault.session.commit()
    assert vault.session.scalars(damage.everything()).all() == []


def test_a_collection_without_its_picture_shows_that_of_what_is_in_it(app: Flask, vault: Vault) -> None:
    made = collection(vault)
    reader = factories.signed_in(app, vault.session, Role.STUDENT)
    page = f"/collections/{made.id}/cover"
    assert made.cover_key in reader.get(page).location
    assert page in reader.get(f"/collections/{made.id}").text
    vault.lose(made.cover_key)
    tasks.check_sample()
    assert page not in reader.get(f"/collections/{made.id}").text
    assert reader.get(page).status_code == 404


def test_a_lost_image_of_a_lesson_is_told_and_mended_by_the_same_one(app: Flask, vault: Vault) -> None:
    author = manuscripts.teacher(vault.session)
    module = manuscripts.begun(vault.session, author)
    drawn = io.BytesIO()
    Pictures.linear_gradient("L").save(drawn, "PNG")
    made = images.add(vault.session, author, module, drawn.getvalue(), "mapa.webp")
    vault.session.commit()
    assert images.add(vault.session, author, module, drawn.getvalue(), "otro.webp").key == made.key
    lost = made.key
    vault.lose(lost)
    tasks.check_sample()
    vault.session.rollback()
    page = librarian_of(app, vault.session, module.institution_id).get("/review/files").text
    assert "mapa.webp" in page
    assert "la misma imagen otra vez" in page

    again = images.add(vault.session, author, module, drawn.getvalue(), "otro.webp")
    vault.session.commit()
    assert (again.id, again.name) == (made.id, "mapa.webp")
    assert again.key != lost
    assert current_storage().read(again.key) == pictures.read(drawn.getvalue()).content
    assert vault.session.scalars(damage.everything()).all() == []


def test_what_was_found_of_pictures_that_are_gone_is_forgotten(vault: Vault) -> None:
    one, other = collection(vault), image(vault)
    for key in (one.cover_key, other.key):
        vault.lose(key)
    tasks.check_sample()
    assert len(vault.outcomes()) == 2
    vault.session.delete(vault.session.get_one(Collection, one.id))
    vault.session.delete(vault.session.get_one(Image, other.id))
    vault.session.commit()
    rounds.full(vault.session, anew=True)
    vault.session.commit()
    assert vault.outcomes() == {}


def test_the_step_that_has_them_looked_at_can_be_undone(app: Flask, vault: Vault, settings: Settings) -> None:
    made, key = collection(vault), file_of(vault.resource("Texto.")).key
    tasks.check_sample()
    assert vault.outcomes().keys() == {made.cover_key, key}
    vault.session.close()
    engine_of(app).dispose()
    migrations.downgrade(settings, "0029")
    engine_of(app).dispose()
    migrations.upgrade(settings)
    with new_session(engine_of(app)) as own:
        assert own.scalars(select(FixityCheck.key)).all() == [key]
