"""Which version of a file its reader gets, and what is said where one is lost: never a bad file in silence."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.lightening import serving
from catalog.models import File, FixityCheck, Outcome, Rendition, RenditionKind, Resource
from lrc.db import utcnow
from search.engine import current_index
from tests import factories
from tests.factories import Browser
from tests.statements import queries

SAVING = {"Save-Data": "on"}


def file_of(resource: Resource) -> File:
    assert resource.file is not None
    return resource.file


def with_light(session: Session, media_type: str = "application/pdf") -> Resource:
    """A resource of 9 MB with a lighter version of 800 KB."""
    made = factories.resource(session, "Uno.", "Dos.", media_type=media_type, size_bytes=9_000_000, name="guia.pdf")
    is_pdf = media_type == "application/pdf"
    light = Rendition(
        file_id=file_of(made).id,
        kind=RenditionKind.PDF if is_pdf else RenditionKind.SOUND,
        key=f"files/light-{made.id}",
        name="guia-ligero.pdf",
        media_type="application/pdf" if is_pdf else "audio/mp4",
        size_bytes=800_000,
    )
    session.add(light)
    session.commit()
    session.refresh(file_of(made))
    return made


def damage(session: Session, stored: File | Rendition, outcome: Outcome = Outcome.MISSING) -> None:
    file_id = stored.id if isinstance(stored, File) else stored.file_id
    rendition_id = None if isinstance(stored, File) else stored.id
    check = FixityCheck(key=stored.key, file_id=file_id, rendition_id=rendition_id, sha256="", outcome=outcome)
    check.damaged_at = utcnow()
    session.add(check)
    session.commit()


@pytest.fixture
def guide(app: Flask, session: Session) -> Resource:
    return with_light(session)


@pytest.fixture
def film(app: Flask, session: Session) -> Resource:
    return with_light(session, "video/mp4")


@pytest.fixture
def student(app: Flask, session: Session) -> Browser:
    return factories.signed_in(app, session)


def light_of(resource: Resource) -> Rendition:
    return file_of(resource).renditions[0]


def test_the_record_says_what_each_version_weighs(student: Browser, guide: Resource, film: Resource) -> None:
    page = student.get(f"/resources/{guide.id}").text
    assert "Original: 9" in page
    assert "PDF ligero: 800" in page
    assert "Solo texto: pocos kB por página" in page
    assert "Solo el sonido: 800" in student.get(f"/resources/{film.id}").text


@pytest.mark.parametrize(
    ("query", "headers", "is_light"),
    [("", {}, False), ("", SAVING, True), ("&weight=light", {}, True), ("&weight=full", SAVING, False)],
)
def test_the_smallest_is_what_opens_where_data_is_saved_unless_one_says_otherwise(
    student: Browser, guide: Resource, query: str, headers: dict[str, str], is_light: bool
) -> None:
    page = student.get(f"/resources/{guide.id}/read?view=pages{query}", headers=headers).text
    assert (light_of(guide).key in page, file_of(guide).key in page) == (is_light, not is_light)
    assert f'data-size="{800_000 if is_light else 9_000_000}"' in page


def test_what_was_chosen_stays_for_the_next_page(student: Browser, guide: Resource) -> None:
    student.get(f"/resources/{guide.id}/read?view=pages&weight=light")
    assert light_of(guide).key in student.get(f"/resources/{guide.id}/read?page=2").text
    fresh = student.get(f"/resources/{guide.id}/link?weight=full&keep=no")
    assert file_of(guide).key in fresh.get_json()["link"]  # as the page that asks shows it
    assert light_of(guide).key in student.get(f"/resources/{guide.id}/read?page=1").text


def test_a_habit_of_saving_data_holds_everywhere(student: Browser, guide: Resource, film: Resource) -> None:
    answer = student.submit("/reading/data", {"data": "light"})
    assert answer.status_code == 303
    page = student.get(f"/resources/{film.id}/read").text
    assert "<audio" in page
    assert "Ver el video (9" in page
    assert light_of(film).key in page
    assert 'id="text"' in student.get(f"/resources/{guide.id}/read").text
    student.submit("/reading/data", {"data": "full"})
    assert "<video" in student.get(f"/resources/{film.id}/read", headers=SAVING).text
    assert student.submit("/reading/data", {"data": "nonsense"}).status_code == 422


def test_either_version_can_be_kept(student: Browser, guide: Resource) -> None:
    assert light_of(guide).key in student.get(f"/resources/{guide.id}/file?weight=light").location
    assert file_of(guide).key in student.get(f"/resources/{guide.id}/file", headers=SAVING).location


def test_there_is_no_lighter_version_of_what_has_none(app: Flask, session: Session, student: Browser) -> None:
    plain = factories.resource(session, "Uno.", media_type="application/pdf")
    session.commit()
    assert student.get(f"/resources/{plain.id}/file?weight=light").status_code == 404
    assert file_of(plain).key in student.get(f"/resources/{plain.id}/read?view=pages", headers=SAVING).text


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.MISSING, "se perdió"), (Outcome.CHANGED, "se dañó"), (Outcome.UNREADABLE, "no logra entregar")],
)
def test_a_damaged_original_is_told_and_its_light_version_takes_its_place(
    session: Session, student: Browser, guide: Resource, outcome: Outcome, words: str
) -> None:
    damage(session, file_of(guide), outcome)
    page = student.get(f"/resources/{guide.id}").text
    assert words in page
    assert "Queda su versión ligera." in page
    assert "Descargar el original" not in page
    assert light_of(guide).key in student.get(f"/resources/{guide.id}/read?view=pages&weight=full").text
    refused = student.get(f"/resources/{guide.id}/file")
    assert refused.status_code == 409
    assert words in refused.text


def test_where_nothing_sound_is_left_its_text_is(session: Session, student: Browser, guide: Resource) -> None:
    for stored in (file_of(guide), light_of(guide)):
        damage(session, stored)
    page = student.get(f"/resources/{guide.id}/read?view=pages").text
    assert "Queda su texto" in page
    assert "Uno." in page
    assert file_of(guide).key not in page
    assert student.get(f"/resources/{guide.id}/link").status_code == 409


def test_a_lost_film_has_no_player_and_says_why(session: Session, student: Browser, film: Resource) -> None:
    for stored in (file_of(film), light_of(film)):
        damage(session, stored)
    page = student.get(f"/resources/{film.id}/read").text
    assert "se perdió" in page
    assert "<video" not in page
    assert "player.js" not in page


def test_a_lost_picture_is_not_linked(app: Flask, session: Session, student: Browser) -> None:
    picture = factories.resource(session, "Uno.", media_type="image/png", size_bytes=500)
    session.commit()
    damage(session, file_of(picture))
    page = student.get(f"/resources/{picture.id}/read?picture=1").text
    assert file_of(picture).key not in page
    assert "se perdió" in page


def test_captions_that_are_lost_are_not_served(app: Flask, session: Session, student: Browser) -> None:
    film = factories.resource(session, "Uno.", media_type="video/mp4")
    captions = Rendition(kind=RenditionKind.CAPTIONS, key="files/c", media_type="text/vtt", size_bytes=5)
    file_of(film).renditions.append(captions)
    session.commit()
    damage(session, captions)
    assert student.get(f"/resources/{film.id}/captions/{captions.id}").status_code == 409


def test_light_versions_of_many_are_known_at_once(session: Session, guide: Resource, film: Resource) -> None:
    found = serving.light_of(session, [guide.id, film.id])
    assert {each: found[each].kind.value for each in found} == {guide.id: "pdf", film.id: "sound"}
    damage(session, light_of(film))
    assert list(serving.light_of(session, [guide.id, film.id])) == [guide.id]
    assert serving.light_of(session, []) == {}


def test_a_hit_says_what_its_lighter_version_weighs(app: Flask, session: Session, guide: Resource) -> None:
    plain = factories.resource(session, "Uno.", title="Guía sin imágenes", size_bytes=5_000)
    session.commit()
    indexing.bring_up_to_date(current_index())
    page = factories.signed_in(app, session).get("/search?q=guía").text
    assert plain.title in page
    assert page.count("versión ligera, 800") == 1


def test_cards_say_so_too_by_one_query_for_all(app: Flask, session: Session, guide: Resource, film: Resource) -> None:
    student = factories.signed_in(app, session)
    page = student.get("/").text
    assert "versión ligera, 800" in page
    assert "solo el sonido, 800" in page

    with queries(app) as seen:
        student.get("/")
    assert sum("renditions" in each for each in seen) == 1
