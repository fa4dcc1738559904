"""The address of the results page: whatever it says is read, and it is written in one way only."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.choices import (
    HITS_A_PAGE,
    LAST_PAGE,
    LONGEST_IN_ALL,
    LONGEST_QUERY,
    LONGEST_VALUE,
    MOST_CHOSEN,
    MOST_IN_ALL,
    Choices,
    chips,
    exactly,
    read,
    read_address,
)
from search.documents import KINDS, SORTS
from search.facets import FACETS, FIRST_YEAR, LAST_YEAR

EVERYONE = frozenset({"everyone"})
NAMES = ("q", "kind", "sort", "page", "from", "to", "since", "nothing", *FACETS)
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["here", "full", "record", "es", "libro", "to1", "everyone", "title", "added", "module", "Arte > Cine"]
    ),
    st.integers(-5, 3000).map(str),
)
ADDRESSES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=25)


@settings(max_examples=200)
@given(ADDRESSES)
def test_any_address_gives_a_query_and_is_written_in_one_way(parts: list[tuple[str, str]]) -> None:
    choices = read(parts)
    assert read_address(choices.address()) == choices
    query = choices.query(EVERYONE)
    assert len(query.text) <= LONGEST_QUERY
    assert query.kind in ("", *KINDS)
    assert query.sort in SORTS
    assert 0 <= query.offset < LAST_PAGE * HITS_A_PAGE
    assert all(1 <= len(values) <= MOST_CHOSEN for values in query.chosen.values())
    first, last = query.years
    assert first is None or FIRST_YEAR <= first <= LAST_YEAR
    assert first is None or last is None or first <= last


def test_many_and_long_choices_make_no_long_page() -> None:
    def address(sign: str, length: int) -> list[tuple[str, str]]:
        names = ("type", "subject", "license")
        return [("q", "agua"), *((name, f"{n:02}{sign * length}") for name in names for n in range(MOST_CHOSEN))]

    short, long, one = read(address("a", 1)), read(address("ñ", 60)), read([("subject", "漢" * LONGEST_VALUE)])
    assert len(list(chips(short))) == MOST_IN_ALL
    assert 1 < len(list(chips(long))) < MOST_IN_ALL
    for choices in (short, long):
        assert len(choices.address()) < LONGEST_IN_ALL + MOST_IN_ALL * len("subject=&") + len("q=agua")
        assert read_address(choices.address()) == choices
    assert len(list(chips(one))) == 1


@settings(max_examples=100)
@given(st.lists(st.tuples(st.text(max_size=10), st.text(max_size=30)), max_size=10))
def test_what_an_address_should_not_have_is_left_out(parts: list[tuple[str, str]]) -> None:
    assert read([*parts, ("q", "agua")]).address()  # whatever it is, it is an address again
    assert read([("q", "agua"), *((f"x{name}", value) for name, value in parts)]) == Choices("agua")


@settings(max_examples=100)
@given(ADDRESSES)
def test_each_chip_takes_one_thing_away_and_all_of_them_everything(parts: list[tuple[str, str]]) -> None:
    choices = read(parts)
    shown = list(chips(choices))
    assert len({(chip.facet, chip.value) for chip in shown}) == len(shown)
    for chip in shown:
        assert chip.without.words == choices.words
        assert len(list(chips(chip.without))) == len(shown) - 1
    assert list(chips(choices.cleared())) == []
    assert choices.cleared().words == choices.words


def test_the_same_choices_have_the_same_address_however_they_were_written() -> None:
    one = read(parse_qsl("type=libro&q=+agua++limpia&language=es&language=en&page=1&sort=relevance&language=es"))
    other = read(parse_qsl("q=agua limpia&language=en&language=es&type=libro&from=&to=&kind="))
    assert one == other
    assert one.address() == "q=agua+limpia&type=libro&language=en&language=es"


@pytest.mark.parametrize(
    "wrong",
    [
        "kind=nada",
        "sort=nada",
        "page=0",
        "page=-3",
        "page=x",
        "from=99",
        "to=99999",
        "since=-1",
        "language=%00",
        "institution=0;drop",
        "institution=9999999999",
        "size=huge",
        "audience=context:7",
        "access=record",
        "level=Nivel%20alto",
        f"subject={'a' * (LONGEST_VALUE + 1)}",
        "type=",
    ],
)
def test_what_cannot_be_is_as_if_it_were_not_there(wrong: str) -> None:
    assert read(parse_qsl(f"q=agua&{wrong}", keep_blank_values=True)) == Choices("agua")


def test_years_the_wrong_way_round_are_put_right() -> None:
    assert read_address("from=2020&to=2015").years == (2015, 2020)
    assert read_address("to=2015").years == (None, 2015)


def test_full_text_is_what_opens_here_or_elsewhere_and_the_narrower_choice_wins() -> None:
    assert read_address("access=full").chosen == {"access": {"here", "elsewhere"}}
    assert read_address("access=full&access=here").chosen == {"access": {"here"}}
    assert [chip.value for chip in chips(read_address("access=full"))] == ["full"]


def test_without_words_what_came_last_is_first_and_a_chosen_order_stays() -> None:
    assert read_address("").query(EVERYONE).sort == "added"
    assert read_address("q=agua").query(EVERYONE).sort == "relevance"
    assert read_address("q=agua&sort=added").query(EVERYONE).sort == "added"
    assert read_address("sort=title").address() == "sort=title"


def test_changing_what_is_chosen_goes_back_to_the_first_page() -> None:
    third = read_address("q=agua&page=3&type=libro")
    assert third.query(EVERYONE).offset == 2 * HITS_A_PAGE
    changed = [third.with_value("type", "tesis"), third.without_value("type", "libro"), third.of_kind("module")]
    assert [each.page for each in (*changed, third.without("type"), third.asking("sol"))] == [1] * 5
    assert third.with_value("type", "tesis").chosen == {"type": {"libro", "tesis"}}


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("qinua del altiplano", '"qinua" del "altiplano"'),
        ('qinua "del altiplano" -papa', '"qinua" "del altiplano" -papa'),
        ("autor:arguedas rios OR lagos año:2015", 'autor:arguedas "rios" OR "lagos" año:2015'),
        ('"sin cerrar', '"sin cerrar'),
        ("", ""),
    ],
)
def test_searching_exactly_puts_telling_words_between_quotes_and_leaves_operators(typed: str, exact: str) -> None:
    assert exactly(typed) == exact
