"""What has ended is forgotten; what has not, stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lrc.db import Base, utcnow
from lti.forgetting import forget
from lti.models import Login, OperatorVisit, Pick, ServiceToken, StoredLaunch
from tests import factories

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def left(session: Session, model: type[Base]) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_launches_tokens_and_operators_visits_are_forgotten_when_they_end(session: Session) -> None:
    platform = factories.platform(session)
    for number, ends_at in enumerate((utcnow() - HOUR, utcnow() + HOUR)):
        launch = factories.launch(session, by=factories.person(session, of=platform))
        launch.expires_at = ends_at
        session.add(Pick(launch_id=launch.id, position=1, kind="resource", target="a", title="A"))
        session.add(ServiceToken(platform_id=platform.id, scopes=f"s{number}", sealed="x", expires_at=ends_at))
        session.add(OperatorVisit(token_hash=str(number), expires_at=ends_at))
    session.commit()
    forget()
    assert [left(session, model) for model in (StoredLaunch, Pick, ServiceToken, OperatorVisit)] == [1, 1, 1, 1]


def test_a_login_is_remembered_a_day_longer_so_that_it_can_be_said_that_it_ended(session: Session) -> None:
    platform = factories.platform(session)
    for state, ends_at in (("new", utcnow() - HOUR), ("old", utcnow() - DAY - HOUR)):
        login = Login(state=state, nonce=state, platform_id=platform.id, target_link_uri="x", expires_at=ends_at)
        session.add(login)
    session.commit()
    forget()
    assert session.scalars(select(Login.state)).all() == ["new"]
