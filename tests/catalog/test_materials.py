"""A teacher's way: uploading, following the reading, trying again, replacing; all through the pages."""

from __future__ import annotations

import io
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import tasks
from catalog.models import File, FileState, RemarkKind, Resource, ResourceState
from lrc.config import Settings
from lrc.db import SQLITE_BUSY_TIMEOUT_MS, transaction
from lrc.storage import Storage, current_storage
from lti.models import Institution
from lti.viewers import Role
from tests import factories
from tests.factories import Browser

TEXT = "La gallina y el maíz.\n\nEl maíz morado se siembra en los valles de la sierra."


@pytest.fixture
def teacher(app: Flask, session: Session, s3: Settings) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, where=factories.context(session))


def form(text: str | bytes = TEXT, name: str = "maiz_morado.txt", **fields: str) -> dict[str, object]:
    content = text.encode() if isinstance(text, str) else text
    usual = {"title": "", "description": "", "language": "es", "license": "CC BY 4.0", "audience": "everyone"}
    return {**usual, **fields, "file": (io.BytesIO(content), name)}


def only(session: Session) -> Resource:
    session.rollback()  # to see what others have written since; expires what is loaded
    return session.scalars(select(Resource)).one()


def test_an_uploaded_file_is_kept_read_and_waits_for_review(app: Flask, session: Session, teacher: Browser) -> None:
    answer = teacher.submit("/upload", form(description="Para **todos**"))
    assert answer.status_code == 302
    resource = only(session)
    file = resource.file
    assert file is not None
    assert (resource.title, resource.state, file.state) == ("maiz morado", ResourceState.DRAFT, FileState.RECEIVED)
    assert "Recibido" in teacher.get(f"/resources/{resource.id}").text
    tasks.read_file(file.id)
    resource = only(session)
    page = teacher.get(f"/resources/{resource.id}").text
    assert "<strong>todos</strong>" in page
    assert "Esperando revisión" in page
    assert [each.kind for each in resource.remarks] == [RemarkKind.SUBMITTED]
    assert "valles de la sierra" in teacher.get(f"/resources/{resource.id}/read").text


def test_what_was_typed_stays_when_no_file_was_chosen(teacher: Browser) -> None:
    answer = teacher.submit("/upload", form("", name="", title="Mi guía", description="De qué trata"))
    assert answer.status_code == 422
    assert 'value="Mi guía"' in answer.text
    assert "De qué trata</textarea>" in answer.text
    assert "Elige un archivo" in answer.text


def test_an_empty_file_is_refused_in_words(session: Session, teacher: Browser) -> None:
    answer = teacher.submit("/upload", form(""))
    assert answer.status_code == 422
    assert "está vacío" in answer.text
    assert session.scalars(select(Resource)).all() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 501),
        ("description", "x" * 5001),
        ("language", "xx"),
        ("license", "mine"),
        ("audience", "institution:1"),
    ],
)
def test_a_field_that_cannot_be_is_named_and_nothing_is_kept(
    session: Session, teacher: Browser, field: str, value: str
) -> None:
    answer = teacher.submit("/upload", form(**{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert session.scalars(select(Resource)).all() == []


def test_a_file_over_the_limit_is_refused_and_the_words_stay(app: Flask, session: Session, teacher: Browser) -> None:
    app.config["LRC_SETTINGS"] = replace(app.config["LRC_SETTINGS"], max_upload_bytes=100_000)
    answer = teacher.submit("/upload", form(b"x" * 100_001, title="Enorme", description="Muy grande"))
    assert answer.status_code == 413
    assert 'value="Enorme"' in answer.text
    assert "Muy grande</textarea>" in answer.text
    assert "pesa más" in answer.text
    assert session.scalars(select(Resource)).all() == []


def test_a_body_far_over_the_limit_is_not_even_read(app: Flask, teacher: Browser) -> None:
    app.config["LRC_SETTINGS"] = replace(app.config["LRC_SETTINGS"], max_upload_bytes=100_000)
    body = io.BytesIO(b"--x\r\n")
    answer = teacher.post(
        "/upload",
        input_stream=body,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "2000000"},
    )
    assert answer.status_code == 413
    assert body.tell() == 0


def test_the_scratch_folder_is_empty_after_an_upload(teacher: Browser, settings: Settings) -> None:
    teacher.submit("/upload", form())
    assert list(settings.scratch_path.iterdir()) == []


def test_a_student_may_not_upload_and_nothing_is_taken(app: Flask, session: Session, s3: Settings) -> None:
    student = factories.signed_in(app, session, Role.STUDENT)
    assert student.get("/upload").status_code == 403
    assert student.submit("/upload", form()).status_code == 403
    assert session.scalars(select(Resource)).all() == []


def test_a_file_sent_to_a_page_that_takes_none_is_refused(teacher: Browser) -> None:
    answer = teacher.submit("/language", {"language": "en", "file": (io.BytesIO(b"x"), "x.txt")})
    assert answer.status_code == 422


def test_the_same_bytes_again_lead_to_the_twin(session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form(title="El primero"))
    answer = teacher.submit("/upload", form(title="El segundo", name="otro.txt"))
    assert answer.status_code == 409
    assert "ya está en la biblioteca" in answer.text
    assert f'href="/resources/{only(session).id}"' in answer.text


def test_a_twin_that_one_may_not_see_is_not_revealed(app: Flask, session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form(audience="course"))
    other = factories.signed_in(app, session, Role.TEACHER)
    assert other.submit("/upload", form()).status_code == 302
    assert len(session.scalars(select(Resource)).all()) == 2


def test_a_row_that_fails_leaves_no_bytes_in_storage(
    app: Flask, session: Session, teacher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(current_storage().keys("files"))
    monkeypatch.setattr("catalog.library.secrets", SimpleNamespace(token_hex=lambda _size: "same"))
    teacher.submit("/upload", form("uno"))
    answer = teacher.submit("/upload", form("dos"))  # its record_id is taken
    assert answer.status_code == 500
    assert len(set(current_storage().keys("files")) - before) == 1


def test_storage_that_is_away_is_said_beside_what_was_typed_and_leaves_no_row(
    app: Flask, session: Session, teacher: Browser, settings: Settings
) -> None:
    app.extensions["lrc_storage"] = Storage(replace(settings, s3_endpoint_url="http://127.0.0.1:9"))
    answer = teacher.submit("/upload", form(title="Mi guía"))
    assert answer.status_code == 503
    assert "no responde ahora" in answer.text
    assert 'value="Mi guía"' in answer.text
    assert session.scalars(select(Resource)).all() == []


def test_a_full_disk_is_said_beside_what_was_typed(
    session: Session, teacher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_data: bytes) -> int:
        raise OSError(28, "No space left on device")

    made = tempfile.TemporaryFile

    def temporary(*args: Any, **kwargs: Any) -> Any:
        file = made(*args, **kwargs)
        return SimpleNamespace(write=full, truncate=file.truncate, seek=file.seek, close=file.close)

    monkeypatch.setattr("catalog.uploads.tempfile", SimpleNamespace(TemporaryFile=temporary))
    answer = teacher.submit("/upload", form(title="Mi guía"))
    assert answer.status_code == 503
    assert "No queda espacio" in answer.text
    assert 'value="Mi guía"' in answer.text


def test_nobody_else_waits_to_write_while_a_file_goes_to_storage(
    session: Session, teacher: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = Storage.save

    def save_while_another_writes(self: Storage, *args: Any, **kwargs: Any) -> str:
        with transaction() as other:  # would wait for longer than a test may last
            factories.institution(other, "Otra universidad")
        return save(self, *args, **kwargs)

    monkeypatch.setattr(Storage, "save", save_while_another_writes)
    begun = time.monotonic()
    assert teacher.submit("/upload", form()).status_code == 302
    assert time.monotonic() - begun < SQLITE_BUSY_TIMEOUT_MS / 1000
    assert session.scalars(select(Institution).where(Institution.name == "Otra universidad")).one()


def test_the_status_asks_again_while_busy_and_reloads_the_page_once_settled(session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form())
    resource = only(session)
    busy = teacher.get(f"/resources/{resource.id}/status")
    assert 'hx-trigger="every 2s"' in busy.text
    assert "HX-Refresh" not in busy.headers
    assert resource.file is not None
    tasks.read_file(resource.file.id)
    settled = teacher.get(f"/resources/{resource.id}/status")
    assert "hx-trigger" not in settled.text
    assert settled.headers["HX-Refresh"] == "true"


def test_progress_is_shown_in_pages(session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form())
    file = only(session).file
    assert file is not None
    file.state, file.pages_done, file.page_count = FileState.READING, 12, 40
    session.commit()
    page = teacher.get(f"/resources/{file.resource_id}").text
    assert "Página 12 de 40" in page
    assert '<progress aria-labelledby="status-title" max="40" value="12">' in page


def test_a_file_that_cannot_be_read_says_why_and_can_be_tried_again(session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form(b"\x00\x01\x02binary" * 50, name="foto.dat"))
    resource = only(session)
    assert resource.file is not None
    tasks.read_file(resource.file.id)
    assert only(session).file.failure == "unknown_kind"  # type: ignore[union-attr]
    page = teacher.get(f"/resources/{resource.id}").text
    assert "No reconocemos este tipo de archivo" in page
    assert teacher.submit(f"/resources/{resource.id}/retry").status_code == 302
    assert only(session).file.state is FileState.RECEIVED  # type: ignore[union-attr]
    assert teacher.submit(f"/resources/{resource.id}/retry").status_code == 409


def state_of(session: Session, resource: Resource) -> FileState:
    """As the database has it now."""
    return session.scalars(select(File.state).where(File.resource_id == resource.id)).one()


def test_only_who_answers_for_a_file_has_it_read_again(app: Flask, session: Session) -> None:
    owner = factories.person(session)
    resource = factories.resource(session, "texto", by=owner)
    resource.file.state = FileState.FAILED  # type: ignore[union-attr]
    path = f"/resources/{resource.id}/retry"
    for stranger in (Role.TEACHER, Role.LIBRARIAN):
        assert factories.signed_in(app, session, stranger).submit(path).status_code == 403
    colleague = factories.person(session, of=owner.platform)
    assert factories.signed_in(app, session, Role.TEACHER, by=colleague).submit(path).status_code == 403
    assert state_of(session, resource) is FileState.FAILED
    assert factories.signed_in(app, session, Role.LIBRARIAN, by=colleague).submit(path).status_code == 302
    assert state_of(session, resource) is FileState.RECEIVED


def test_a_form_brings_one_file_and_few_fields(session: Session, teacher: Browser) -> None:
    two = {"file": (io.BytesIO(b"uno"), "1.txt"), "other": (io.BytesIO(b"dos"), "2.txt")}
    assert teacher.submit("/upload", two).status_code == 422
    many = form() | {f"field{number}": "" for number in range(100)}
    assert teacher.submit("/upload", many).status_code == 413
    assert session.scalars(select(Resource)).all() == []


def test_a_corrected_file_takes_the_place_of_the_first(app: Flask, session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form())
    resource = only(session)
    old = resource.file
    assert old is not None
    old_key = old.key
    tasks.read_file(old.id)
    corrected = {"file": (io.BytesIO(b"Otro texto sobre la quinua."), "corregido.txt")}
    assert teacher.submit(f"/resources/{resource.id}/file", corrected).status_code == 302
    new = only(session).file
    assert new is not None
    assert (new.name, new.state, only(session).state) == ("corregido.txt", FileState.RECEIVED, ResourceState.DRAFT)
    tasks.delete_objects([old_key, new.key])  # told to delete one that is in use, it keeps it
    assert old_key not in set(current_storage().keys("files"))
    tasks.read_file(new.id)
    assert only(session).state is ResourceState.WAITING
    assert "quinua" in teacher.get(f"/resources/{resource.id}/read").text


def test_a_published_file_cannot_be_replaced(session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form())
    resource = only(session)
    resource.state = ResourceState.PUBLISHED
    session.commit()
    answer = teacher.submit(f"/resources/{resource.id}/file", {"file": (io.BytesIO(b"nuevo"), "n.txt")})
    assert answer.status_code == 409
    assert only(session).file.name == "maiz_morado.txt"  # type: ignore[union-attr]


def test_what_is_mine_is_listed_newest_first_a_page_at_a_time(session: Session, teacher: Browser) -> None:
    assert "Aquí verás lo que subas" in teacher.get("/mine").text
    for number in range(21):
        teacher.submit("/upload", form(f"texto número {number}", title=f"Guía {number:02}"))
    first = teacher.get("/mine").text
    assert first.index("Guía 20") < first.index("Guía 19")
    assert "Guía 00" not in first
    assert "Guía 00" in teacher.get("/mine?page=2").text
    assert "Guía 00" in teacher.get("/mine?page=3").text


def test_the_original_is_downloaded_from_storage_never_as_a_page_of_ours(session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form("<html><body><script>alert(1)</script>Hola a todos</body></html>", name="a.html"))
    resource = only(session)
    assert resource.file is not None
    tasks.read_file(resource.file.id)
    answer = teacher.get(f"/resources/{resource.id}/file")
    assert answer.status_code == 302
    assert "attachment" in answer.headers["Location"]
    assert "text%2Fhtml" not in answer.headers["Location"]
    assert "alert(1)" not in teacher.get(f"/resources/{resource.id}/read").text


def test_a_bad_name_is_cleaned(session: Session, teacher: Browser) -> None:
    teacher.submit("/upload", form(name="../../etc/Gu\u0301ia\x07 1.txt"))
    file = session.scalars(select(File)).one()
    assert Path(file.name).name == file.name == "Gúia 1.txt"
