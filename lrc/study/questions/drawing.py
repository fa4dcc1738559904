"""What chance decides in an attempt, always the same for one seed: which questions, in which order, under which ids."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from lrc.study.content import Question, Quiz

T = TypeVar("T")
_ID_DIGITS = 12


class Draw:
    """The chances of one seed within a scope, such as a question.

    Made of SHA-256 and of nothing that a version of Python may change. A seed is a secret: from it follow the ids, and
    which right side belongs to which left one.
    """

    def __init__(self, seed: int, *scope: str) -> None:
        self._begin = (str(seed), *scope)

    def id_of(self, *names: str) -> str:
        """What the browser calls a thing of these names: it says nothing of them, nor of their order."""
        return self._digest("id", *names)[:_ID_DIGITS]

    def shuffled(self, things: Iterable[T], name: Callable[[T], str]) -> tuple[T, ...]:
        """The things in this draw's order, which depends on their names alone and not on how they came."""
        return tuple(sorted(things, key=lambda thing: self._digest("order", name(thing))))

    def _digest(self, *names: str) -> str:
        return hashlib.sha256("\x1f".join((*self._begin, *names)).encode()).hexdigest()


def choose(quiz: Quiz, seed: int) -> tuple[Question, ...]:
    """The questions that an attempt with this seed asks, in its order.

    Of a pool that the quiz draws from come as many as it says, all of them where it has fewer.
    """
    drawn = {pool: _drawn(quiz.questions, pool, wanted, seed) for pool, wanted in quiz.draws.items() if pool}
    asked = [each for each in quiz.questions if each.pool not in drawn or each.key in drawn[each.pool]]
    if not quiz.shuffle:
        return tuple(asked)
    return Draw(seed, "quiz", quiz.key).shuffled(asked, lambda question: question.key)


def maximum(questions: Iterable[Question]) -> float:
    """The points that they are worth together."""
    return math.fsum(question.points for question in questions)


def _drawn(questions: Sequence[Question], pool: str, wanted: int, seed: int) -> set[str]:
    keys = {question.key for question in questions if question.pool == pool}
    return set(Draw(seed, "pool", pool).shuffled(keys, str)[:wanted])
