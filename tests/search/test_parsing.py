"""Whatever is typed is read, and nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import Document, Page, Query
from search.parsing import MOST_WORDS, parse
from search.whoosh_index.index import WhooshIndex


def test_stop_words_and_repetitions_are_left_out() -> None:
    assert parse("la papa y la Papa en el ande").words == ["papa", "ande"]


def test_only_stop_words_are_taken_as_they_are() -> None:
    assert parse("como no").words == ["como", "no"]


def test_operators_mean_nothing() -> None:
    assert parse("papa AND (NOT title:maíz*) OR -chuño~2").words == ["papa", "title", "maiz", "chuño", "2"]


@pytest.mark.parametrize("quotes", ['"%s"', "«%s»", "“%s”"])
def test_what_stands_between_quotes_is_a_phrase(quotes: str) -> None:
    asked = parse("libro " + quotes % "Papa nativa")
    assert (asked.words, asked.phrases) == (["libro", "papa", "nativa"], [["papa", "nativa"]])


def test_an_unfinished_quote_is_no_phrase() -> None:
    assert parse('libro "papa nativa').phrases == []


def test_the_last_word_is_open_until_something_follows_it() -> None:
    assert parse("papa nat").is_open
    assert not parse("papa nat ").is_open
    assert not parse("papa de").is_open
    assert not parse("").is_open


def test_of_a_very_long_query_the_first_words_count() -> None:
    assert len(parse(" ".join(f"palabra{n}" for n in range(5000))).words) == MOST_WORDS


@pytest.fixture(scope="module")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> WhooshIndex:
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    index.write([Document(id="1", record_id="r1", title="El ñandú y el «año»", pages=[Page(1, "a b c \x00 \ud800 …")])])
    index.write([Document(id="2", record_id="r2", title="", description="", audience="everyone")])
    return index


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=60), st.text(alphabet="aeñÑ \"«»*~()[]\\/:^?-+'\u0301\ud800\x00", max_size=60)))
def test_nothing_that_is_typed_raises(small_index: WhooshIndex, text: str) -> None:
    found = small_index.search(Query(text, frozenset({"everyone"})))
    assert len(found.hits) == min(found.total, 10)


@pytest.mark.parametrize("text", ["a" * 10_000, "a " * 5_000, '"' * 10_000, "ñ*" * 5_000, "\ud800" * 100, "el la los"])
def test_monsters_are_answered(small_index: WhooshIndex, text: str) -> None:
    assert small_index.search(Query(text, frozenset({"everyone"}))).total <= 2
