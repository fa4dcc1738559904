"""Where the words were found, marked whole, and around the densest match."""

from __future__ import annotations

from search.documents import ASIDE, Snippet
from search.matching import Matching
from search.snippets import SNIPPET_LENGTH, around, whole


def marks(snippet: Snippet) -> list[str]:
    return [run for run, is_match in snippet.runs if is_match]


def test_only_whole_words_are_marked_with_their_accents() -> None:
    snippet = whole("El árbol, la arboleda y los árboles", Matching({"arbol": 0, "arboles": 0}))
    assert marks(snippet) == ["árbol", "árboles"]
    assert snippet.text == "El árbol, la arboleda y los árboles"


def test_the_densest_stretch_is_shown() -> None:
    text = "papa " + "relleno " * 100 + "la papa nativa del ande " + "relleno " * 100 + "ande"
    snippet = around(text, Matching({"papa": 0, "nativa": 1, "ande": 2}), [1.0, 2.0, 1.0])
    assert marks(snippet) == ["papa", "nativa", "ande"]
    assert snippet.text.startswith("… ")
    assert snippet.text.endswith(" …")
    assert len(snippet.text) <= SNIPPET_LENGTH + 10


def test_rare_words_weigh_more_than_many_common_ones() -> None:
    text = "papa papa papa papa " + "relleno " * 60 + "chuño " + "relleno " * 60
    assert marks(around(text, Matching({"papa": 0, "chuño": 1}), [0.5, 4.0])) == ["chuño"]


def test_words_are_not_cut_and_lines_are_joined() -> None:
    text = "palabra larguísima\n\n  otra\tlínea " * 30
    snippet = around(text, Matching({"otra": 0}), [1.0])
    assert set(snippet.text.replace("…", "").split()) == {"palabra", "larguísima", "otra", "línea"}
    assert "\n" not in snippet.text
    assert "  " not in snippet.text


def test_a_short_text_is_shown_whole_and_an_empty_one_is_empty() -> None:
    assert around("La papa.", Matching({"papa": 0}), [1.0]).runs == (("La ", False), ("papa", True), (".", False))
    assert around("", Matching({"papa": 0}), [1.0]).runs == ()


def test_one_word_without_end_does_no_harm() -> None:
    assert 0 < len(around("a" * 100_000, Matching({"papa": 0}), [1.0]).text) <= SNIPPET_LENGTH + 10


def test_what_it_may_only_be_found_by_is_shown_where_nothing_else_answers() -> None:
    text = f"La papa nativa.{ASIDE}tubérculos; Agriculture"
    assert around(text, Matching({"otra": 0}), [1.0]).text == "La papa nativa."
    assert around(text, Matching({"papa": 0, "agriculture": 1}), [1.0, 1.0]).text == "La papa nativa."
    assert marks(around(text, Matching({"agriculture": 0}), [1.0])) == ["Agriculture"]
    assert around(f"{ASIDE}Agriculture", Matching({"otra": 0}), [1.0]).text == ""
