"""Comparing what was saved, and putting two texts together."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lrc.study import history, merging
from lrc.study.content import Lesson, Quiz
from lrc.study.history import Change, Line
from tests.study import manuscripts

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "uno dos"]), max_size=12).map("\n".join)


def lesson(text: str, title: str = "Pozas", minutes: int = 5) -> Lesson:
    return Lesson("k", title, text, minutes)


def test_what_was_taken_out_and_put_in_is_told_line_by_line() -> None:
    assert history.compare("Limpias.\nSecas.\nAltas.", "Limpias.\nHúmedas.\nAltas.") == [
        Line(Change.SAME, "Limpias."),
        Line(Change.REMOVED, "Secas."),
        Line(Change.ADDED, "Húmedas."),
        Line(Change.SAME, "Altas."),
    ]


def test_what_is_the_same_far_away_is_left_out() -> None:
    before = [f"Línea {n}" for n in range(30)]
    after = [*before[:15], "Nueva", *before[15:]]
    lines = history.compare("\n".join(before), "\n".join(after))
    assert lines[0] == Line(Change.SKIPPED, "12")
    assert lines[-1] == Line(Change.SKIPPED, "12")
    assert [each.text for each in lines if each.change is Change.ADDED] == ["Nueva"]


def test_equal_texts_differ_in_nothing() -> None:
    assert {each.change for each in history.compare("a\nb", "a\nb", around=None)} == {Change.SAME}
    assert history.compare("", "") == []


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_comparison(older: str, newer: str) -> None:
    lines = history.compare(older, newer, around=None)
    assert [each.text for each in lines if each.change is not Change.ADDED] == older.splitlines()
    assert [each.text for each in lines if each.change is not Change.REMOVED] == newer.splitlines()


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("\n" * 59_999, "a\n" * 29_999),
        ("\n".join(map(str, range(10_000))), "\n".join(map(str, range(10_000, 0, -1)))),
        ("\n".join(str(n % 199) for n in range(1_400)), "\n".join(str(n * 7 % 199) for n in range(1_400))),
    ],
)
def test_comparing_takes_no_long_time_whatever_the_texts(older: str, newer: str) -> None:
    began = time.thread_time()
    history.compare(older, newer)
    merging.merged(lesson(older), lesson(newer), lesson("x\n" + older))
    assert time.thread_time() - began < 3


def test_changes_far_from_one_another_are_put_together() -> None:
    base, mine, theirs = lesson("a\nb\nc\nd"), lesson("A\nb\nc\nd"), lesson("a\nb\nc\nD\ne", "Las pozas")
    assert merging.merged(base, mine, theirs) == lesson("A\nb\nc\nD\ne", "Las pozas")


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [("a\nX\nc", "a\nY\nc"), ("X\nb\nc", "a\nY\nc"), ("a\nc", "a\nB\nc"), ("a\nb\nc\nX", "a\nb\nc\nY")],
)
def test_changes_of_the_same_lines_are_left_to_people(mine: str, theirs: str) -> None:
    assert merging.merged(lesson("a\nb\nc"), lesson(mine), lesson(theirs)) is None


def test_the_same_change_on_both_sides_is_one() -> None:
    assert merging.merged(lesson("a\nb"), lesson("A\nb"), lesson("A\nb")) == lesson("A\nb")


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_where_only_one_changed_something_that_is_what_stays(base: str, mine: str) -> None:
    assert merging.merged(lesson(base), lesson(mine), lesson(base)) == lesson(mine)
    assert merging.merged(lesson(base), lesson(base), lesson(mine)) == lesson(mine)


def test_a_quiz_is_compared_with_all_that_it_holds() -> None:
    text = history.text_of(Quiz("k", "Repaso", questions=(manuscripts.question("q"),)))
    assert "¿Qué comen los cuyes?" in text
