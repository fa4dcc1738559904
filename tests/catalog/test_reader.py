"""Reading a page: what is shown, where one can turn to, how heavy it is, and which view opens."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import reader
from catalog.marking import Marker
from catalog.models import FileState, Resource, ResourceState
from lrc.db import engine_of
from lti.viewers import Role
from tests import factories
from tests.catalog import enrolling
from tests.factories import Browser

Get = Callable[..., Any]
PAGES = ["Sobre la papa.", "Sobre el maíz.", "Nada.", "Más maíz.", "Final."]


@pytest.fixture
def student(app: Flask, session: Session) -> Browser:
    return factories.signed_in(app, session, Role.STUDENT)


def book(session: Session, *pages: str, **columns: Any) -> Resource:
    made = factories.resource(session, *(pages or PAGES), **columns)
    session.commit()
    return made


def pdf(session: Session, *pages: str) -> Resource:
    return book(session, *pages, media_type="application/pdf", name="libro.pdf")


def path(resource: Resource, query: str = "") -> str:
    return f"/resources/{resource.id}/read{query}"


def neighbours(session: Session, resource: Resource, number: int, query: str) -> tuple[int | None, int | None]:
    assert resource.file is not None
    marker = Marker(query)
    page = reader.page(session, resource.file, number)
    marker.allow_misspelt(page.text)
    found = reader.neighbours(session, page, marker)
    return found.before, found.after


def test_a_page_is_shown_as_paragraphs_with_the_words_marked(session: Session, student: Browser) -> None:
    resource = book(session, "Capítulo 1|Capítulo 1\n\nEl maíz <morado>.\n\nLas papas.")
    page = student.get(path(resource, "?q=maiz")).text
    assert page.count("Capítulo 1</h2>") == 1
    assert "<p>Capítulo 1</p>" not in page
    assert "<p>El <mark>maíz</mark> &lt;morado&gt;.</p>" in page
    assert "<p>Las papas.</p>" in page


def test_pages_turn_and_keep_the_words(session: Session, student: Browser) -> None:
    resource = book(session)
    page = student.get(path(resource, "?page=2&q=papa")).text
    assert f'rel="prev" data-turn href="/resources/{resource.id}/read?page=1&amp;q=papa"' in page
    assert f'rel="next" data-turn href="/resources/{resource.id}/read?page=3&amp;q=papa"' in page
    assert 'rel="prev"' not in student.get(path(resource, "?page=1")).text
    assert 'rel="next"' not in student.get(path(resource, "?page=5")).text


@pytest.mark.parametrize("query", ["?page=0", "?page=6", "?page=-1", "?page=99999999999", "?page=1&part=2", "?part=0"])
def test_a_page_that_is_not_there_is_said(session: Session, student: Browser, query: str) -> None:
    assert student.get(path(book(session), query)).status_code == 404


def test_a_resource_number_that_no_database_can_hold_is_not_there(student: Browser) -> None:
    assert student.get("/resources/99999999999999999999").status_code == 404


def test_a_page_number_that_is_none_opens_the_first(session: Session, student: Browser) -> None:
    assert "Sobre la papa" in student.get(path(book(session), "?page=dos&part=x")).text


def test_the_next_and_the_previous_hit(session: Session, app: Flask) -> None:
    resource = book(session)
    assert neighbours(session, resource, 3, "maices") == (2, 4)
    assert neighbours(session, resource, 2, "maíz") == (None, 4)
    assert neighbours(session, resource, 4, "maíz") == (2, None)
    assert neighbours(session, resource, 3, "alpaca") == (None, None)
    assert neighbours(session, resource, 3, "") == (None, None)


def test_a_misspelt_word_that_was_understood_here_is_followed_to_other_pages(session: Session, app: Flask) -> None:
    resource = book(session, "La quinua", "otra cosa", "más quinua")
    assert neighbours(session, resource, 1, "quinva") == (None, 3)


def test_a_hit_holds_most_of_the_words_that_this_page_holds(session: Session, app: Flask) -> None:
    resource = book(session, "papa, maíz y oca", "papa", "papa y oca")
    assert neighbours(session, resource, 1, "papa maíz oca") == (None, 3)


def test_hits_are_found_quickly_in_a_very_long_document(session: Session, app: Flask) -> None:
    text = "Este texto llena la página con palabras comunes de la sierra y de la costa. " * 38
    resource = book(session, *[text + f"palabra{number}" for number in range(5_000)])
    neighbours(session, resource, 2_500, "zorro")  # the words of the document are learnt once
    begun = time.process_time()
    assert neighbours(session, resource, 2_500, "alpaca vicuña") == (None, None)
    assert time.process_time() - begun < 1.5


def test_the_contents_list_headings_once_and_jump_to_them(session: Session, student: Browser) -> None:
    resource = book(session, "Uno|a", "Uno|b", "Dos|c", "d")
    page = student.get(path(resource, "?page=3")).text
    assert page.count(">Uno</a>") == 1
    assert f'href="/resources/{resource.id}/read?page=3" aria-current="page">Dos</a>' in page


def test_the_contents_of_a_long_document_are_bounded(session: Session, app: Flask) -> None:
    resource = book(session, *[f"Capítulo {number}|texto" for number in range(1, 1001)])
    assert resource.file is not None
    entries = reader.contents(session, resource.file, 500)
    assert len(entries) == reader.CONTENTS_ENTRIES
    assert entries[0].number < 500 < entries[-1].number


@pytest.mark.parametrize("text", ["palabra " * 25_000, "párrafo de texto.\n\n" * 11_000, "x" * 200_000])
def test_a_monstrous_page_comes_in_parts_and_stays_light(session: Session, student: Browser, text: str) -> None:
    resource = book(session, text)
    answer = student.get(path(resource, "?q=palabra"))
    assert "Parte 1 de 1" in answer.text
    assert len(gzip.compress(answer.data)) < 30_000
    assert resource.file is not None
    page = reader.page(session, resource.file, 1)
    parts = reader.as_text(page, 1, Marker("")).parts
    whole = "".join(
        piece
        for part in range(1, parts + 1)
        for runs in reader.as_text(page, part, Marker("")).paragraphs
        for piece, _ in runs
    )
    assert "".join(whole.split()) == "".join(text.split())


def test_a_file_that_is_still_being_read_cannot_be_opened_yet(session: Session, app: Flask) -> None:
    resource = book(session, state=ResourceState.DRAFT)
    assert resource.file is not None
    assert resource.owner is not None
    resource.file.state = FileState.READING
    teacher = factories.signed_in(app, session, Role.TEACHER, by=resource.owner)
    answer = teacher.get(path(resource))
    assert answer.status_code == 409
    assert "todavía no se puede leer" in answer.text


@pytest.mark.parametrize("way", ["", "/read", "/file", "/link", "/cover", "/status"])
def test_what_is_not_published_is_not_there_for_students(session: Session, student: Browser, way: str) -> None:
    resource = book(session, state=ResourceState.WAITING)
    assert student.get(f"/resources/{resource.id}{way}").status_code == 404


def test_without_a_launch_nothing_is_read(app: Flask, session: Session) -> None:
    resource = book(session)
    assert app.test_client().get(path(resource)).status_code == 401


# Which view opens


def is_page_view(answer: Any) -> bool:
    return 'id="viewer"' in answer.text


def test_a_pdf_opens_as_it_looks_and_everything_else_as_text(session: Session, student: Browser) -> None:
    assert is_page_view(student.get(path(pdf(session))))
    assert not is_page_view(student.get(path(book(session), "?view=pages")))


@pytest.mark.parametrize("headers", [{"Save-Data": "on"}, {"ECT": "2g"}, {"ECT": "3g"}, {"ECT": "slow-2g"}])
def test_a_slow_or_dear_connection_gets_text_unless_pages_were_chosen(
    session: Session, student: Browser, headers: dict[str, str]
) -> None:
    resource = pdf(session)
    assert not is_page_view(student.get(path(resource), headers=headers))
    assert is_page_view(student.get(path(resource, "?view=pages"), headers=headers))
    assert is_page_view(student.get(path(resource), headers=headers))  # remembered


def test_the_choice_of_a_view_is_remembered_but_not_what_the_page_chose_by_itself(
    session: Session, student: Browser
) -> None:
    resource = pdf(session)
    assert not is_page_view(student.get(path(resource, "?view=text&keep=no")))
    assert is_page_view(student.get(path(resource)))
    assert not is_page_view(student.get(path(resource, "?view=text")))
    assert not is_page_view(student.get(path(resource)))


def test_the_page_view_offers_text_and_the_file_to_who_has_no_javascript(session: Session, student: Browser) -> None:
    resource = pdf(session)
    page = student.get(path(resource, "?page=2")).text
    assert f'href="/resources/{resource.id}/read?page=2&amp;view=text"' in page
    # In a tab of its own our cookie does not come along, so the link leads to storage, not to a page of ours.
    in_a_tab = re.search(r'<a [^>]*target="_blank"[^>]*href="([^"]+)"', page)
    assert in_a_tab is not None
    assert in_a_tab[1].startswith("http://127.0.0.1:9/")
    assert in_a_tab[1].endswith("#page=2")


def test_the_original_says_its_size_before(session: Session, student: Browser) -> None:
    resource = book(session, size_bytes=3_200_000)
    for address in (path(resource), f"/resources/{resource.id}"):
        assert "Descargar el original (3.2 MB)" in student.get(address).text.replace("3,2", "3.2")


def test_a_fresh_link_is_signed_anew_and_shows_a_pdf_in_place(session: Session, student: Browser) -> None:
    resource = pdf(session)
    answer = student.get(f"/resources/{resource.id}/link").json
    assert answer is not None
    assert "X-Amz-Signature" in answer["link"]
    assert "inline" in answer["link"]


def test_very_long_words_are_cut_as_the_search_cuts_them(app: Flask, session: Session) -> None:
    resource = factories.resource(session, "Primera", "Segunda")
    answer = factories.signed_in(app, session).get(f"/resources/{resource.id}/read?q={'a' * 20_000}")
    assert answer.status_code == 200
    assert answer.text.count("a" * 301) == 20_000 // 301  # once: in the form of the language, to come back


def test_a_page_takes_the_same_few_queries_however_long_the_document_is(app: Flask, session: Session) -> None:
    counts = []
    for length in (3, 300):
        resource = factories.resource(session, *["La papa y el maíz."] * length)
        student = factories.signed_in(app, session)
        student.get("/search")  # what is kept for all requests is known by now
        get = partial(student.get, path(resource, "?page=2&q=papa"))
        counts.append(enrolling.statements(engine_of(app), get))
    assert counts[0] == counts[1] <= 18


def test_a_large_picture_is_asked_for_and_a_light_one_comes_at_once(session: Session, student: Browser) -> None:
    kept = {"media_type": "image/png", "name": "cartel.png"}
    light, large = (book(session, "Leche", size_bytes=size, **kept) for size in (20_000, 3_000_000))
    assert 'alt="Imagen: Guía"' in student.get(path(light)).text
    assert 'alt="Imagen: Guía"' not in student.get(path(light), headers={"Save-Data": "on"}).text
    page = student.get(path(large)).text
    assert 'alt="Imagen: Guía"' not in page
    assert f"{path(large)}?picture=1" in page
    assert 'alt="Imagen: Guía"' in student.get(path(large, "?picture=1")).text
    assert "Texto de la imagen" in page


def test_a_picture_without_words_is_shown_all_the_same(session: Session, app: Flask, student: Browser) -> None:
    picture = factories.resource(session, media_type="image/webp", name="foto.webp", size_bytes=9_000)
    session.commit()
    page = student.get(path(picture)).text
    assert 'alt="Imagen: Guía"' in page
    assert "no tiene texto" not in page
    assert student.get(path(picture, "?page=2")).status_code == 404
