"""Damaged files on pages: who reads of them, looking again, and mending them by the very same file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from catalog.models import File, FileState, FixityCheck, Outcome, Resource, Version, VersionState
from lrc.celery import celery
from lrc.db import utcnow
from lrc.storage import current_storage
from lti import operators
from lti.viewers import Role
from tests import factories
from tests.catalog.fixity.storing import Vault, file_of
from tests.factories import Browser
from tests.statements import queries

TEXT = "La quinua crece en la puna."


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[Any]]]:
    """What is handed to the broker."""
    tasks_sent: list[tuple[str, list[Any]]] = []
    monkeypatch.setattr(celery, "send_task", lambda name, args: tasks_sent.append((name, list(args))))
    return tasks_sent


def damage(session: Session, resource: Resource, outcome: Outcome = Outcome.MISSING) -> File:
    file = file_of(resource)
    session.add(FixityCheck(key=file.key, file_id=file.id, sha256=file.sha256, outcome=outcome, damaged_at=utcnow()))
    session.commit()
    return file


def librarian_of(app: Flask, session: Session, resource: Resource) -> Browser:
    who = factories.person(session, librarian=True)
    who.institution_id = resource.institution_id
    return factories.signed_in(app, session, Role.LIBRARIAN, by=who)


def operator(app: Flask, session: Session) -> Browser:
    token = operators.issue(session)
    session.commit()
    made = Browser(app, app.response_class)
    assert made.submit(f"/operator/enter/{token}").status_code == 303
    return made


def test_librarians_read_of_their_own_institution_alone(app: Flask, session: Session) -> None:
    ours, theirs = (factories.resource(session, title=title) for title in ("Guía nuestra", "Guía ajena"))
    for each in (ours, theirs):
        damage(session, each)
    librarian = librarian_of(app, session, ours)
    page = librarian.get("/review/files").text
    assert "Guía nuestra" in page
    assert "Perdido" in page
    assert "Guía ajena" not in page
    assert "Archivos dañados" in librarian.get("/review").text


def test_the_files_of_earlier_versions_are_among_them(app: Flask, session: Session) -> None:
    resource = factories.resource(session)
    earlier = File(key="files/earlier", name="primera.pdf", size_bytes=1, sha256="0", state=FileState.READY)
    session.add(earlier)
    session.flush()
    session.add(Version(resource_id=resource.id, number=1, state=VersionState.REPLACED, content={}, file_id=earlier.id))
    session.add(
        FixityCheck(key=earlier.key, file_id=earlier.id, sha256="", outcome=Outcome.MISSING, damaged_at=utcnow())
    )
    session.commit()
    assert "primera.pdf" in librarian_of(app, session, resource).get("/review/files").text
    assert "primera.pdf" in operator(app, session).get("/operator/files").text


def test_administrators_read_of_it_too(app: Flask, session: Session) -> None:
    resource = factories.resource(session, title="Guía de riego")
    damage(session, resource)
    who = factories.person(session)
    who.institution_id = resource.institution_id
    administrator = factories.signed_in(app, session, Role.ADMINISTRATOR, by=who)
    assert "Guía de riego" in administrator.get("/review/files").text
    assert 'href="/review/files"' in administrator.get("/people").text


def test_nothing_is_shown_of_damage_where_there_is_none(app: Flask, session: Session) -> None:
    librarian = librarian_of(app, session, factories.resource(session))
    assert "Todo está intacto" in librarian.get("/review/files").text
    assert "Archivos dañados" not in librarian.get("/review").text


def test_others_do_not_come_in(app: Flask, session: Session, sent: list[Any]) -> None:
    file = damage(session, factories.resource(session))
    for role in (Role.STUDENT, Role.TEACHER):
        visitor = factories.signed_in(app, session, role)
        assert visitor.get("/review/files").status_code == 403
        assert visitor.submit(f"/review/files/{file.id}/check").status_code == 403
        assert visitor.get("/operator/files").status_code == 401
        assert visitor.submit(f"/operator/files/{file.id}/check").status_code == 401
    assert sent == []


def test_the_operator_reads_of_all_with_keys(app: Flask, session: Session, sent: list[Any]) -> None:
    file = damage(session, factories.resource(session, title="Guía de riego"), Outcome.CHANGED)
    browser = operator(app, session)
    page = browser.get("/operator/files").text
    assert "Guía de riego" in page
    assert "Dañado" in page
    assert file.key in page
    assert 'badge bad">1<' in browser.get("/operator").text
    assert browser.submit(f"/operator/files/{file.id}/check").status_code == 303
    assert sent == [("catalog.check_file", [file.id])]


def test_only_what_is_damaged_and_ones_own_is_looked_at_again(app: Flask, session: Session, sent: list[Any]) -> None:
    bad, foreign, sound = (factories.resource(session) for _ in range(3))
    for each in (bad, foreign):
        damage(session, each)
    sound.institution_id = bad.institution_id
    librarian = librarian_of(app, session, bad)
    for each in (foreign, sound):
        assert librarian.submit(f"/review/files/{file_of(each).id}/check").status_code == 404
    assert librarian.submit(f"/review/files/{file_of(bad).id}/check").status_code == 303
    assert sent == [("catalog.check_file", [file_of(bad).id])]


def test_a_long_list_takes_no_more_queries_than_a_short_one(app: Flask, session: Session) -> None:
    first = factories.resource(session)
    damage(session, first)
    librarian = librarian_of(app, session, first)

    def counted() -> int:
        with queries(app) as seen:
            assert librarian.get("/review/files").status_code == 200
        return len(seen)

    few = counted()
    for _ in range(10):
        more = factories.resource(session)
        more.institution_id = first.institution_id
        damage(session, more)
    assert counted() <= few


def mend(browser: Browser, resource: Resource, content: str = TEXT) -> Any:
    return browser.submit(f"/resources/{resource.id}/mend", {"file": (io.BytesIO(content.encode()), "copia.txt")})


def test_the_same_file_from_who_still_has_it_mends_it(app: Flask, vault: Vault) -> None:
    resource = vault.resource(TEXT)
    file, lost = file_of(resource), file_of(resource).key
    vault.lose(lost)
    vault.check(file)
    librarian = librarian_of(app, vault.session, resource)
    assert "Reponer el archivo" in librarian.get(f"/resources/{resource.id}").text
    assert mend(librarian, resource).status_code == 303
    vault.session.rollback()
    vault.session.refresh(file)
    assert file.key != lost
    assert current_storage().read(file.key).decode() == TEXT
    assert vault.outcomes() == {file.key: "sound"}
    page = librarian.get(f"/resources/{resource.id}").text
    assert "Reponer el archivo" not in page
    assert "se perdió" not in page


def test_another_file_mends_nothing_and_is_not_kept(app: Flask, vault: Vault) -> None:
    resource = vault.resource(TEXT)
    file, lost = file_of(resource), file_of(resource).key
    vault.lose(lost)
    vault.check(file)
    librarian = librarian_of(app, vault.session, resource)
    answer = mend(librarian, resource, "Otra cosa.")
    assert answer.status_code == 422
    assert "No es el mismo archivo" in answer.text
    assert vault.outcomes() == {lost: "missing"}
    assert list(current_storage().keys("files")) == []


def test_what_is_sound_or_anothers_cannot_be_mended(app: Flask, session: Session) -> None:
    sound, bad = factories.resource(session), factories.resource(session)
    damage(session, bad)
    assert mend(librarian_of(app, session, sound), sound).status_code == 409
    stranger = factories.signed_in(app, session, Role.TEACHER)
    assert "Reponer el archivo" not in stranger.get(f"/resources/{bad.id}").text
    assert mend(stranger, bad).status_code == 403
    student = factories.signed_in(app, session, Role.STUDENT)
    assert mend(student, bad).status_code == 403


def test_what_was_replaced_is_deleted_from_storage(app: Flask, vault: Vault, sent: list[Any]) -> None:
    resource = vault.resource(TEXT)
    old = file_of(resource).key
    vault.put(old, "estropeado")
    vault.check(file_of(resource))
    assert mend(librarian_of(app, vault.session, resource), resource).status_code == 303
    assert ("catalog.delete_objects", [[old]]) in sent
