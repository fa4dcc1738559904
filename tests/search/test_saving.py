"""Saved searches: their person's alone, told what is new, within limits."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lrc.db import utcnow
from lrc.errors import BadInput, Conflict, NotFound
from lti.viewers import Viewer
from search import digest, saving
from search.choices import Choices, read_address
from search.documents import Document
from search.engine import current_index
from search.models import SavedSearch
from tests import factories

EVERYONE = frozenset({"everyone"})


@pytest.fixture
def viewer(session: Session) -> Viewer:
    return factories.viewer(session)


def saved(session: Session, viewer: Viewer, address: str = "q=riego", name: str = "Riego") -> SavedSearch:
    return saving.save(session, viewer, read_address(address), name, tells=True)


def shelve(number: int, **fields: object) -> None:
    facts = {"title": f"Riego {number}", "added": int(time.time()) + 60} | fields
    current_index().write([Document(str(number), f"r{number}", **facts)])  # type: ignore[arg-type]


def test_saving_the_same_search_again_names_it_anew(session: Session, viewer: Viewer) -> None:
    first = saved(session, viewer, "q=riego&language=es&page=3")
    again = saved(session, viewer, "language=es&q=riego&since=17", "Otro nombre")
    assert first.id == again.id
    assert (again.name, again.address) == ("Otro nombre", "q=riego&language=es")
    assert session.scalars(saving.mine(viewer)).all() == [again]


def test_without_a_name_it_is_called_by_its_words(session: Session, viewer: Viewer) -> None:
    assert saved(session, viewer, name="  ").name == "riego"
    assert saved(session, viewer, name="Mi\0 riego\n ya").name == "Mi riego ya"
    assert saved(session, viewer, "type=libro", " ").name == "Todo lo que hay"


def test_more_than_the_most_are_refused(session: Session, viewer: Viewer) -> None:
    for number in range(saving.MOST):
        saved(session, viewer, f"q=riego+{number}")
    with pytest.raises(Conflict, match="Conflict"):
        saved(session, viewer, "q=uno+más")
    saved(session, viewer, "q=riego+1", "La misma")


def test_what_is_too_long_to_keep_is_refused(session: Session, viewer: Viewer) -> None:
    choices = read_address("&".join(f"subject={number}{'a' * 100}" for number in range(20)))
    with pytest.raises(BadInput):
        saving.save(session, viewer, choices, "Larga", tells=True)


def test_what_others_saved_is_not_there(session: Session, viewer: Viewer) -> None:
    theirs = saved(session, factories.viewer(session))
    for wrong in (theirs.id, 2**40):
        with pytest.raises(NotFound):
            saving.get(session, viewer, wrong)
    assert session.scalars(saving.mine(viewer)).all() == []


@pytest.mark.usefixtures("app")
def test_new_is_what_came_since_the_last_look_and_only_what_one_may_see(session: Session, viewer: Viewer) -> None:
    mine = saved(session, viewer)
    shelve(1, added=int(time.time()) - 3600)
    shelve(2)
    shelve(3, audience="institution:999")
    assert saving.count_new(current_index(), mine, EVERYONE) == 1
    assert saving.count_new(current_index(), mine, EVERYONE | {"institution:999"}) == 2


def test_the_digest_counts_each_search_once_a_day_and_tells_its_person(session: Session, viewer: Viewer) -> None:
    mine, silent = saved(session, viewer), saved(session, viewer, "q=riego&kind=material")
    silent.tells = False
    session.commit()
    shelve(1)
    digest.count_new()
    session.expire_all()
    assert (mine.fresh, silent.fresh) == (1, 0)
    assert saving.told(session, viewer) == 1
    assert session.scalars(digest.due()).all() == []
    session.commit()
    saving.looked(session, mine)
    assert saving.told(session, viewer) == 0
    mine.checked_at = utcnow() - 2 * digest.COUNTED_AGAIN_AFTER
    session.flush()
    assert session.scalars(digest.due()).all() == [mine]


def test_a_count_does_not_undo_a_look_of_the_same_moment(session: Session, viewer: Viewer) -> None:
    mine = saved(session, viewer)
    session.commit()
    session.expunge(mine)
    current = saving.get(session, viewer, mine.id)
    current.looked_at += timedelta(seconds=1)
    session.flush()
    digest.keep(session, mine, 5)
    session.expire_all()
    assert current.fresh == 0


def test_the_digest_waits_for_an_index_that_is_not_there(session: Session, viewer: Viewer) -> None:
    mine = saved(session, viewer)
    session.commit()
    digest.count_new()
    session.expire_all()
    assert mine.checked_at is None


def test_a_search_is_saved_from_its_results_listed_opened_renamed_and_deleted(app: Flask, session: Session) -> None:
    shelve(1, added=int(time.time()) - 3600)
    browser = factories.signed_in(app, session)
    results = browser.get("/search?q=riego&kind=material").text
    assert 'name="search" value="q=riego&amp;kind=material"' in results
    assert 'name="name" value="riego"' in results
    kept = browser.submit("/saved", {"search": "q=riego&kind=material", "name": "Mi riego", "tells": "1"})
    assert (kept.status_code, kept.headers["Location"]) == (303, "/search?q=riego&kind=material")
    shelve(2)
    listed = browser.get("/saved").text
    assert "Mi riego" in listed
    assert "Ver 1 nuevo" in listed
    (number,) = set(re.findall(r"/saved/(\d+)\?new=1", listed))
    new = browser.get(f"/saved/{number}?new=1")
    assert "since=" in new.headers["Location"]
    only = browser.get(new.headers["Location"]).text
    assert "Riego</mark> 2" in only
    assert "Riego</mark> 1" not in only
    browser.submit(f"/saved/{number}", {"name": "Agua"})
    assert "Agua" in browser.get("/saved").text
    for answer in (factories.signed_in(app, session).get(f"/saved/{number}"), browser.get("/saved/99999999999")):
        assert answer.status_code == 404
    browser.submit(f"/saved/{number}/delete")
    assert "Aquí estarán tus búsquedas guardadas" in browser.get("/saved").text


def test_the_first_page_tells_of_what_is_new(app: Flask, session: Session) -> None:
    person = factories.person(session)
    viewer = factories.viewer(session, by=person)
    saved(session, viewer).fresh = 3
    text = factories.signed_in(app, session, by=person).get("/").text
    assert "Llegaron 3 materiales nuevos a tus búsquedas guardadas" in text
    assert "materiales nuevos" not in factories.signed_in(app, session).get("/").text
    assert Choices("riego").address() == "q=riego"
