"""References in the usual styles, as librarians would check them, and what people wrote is never markup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.citing.references import Reference, reference_of
from catalog.citing.styles import STYLES, bibliography, cite, plain
from catalog.models import Kind, Resource


def resource(**said: Any) -> Resource:
    usual: dict[str, Any] = {
        "id": 7,
        "kind": Kind.MATERIAL,
        "title": "Manual de la quinua",
        "creators": ["Rosa María Quispe Mamani", "Huamán de la Cruz, José Luis"],
        "date": "2019",
        "publisher": "Editorial UNA",
        "language": "es",
        "type": "Libro",
        "identifiers": [],
        "profile": {},
    }
    return Resource(**usual | said)


def shown(style: str, language: str = "es", **said: Any) -> str:
    """A citation with its italics between underscores."""
    runs = cite(reference_of(resource(**said)), STYLES[style], language)
    return "".join(f"_{text}_" if is_italic else text for text, is_italic in runs)


@pytest.mark.parametrize(
    ("style", "citation"),
    [
        (
            "apa",
            "Quispe Mamani, R. M., & Huamán de la Cruz, J. L. (2019). _Manual de la quinua_. Editorial UNA.",
        ),
        (
            "iso690",
            "QUISPE MAMANI, R.M. y HUAMÁN DE LA CRUZ, J.L., 2019. _Manual de la quinua_. [S.l.]: Editorial UNA.",
        ),
        (
            "vancouver",
            "Quispe Mamani RM, Huamán de la Cruz JL. Manual de la quinua. Editorial UNA; 2019.",
        ),
        (
            "ieee",
            "R. M. Quispe Mamani y J. L. Huamán de la Cruz, _Manual de la quinua_. Editorial UNA, 2019.",
        ),
    ],
)
def test_a_book_in_each_style(style: str, citation: str) -> None:
    assert shown(style) == citation


@pytest.mark.parametrize(
    ("said", "citation"),
    [
        ({"creators": [], "publisher": ""}, "_Manual de la quinua_. (2019)."),
        ({"creators": []}, "Editorial UNA. (2019). _Manual de la quinua_."),
        ({"creators": ["Editorial UNA"]}, "Editorial UNA. (2019). _Manual de la quinua_."),
        ({"creators": ["Sócrates"], "publisher": "", "date": ""}, "Sócrates. (s.\xa0f.). _Manual de la quinua_."),
        ({"creators": ["Ana"], "publisher": "", "date": "hacia 1980"}, "Ana. (hacia 1980). _Manual de la quinua_."),
        (
            {"creators": ["Ana"], "publisher": "", "date": "2019-05-01", "type": "Guía"},
            "Ana. (2019, 1 de mayo). _Manual de la quinua_.",
        ),
        ({"creators": ["Ana"], "publisher": "", "title": "¿Qué es?"}, "Ana. (2019). _¿Qué es?_"),
        (
            {"creators": ["Ana"], "type": "Tesis de maestría", "identifiers": ["https://tesis.example/1"]},
            "Ana. (2019). _Manual de la quinua_ [Tesis de maestría, Editorial UNA]. https://tesis.example/1",
        ),
        (
            {"creators": ["Ana"], "type": "article", "publisher": "", "identifiers": ["doi:10.1234/ABC"]},
            "Ana. (2019). _Manual de la quinua_. https://doi.org/10.1234/abc",
        ),
        (
            {"creators": ["Ana"], "type": "Video"},
            "Ana. (2019). _Manual de la quinua_ [Video]. Editorial UNA.",
        ),
    ],
)
def test_what_is_not_known_is_left_out_without_traces(said: dict[str, Any], citation: str) -> None:
    assert shown("apa", **said) == citation


def test_who_has_no_author_stands_under_the_title_once_in_all_styles() -> None:
    for style in STYLES:
        citation = shown(style, creators=[], publisher="", identifiers=["https://x.example/1"])
        assert citation.count("Manual de la quinua") == 1
        assert citation.count("[en línea]") <= 1


def test_the_words_in_between_are_those_of_the_pages_language() -> None:
    assert " y J. L. Huamán" in shown("ieee")
    assert " and J. L. Huamán" in shown("ieee", "en")
    assert shown("ieee", "qu") == shown("ieee")
    assert "[Conjunto de datos]" in shown("apa", type="Conjunto de datos")
    assert "[Data set]" in shown("apa", "en", type="Conjunto de datos")


def test_without_place_and_publisher_iso_690_says_so_in_brackets() -> None:
    assert shown("iso690", publisher="").endswith("_Manual de la quinua_. [S.l.]: [s.n.].")


def test_markup_in_a_title_stays_text() -> None:
    title = '<b>Nada</b> & <script>alert(1)</script> <span class="nocase">x</span> \ue010y\ue011'
    for style in STYLES.values():
        runs = cite(reference_of(resource(title=title)), style, "es")
        assert "<script>alert(1)</script>" in plain(runs)
        assert "\ue010" not in plain(runs)


ANYTHING = st.text(max_size=40)


@settings(max_examples=40, deadline=None)
@given(ANYTHING, st.lists(ANYTHING, max_size=3), ANYTHING, ANYTHING, ANYTHING, st.lists(ANYTHING, max_size=2))
def test_whatever_was_written_can_be_cited(
    title: str, creators: list[str], date: str, publisher: str, kind: str, identifiers: list[str]
) -> None:
    said = resource(title=title, creators=creators, date=date, publisher=publisher, type=kind, identifiers=identifiers)
    for style in STYLES.values():
        assert isinstance(plain(cite(reference_of(said), style, "es")), str)


def two() -> list[Reference]:
    return [
        reference_of(resource(creators=["Zárate, Luz"])),
        reference_of(resource(creators=["Álvarez, Inés"])),
    ]


def test_a_list_is_sorted_by_authors_where_the_style_does() -> None:
    assert [plain(each)[:4] for each in bibliography(two(), STYLES["apa"], "es")] == ["Álva", "Zára"]


def test_a_list_is_numbered_as_it_comes_where_the_style_does() -> None:
    assert [plain(each)[:6] for each in bibliography(two(), STYLES["ieee"], "es")] == ["[1] L.", "[2] I."]
    assert [plain(each)[:4] for each in bibliography(two(), STYLES["vancouver"], "es")] == ["1. Z", "2. Á"]
