"""The step that gives versions of materials files of their own keeps what hangs on files, both ways."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import File, Page, Remark, Rendition, RenditionKind, Version
from lrc import migrations
from lrc.config import Settings
from lrc.db import engine_of, new_session
from tests.catalog.editions.drawer import Drawer

BEFORE = "0014"


def test_pages_and_what_was_said_stay_both_ways_and_only_earlier_versions_go(
    app: Flask, settings: Settings, session: Session
) -> None:
    drawer = Drawer(session)
    drawer.second()
    assert drawer.resource.file is not None
    captions = Rendition(kind=RenditionKind.CAPTIONS, key="files/c", media_type="text/vtt", size_bytes=9)
    drawer.resource.file.renditions.append(captions)
    session.commit()
    said = session.scalars(select(Remark.text).order_by(Remark.id)).all()
    session.close()
    engine_of(app).dispose()

    migrations.downgrade(settings, BEFORE)
    migrations.upgrade(settings)

    with new_session(engine_of(app)) as own:
        assert own.scalars(select(Page.text)).all() == ["Texto nuevo"]
        assert own.scalars(select(File.name)).all() == ["nueva.txt"]
        assert own.scalars(select(Rendition.key)).all() == ["files/c"]
        assert own.scalars(select(Remark.text).order_by(Remark.id)).all() == said
        assert own.scalars(select(Version)).all() == []
