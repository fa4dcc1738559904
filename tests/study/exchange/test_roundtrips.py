"""What is written in an exchange format and read again is the same, for all that the format can say."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrc.study.content import Question, Quiz
from lrc.study.exchange import gift, giftwriting, moodlewriting, moodlexml
from tests.study.exchange import asked

few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# GIFT tells one choice from several by whether some option is right, and cannot say an arrow within a pair.
in_gift = st.one_of(
    asked.choice.filter(lambda question: any(each.fraction == 1 for each in question.options)),
    asked.choices,
    asked.truefalse,
    asked.short.filter(lambda question: "->" not in repr(question)),
    asked.numeric,
    asked.matching.filter(lambda question: not any("->" in each.left for each in question.pairs)),
)
in_xml = st.one_of(
    asked.choice,
    asked.choices,
    asked.truefalse,
    asked.short,
    asked.numeric,
    asked.matching,
    asked.ordering,
    asked.gaps(),
)


def _quiz(questions: Any) -> Quiz:
    return Quiz("q", "Prueba", questions=tuple(questions))


@few
@given(st.lists(in_gift, min_size=1, max_size=3))
def test_what_gift_can_say_comes_back_the_same(questions: list[Question]) -> None:
    got = gift.read(giftwriting.write(_quiz(questions)).data)
    assert [asked.said(each) for each in got.questions] == [asked.said(each) for each in questions]


@few
@given(st.lists(in_xml, min_size=1, max_size=3))
def test_what_moodle_xml_can_say_comes_back_the_same(questions: list[Question]) -> None:
    got = moodlexml.read(moodlewriting.write(_quiz(questions), {}).data)
    assert [asked.said(each) for each in got.questions] == [asked.said(each) for each in questions]
