"""The step that brings addresses keeps what was there, both ways: requests with their answers, and files."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import wishes
from catalog.models import File, WebLink, Wish
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of
from lti.viewers import Role
from tests import factories


def test_requests_and_files_stay_both_ways(app: Flask, session: Session, settings: Settings) -> None:
    home = factories.platform(session)
    rosa = factories.viewer(session, by=factories.person(session, of=home))
    librarian = factories.viewer(session, Role.LIBRARIAN, by=factories.person(session, of=home))
    asked, _is_new = wishes.ask(session, rosa, "Riego por goteo", "para la tesis")
    wishes.decline(session, librarian, asked, "El editor no lo vende")
    factories.resource(session, "Texto", identifiers=["https://riego.edu.pe/"])
    session.commit()
    key = select(File.key)
    told = select(Wish.id, Wish.details, Wish.librarian_id, Wish.answer, Wish.answered_at)
    before = (session.execute(told).all(), session.scalars(key).all())
    session.close()
    engine_of(app).dispose()

    migrations.downgrade(settings, "0020")
    assert session.scalars(key).all() == before[1]
    assert session.execute(told).all() == before[0]
    session.close()
    engine_of(app).dispose()
    migrations.upgrade(settings)

    assert (session.execute(told).all(), session.scalars(key).all()) == before
    assert session.scalars(select(WebLink)).all() == []
