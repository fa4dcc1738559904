"""Covers that storage lost or damaged: made again from their files, without an alarm, however often a task is lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select

from catalog.extract.coverchild import _work as make_in_child
from catalog.fixity import covers, damage, held, tasks
from catalog.models import File, FixityCheck, Lightening, LighteningState
from lrc.celery import celery
from lrc.db import utcnow
from lrc.storage import current_storage
from tests.catalog.fixity.storing import Vault, file_of

TEXT = "La quinua crece en la puna. " * 9


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """What is handed to the broker."""
    tasks_sent: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: tasks_sent.append((name, list(args))))
    return tasks_sent


def with_cover(vault: Vault, **columns: Any) -> File:
    file = file_of(vault.resource(TEXT, **columns))
    file.cover_key = current_storage().save(io.BytesIO(b"a picture"), kind="covers", media_type="image/webp")
    file.thumbnail = b"small"
    vault.session.commit()
    return file


def test_a_cover_is_looked_at_and_held_to_what_it_was_at_first(vault: Vault, sent: list[Any]) -> None:
    file = with_cover(vault)
    assert held.count(vault.session, before=utcnow()) == 2
    tasks.check_sample()
    assert vault.outcomes() == {file.key: "sound", file.cover_key: "sound"}
    assert sent == []


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_bad_cover_is_made_again_of_its_file_and_nobody_is_alarmed(
    vault: Vault, sent: list[Any], is_lost: bool
) -> None:
    file = with_cover(vault)
    vault.check(file)
    old = file.cover_key
    if is_lost:
        vault.lose(old)
    else:
        vault.put(old, "b picture")
    vault.check(file)
    assert sent == [("catalog.delete_objects", [[old]]), ("catalog.make_cover_again", [file.id])]
    assert vault.outcomes() == {file.key: "sound"}
    assert (file.cover_key, file.thumbnail) == ("", b"small")
    assert vault.session.scalars(damage.everything()).all() == []

    for _ in range(2):
        tasks.make_cover_again(file.id)
    vault.session.rollback()
    vault.session.expire_all()
    assert current_storage().read(file.cover_key)[8:12] == file.thumbnail[8:12] == b"WEBP"
    vault.check(file)
    assert vault.outcomes() == {file.key: "sound", file.cover_key: "sound"}


def test_one_whose_task_was_lost_is_made_with_the_next_sample(vault: Vault, sent: list[Any]) -> None:
    file = with_cover(vault)
    file.cover_key = ""
    vault.session.add(FixityCheck(key="covers/old", file_id=file.id, sha256="", outcome="sound"))
    vault.session.commit()
    tasks.check_sample()
    assert sent == [("catalog.make_cover_again", [file.id])]
    assert vault.outcomes() == {file.key: "sound"}


def test_none_is_made_of_a_file_that_is_damaged_itself_until_it_is_mended(vault: Vault, sent: list[Any]) -> None:
    file = with_cover(vault)
    for key in (file.cover_key, file.key):
        vault.lose(key)
    vault.check(file)
    assert vault.outcomes() == {file.key: "missing"}
    assert covers.lacking(vault.session) == []
    tasks.make_cover_again(file.id)
    vault.put(file.key, TEXT)
    vault.check(file)
    vault.session.rollback()
    assert covers.lacking(vault.session) == [file.id]


def test_a_film_gets_its_poster_with_its_lighter_version(vault: Vault, sent: list[Any]) -> None:
    file = with_cover(vault, media_type="video/mp4")
    vault.session.add(Lightening(file_id=file.id, state=LighteningState.DONE))
    vault.session.commit()
    vault.lose(file.cover_key)
    vault.check(file)
    tasks.make_cover_again(file.id)
    vault.session.rollback()
    assert vault.session.scalars(select(Lightening.state)).one() is LighteningState.WAITING
    assert covers.lacking(vault.session) == []


def test_what_no_cover_can_be_made_of_is_not_tried_for_ever(vault: Vault, sent: list[Any]) -> None:
    file = with_cover(vault, name="guia.pdf")
    file.cover_key, file.sha256 = "", "0" * 64
    vault.session.commit()
    tasks.make_cover_again(file.id)
    vault.session.expire_all()
    assert covers.lacking(vault.session) == [file.id]  # its bytes are others: that is for the alarm
    assert not covers.put(vault.session, File(id=0, key=""), "covers/x", b"")
    assert covers.put(vault.session, file, "", b"")
    assert covers.lacking(vault.session) == []


def test_the_child_makes_a_cover_of_the_first_words(tmp_path: Any) -> None:
    (tmp_path / "a").write_text(TEXT)
    (tmp_path / "b").write_bytes(b"%PDF-1.4 nothing")
    limits = {"limits": {"read_time_limit_s": 9}}
    assert make_in_child({"path": str(tmp_path / "a"), "ending": ".txt", **limits})["cover"]
    assert make_in_child({"path": str(tmp_path / "b"), "ending": ".pdf", **limits})["refusal"] == "corrupt"
