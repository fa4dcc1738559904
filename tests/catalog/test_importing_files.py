"""Files that come in beside records: stored, read by the worker, replaced, and why some are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import claims, indexing, tasks
from catalog.models import File, FileState, Page, ResourceState
from catalog.uploads import FILES
from lrc.config import Settings
from lrc.errors import Unavailable
from lrc.storage import current_storage
from search.engine import current_index
from tests.catalog import shelves
from tests.catalog.takingin import counts, held, record, take_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "import"
    (made / "textos").mkdir(parents=True)
    (made / "textos" / "uno.txt").write_text("La quinua crece en los Andes.")
    return made


def stored(key: str, tmp_path: Path) -> bytes:
    current_storage().fetch(key, tmp_path / "fetched")
    return (tmp_path / "fetched").read_bytes()


def test_a_file_waits_to_be_read_while_its_record_is_found_already(
    s3: Settings, session: Session, folder: Path, tmp_path: Path
) -> None:
    done = take_in([record(1, file="textos/uno.txt"), record(2)], folder)

    assert (counts(done), done.files) == ((2, 0, 0, 0), 1)
    first, second = held(session)
    assert second.file is None
    assert first.file is not None
    assert (first.file.name, first.file.size_bytes, first.file.state) == ("uno.txt", 29, FileState.RECEIVED)
    assert first.file.key.startswith(f"{FILES}/")
    assert stored(first.file.key, tmp_path) == b"La quinua crece en los Andes."
    indexing.bring_up_to_date(current_index())
    assert shelves.titles(current_index(), "quinua") == ["Quinua 1", "Quinua 2"]


def test_a_file_is_read_by_the_worker_and_its_pages_are_found(s3: Settings, session: Session, folder: Path) -> None:
    take_in([record(1, title="Agronomía", file="textos/uno.txt")], folder)
    (waiting,) = session.scalars(claims.lost(stale_s=60)).all()

    tasks.read_file(waiting.id)
    indexing.bring_up_to_date(current_index())

    (made,) = held(session)
    assert (made.state, made.language) == (ResourceState.PUBLISHED, "es")
    assert shelves.titles(current_index(), "andes") == ["Agronomía"]
    # What reading found out is not undone by the same record again.
    assert counts(take_in([record(1, title="Agronomía", file="textos/uno.txt")], folder)) == (0, 0, 1, 0)
    assert held(session)[0].language == "es"


def test_the_same_file_again_is_not_sent_again(s3: Settings, session: Session, folder: Path) -> None:
    take_in([record(file="textos/uno.txt")], folder)
    (before,) = [each.file.key for each in held(session) if each.file]

    assert counts(take_in([record(file="textos/uno.txt")], folder)) == (0, 0, 1, 0)

    assert [each.file.key for each in held(session) if each.file] == [before]


def test_another_file_takes_the_place_of_the_first_and_its_pages(
    s3: Settings, session: Session, folder: Path, tmp_path: Path
) -> None:
    take_in([record(file="textos/uno.txt")], folder)
    (made,) = held(session)
    assert made.file is not None
    old_key = made.file.key
    made.file.state, made.file.page_count = FileState.READY, 1
    session.add(Page(file_id=made.file.id, number=1, text="La quinua crece en los Andes."))
    session.commit()
    indexing.bring_up_to_date(current_index())
    (folder / "textos" / "uno.txt").write_text("Ahora trata del olluco.")

    done = take_in([record(file="textos/uno.txt")], folder)

    assert (counts(done), done.files) == ((0, 1, 0, 0), 1)
    (made,) = held(session)
    assert made.file is not None
    assert made.file.state is FileState.RECEIVED
    assert stored(made.file.key, tmp_path) == b"Ahora trata del olluco."
    assert session.scalar(select(func.count()).select_from(Page)) == 0
    assert session.scalar(select(func.count()).select_from(File)) == 1
    assert old_key not in set(current_storage().keys(FILES))
    indexing.bring_up_to_date(current_index())
    assert shelves.titles(current_index(), "andes") == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("textos/dos.txt", "is missing"),
        ("textos", "is missing"),
        ("../secreto.txt", "lies outside the folder of the import"),
        ("/etc/passwd", "lies outside the folder of the import"),
        ("textos/enlace.txt", "lies outside the folder of the import"),
        ("textos/vacio.txt", "is empty"),
        ("textos/enorme.txt", "more than LRC_MAX_UPLOAD_BYTES"),
        ("x" * 300, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_taken_refuses_its_record(
    app: Flask, session: Session, folder: Path, path: str, reason: str
) -> None:
    (folder.parent / "secreto.txt").write_text("no es de la biblioteca")
    (folder / "textos" / "enlace.txt").symlink_to(folder.parent / "secreto.txt")
    (folder / "textos" / "vacio.txt").touch()
    (folder / "textos" / "enorme.txt").write_bytes(b"x" * 10_001)

    done = take_in([record(1, file=path), record(2)], folder)

    assert counts(done) == (1, 0, 0, 1)
    assert reason in done.refusals[0].reason
    assert [each.record_id for each in held(session)] == ["r2"]


def test_where_storage_does_not_answer_what_came_before_stays(app: Flask, session: Session, folder: Path) -> None:
    lines = [record(1), record(2), record(3, file="textos/uno.txt"), record(4)]
    with pytest.raises(Unavailable):
        take_in(lines, folder, batch=2)

    assert [each.record_id for each in held(session)] == ["r1", "r2"]
