"""The index follows the database, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog import indexing
from catalog.indextasks import bring_index_up_to_date
from catalog.models import Resource, ResourceState
from lrc.celery import INDEXING, celery
from lrc.config import Settings
from search.engine import Index, current_index
from tests.catalog import shelves
from tests.catalog.meddling import Meddled, garble, in_another_session, lag, rename, withdraw


def test_what_is_published_is_found_and_what_is_not_is_not(session: Session, index: Index) -> None:
    for state in ResourceState:
        shelves.resource(session, f"Quinua {state}", state)
    session.commit()

    assert indexing.bring_up_to_date(index) == len(ResourceState)

    assert shelves.titles(index, "quinua") == ["Quinua published"]
    assert lag() == 0


def test_the_pages_of_a_file_are_found(session: Session, index: Index) -> None:
    shelves.file(session, shelves.resource(session, "Agronomía"), ["La papa nativa", "El olluco"])
    session.commit()

    indexing.bring_up_to_date(index)

    assert shelves.titles(index, "olluco") == ["Agronomía"]


def test_nothing_is_written_where_nothing_changed(session: Session, meddled: Meddled) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(meddled)
    writes: list[str] = []
    meddled.before = lambda: writes.append("written")

    assert indexing.bring_up_to_date(meddled) == 0

    assert writes == []


def test_a_change_replaces_what_was_found(app: Flask, session: Session, index: Index) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(index)

    in_another_session(app, session, rename("Kiwicha"), made.id)
    assert indexing.bring_up_to_date(index) == 1

    assert shelves.titles(index, "quinua") == []
    assert shelves.titles(index, "kiwicha") == ["Kiwicha"]


def test_what_is_withdrawn_is_no_longer_found(app: Flask, session: Session, index: Index) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()
    indexing.bring_up_to_date(index)

    in_another_session(app, session, withdraw, made.id)
    indexing.bring_up_to_date(index)

    assert shelves.titles(index, "quinua") == []
    assert index.count() == 0


def test_many_are_written_in_batches(session: Session, meddled: Meddled) -> None:
    for number in range(7):
        shelves.resource(session, f"Quinua {number}", ResourceState.PUBLISHED if number % 2 else ResourceState.DRAFT)
    session.commit()
    lags: list[int] = []
    meddled.after = lambda: lags.append(lag())
    told: list[int] = []

    assert indexing.bring_up_to_date(meddled, batch=2, progress=told.append) == 7

    assert lags[0] == 7  # the new, empty index
    assert len(lags) == 5
    assert sum(told) == meddled.count() == 3


def test_every_change_counts_one_even_where_two_come_at_the_same_time(app: Flask, session: Session) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()

    in_another_session(app, session, rename("Kiwicha"), made.id)
    assert made.revision == 1  # as it was read before the other's change
    indexing.changed(session, made)
    session.commit()
    session.refresh(made)

    assert made.revision == 3


def test_a_new_resource_may_be_told_as_changed_before_it_is_stored(session: Session, index: Index) -> None:
    made = Resource(record_id="t:1", title="Quinua", state=ResourceState.PUBLISHED)
    session.add(made)
    indexing.changed(session, made)
    session.commit()

    assert indexing.bring_up_to_date(index) == 1
    assert shelves.titles(index, "quinua") == ["Quinua"]


def sent() -> list[str]:
    """Takes out of the queue what was sent to it."""
    found = []
    with celery.connection_for_read() as connection:
        queue = connection.SimpleQueue(INDEXING)
        while queue.qsize():
            message = queue.get(block=False)
            found.append(message.headers["task"])
            message.ack()
        queue.close()
    return found


def test_the_task_is_sent_once_for_each_resource_after_the_commit(session: Session) -> None:
    first, second = shelves.resource(session, "Quinua"), shelves.resource(session, "Kiwicha")
    session.commit()
    sent()

    indexing.changed(session, first)
    indexing.changed(session, second)
    indexing.changed(session, first)
    assert sent() == []
    session.commit()
    assert sent() == ["catalog.bring_index_up_to_date"] * 2

    indexing.changed(session, first)
    session.rollback()
    indexing.changed(session, first)
    session.commit()
    assert sent() == ["catalog.bring_index_up_to_date"]


def test_what_was_never_sent_is_found_by_the_reconciler(session: Session, index: Index) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    sent()

    indexing.reconcile(session)
    session.commit()
    assert sent() == ["catalog.bring_index_up_to_date"]

    bring_index_up_to_date()
    assert shelves.titles(index, "quinua") == ["Quinua"]
    indexing.reconcile(session)
    session.commit()
    assert sent() == []


def test_an_index_that_cannot_be_used_is_seen_by_the_reconciler_though_nothing_lags(
    session: Session, settings: Settings
) -> None:
    shelves.resource(session, "Quinua")
    session.commit()
    bring_index_up_to_date()
    garble(settings.index_path)
    sent()

    indexing.reconcile(session)
    session.commit()

    assert sent() == ["catalog.bring_index_up_to_date"]
    bring_index_up_to_date()
    assert shelves.titles(current_index(), "quinua") == ["Quinua"]


def test_what_changes_while_the_index_is_written_is_written_again(
    app: Flask, session: Session, meddled: Meddled
) -> None:
    made = shelves.resource(session, "Quinua")
    session.commit()
    indexing.ensure_usable(meddled)
    news = iter([rename("Kiwicha"), withdraw])
    meddled.after = lambda: in_another_session(app, session, change, made.id) if (change := next(news, None)) else None

    assert indexing.bring_up_to_date(meddled) == 3

    assert meddled.count() == 0
    assert lag() == 0


def test_writing_before_the_database_is_told_may_be_cut_off(session: Session, meddled: Meddled) -> None:
    shelves.resource(session, "Quinua")
    shelves.resource(session, "Quinua roja", ResourceState.WITHDRAWN)
    session.commit()
    indexing.ensure_usable(meddled)

    def die() -> None:
        raise KeyboardInterrupt

    meddled.after = die
    with pytest.raises(KeyboardInterrupt):
        indexing.bring_up_to_date(meddled)
    assert lag() == 2
    meddled.after = lambda: None

    assert indexing.bring_up_to_date(meddled) == 2
    assert shelves.titles(meddled, "quinua") == ["Quinua"]


def test_of_many_what_is_gone_comes_first_then_what_is_known_then_the_newest(
    app: Flask, session: Session, meddled: Meddled
) -> None:
    known, gone = shelves.resource(session, "Quinua conocida"), shelves.resource(session, "Quinua retirada")
    session.commit()
    indexing.bring_up_to_date(meddled)
    for number in range(3):
        shelves.resource(session, f"Quinua {number}")
    session.commit()
    in_another_session(app, session, rename("Quinua de otro nombre"), known.id)
    in_another_session(app, session, withdraw, gone.id)
    seen: list[set[str]] = []
    meddled.after = lambda: seen.append(set(shelves.titles(meddled, "quinua")))

    indexing.bring_up_to_date(meddled, batch=1)

    assert [sorted(now - before) for before, now in pairwise(seen)] == [
        ["Quinua de otro nombre"],
        ["Quinua 2"],
        ["Quinua 1"],
        ["Quinua 0"],
    ]
    assert seen[0] == {"Quinua conocida"}


def test_a_change_is_found_while_another_process_takes_in_many(
    app: Flask, session: Session, settings: Settings, index: Index
) -> None:
    shelves.resource(session, "Quinua que espera")
    made = shelves.resource(session, "Quinua")
    session.commit()
    indexing.ensure_usable(index)

    with index.filling():
        bring_index_up_to_date(made.id)
        assert shelves.titles(index, "quinua") == ["Quinua"]
        in_another_session(app, session, withdraw, made.id)
        bring_index_up_to_date(made.id)
        assert shelves.titles(index, "quinua") == []
        assert lag() == 1

    bring_index_up_to_date()
    assert shelves.titles(index, "quinua") == ["Quinua que espera"]


@pytest.mark.parametrize(("change", "found"), [(rename("Kiwicha"), ["Kiwicha"]), (withdraw, [])])
def test_what_is_taken_in_does_not_take_the_place_of_what_was_written_meanwhile(
    app: Flask, session: Session, meddled: Meddled, change: Callable[[Session, Resource], None], found: list[str]
) -> None:
    made = shelves.resource(session, "Quinua")
    other = shelves.resource(session, "Quinua roja")
    session.commit()
    indexing.ensure_usable(meddled)

    def between() -> None:
        in_another_session(app, session, change, made.id)
        indexing.bring(current_index(), made.id)
        meddled.before_it_is_put = lambda: None

    meddled.before_it_is_put = between
    indexing.bring_up_to_date(meddled)

    assert shelves.titles(meddled, "quinua") == ["Quinua roja"]
    assert shelves.titles(meddled, "kiwicha") == found
    assert meddled.count() == 1 + len(found)
    assert (lag(), other.id) == (0, 2)


def test_pieces_that_an_import_left_are_joined_once_nothing_waits(session: Session, index: Index) -> None:
    for number in range(6):
        shelves.resource(session, f"Quinua {number}")
    session.commit()
    indexing.bring_up_to_date(index, batch=2)
    assert index.statistics().pieces == 3
    sent()

    indexing.reconcile(session)
    session.commit()
    assert sent() == ["catalog.bring_index_up_to_date"]
    bring_index_up_to_date()

    assert index.statistics().pieces == 1
    assert index.count() == 6
    indexing.reconcile(session)
    session.commit()
    assert sent() == []
