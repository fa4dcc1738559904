"""Whatever is typed is read, and nothing raises."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search.documents import Document, Page, Query
from search.engine import Index
from search.parsing import MOST_WORDS, Asked, Term, both_years, numbers_of, parse, with_enye


def test_stop_words_and_repetitions_are_left_out() -> None:
    assert parse("la papa y la Papa en el ande").words == ("papa", "ande")


def test_stop_words_that_librarians_taught_are_left_out_too() -> None:
    assert parse("libro de papa", frozenset({"libro"})).words == ("papa",)
    assert parse("libro", frozenset({"libro"})).words == ("libro",)


def test_only_stop_words_are_taken_as_they_are() -> None:
    assert parse("como no").words == ("como", "no")
    assert parse('"a la"') == Asked(("a", "la"), ("a", "la"))


def test_operators_of_other_tools_mean_nothing() -> None:
    assert parse("papa AND (NOT chuño*) hola:maíz~2 +quinua").words == (
        "papa",
        "chuño",
        "hola",
        "maiz",
        "2",
        "quinua",
    )


@pytest.mark.parametrize("quotes", ['"%s"', "«%s»", "“%s”"])
def test_what_stands_between_quotes_is_required_as_it_is(quotes: str) -> None:
    asked = parse("libro " + quotes % "Papa de la Sierra")
    assert asked.words == ("libro", "papa", "sierra")
    assert asked.required == ((Term(("papa", "de", "la", "sierra"), is_exact=True),),)


def test_a_single_word_between_quotes_is_required_in_that_form() -> None:
    asked = parse('riego "papas"')
    assert asked.words == ("riego", "papas")
    assert asked.required == ((Term(("papas",), is_exact=True),),)


@pytest.mark.parametrize(
    "typed", ['libro "papa nativa', 'libro papa" nativa', '"libro papa nativa', "libro «papa nativa"]
)
def test_an_unfinished_quote_is_words(typed: str) -> None:
    asked = parse(typed)
    assert (asked.words, asked.required) == (("libro", "papa", "nativa"), ())


def test_a_hyphen_before_a_word_excludes_it() -> None:
    asked = parse('papa -Chuño (-maca) -"papa de la costa" -autor:Pérez')
    assert asked.words == ("papa",)
    assert asked.excluded == (
        Term(("chuño",)),
        Term(("maca",)),
        Term(("papa", "de", "la", "costa"), is_exact=True),
        Term(("perez",), "creator", is_exact=True),
    )


@pytest.mark.parametrize("typed", ["covid-19", "covid - 19", "covid --19", "covid –19", "covid- 19", "-- covid 19 -"])
def test_other_hyphens_exclude_nothing(typed: str) -> None:
    asked = parse(typed)
    assert (asked.words, asked.excluded) == (("covid", "19"), ())


def test_excluding_what_tells_nothing_is_not_asked_for() -> None:
    assert parse("papa -de -la") == Asked(("papa",), ("papa",))


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ("autor:Vargas", "creator", ("vargas",)),
        ("AUTORA:vargas", "creator", ("vargas",)),
        ('author:"Vargas Llosa"', "creator", ("vargas", "llosa")),
        ("titulo:Ñandú", "title", ("ñandu",)),
        ("título:ñandu", "title", ("ñandu",)),
        ("ti\u0301tulo:ñandu", "title", ("ñandu",)),
        ("title:papa-nativa", "title", ("papa", "nativa")),
        ("materia:Biología", "subject", ("biologia",)),
        ("tema:biologia", "subject", ("biologia",)),
        ("(subject:biologia)", "subject", ("biologia",)),
    ],
)
def test_names_of_fields_say_where(typed: str, field: str, words: tuple[str, ...]) -> None:
    exact = field == "creator" or '"' in typed
    assert parse(f"suelo {typed}") == Asked(("suelo",), ("suelo",), required=((Term(words, field, exact),),))


def test_a_title_alone_is_what_is_ranked_by() -> None:
    assert parse("titulo:Ñandú -titulo:papa").words == ("ñandu",)
    assert parse("autor:vargas").words == ()


@pytest.mark.parametrize(
    "typed", ["tema: la célula", "Título:  célula", "autor:: célula", "autor: : célula", "año: célula"]
)
def test_the_name_of_a_field_apart_from_what_follows_asks_for_nothing(typed: str) -> None:
    asked = parse(typed)
    assert (asked.words, asked.required) == (("celula",), ())


def test_the_name_of_a_field_alone_is_a_word() -> None:
    assert parse("autor:").words == ("autor",)
    assert parse("coautor:vargas").words == ("coautor", "vargas")


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("año:2015..2020", (2015, 2020)),
        ("ano:2015-2020", (2015, 2020)),
        ("AÑO:2020…2015", (2015, 2020)),
        ("an\u0303o:2015", (2015, 2015)),
        ("year:..2015", (None, 2015)),
        ("año:2015..", (2015, None)),
        ("(año:2015.)", (2015, 2015)),
        ("año:2010..2018 año:2015..", (2015, 2018)),
    ],
)
def test_years_are_a_range(typed: str, years: tuple[int | None, int | None]) -> None:
    assert parse(f"papa {typed}") == Asked(("papa",), ("papa",), years=years)


@pytest.mark.parametrize("typed", ["año:15", "año:..", "año:siempre", "año:20155", "año:2015..20"])
def test_what_is_no_year_is_words(typed: str) -> None:
    asked = parse(typed)
    assert asked.years == (None, None)
    assert asked.words == parse(typed.removeprefix("año:")).words


def test_years_in_both_places_are_those_in_both() -> None:
    assert both_years((2000, None), (1990, 2010)) == (2000, 2010)
    assert both_years((None, None), (None, 2010)) == (None, 2010)


def test_or_makes_others_do_as_well() -> None:
    asked = parse("riego papa OR Maíz OR papas O la OR papa suelo")
    assert asked.words == ("riego", "papa", "suelo")
    assert asked.alternatives == {"papa": ("maiz", "papas")}


@pytest.mark.parametrize("typed", ["papa | maíz", "(papa OR maíz)", "papa O maíz"])
def test_or_may_be_written_otherwise(typed: str) -> None:
    assert parse(typed).alternatives == {"papa": ("maiz",)}


@pytest.mark.parametrize(
    "typed", ["OR papa", "papa OR", "papa or", "papa o", "OR OR papa", "papa OR -maca", "PAPA O", "papa |"]
)
def test_or_between_nothing_is_no_operator(typed: str) -> None:
    assert (parse(typed).words, parse(typed).alternatives) == (("papa",), {})


def test_o_in_a_text_of_capitals_is_a_word() -> None:
    assert parse("PAPA O MAIZ").words == ("papa", "maiz")
    assert parse("PAPA OR MAIZ").words == ("papa",)


def test_or_between_phrases_and_fields_requires_one_of_them() -> None:
    asked = parse('"papa nativa" OR chuño OR autor:pérez')
    assert asked.words == ("papa", "nativa", "chuño")
    phrase, word = Term(("papa", "nativa"), is_exact=True), Term(("chuño",))
    assert asked.required == ((phrase, word, Term(("perez",), "creator", is_exact=True)),)


def test_the_last_word_is_open_until_something_follows_it() -> None:
    assert parse("papa nat").is_open
    assert parse('"papa').is_open
    for typed in ("papa nat ", "papa de", "", 'x "papa nat"', "papa -nat", "titulo:nat", "papa año:2015", "papa nat)"):
        assert not parse(typed).is_open


def test_of_a_very_long_query_the_first_words_count() -> None:
    numbered = [f"palabra{n}" for n in range(80)]
    assert parse(" ".join(numbered)).words == tuple(numbered[:MOST_WORDS])
    assert len(parse(" OR ".join(numbered)).alternatives["palabra0"]) == MOST_WORDS
    assert len(parse(" ".join(f"-{word}" for word in numbered)).excluded) == MOST_WORDS
    assert len(parse(" ".join(f"autor:{word}" for word in numbered)).required) == MOST_WORDS


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("papa", "papas"),
        ("flor", "flores"),
        ("luz", "luces"),
        ("análisis", "análisis"),
        ("pie", "pies"),
        ("mes", "mes"),
    ],
)
def test_a_word_has_its_other_number(one: str, several: str) -> None:
    assert several in numbers_of(one)
    assert one in numbers_of(several)


def test_what_is_no_word_has_no_other_number() -> None:
    assert numbers_of("2015") == ("2015",)
    assert numbers_of("tv") == ("tv",)


def test_n_may_have_been_meant_as_enye_where_something_is_sought() -> None:
    assert with_enye("anona") == ("anona", "añona", "anoña")
    assert Term(("ano",), is_exact=True).lenient_forms() == [("ano", "año")]
    assert Term(("ano",)).forms() == [("ano", "anos")]


ODD = "aeñÑnS \"«»“”*~()[]\\/:^?-–.+'|\u0301\ud800\x00\u00ad1OR"
TYPED = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=ODD, max_size=60),
    st.lists(
        st.sampled_from(
            [
                "papa",
                "de",
                "OR",
                "O",
                "|",
                '"',
                "«",
                "-",
                "autor:",
                "TÍTULO:",
                "materia:",
                "año:",
                "2015",
                "..",
                " ",
                "ñu",
            ]
        ),
        max_size=30,
    ).map("".join),
)


def terms(asked: Asked) -> Iterable[Term]:
    yield from asked.excluded
    for clause in asked.required:
        yield from clause


@settings(max_examples=400, deadline=None)
@given(text=TYPED)
@example('autor:"" OR OR "«» -"" titulo:« |')
def test_what_is_read_of_anything_is_in_order(text: str) -> None:
    asked = parse(text)
    assert len(set(asked.words)) == len(asked.words) == len(asked.typed) <= MOST_WORDS
    assert all(asked.words)
    assert set(asked.alternatives) <= set(asked.words)
    assert all(all(others) and word not in others for word, others in asked.alternatives.items())
    assert all(asked.required)
    assert all(term.words and all(term.words) for term in terms(asked))
    assert all(all(forms) for term in terms(asked) for forms in term.lenient_forms())
    assert parse(text) == asked
    assert asked.is_empty == (asked == Asked())


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(max_codepoint=0xFF, exclude_categories=["No"]), max_size=40))
def test_the_words_that_were_read_are_read_again_as_the_same_words(text: str) -> None:
    # Elsewhere, as in ¼, folding may leave marks that part a word in two.
    words = parse(text).words
    assert parse(" ".join(words)).words == words
    assert parse(" ".join(words)).required == ()


@pytest.fixture(scope="module")
def small_index(kept_index: Index) -> Index:
    index = kept_index
    index.write([Document(id="1", record_id="r1", title="El ñandú y el «año»", pages=[Page(1, "a b c \x00 \ud800 …")])])
    index.write([Document(id="2", record_id="r2", title="", description="", audience="everyone")])
    return index


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TYPED)
def test_nothing_that_is_typed_raises(small_index: Index, text: str) -> None:
    found = small_index.search(Query(text, frozenset({"everyone"})))
    assert len(found.hits) == min(found.total, 10)


@pytest.mark.parametrize("text", ["a" * 10_000, "a " * 5_000, '"' * 10_000, "ñ*" * 5_000, "\ud800" * 100, "el la los"])
def test_monsters_are_answered(small_index: Index, text: str) -> None:
    assert small_index.search(Query(text, frozenset({"everyone"}))).total <= 2
