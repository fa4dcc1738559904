"""What was used more comes first for who sorts by use, once the index was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from catalog import indexing, usetasks
from catalog.models import Enrolment, Opening, Resource
from lrc.db import utcnow
from search.documents import Query
from search.engine import Index
from tests import factories


def opened(session: Session, resource: Resource, times: int) -> Opening:
    where, who = factories.context(session), factories.person(session)
    noted = Opening(context_id=where.id, person_id=who.id, resource_id=resource.id, times=times)
    session.add(noted)
    session.commit()
    return noted


def titles(index: Index) -> list[str]:
    query = Query("riego", frozenset({"everyone"}), sort="uses")
    return [hit.title.text for hit in index.search(query).hits]


@pytest.fixture
def shelf(session: Session, index: Index) -> list[Resource]:
    made = [factories.resource(session, title=f"Riego {each}") for each in "abc"]
    made.append(factories.course(session, title="Riego d"))
    for number in range(3):
        session.add(Enrolment(course_id=made[3].id, person_id=factories.person(session, name=str(number)).id))
    opened(session, made[1], 2)
    opened(session, made[1], 2)
    opened(session, made[0], 1)
    indexing.bring_up_to_date(index)
    return made


def test_days_of_opening_and_enrolments_count(index: Index, shelf: list[Resource]) -> None:
    assert titles(index) == ["Riego b", "Riego d", "Riego a", "Riego c"]
    assert len(shelf) == 4


def test_what_was_used_since_is_told_to_the_index(session: Session, index: Index, shelf: list[Resource]) -> None:
    indexing.bring_up_to_date(index)
    opened(session, shelf[2], 9)
    old = opened(session, shelf[0], 20)
    old.last_opened_at = utcnow() - timedelta(days=3)
    session.commit()
    usetasks.tell_uses()
    indexing.bring_up_to_date(index)
    assert titles(index)[0] in ("Riego a", "Riego c")
    assert titles(index).index("Riego c") < titles(index).index("Riego b")
