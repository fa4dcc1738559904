"""What a file says of itself: offered where it says something, and nothing of it trusted on its way home."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.extract.about import About, from_message, offer


def test_titles_that_programs_give_are_not_offered():
    for title in (
        "Microsoft Word - Documento1",
        "untitled",
        "Presentación de PowerPoint",
        "scan0001",
        "IMG_2041",
        "---",
    ):
        assert offer(title=title) == {}
    assert offer(title="Microsoft Word - Guía de riego.docx") == {"title": "Guía de riego"}


def test_names_of_machines_are_no_authors():
    assert offer(creators="Usuario; Rosa Quispe Mamani\nHP") == {"creators": ["Rosa Quispe Mamani"]}


def test_subjects_come_apart_and_once():
    assert offer(subjects="quinua, puna; quinua") == {"subjects": ["quinua, puna", "quinua"]}
    assert offer(subjects="quinua, puna, quinua") == {"subjects": ["quinua", "puna"]}


@pytest.mark.parametrize(("said", "year"), [("D:20190312101500-05'00'", "2019"), ("2007-01-02", "2007"), ("12/3", "")])
def test_of_a_date_the_year_is_offered(said, year):
    assert offer(date=said).get("date", "") == year


@pytest.mark.parametrize(("said", "code"), [("es-PE", "es"), ("ES", "es"), ("que", "qu"), ("klingon", ""), (7, "")])
def test_languages_are_offered_by_their_code(said, code):
    assert offer(language=said).get("language", "") == code


def test_what_comes_home_is_as_it_was_sent():
    sent = {"duration_s": 12.5, "offered": {"title": "Guía de riego"}, "findings": [{"code": "x", "where": [1, 2]}]}
    assert from_message(sent) == About(12.5, {"title": "Guía de riego"}, [{"code": "x", "where": [1, 2]}])


KEYS = ("duration_s", "offered", "findings", "title", "creators", "date", "language", "subjects", "code", "where")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=60)
@given(JSON)
def test_nothing_that_is_said_can_do_harm(message):
    about = from_message(message)
    assert 0 <= about.duration_s <= 10 * 24 * 3600
    assert set(about.offered) <= set(KEYS)
    assert all(set(each) == {"code", "where"} for each in about.findings)
