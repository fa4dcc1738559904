"""What has ended is forgotten; what has not, stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lrc.db import Base, utcnow
from lti.forgetting import forget
from lti.models import Login, OperatorVisit, Pick, ServiceToken, StoredLaunch
from tests import factories

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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


def test_a_login_is_remembered_for_a_while_and_a_used_one_for_a_day(session: Session) -> None:
    platform = factories.platform(session)
    ended = {"new": MINUTE, "abandoned": 2 * HOUR, "used": 2 * HOUR, "used long ago": DAY + HOUR}
    for state, since in ended.items():
        login = Login(state=state, nonce=state, platform_id=platform.id, target_link_uri="x")
        login.expires_at = utcnow() - since
        login.used_at = login.expires_at if "used" in state else None
        session.add(login)
    session.commit()
    forget()
    assert set(session.scalars(select(Login.state))) == {"new", "used"}
