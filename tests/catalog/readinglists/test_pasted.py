"""What is pasted as references: RIS, BibTeX, CSL-JSON, numbers and citations, and what only looks like them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.citing.exporting import bibtex, csl_json, ris
from catalog.readinglists import pasted
from lrc.errors import BadInput

BOOK = {
    "id": "lrc1",
    "type": "article-journal",
    "title": "La papa & el {maíz}: 50 % más_grande #1 ~ \\ñ",
    "author": [{"family": "Quispe Mamani", "given": "Rosa"}, {"literal": "Ministerio de Salud"}],
    "container-title": "Revista de agronomía",
    "volume": "3",
    "issue": "2",
    "publisher": "UNAP",
    "issued": {"date-parts": [[2019]]},
    "DOI": "10.1234/abc",
    "URL": "https://doi.org/10.1234/abc",
    "ISSN": "0378-5955",
}


def read(text: str) -> list[dict[str, Any]]:
    return [each.reference for each in pasted.read(text)]


@pytest.mark.parametrize("write", [ris, bibtex, csl_json])
def test_what_we_export_is_read_back(write: Any) -> None:
    (found,) = read(write([BOOK]))
    wanted = {name: value for name, value in BOOK.items() if name not in ("id", "URL")}
    assert {name: value for name, value in found.items() if name != "URL"} == wanted


def test_bibtex_as_it_is_found_in_the_wild() -> None:
    text = r"""
    % Encoding: UTF-8
    @string{ed = "Siglo XXI"}
    @Book{garcia1967, title = {{Cien} a{\~n}os de soledad}, author = "Garc{\'\i}a M\'arquez, Gabriel and {UNESCO}",
      publisher = ed # " Editores", year = 1967, isbn = {978-84-376-0494-7}, url={http://a.pe/~x_y} }
    @comment{ nada }
    @online(web, title="Un \"uso\"", date={2020-05-01}, url = {https://b.pe/})
    @misc{roto, title = {Sin cerrar
    """
    first, second, third = read(text)
    assert first == {
        "type": "book",
        "title": "Cien años de soledad",
        "author": [{"family": "García Márquez", "given": "Gabriel"}, {"literal": "UNESCO"}],
        "publisher": "Siglo XXI Editores",
        "issued": {"date-parts": [[1967]]},
        "ISBN": "9788437604947",
        "URL": "http://a.pe/~x_y",
    }
    assert (second["type"], second["issued"]) == ("webpage", {"date-parts": [[2020]]})
    assert third == {"type": "document", "title": "Sin cerrar"}


def test_ris_as_it_is_found_in_the_wild() -> None:
    text = "TY  - CHAP\nA1  - Soto, Luis\nT1  - Un título\n  que sigue\nBT  - El libro\nY1  - 2001/05//\n"
    (found,) = read(
        text + "SP  - 10\nEP  - 20\nSN  - 978-84-376-0494-7\nUR  - https://dx.doi.org/10.1234/X%2D1\nXX  - nada\nER  -"
    )
    assert found == {
        "type": "chapter",
        "title": "Un título que sigue",
        "container-title": "El libro",
        "page": "10-20",
        "author": [{"family": "Soto", "given": "Luis"}],
        "issued": {"date-parts": [[2001]]},
        "ISBN": "9788437604947",
        "DOI": "10.1234/x-1",
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("10.1590/S0102", {"DOI": "10.1590/s0102"}),
        ("https://doi.org/10.1590/S0102", {"DOI": "10.1590/s0102"}),
        ("978-84-376-0494-7", {"ISBN": "9788437604947"}),
        ("• ISBN: 84-376-0494-X", {"ISBN": "9788437604947"}),
        ("978-84-376-0494-8", {}),
        ("https://repo.edu.pe/handle/1/2", {"URL": "https://repo.edu.pe/handle/1/2"}),
        (
            "Manual de riego. Lima, 2001. ISBN 978-84-376-0494-7",
            {"title": "Manual de riego. Lima, 2001", "ISBN": "9788437604947"},
        ),
        (
            "[3] Quispe, R., Soto, L. y Ríos, A. (2019). La papa: un estudio. Fondo Editorial. doi:10.1234/abc.",
            {
                "title": "La papa: un estudio",
                "publisher": "Fondo Editorial",
                "author": [
                    {"family": "Quispe", "given": "R."},
                    {"family": "Soto", "given": "L."},
                    {"family": "Ríos", "given": "A."},
                ],
                "issued": {"date-parts": [[2019]]},
                "DOI": "10.1234/abc",
            },
        ),
        ("javascript:alert(1)", {"title": "javascript:alert(1)"}),
        ("<script>alert(1)</script>", {"title": "<script>alert(1)</script>"}),
    ],
)
def test_a_line_says_what_it_can(line: str, expected: dict[str, Any]) -> None:
    (found,) = read(line)
    assert {name: value for name, value in found.items() if name != "type"} == expected


def test_citations_over_several_lines_are_parted_by_blank_ones() -> None:
    text = "Soto, L. (2001).\nUno. Lima.\n\nRíos, A. (2002). Dos.\n10.1234/tres\n\n\nCuatro"
    assert [each.get("title", each.get("DOI")) for each in read(text)] == ["Uno", "Dos", "10.1234/tres", "Cuatro"]
    assert len(read("Uno\nDos\nTres")) == 3


def test_of_foreign_json_only_what_is_understood_is_kept() -> None:
    items = [
        {
            "type": "../x",
            "title": ["no"],
            "author": [{"family": "Soto"}, "x", {}],
            "issued": {"date-parts": [["2001"]]},
        },
        {
            "title": "a\u202eb\0",
            "author": 7,
            "issued": "hacia 1999",
            "URL": "javascript:1",
            "DOI": "10.1/x",
            "extra": 1,
        },
        "nada",
    ]
    assert read(json.dumps(items)) == [
        {"type": "document", "author": [{"literal": "Soto"}], "issued": {"date-parts": [[2001]]}},
        {"type": "document", "title": "a b", "issued": {"date-parts": [[1999]]}},
    ]


@pytest.mark.parametrize("text", ["", " \n\n ", "[]", "@comment{x}", "x\n" * 101, "x" * 200_001, "TY  - \nER  -"])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        pasted.read(text)


_HEAVY = [
    "@ab{",
    "@string{a=a#a#a}",
    '@string{a="' + "x" * 10_000 + '"}@ab{b, title=' + "a#" * 9_000,
    "@ab{x,b={",
    " ",
    "@ab{x," + " " * 999,
    "\n",
    "(",
    "10.1234/",
    "\\'",
    "\\'{ ",
    "9 ",
    "TY  - ",
    "[",
    "A. ",
    "- ",
    '{"a":',
]


@pytest.mark.parametrize("piece", _HEAVY)
def test_nothing_that_is_pasted_takes_long(piece: str) -> None:
    text = (piece * (pasted.MOST_CHARACTERS // len(piece) + 1))[: pasted.MOST_CHARACTERS]
    began = time.process_time()
    for tried in (text, f"@ab{{x, title={{{text[:-20]}", f"x (2001) {text[:-20]}"):
        try:
            pasted.read(tried)
        except BadInput:
            continue
    assert time.process_time() - began < 5


def test_half_a_letter_in_json_is_left_out() -> None:
    [found] = pasted.read(
        '[{"title": "a\\ud800b", "DOI": "10.1234/x\\udfff", "author": [{"literal": "\\ud83d\\ude00"}]}]'
    )
    assert str(found).encode()
    assert found.reference["title"] == "a?b"
    assert found.reference["author"] == [{"literal": "😀"}]


@given(st.text(alphabet="@{}=,\"#\\'~ \nTYER-(). 0129aéAXD:/[]", max_size=80))
@settings(max_examples=150, deadline=None)
def test_whatever_is_pasted_has_an_answer(text: str) -> None:
    try:
        found = pasted.read(text)
    except BadInput:
        return
    for each in found:
        assert each.reference == pasted.tidy(each.reference)
