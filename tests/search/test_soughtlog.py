"""What is sought is counted without names, and told to others only where enough people sought it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lrc.db import engine_of, new_session, transaction, utcnow
from lti.viewers import Role, Viewer
from search import soughtlog
from search.documents import Results
from search.models import SearchMark, Sought
from tests import factories

HITS, NONE = Results(total=3), Results()


@pytest.fixture
def someone(app: Flask) -> Callable[[], Viewer]:
    """Ever another student of one institution."""
    return students(app)


def students(app: Flask) -> Callable[[], Viewer]:
    with transaction() as own:
        home = factories.platform(own)

    def make() -> Viewer:
        with transaction() as own:
            return factories.viewer(own, Role.STUDENT, by=factories.person(own, of=home))

    return make


def forget() -> None:
    with transaction() as own:
        soughtlog.forget(own)


def rows(session: Session) -> list[Sought]:
    session.rollback()
    return list(session.scalars(select(Sought).order_by(Sought.words)).unique())


def test_a_search_is_counted_whatever_its_accents_and_capitals(session: Session, someone: Callable[[], Viewer]) -> None:
    for typed, found in (("Riego por GOTEO", HITS), ("riégo  por goteo!", NONE), ("riego por goteo", HITS)):
        soughtlog.note(session, someone(), typed, found)
    (row,) = rows(session)
    assert (row.words, row.typed) == ("riego por goteo", "riego por goteo")
    assert (row.times, row.askers, row.without_hits, row.hits, row.clicks) == (3, 3, 1, 3, 0)


def test_the_same_person_counts_once_and_a_reload_not_at_all(
    session: Session, someone: Callable[[], Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    me = someone()
    soughtlog.note(session, me, "quinua", HITS)
    soughtlog.note(session, me, "Quinua", HITS)
    soughtlog.note(session, me, "quinua", HITS, page=2)
    assert (rows(session)[0].times, rows(session)[0].askers) == (1, 1)
    monkeypatch.setattr(soughtlog, "_AGAIN_AFTER_S", 7)  # another quarter of an hour
    soughtlog.note(session, me, "quinua", HITS)
    assert (rows(session)[0].times, rows(session)[0].askers) == (2, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "ana@unsaac.edu.pe",
        "dni 45678912",
        "45.678.912",
        "987 654 321",
        "+51 (84) 234-567",
        "código 20191234A",
        "ａ＠ｂ.pe",
    ],
)
def test_what_looks_personal_is_not_kept(session: Session, someone: Callable[[], Viewer], typed: str) -> None:
    soughtlog.note(session, someone(), typed, NONE)
    assert rows(session) == []
    assert session.scalars(select(SearchMark)).all() == []


@pytest.mark.parametrize("typed", ["crisis 1990-2000", "año:2015..2020", "historia 1821 2021", "iso 9001", "covid 19"])
def test_years_and_short_numbers_are_kept(session: Session, someone: Callable[[], Viewer], typed: str) -> None:
    soughtlog.note(session, someone(), typed, HITS)
    assert len(rows(session)) == 1


@pytest.mark.parametrize(
    "typed", ["", " \n", "¿?", "\x00", "\ud800", "a" * 5000, "ﷺ" * 300, "'; DROP TABLE searches --"]
)
def test_odd_queries_are_bounded_and_never_fail(session: Session, someone: Callable[[], Viewer], typed: str) -> None:
    me = someone()
    soughtlog.note(session, me, typed, HITS)
    soughtlog.clicked(session, me, typed)
    assert all(0 < len(row.words) <= 300 and len(row.typed) <= 300 for row in rows(session))
    assert soughtlog.popular(session, me, typed, 5) == []


def test_a_hit_opened_counts_once_a_person_and_only_for_who_sought_it(
    session: Session, someone: Callable[[], Viewer]
) -> None:
    me, other = someone(), someone()
    soughtlog.note(session, me, "papa nativa", HITS)
    for _ in range(3):
        session.rollback()
        soughtlog.clicked(session, me, "Papa nativa")
    soughtlog.clicked(session, other, "papa nativa")
    soughtlog.clicked(session, me, "papa amarilla")
    assert [row.clicks for row in rows(session)] == [1]


def test_nobody_can_be_told_from_a_mark_and_it_goes_with_the_day(
    session: Session, someone: Callable[[], Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    me = someone()
    soughtlog.note(session, me, "quinua", HITS)
    before = set(session.scalars(select(SearchMark.mark)))
    tomorrow = utcnow() + timedelta(days=1)
    monkeypatch.setattr(soughtlog, "utcnow", lambda: tomorrow)
    soughtlog.note(session, me, "quinua", HITS)
    forget()
    session.rollback()
    after = set(session.scalars(select(SearchMark.mark)))
    assert after
    assert not before & after
    assert [row.askers for row in rows(session)] == [1, 1]


def test_old_counts_are_forgotten(
    session: Session, someone: Callable[[], Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    soughtlog.note(session, someone(), "quinua", HITS)
    later = utcnow() + timedelta(days=soughtlog.KEPT_DAYS + 1)
    monkeypatch.setattr(soughtlog, "utcnow", lambda: later)
    forget()
    session.rollback()
    assert rows(session) == []


def test_many_at_once_are_all_counted(app: Flask, session: Session, someone: Callable[[], Viewer]) -> None:
    people = [someone() for _ in range(8)]

    def seek(viewer: Viewer) -> None:
        with app.app_context(), new_session(engine_of(app)) as own:
            soughtlog.note(own, viewer, "riego", HITS)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(seek, people * 2))
    (row,) = rows(session)
    assert (row.times, row.askers) == (8, 8)


def test_a_busy_database_delays_no_search_for_long_and_is_logged(
    app: Flask, session: Session, someone: Callable[[], Viewer], caplog: pytest.LogCaptureFixture
) -> None:
    me = someone()
    soughtlog.note(session, me, "otra cosa", HITS)
    with new_session(engine_of(app), writing=True) as busy, caplog.at_level(logging.WARNING):
        (row,) = busy.scalars(select(Sought).with_for_update())
        row.times += 1
        busy.flush()
        busy.add(Sought(day=soughtlog.today(), institution_id=me.institution_id, words="quinua", typed="quinua"))
        busy.flush()
        soughtlog.note(session, me, "quinua", HITS)
    assert "was not counted" in caplog.text
    assert "quinua" not in caplog.text
    soughtlog.note(session, me, "quinua", HITS)
    assert [row.times for row in rows(session)] == [1, 1]


def test_what_others_sought_is_suggested_from_three_people_on(session: Session, someone: Callable[[], Viewer]) -> None:
    asking = someone()
    people = [someone() for _ in range(3)]
    for one in people:
        soughtlog.note(session, one, "Riego por goteo", HITS)
        soughtlog.note(session, one, "riesgo país", NONE)
    for one in people[:2]:
        soughtlog.note(session, one, "riego secreto", HITS)
    session.rollback()
    assert soughtlog.popular(session, asking, "rié", 5) == ["Riego por goteo"]
    assert soughtlog.popular(session, asking, "goteo", 5) == []
    assert soughtlog.popular(session, asking, "r", 5) == []


def test_one_person_on_several_days_is_not_several(
    session: Session, someone: Callable[[], Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    me = someone()
    for days in range(4):
        moment = utcnow() + timedelta(days=days)
        with monkeypatch.context() as patched:
            patched.setattr(soughtlog, "utcnow", lambda moment=moment: moment)
            soughtlog.note(session, me, "mi secreto", HITS)
    assert len(rows(session)) == 4
    assert soughtlog.popular(session, someone(), "mi s", 5) == []


def test_another_institutions_searches_are_suggested_only_where_two_share_them(
    app: Flask, session: Session, someone: Callable[[], Viewer]
) -> None:
    asking = someone()
    elsewhere = students(app)
    for number in range(3):
        other = elsewhere()
        soughtlog.note(session, other, "tinkuy anual", HITS)
        if number:
            soughtlog.note(session, other, "tinku andino", HITS)
    soughtlog.note(session, asking, "tinku andino", HITS)
    session.rollback()
    assert soughtlog.popular(session, asking, "tink", 5) == ["tinku andino"]


def test_a_wild_card_typed_is_itself(session: Session, someone: Callable[[], Viewer]) -> None:
    for _ in range(3):
        soughtlog.note(session, someone(), "riego", HITS)
    session.rollback()
    assert soughtlog.popular(session, someone(), "rie", 5) == ["riego"]
    assert soughtlog.popular(session, someone(), "%i", 5) == []
    assert soughtlog.popular(session, someone(), "r_", 5) == []


def test_what_one_person_drew_beside_the_words_is_shown_to_nobody(
    session: Session, someone: Callable[[], Viewer]
) -> None:
    for typed in ("papa nativa", "papa nativa", "papa \U0001f595 nativa \u202e\u200b\x1b"):
        soughtlog.note(session, someone(), typed, HITS)
    session.rollback()
    assert soughtlog.popular(session, someone(), "papa", 5) == ["papa nativa"]


def test_suggestions_that_another_request_lets_go_of_meanwhile_are_told(
    app: Flask, session: Session, someone: Callable[[], Viewer]
) -> None:
    class Forgetful(dict[object, object]):
        """What another thread empties after each look."""

        def __contains__(self, key: object) -> bool:
            found = super().__contains__(key)
            self.clear()
            return found

    for _ in range(3):
        soughtlog.note(session, someone(), "riego", HITS)
    session.rollback()
    app.extensions["lrc_popular_searches"] = Forgetful()
    for _ in range(2):
        assert soughtlog.popular(session, someone(), "rie", 5) == ["riego"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_whatever_is_typed_is_kept_within_bounds_and_what_is_shown_of_it_is_the_same_query(typed: str) -> None:
    shown = soughtlog.tidy(typed)
    assert len(shown) <= soughtlog.LONGEST
    assert len(soughtlog.folded(typed)) <= soughtlog.LONGEST
    assert soughtlog.folded(shown) == soughtlog.folded(typed)
    assert soughtlog.is_personal(f"{typed} 4567 8912")
