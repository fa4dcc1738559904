"""The results page as somebody narrows it: facets with their counts, chips, years, sorting, all values of a facet."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from lrc.db import engine_of
from search.documents import Document
from search.engine import current_index
from tests import factories

MANUAL = Document("1", "r1", "Riego uno", type="libro", language="es", date="2015", access="here", size_bytes=2_000_000)


def shelf(institution: int) -> list[Document]:
    subjects = [("Ciencias > Biología > Plantas",), ("Ciencias > Biología",), ("Ciencias", "Arte"), ("Arte",)]
    return [
        replace(MANUAL, subjects=subjects[0], license="https://creativecommons.org/licenses/by/4.0/"),
        replace(MANUAL, id="2", record_id="r2", title="Riego dos", subjects=subjects[1], license="CC BY 4.0"),
        replace(MANUAL, id="3", record_id="r3", title="Riego tres", subjects=subjects[2], type="tesis", language="en"),
        replace(MANUAL, id="4", record_id="r4", title="Riego cuatro", type="tesis", access="elsewhere", size_bytes=0),
        replace(MANUAL, id="5", record_id="r5", title="Riego cinco", type="artículo", date="2020", access="record"),
        replace(MANUAL, id="6", record_id="r6", title="Riego ajeno", type="secreto", audience="institution:999"),
        replace(MANUAL, id="7", record_id="r7", title="Riego propio", institution=str(institution), type="mapa"),
    ]


@pytest.fixture
def home(session: Session) -> int:
    return factories.institution(session, "Universidad de la Puna").id


@pytest.fixture
def client(app: Flask, session: Session, home: int) -> FlaskClient:
    current_index().write(shelf(home))
    return factories.signed_in(app, session)


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def offered(text: str, facet: str) -> list[tuple[str, str, int, bool]]:
    """Value, name, count as it is spoken, and whether it is ticked, of each value of a facet on the page."""
    found = re.findall(
        rf'<input type="checkbox" name="{facet}" value="([^"]*)"( checked)?> <span>(.*?) <span class="muted".*?'
        r'<span class="visually-hidden">: (\d+) resultados?</span>',
        text,
    )
    return [(value, name, int(count), bool(checked)) for value, checked, name, count in found]


def titles(text: str) -> list[str]:
    return [re.sub("<.*?>", "", title) for title in re.findall(r"<h2[^>]*><a href=[^>]*>(.*?)</a></h2>", text)]


def test_every_value_tells_how_many_it_would_leave_of_what_one_may_see(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego")
    assert offered(text, "type") == [
        ("libro", "Libro", 2, False),
        ("tesis", "Tesis", 2, False),
        ("artículo", "Artículo", 1, False),
        ("mapa", "Mapa", 1, False),
    ]
    assert "secreto" not in text
    assert offered(text, "language") == [("es", "Español", 5, False), ("en", "Inglés", 1, False)]


def test_a_facet_is_counted_without_its_own_choice_and_what_is_chosen_is_ticked_and_can_be_taken_away(
    client: FlaskClient,
) -> None:
    text = page(client, "/search?q=riego&type=libro&language=es")
    assert sorted(titles(text)) == ["Riego dos", "Riego uno"]
    assert ("tesis", "Tesis", 1, False) in offered(text, "type")
    assert ("libro", "Libro", 2, True) in offered(text, "type")
    chips = text[text.index('class="chips"') :].partition("</nav>")[0]
    assert re.findall(r'href="([^"]*)"', chips) == [
        "/search?q=riego&language=es",
        "/search?q=riego&type=libro",
        "/search?q=riego",
    ]
    assert "2 elegidos" in text


def test_subjects_stand_in_their_tree(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego")
    assert [(name, count) for _value, name, count, _ticked in offered(text, "subject")] == [
        ("Ciencias", 3),
        ("Biología", 2),
        ("Plantas", 1),
        ("Arte", 1),
    ]
    assert 'class="deep-2"><input type="checkbox" name="subject" value="Ciencias > Biología > Plantas"' in text
    below = page(client, "/search?q=riego&subject=Ciencias+%3E+Biolog%C3%ADa")
    assert sorted(titles(below)) == ["Riego dos", "Riego uno"]


def test_sizes_stand_from_small_to_large_however_many_there_are(client: FlaskClient) -> None:
    current_index().write([replace(MANUAL, id="8", record_id="r8", size_bytes=1000)])
    assert [(value, count) for value, _name, count, _ticked in offered(page(client, "/search?q=riego"), "size")] == [
        ("to1", 1),
        ("to5", 5),
    ]


def test_a_licence_is_one_however_it_was_written(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego")
    assert text.count("<li>CC BY 4.0</li>") == 2
    assert sorted(titles(page(client, "/search?q=riego&license=CC+BY+4.0"))) == ["Riego dos", "Riego uno"]


def test_full_text_and_what_opens_here_are_two_simple_choices(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego")
    assert [(value, count) for value, _name, count, _ticked in offered(text, "access")] == [("full", 5), ("here", 4)]
    assert len(titles(page(client, "/search?q=riego&access=full"))) == 5
    here = page(client, "/search?q=riego&access=here&access=full")
    assert len(titles(here)) == 4
    assert "Solo lo que puedo abrir aquí" in here.partition('class="chips"')[2].partition("</nav>")[0]
    assert "<li>Texto completo en otro sitio</li>" in text
    assert "<li>Solo la ficha</li>" in text


def test_years_are_two_numbers_and_one_chip(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego&from=2018&to=")
    assert titles(text) == ["Riego cinco"]
    assert "Año: </span>desde 2018" in text
    assert 'name="from" min="1400" max="2200" value="2018"' in text
    assert "Hay de 2015 a 2020." in page(client, "/search?q=riego")


def test_an_institution_is_called_by_its_name(client: FlaskClient, home: int) -> None:
    text = page(client, f"/search?q=riego&institution={home}")
    assert titles(text) == ["Riego propio"]
    assert "Institución: </span>Universidad de la Puna" in text
    assert "Otra institución" in page(client, "/search?q=riego&institution=2147483647")


def test_sorting_is_told_and_kept(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego&sort=title")
    assert titles(text) == sorted(titles(text))
    assert '<option value="title" selected>' in text
    assert "sort=title" in page(client, "/search?q=riego&sort=title&type=tesis").partition('class="chips"')[2]


def test_without_words_everything_is_there_what_came_last_first(client: FlaskClient) -> None:
    current_index().write([replace(MANUAL, id="8", record_id="r8", title="Recién llegado", added=2_000_000_000)])
    text = page(client, "/search")
    assert titles(text)[0] == "Recién llegado"
    assert "7 resultados." in text
    assert "Relevancia" not in text
    assert len(titles(page(client, "/search?type=tesis"))) == 2


def test_where_nothing_is_left_each_removal_tells_what_it_would_give(client: FlaskClient) -> None:
    text = page(client, "/search?q=riego&type=art%C3%ADculo&language=en")
    assert "Nada sobre «riego» cumple lo que elegiste" in text
    removals = re.findall(r'<li><a class="button" href="([^"]*)">Quitar «(.*?)»</a> <span[^>]*>(\d+) resultado', text)
    assert removals == [
        ("/search?q=riego&language=en", "Artículo", "1"),
        ("/search?q=riego&type=art%C3%ADculo", "Inglés", "1"),
    ]
    assert 'href="/search?q=riego">Quitar todo lo elegido</a> <span class="muted">6 resultados' in text
    assert "Quitar todo lo elegido" in page(client, "/search?q=riego&type=nada&subject=Nada")


def test_all_values_of_a_facet_have_a_page_that_can_be_sifted_and_sorted(client: FlaskClient) -> None:
    current_index().write(
        replace(MANUAL, id=str(n), record_id=f"x{n}", title=f"Riego {n}", subjects=(f"Tema {n:03}",))
        for n in range(100, 230)
    )
    assert re.search(r'href="/search/values/subject\?q=riego">Ver 1\d\d más<', page(client, "/search?q=riego"))
    every = page(client, "/search/values/subject?q=riego")
    assert "134 valores · Página 1 de 2" in every
    assert 'rel="next" href="/search/values/subject?q=riego&page=2"' in every
    sifted = page(client, "/search/values/subject?q=riego&like=BIOLOGIA&order=az")
    listed = sifted.partition('class="plain columns"')[2]
    assert re.findall(r'<li><a href="/search\?q=riego&subject=([^"]*)">(.*?)</a>', listed) == [
        ("Ciencias+%3E+Biolog%C3%ADa", "Ciencias > Biología"),
        ("Ciencias+%3E+Biolog%C3%ADa+%3E+Plantas", "Ciencias > Biología > Plantas"),
    ]
    chosen = page(client, "/search/values/type?q=riego&type=libro")
    assert "<strong>Libro</strong>" in chosen
    assert "Nada contiene esas letras" in page(client, "/search/values/type?q=riego&like=zzz")


@pytest.mark.parametrize("path", ["/search/values/nada", "/search/values/access"])
def test_there_is_no_page_of_values_of_what_is_no_facet(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_others_may_see_has_no_value_on_the_page_of_all(client: FlaskClient) -> None:
    assert "secreto" not in page(client, "/search/values/type?q=riego")


def test_a_page_of_results_costs_few_statements(app: Flask, client: FlaskClient, home: int) -> None:
    page(client, "/search?q=riego")
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    engine = engine_of(app)
    event.listen(engine, "before_cursor_execute", hear)
    page(client, f"/search?q=riego&type=libro&type=mapa&institution={home}")
    event.remove(engine, "before_cursor_execute", hear)
    asked = [each for each in said if each.startswith(("SELECT", "INSERT", "UPDATE"))]
    # Who asks, the revisions of dictionary and vocabularies, names of institutions, the lighter versions of what was
    # found, and which of it is among one's favourites.
    assert len(asked) <= 6, asked
    assert all(each.startswith("SELECT") for each in asked)


def test_help_has_examples_that_can_be_followed(client: FlaskClient) -> None:
    text = page(client, "/search/help")
    examples = re.findall(r'<dt><a href="([^"]+)"><code>', text)
    assert len(examples) >= 6
    for address in examples:
        assert client.get(address).status_code == 200
