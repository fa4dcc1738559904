"""The practice library opens with its texts on the shelves, and something for the teacher and the librarian to see."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import (
    Collection,
    CollectionItem,
    File,
    Opening,
    ReadingItem,
    ReadingList,
    ReadingSection,
    Resource,
    ResourceState,
)
from lrc.config import Settings
from lrc.practice import studying
from lrc.practice.opening import open_library
from lrc.study import classroom
from lrc.study.classroom import State
from lti.models import Institution, ResourceLink, Score
from tests import factories


@pytest.fixture
def settings(live_settings: Settings) -> Settings:
    """With a real S3 server: the texts are real files."""
    return live_settings


def counts(session: Session) -> dict[ResourceState, int]:
    session.rollback()
    rows = session.execute(select(Resource.state, func.count()).group_by(Resource.state))
    return {row[0]: row[1] for row in rows}


def test_the_library_opens_once_and_stays_as_it_is(app: Flask, session: Session, settings: Settings) -> None:
    assert open_library(settings) >= 14
    opened = counts(session)
    assert opened[ResourceState.PUBLISHED] >= 14
    assert opened[ResourceState.DRAFT] == 2  # the teacher's own: one to review, and the damaged one
    assert open_library(settings) == 0
    assert counts(session) == opened


def test_the_library_opens_where_the_tool_was_registered_again(
    app: Flask, session: Session, settings: Settings
) -> None:
    factories.platform(session, issuer=settings.practice_url, client_id="again", of=Institution(name="Otra más"))
    session.commit()
    assert open_library(settings) >= 14


def test_every_format_is_on_the_shelves(app: Flask, session: Session, settings: Settings) -> None:
    open_library(settings)
    endings = {name.rsplit(".", 1)[-1] for name in session.scalars(select(File.name))}
    assert endings == {"pdf", "docx", "pptx", "xlsx", "odt", "epub", "html", "md", "txt"}


def test_some_students_of_the_demo_were_there_before_and_some_are_stuck(
    app: Flask, session: Session, settings: Settings
) -> None:
    demo = replace(settings, mode="demo")
    for _ in range(2):
        open_library(demo)
    assert session.scalar(select(func.count()).select_from(Opening)) == 26
    read = select(Score.given).where(Score.origin.startswith("read:"))
    assert session.scalars(read).all() == [20] * 9
    links = {link.target: link.is_graded for link in session.scalars(select(ResourceLink)) if link.kind}
    assert links == {
        "estadistica-con-papas": True,
        "leer-graficos": False,
        "citar-en-apa-7": True,
        "escribir-un-ensayo": False,
        "modulo-centro-y-dispersion": True,
    }
    module = session.scalars(select(Resource).where(Resource.record_id == studying.MODULE)).one()
    its_link = select(ResourceLink.context_id).where(ResourceLink.target == studying.MODULE)
    context_id = session.scalars(its_link).one()
    counts = classroom.counts(classroom.rows(session, context_id, module))
    assert (counts[State.DONE], counts[State.STUCK], counts[State.UNDER_WAY]) == (4, 3, 2)
    assert session.scalars(select(Score.given).where(Score.origin.startswith("module:"))).all()
    assert session.scalars(select(Collection.title)).all() == ["Para tu primer ciclo"]
    assert session.scalar(select(func.count()).select_from(CollectionItem)) == 5
    assert session.scalars(select(ReadingList.is_published)).all() == [True]
    assert session.scalars(select(ReadingSection.title).order_by(ReadingSection.position)).all() == [
        "Semana 1: describir datos",
        "Semana 2: leer y dibujar gráficos",
    ]
    assert session.scalar(select(func.count()).select_from(ReadingItem)) == 4
