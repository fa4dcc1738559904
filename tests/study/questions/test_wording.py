"""Words as people write them against those that an author expects."""

from __future__ import annotations

import time

import pytest

from lrc.study import questions
from lrc.study.content import Short, TextAnswer
from lrc.study.questions import wording
from lrc.study.questions.wording import Manner


def worth(expected: str, written: str, *, accents: bool = False, case: bool = False) -> float:
    question = Short(key="s", text="s", answers=(TextAnswer(expected),), accents_matter=accents, case_matters=case)
    return questions.mark(question, written).fraction


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        ("Perú", "peru"),
        ("peru", "PERÚ"),
        ("Perú", "Peru\u0301"),
        ("río Ucayali", "  rio   ucayali "),
        ("Lima", "Lima."),
        ("t'anta", "t’anta"),
        ("S.A.", "s.a."),
        ("quinua*", "quinua real"),
        ("*quinua*", "la quinua"),
        ("a*c", "ac"),
        ("el * Cusco", "el Gran Cusco"),
        ("5 \\* 3", "5 * 3"),
        ("ﬁn", "fin"),
    ],
)
def test_accents_capitals_spaces_and_signs_are_forgiven(expected: str, written: str) -> None:
    assert worth(expected, written) == 1.0


@pytest.mark.parametrize(
    ("expected", "written"),
    [
        ("año", "ano"),
        ("Lima", "Limas"),
        ("5 \\* 3", "5 y 3"),
        ("ab*bc", "abc"),
        ("a*a", "a"),
        ("el * Cusco", "elCusco"),
        ("", "."),
    ],
)
def test_what_is_another_word_is_not_forgiven(expected: str, written: str) -> None:
    assert worth(expected, written) == 0.0


def test_accents_and_capitals_count_where_the_author_says_so() -> None:
    assert worth("Perú", "peru", case=True) == 0.0
    assert worth("Perú", "Peru", case=True) == 1.0
    assert worth("Perú", "Peru", accents=True) == 0.0
    assert worth("Perú", "perú", accents=True) == 1.0


def test_the_first_answer_that_matches_counts() -> None:
    answers = (TextAnswer("ca*", 0.5), TextAnswer("cacao", 1.0))
    assert wording.find(answers, "cacao", Manner()) is answers[0]


def test_many_stars_are_compared_in_no_time() -> None:
    began = time.process_time()
    assert worth("a*" * 250, "a" * 499 + "b") == 1.0
    assert worth("*a" * 250 + "c", "a" * 500) == 0.0
    assert time.process_time() - began < 1


def test_an_expected_answer_is_shown_without_its_signs() -> None:
    assert wording.said("5 \\* 3*") == "5 * 3…"
