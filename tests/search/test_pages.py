"""The search box, the results and the command, as a person meets them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lti.viewers import Role
from search.commands import search
from search.documents import Document, Page
from search.engine import current_index
from tests import factories

PNG = b"RIFFxxxxWEBP"


def shelf() -> list[Document]:
    pages = [Page(1, "La papa nativa"), Page(2, "El riego <b>por goteo</b> & el surco"), Page(3, "Más riego por goteo")]
    manual = Document("7", "r7", "Manual de <riego>", "Agua", creators=("Ana Quispe", "Beto Rojas"), language="es")
    return [
        replace(manual, pages=pages, page_count=3, size_bytes=2_500_000, type="libro", date="2021", thumbnail=PNG),
        Document("8", "r8", "Ficha sin archivo sobre quinua", "Solo una ficha"),
        Document("9", "r9", "Riego del curso ajeno", audience="context:99"),
        *(Document(str(n), f"r{n}", f"Cebada {n}") for n in range(100, 125)),
    ]


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    current_index().write(shelf())
    return factories.signed_in(app, session, Role.STUDENT)


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_searching_is_for_who_is_signed_in(app: Flask) -> None:
    for path in ("/", "/search?q=riego"):
        assert app.test_client().get(path).status_code == 401


def test_the_search_box_has_a_label_and_works_without_javascript(client: FlaskClient) -> None:
    text = page(client, "/")
    assert re.search(r'<form[^>]+role="search"[^>]+action="/search"[^>]+method="get"', text)
    assert '<label class="visually-hidden" for="q">' in text
    assert text.count("<h1") == 1


def test_a_hit_shows_its_facts_and_opens_at_the_page_that_answers(client: FlaskClient) -> None:
    text = page(client, "/search?q=goteo+riego")
    assert re.search(r'href="/resources/7/read\?page=[23]&amp;q=goteo\+riego"', text)
    assert re.search(r"página [23]", text)
    assert "Ana Quispe; Beto Rojas" in text
    assert re.search("2[.,]5 MB", text)
    assert "español" in text
    assert '<h2 lang="es">' in text
    assert "data:image/webp;base64," in text
    assert "1 resultado para «goteo riego»." in text


def test_words_are_marked_and_markup_of_documents_is_text(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego")
    assert "Manual de &lt;<mark>riego</mark>&gt;" in text
    assert "<b>por" not in text


def test_what_has_no_pages_opens_at_its_own_page(client: FlaskClient) -> None:
    assert 'href="/resources/8?q=quinua"' in page(client, "/search?q=quinua")


def test_what_is_for_others_is_not_there(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego+curso+ajeno")
    assert "/resources/9" not in text
    assert "1 resultado" in text


def test_a_misspelt_word_is_told(client: FlaskClient) -> None:
    text = page(client, "/search?q=qinua")
    assert "¿Quisiste decir quinua? También lo buscamos." in text
    assert 'href="/search?q=%22qinua%22">Buscar exactamente «qinua»' in text


def test_no_hit_says_so_and_offers_the_nearest_word(client: FlaskClient) -> None:
    text = page(client, "/search?q=quinuxyz")
    assert "No encontramos nada para «quinuxyz»" in text
    assert 'href="/search?q=quinua"' in text
    assert "Prueba con otras palabras" in page(client, "/search?q=zzzzzz")


def test_the_pager_keeps_the_query(client: FlaskClient) -> None:
    first = page(client, "/search?q=cebada")
    assert "25 resultados" in first
    assert 'rel="next" href="/search?q=cebada&amp;page=2"' in first
    assert 'rel="prev"' not in first
    last = page(client, "/search?q=cebada&page=3")
    assert 'rel="prev" href="/search?q=cebada&amp;page=2"' in last
    assert 'rel="next"' not in last
    assert last.count("<article") == 5


def test_a_page_number_that_cannot_be_shows_the_first(client: FlaskClient) -> None:
    for number in ("0", "x", "-5"):
        assert page(client, f"/search?q=cebada&page={number}").count("<article") == 10


def test_past_the_last_page_there_is_a_way_back(client: FlaskClient) -> None:
    assert "No hay más resultados" in page(client, "/search?q=cebada&page=80")


@pytest.fixture
def mixed(client: FlaskClient) -> FlaskClient:
    """Beside the shelf a module and a course on the same thing."""
    lessons = [Page(1, "Antes de regar", "Preparar"), Page(2, "El goteo gasta menos", "Regar por goteo")]
    told = {"effort_minutes": 150, "level": "beginner"}
    module = Document("50", "m1", "Riego en casa", pages=lessons, page_count=2, kind="module", **told)  # type: ignore[arg-type]
    course = Document("51", "c1", "Riego para empezar", kind="course", effort_minutes=480, gives_certificate=True)
    current_index().write([module, course])
    return client


def test_kinds_are_counted_beside_one_another_and_each_can_be_shown_by_itself(mixed: FlaskClient) -> None:
    text = page(mixed, "/search?q=riego")
    tabs = re.findall(
        r'<a href="(/search[^"]*)"( aria-current="page")?>(\w+) <span aria-hidden="true">(\d+)</span>', text
    )
    assert tabs == [
        ("/search?q=riego", ' aria-current="page"', "Todo", "3"),
        ("/search?q=riego&amp;kind=material", "", "Materiales", "1"),
        ("/search?q=riego&amp;kind=module", "", "Módulos", "1"),
        ("/search?q=riego&amp;kind=course", "", "Cursos", "1"),
    ]
    assert "1 resultado</span>" in text
    only = page(mixed, "/search?q=riego&kind=course")
    assert only.count("<article") == 1
    assert "1 resultado para «riego»." in only
    assert 'aria-current="page">Cursos' in only
    assert "Materiales" in only


def test_each_hit_says_what_it_is_and_what_it_takes(mixed: FlaskClient) -> None:
    text = page(mixed, "/search?q=riego")
    for words in ("Material", "Módulo de estudio", "2 h 30 min", "Para empezar", "Curso", "8 h", "Con certificado"):
        assert f"<li>{words}</li>" in text or f"<li><strong>{words}</strong></li>" in text


def test_a_module_opens_at_the_lesson_that_answers(mixed: FlaskClient) -> None:
    text = page(mixed, "/search?q=goteo&kind=module")
    assert 'href="/study/modules/50/text/2?q=goteo"' in text
    assert "<strong>Regar por goteo</strong>" in text
    assert 'href="/study/courses/51?q=riego"' in page(mixed, "/search?q=riego&kind=course")


def test_where_there_are_materials_alone_nothing_is_told_of_kinds(client: FlaskClient) -> None:
    assert 'class="tabs"' not in page(client, "/search?q=riego")


def test_a_kind_of_which_there_is_none_leads_back_to_all(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego&kind=course")
    assert "No hay cursos sobre «riego»" in text
    assert 'href="/search?q=riego">Ver todo' in text
    assert page(client, "/search?q=riego&kind=nada").count("<article") == 1


def test_without_words_a_kind_of_which_there_is_none_is_not_said_to_be_about_nothing(client: FlaskClient) -> None:
    text = page(client, "/search?kind=course")
    assert "«»" not in text
    assert 'href="/search">Ver todo' in text


def test_whatever_is_asked_is_answered(client: FlaskClient) -> None:
    for q in ("", "%20", "%00", "%22%22%22", "%FF", "%F0%9F%A6%99", "a" * 5000):
        assert client.get(f"/search?q={q}").status_code in (200, 302)


def test_results_are_shown_in_english_to_who_asks_so(client: FlaskClient) -> None:
    answer = client.get("/search?q=riego", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text


def test_before_anything_is_indexed_the_page_says_that_it_is_being_prepared(app: Flask, session: Session) -> None:
    answer = factories.signed_in(app, session, Role.STUDENT).get("/search?q=riego")
    assert answer.status_code == 503
    assert "preparando" in answer.text


@pytest.fixture
def run(app: Flask) -> Callable[..., str]:
    def running(*words: str) -> str:
        outcome = CliRunner().invoke(search, words, obj=lambda: app, catch_exceptions=False)
        assert outcome.exit_code == 0, outcome.output
        return outcome.output

    return running


@pytest.mark.usefixtures("client")
def test_the_command_prints_hits_as_json_best_first(run: Callable[..., str]) -> None:
    (hit,) = json.loads(run("--json", "riego goteos surco"))
    assert (hit["id"], hit["kind"], hit["title"], hit["page"]) == ("r7", "material", "Manual de <riego>", 2)
    assert "goteo" in hit["snippet"]
    assert hit["score"] > 0
    scores = [each["score"] for each in json.loads(run("--json", "--limit", "20", "cebada"))]
    assert len(scores) == 20
    assert scores == sorted(scores, reverse=True)


@pytest.mark.usefixtures("client")
def test_the_command_asks_for_everyone_unless_told(run: Callable[..., str]) -> None:
    assert json.loads(run("--json", "ajeno")) == []
    assert [hit["id"] for hit in json.loads(run("--json", "--audience", "context:99", "ajeno"))] == ["r9"]


@pytest.mark.usefixtures("client")
def test_the_command_without_json_is_for_reading(run: Callable[..., str]) -> None:
    assert "1. Manual de <riego> [r7, page " in run("riego", "goteo")
    assert "Nothing found. Try: quinua" in run("quinuxyz")


@pytest.mark.usefixtures("mixed")
def test_the_command_prints_one_kind_where_it_is_asked_for(run: Callable[..., str]) -> None:
    assert [hit["id"] for hit in json.loads(run("--json", "--kind", "course", "riego"))] == ["c1"]
