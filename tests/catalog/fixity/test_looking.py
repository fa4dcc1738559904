"""One stored object: sound, changed, lost, out of reach, and sound again; what is written down of each."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from catalog.fixity import held, looking, tasks
from catalog.fixity.looking import Pace
from catalog.models import FixityCheck, Outcome
from lrc.db import utcnow
from lrc.errors import Unavailable
from lrc.storage import Storage
from tests.catalog.fixity.storing import Vault, file_of

TEXT = "La quinua crece en la puna."
SAME_LENGTH = "La quinoa crece en la puna."


def test_what_is_as_it_was_sent_is_sound(vault: Vault) -> None:
    file = file_of(vault.resource(TEXT))
    vault.check(file)
    assert vault.outcomes() == {file.key: "sound"}
    check = vault.session.scalars(select(FixityCheck)).one()
    assert (check.found_bytes, check.found_sha256, check.damaged_at) == (len(TEXT), file.sha256, None)


@pytest.mark.parametrize("instead", [SAME_LENGTH, TEXT + " Y más.", ""])
def test_other_bytes_of_the_same_length_or_another_are_noticed(vault: Vault, instead: str) -> None:
    file = file_of(vault.resource(TEXT))
    vault.put(file.key, instead)
    vault.check(file)
    assert vault.outcomes() == {file.key: "changed"}


def test_a_lost_object_is_told_once_as_an_error_and_again_when_it_is_mended(
    vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    file = file_of(vault.resource(TEXT))
    vault.lose(file.key)
    for _ in range(2):
        vault.check(file)
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert len(errors) == 1
    assert file.key in errors[0].getMessage()
    first = vault.session.scalars(select(FixityCheck)).one().damaged_at
    assert first is not None
    vault.put(file.key, TEXT)
    vault.check(file)
    assert vault.outcomes() == {file.key: "sound"}
    assert "sound again" in caplog.text


def test_what_stands_beside_a_file_is_held_to_what_it_was_at_first(vault: Vault) -> None:
    file = file_of(vault.resource(TEXT))
    captions = vault.captions(file)
    vault.check(file)
    assert vault.outcomes() == {file.key: "sound", captions.key: "sound"}
    vault.put(captions.key, "x" * captions.size_bytes)
    vault.check(file)
    assert vault.outcomes() == {file.key: "sound", captions.key: "changed"}


def test_a_storage_that_is_away_says_nothing_of_its_objects(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    file = file_of(vault.resource(TEXT))

    def away(*_: object) -> None:
        raise Unavailable(detail="nobody there")

    for name in ("size_bytes", "stream", "save"):
        monkeypatch.setattr(Storage, name, lambda *_, **__: away())
    vault.check(file)
    assert vault.outcomes() == {}


def test_bytes_that_only_this_object_does_not_give_are_its_own_fault(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = file_of(vault.resource(TEXT))
    plain = Storage.stream

    def broken(self: Storage, key: str) -> object:
        if key == file.key:
            raise Unavailable(detail="a bad block")
        return plain(self, key)

    monkeypatch.setattr(Storage, "stream", broken)
    monkeypatch.setattr(looking, "_PAUSE_S", 0.0)
    vault.check(file)
    assert vault.outcomes() == {file.key: "unreadable"}


def test_a_file_that_goes_while_it_is_looked_at_leaves_nothing(vault: Vault) -> None:
    resource = vault.resource(TEXT)
    objects = held.of_file(vault.session, file_of(resource))
    vault.session.delete(resource)
    vault.session.commit()
    news = looking.note(vault.session, objects[0], looking.Found(Outcome.MISSING))
    vault.session.commit()
    assert news == looking.News()
    assert vault.outcomes() == {}


def test_what_is_known_of_a_file_goes_with_it(vault: Vault) -> None:
    resource = vault.resource(TEXT)
    vault.check(file_of(resource))
    vault.session.delete(vault.session.get_one(type(resource), resource.id))
    vault.session.commit()
    assert vault.outcomes() == {}


def test_the_longest_unseen_come_first_and_those_never_seen_before_all(vault: Vault) -> None:
    old, new, unseen = (file_of(vault.resource(f"{n}")) for n in range(3))
    for file in (old, new):
        tasks.check_file(file.id)
    found = held.first(vault.session, 10, before=utcnow())
    assert [each.file_id for each in found] == [unseen.id, old.id, new.id]
    assert [each.file_id for each in held.first(vault.session, 1, before=utcnow())] == [unseen.id]
    assert held.count(vault.session, before=utcnow()) == 3


def test_bytes_pass_no_faster_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("catalog.fixity.looking.time.sleep", slept.append)
    pace = Pace(1000)
    pace(500)
    pace(500)
    assert slept[0] == pytest.approx(0.5, abs=0.1)
    assert slept[1] == pytest.approx(1.0, abs=0.1)
