"""The tasks of the study room, run twice as tasks may be."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.study import attempts, journal, studies, tasks
from lrc.study.models import Attempt
from lti.models import Person, Score
from lti.viewers import Role
from tests import factories
from tests.catalog import enrolling
from tests.study import learners
from tests.study.learners import answer


def test_attempts_whose_time_is_over_are_submitted_as_they_stand(app: Flask, session: Session) -> None:
    module = learners.module(session, learners.quiz(time_limit_minutes=5))
    over, running = (learners.attempt(session, learners.study(session, module)) for _ in range(2))
    journal.write(session, over.study, [answer("q1", "si")])
    over.due_at = utcnow() - timedelta(minutes=2)
    session.commit()

    for _ in range(2):
        tasks.close_over()

    session.expire_all()
    assert (over.given, over.study.percent, running.submitted_at) == (1, 50, None)


def test_what_was_earned_before_a_link_gave_a_grade_is_owed_once(app: Flask, session: Session) -> None:
    course = factories.context(session)
    person = session.get_one(Person, enrolling.came(session, course, "Ana").person_id)
    module = learners.module(session, learners.quiz())
    study = studies.begin(session, factories.viewer(session, Role.STUDENT, by=person, where=course), module)
    attempts.submit(session, learners.attempt(session, study), [answer("q1", "si")])
    enrolling.link(session, course, module, kind="module", is_graded=True)
    session.commit()

    for _ in range(2):
        tasks.owe_missing()

    assert session.scalars(select(Score.given)).all() == [50]
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
