"""What somebody did of each part of a module, what they can do next, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from lrc.study import scoring, studies
from lrc.study.content import Lesson, Module, PartContent, Quiz
from lrc.study.models import Attempt, Study


class State(StrEnum):
    """How a part stands for somebody."""

    UNREAD = "unread"
    READ = "read"
    UNTRIED = "untried"
    UNDER_WAY = "under-way"
    """An attempt is open."""
    FAILED = "failed"
    PASSED = "passed"


@dataclass(frozen=True)
class Step:
    """A lesson or a quiz on somebody's way."""

    part: PartContent
    number: int
    """From 1, among the module's parts."""
    state: State
    tries: tuple[Attempt, ...] = ()
    """The attempts at a quiz, in order."""
    counting: Attempt | None = None
    """The submitted attempt that counts."""

    @property
    def is_quiz(self) -> bool:
        return isinstance(self.part, Quiz)

    @property
    def is_done(self) -> bool:
        return self.state in (State.READ, State.PASSED)

    @property
    def open_try(self) -> Attempt | None:
        return next((each for each in self.tries if each.submitted_at is None), None)


@dataclass(frozen=True)
class Outline:
    """A module's parts in order, each with its state."""

    steps: tuple[Step, ...]
    last_part: str = ""
    """Where they stopped."""

    @property
    def done(self) -> int:
        return sum(each.is_done for each in self.steps)

    @property
    def here(self) -> Step | None:
        """Where to go on: where they stopped unless that is done, else what comes after it, else what is left."""
        at = next((n for n, each in enumerate(self.steps) if each.part.key == self.last_part), 0)
        turned = (*self.steps[at:], *self.steps[:at])
        return next((each for each in turned if not each.is_done), None)

    def step(self, key: str) -> Step | None:
        return next((each for each in self.steps if each.part.key == key), None)

    def before(self, step: Step) -> Step | None:
        return self.steps[step.number - 2] if step.number > 1 else None

    def after(self, step: Step) -> Step | None:
        return self.steps[step.number] if step.number < len(self.steps) else None


def of_study(session: Session, study: Study) -> Outline:
    """The way of somebody who began."""
    tries: dict[str, list[Attempt]] = {}
    for each in session.scalars(scoring.of_study(study.id)):
        tries.setdefault(each.part, []).append(each)
    module = studies.module_of(study)
    return Outline(tuple(_steps(module, study.read_parts, study.passed_parts, tries)), study.last_part)


def of_module(module: Module) -> Outline:
    """The way before the first step."""
    return Outline(tuple(_steps(module, (), (), {})))


def _steps(
    module: Module, read: Iterable[str], passed: Iterable[str], tries: Mapping[str, list[Attempt]]
) -> Iterable[Step]:
    read, passed = frozenset(read), frozenset(passed)
    for number, part in enumerate(module.parts, start=1):
        if isinstance(part, Lesson):
            yield Step(part, number, State.READ if part.key in read else State.UNREAD)
        else:
            own = tuple(tries.get(part.key, ()))
            counting = scoring.counting(part, own)
            yield Step(part, number, _quiz_state(own, counting, part.key in passed), own, counting)


def _quiz_state(tries: tuple[Attempt, ...], counting: Attempt | None, is_passed: bool) -> State:
    if is_passed:
        return State.PASSED
    if any(each.submitted_at is None for each in tries):
        return State.UNDER_WAY
    return State.FAILED if counting is not None else State.UNTRIED
