"""Choosing with which version of a material its link stays: only where it has several, and as soon as it is opened."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti import placements
from lti.models import Pick, Placement, ResourceLink
from tests import factories
from tests.catalog.choosing import choosing, sent_back, tick
from tests.catalog.editions.drawer import Drawer
from tests.catalog.picker.picked import place
from tests.factories import Browser

PATH = "/picker/review"
WORDS = "Que se quede en la versión 2"


@pytest.fixture
def drawer(session: Session) -> Drawer:
    made = Drawer(session)
    made.second()
    return made


@pytest.fixture
def browser(app: Flask, session: Session, drawer: Drawer) -> Browser:
    """With what has two versions picked, and something that has one."""
    single = factories.resource(session, "x", title="Otro")
    made = choosing(app, session, by=drawer.teacher, where=drawer.course)
    for each in (drawer.resource, single):
        tick(made, f"resource:{each.record_id}")
    return made


def save(browser: Browser, session: Session, *, stays: bool) -> None:
    session.rollback()
    fields = {"do": "save"}
    for each in session.scalars(select(Pick)):
        fields[f"title-{each.id}"] = each.title
    (box,) = re.findall(r'name="(version-\d+)" value="2"', browser.get(PATH).text)
    assert browser.submit(PATH, fields | ({box: "2"} if stays else {})).status_code == 303


def opened(session: Session, drawer: Drawer) -> ResourceLink:
    """The link as its first launch leaves it."""
    placed = session.scalars(select(Placement).where(Placement.target == drawer.resource.record_id)).one()
    link = ResourceLink(context_id=drawer.course.id, resource_link_id="9", kind=placed.kind, target=placed.target)
    link.item, link.settings = placed.item, {}
    return link


def test_it_is_asked_only_of_what_has_several_versions(browser: Browser) -> None:
    assert browser.get(PATH).text.count("Que se quede en la versión") == 1
    assert WORDS in browser.get(PATH).text


@pytest.mark.parametrize("stays", [True, False])
def test_the_link_stays_with_the_version_that_was_chosen_else_it_follows(
    app: Flask, session: Session, drawer: Drawer, browser: Browser, stays: bool
) -> None:
    save(browser, session, stays=True)
    assert re.search(r'name="version-\d+" value="2" checked', browser.get(PATH).text)
    save(browser, session, stays=stays)
    sent_back(place(browser), app)
    session.rollback()

    link = opened(session, drawer)
    placements.set_up(session, link, is_copy=False)
    assert link.settings == ({"version": 2} if stays else {})
    copy = opened(session, drawer)
    placements.set_up(session, copy, is_copy=True)
    assert copy.settings == {}
