"""Which questions an attempt asks, and in which order."""

from __future__ import annotations

from collections import Counter

from lrc.study import questions
from lrc.study.content import Quiz, TrueFalse
from lrc.study.questions.drawing import Draw


def quiz(*, pool: int = 0, plain: int = 0, **settings: object) -> Quiz:
    made = [TrueFalse(key=f"p{n}", text="t", is_true=True, points=2) for n in range(plain)]
    made += [TrueFalse(key=f"g{n}", text="t", is_true=True, pool="grupo") for n in range(pool)]
    return Quiz(key="q", title="Q", questions=tuple(made), **settings)  # type: ignore[arg-type]


def keys(asked: tuple[object, ...]) -> str:
    return " ".join(question.key for question in asked)  # type: ignore[attr-defined]


def test_the_draws_of_a_seed_never_change() -> None:
    """Attempts that are under way keep their questions through every release and every Python: change nothing here."""
    drawing = quiz(plain=3, pool=6, draws={"grupo": 3}, shuffle=True)
    assert [keys(questions.choose(drawing, seed)) for seed in (0, 1, 2**63 - 1)] == [
        "p2 g0 g4 g1 p0 p1",
        "p2 g4 p1 p0 g2 g1",
        "p0 p1 g4 g3 p2 g1",
    ]
    assert Draw(1, "question", "p1").id_of("a") == "f5d8361120b8"


def test_of_a_pool_as_many_come_as_the_quiz_says_in_its_order() -> None:
    asked = questions.choose(quiz(plain=1, pool=5, draws={"grupo": 2}), 5)
    assert len(asked) == 3
    assert asked[0].key == "p0"
    drawn = [question.key for question in asked[1:]]
    assert drawn == sorted(set(drawn))


def test_of_a_pool_that_is_smaller_than_its_draw_all_come() -> None:
    assert len(questions.choose(quiz(pool=2, draws={"grupo": 9}), 1)) == 2


def test_a_pool_that_nothing_is_said_of_comes_whole_and_in_order() -> None:
    assert keys(questions.choose(quiz(plain=2, pool=2), 9)) == "p0 p1 g0 g1"


def test_every_question_of_a_pool_has_its_turn_about_as_often() -> None:
    drawing = quiz(pool=5, draws={"grupo": 2})
    times = Counter(question.key for seed in range(500) for question in questions.choose(drawing, seed))
    assert len(times) == 5
    assert all(150 < each < 250 for each in times.values())


def test_the_points_of_an_attempt_are_those_of_the_questions_it_asks() -> None:
    drawing = quiz(plain=1, pool=5, draws={"grupo": 2})
    assert questions.total(drawing) == 4.0
    assert questions.maximum(questions.choose(drawing, 3)) == 4.0
