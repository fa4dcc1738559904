"""A student at a graded activity of the practice LMS, to send scores to its gradebook."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti import gradetasks
from lti.models import Context, Person, ResourceLink, Score
from tests.campus import STUDENT, TEACHER, Campus
from tests.lti.scores import Pair


@dataclass(frozen=True)
class Desk(Pair):
    """A student at a graded activity, the practice LMS around them."""

    campus: Campus

    def deliver(self, score: Score) -> Score:
        """Send the score as the task does, and have it as the database has it then."""
        self.session.commit()
        gradetasks.deliver_score(score.id)
        return self.now(score)

    def now(self, score: Score) -> Score:
        self.session.rollback()
        self.session.expire_all()
        return self.session.get_one(Score, score.id)

    @property
    def grade(self) -> float | None:
        """What the gradebook shows for the student."""
        return self.campus.gradebook()[self.link.resource_link_id].get(self.person.sub)

    @property
    def raw(self) -> float | None:
        return self.campus.grade(self.link.resource_link_id, self.person.sub).raw

    def sent(self) -> list[dict[str, object]]:
        """The scores that reached the platform, also those whose answer was lost."""
        return [json.loads(each.body) for each in self.campus.lms.quirks.called("scores")]


def desk(campus: Campus, session: Session, *, who: str = STUDENT.sub, maximum: float | None = 20) -> Desk:
    """Somebody who launched an activity of their course with a column of this maximum."""
    link = campus.place(maximum=maximum).link_id
    people = {each.sub: each for each in (STUDENT, TEACHER)}
    campus.launch(people[who], link=link)
    session.rollback()
    of_campus = Context.platform_id == campus.platform_id
    row = session.scalars(
        select(ResourceLink).join(ResourceLink.context).where(of_campus, ResourceLink.resource_link_id == link)
    ).one()
    person = session.scalars(select(Person).where(Person.platform_id == campus.platform_id, Person.sub == who)).one()
    return Desk(session, row, person, campus)
