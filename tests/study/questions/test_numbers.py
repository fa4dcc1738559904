"""Numbers and units as people write them."""

from __future__ import annotations

import pytest

from lrc.study import questions
from lrc.study.content import Numeric, NumericAnswer, Unit
from lrc.study.questions import numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,5", 3.5),
        ("3.5", 3.5),
        (".5", 0.5),
        (",5", 0.5),
        ("3.", 3.0),
        ("1 000,5", 1000.5),
        ("1\u00a0000,5", 1000.5),
        ("1\u202f000", 1000.0),
        ("1,000.5", 1000.5),
        ("1.000,5", 1000.5),
        ("1,000,000", 1e6),
        ("1.000.000", 1e6),
        ("1'000,000.50", 1000000.5),
        ("-3", -3.0),
        ("− 3,5", -3.5),
        ("–3", -3.0),
        ("+3", 3.0),
        ("３，５", 3.5),
        ("٣", 3.0),
        ("1e3", 1000.0),
        ("2,5E-3", 0.0025),
        ("3×10^4", 30000.0),
        ("3 x 10⁻²", 0.03),
        ("3·10⁴", 30000.0),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: float) -> None:
    written = numbers.read(text)
    assert written is not None
    assert (written.values, written.unit) == ((value,), "")


@pytest.mark.parametrize("text", ["1,000", "1.000"])
def test_what_may_be_a_thousand_or_one_is_both(text: str) -> None:
    written = numbers.read(text)
    assert written is not None
    assert written.values == (1.0, 1000.0)


def test_millions_with_an_apostrophe_are_read_as_in_peru() -> None:
    written = numbers.read("1'500,000")
    assert written is not None
    assert 1_500_000.0 in written.values


@pytest.mark.parametrize(
    "text",
    ["", "abc", "NaN", "inf", "-inf", "Infinity", "1e999", "9" * 500, "1e", "--3", ".", ",", "1,2,3", "\x00", "- "],
)
def test_what_is_no_number_or_beyond_all_numbers_is_not_read(text: str) -> None:
    written = numbers.read(text)
    assert written is None or written.unit  # "1e" is a one with an unknown unit


@pytest.mark.parametrize("text", ["24 o 25", "12-15", "1/2", "5 5", "3,5 kg 2", "dos 2 dos"])
def test_two_numbers_are_not_taken_for_the_first(text: str) -> None:
    question = Numeric(key="n", text="n", answers=tuple(NumericAnswer(v) for v in (24, 12, 1, 5, 55, 3.5, 2)))
    assert questions.mark(question, text).fraction == 0.0


KILOS = Numeric(
    key="n",
    text="¿Cuánto?",
    answers=(NumericAnswer(2.5, 0.1), NumericAnswer(2.5, 1.0, 0.5)),
    units=(Unit("kg"), Unit("g", 0.001), Unit("mg", 1e-6), Unit("Mg", 1000.0)),
)


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("2,5", 1.0),
        ("2.6", 1.0),
        ("2,61", 0.5),
        ("3,6", 0.0),
        ("2,5kg", 1.0),
        ("2.5 KG", 1.0),
        ("2 500 g", 1.0),
        ("2500g.", 1.0),
        ("2.5 g", 0.0),
        ("2500000 mg", 1.0),
        ("0.0025 Mg", 1.0),
        ("2,5 litros", 0.0),
        ("kg 2,5", 1.0),
        ("", 0.0),
    ],
)
def test_a_number_counts_within_its_tolerance_in_any_of_its_units(text: str, fraction: float) -> None:
    assert questions.mark(KILOS, text).fraction == fraction


@pytest.mark.parametrize(
    ("unit", "text"),
    [("S/", "S/ 3.50"), ("S/", "S/. 3.50"), ("m²", "3.5 m2"), ("°C", "3,5 ºC"), ("%", "3.5%"), ("µm", "3.5 μm")],
)
def test_units_are_known_however_their_signs_are_typed(unit: str, text: str) -> None:
    question = Numeric(key="n", text="n", answers=(NumericAnswer(3.5),), units=(Unit(unit),), needs_unit=True)
    assert questions.problems(question) == []
    assert questions.mark(question, text).fraction == 1.0


def test_a_number_without_its_unit_is_worth_nothing_where_the_unit_is_asked_for_and_the_page_says_so() -> None:
    question = Numeric(key="n", text="n", answers=(NumericAnswer(3.5),), units=(Unit("m"),), needs_unit=True)
    assert questions.mark(question, "3.5").fraction == 0.0
    assert questions.ask(question, 1, "3.5").remark == "Falta la unidad."
    assert questions.ask(question, 1, "9999 m").remark == ""


def test_zero_is_not_everything_that_is_small() -> None:
    question = Numeric(key="n", text="n", answers=(NumericAnswer(0.0),))
    assert questions.mark(question, "0,000").fraction == 1.0
    assert questions.mark(question, "0,00001").fraction == 0.0


def test_numbers_that_computers_cannot_write_exactly_need_no_tolerance() -> None:
    question = Numeric(key="n", text="n", answers=(NumericAnswer(0.3),), units=(Unit("m"), Unit("cm", 0.01)))
    assert questions.mark(question, "30 cm").fraction == 1.0


@pytest.mark.parametrize(
    ("value", "said"), [(1000.0, "1000"), (0.5, "0.5"), (-2.25, "-2.25"), (0.0, "0"), (1e20, "1e+20")]
)
def test_a_number_is_shown_without_a_computers_noise(value: float, said: str) -> None:
    assert numbers.said(value) == said
