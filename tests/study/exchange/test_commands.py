"""The commands `lrc course export` and `lrc course import`: what they write, make and print, and their exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import CourseModule, Resource, ResourceState
from lrc.study import writing
from lrc.study.commands import course
from lrc.study.content import Course, changed
from lrc.study.exchange import disk, folders, zips
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from lti.viewers import Viewer
from tests import factories
from tests.study import manuscripts


def run(app: Flask, *arguments: str | Path) -> Result:
    return CliRunner().invoke(course, [str(each) for each in arguments], obj=lambda: app, catch_exceptions=False)


@pytest.fixture
def rosa(session: Session) -> Viewer:
    found = manuscripts.teacher(session, by=factories.person(session, name="Rosa Quispe"))
    session.commit()
    return found


def _folder(path: Path) -> Path:
    """A course of two good modules, on disk."""
    inside = tuple(
        ModuleFolder(changed(manuscripts.good(), title=title), record_id=name)
        for name, title in (("lrc:1", "Pozas"), ("lrc:2", "Alimento"))
    )
    said = Course(title="Criar cuyes", summary="Todo.", for_whom="Familias", modules=("lrc:1", "lrc:2"), minutes=60)
    disk.write(path, folders.write_course(CourseFolder(said, inside)))
    return path


def test_a_module_goes_out_to_a_folder_and_to_a_zip(app: Flask, session: Session, rosa: Viewer, tmp_path: Path) -> None:
    module = manuscripts.written(session, rosa)
    session.commit()
    assert run(app, "export", module.record_id, tmp_path / "cuyes").exit_code == 0
    assert run(app, "export", module.record_id, tmp_path / "cuyes.zip").exit_code == 0
    read = folders.read(disk.read(tmp_path / "cuyes"))
    assert isinstance(read, ModuleFolder)
    assert read.module == writing.manuscript(session, module)
    assert folders.read(zips.read((tmp_path / "cuyes.zip").read_bytes())) == read


def test_a_course_comes_in_published_with_its_modules(
    app: Flask, session: Session, rosa: Viewer, tmp_path: Path
) -> None:
    done = run(app, "import", _folder(tmp_path / "cuyes"), "--owner", "Rosa Quispe", "--publish")
    assert done.exit_code == 0, done.output
    session.rollback()
    made = {each.title: each for each in session.scalars(select(Resource))}
    assert {each.state for each in made.values()} == {ResourceState.PUBLISHED}
    inside = session.scalars(select(CourseModule.module_id).order_by(CourseModule.position)).all()
    assert inside == [made["Pozas"].id, made["Alimento"].id]
    out = tmp_path / "otra"
    assert run(app, "export", made["Criar cuyes"].record_id, out, "--published").exit_code == 0
    read = folders.read(disk.read(out))
    assert isinstance(read, CourseFolder)
    assert [each.module.title for each in read.modules] == ["Pozas", "Alimento"]


def test_what_cannot_be_taken_is_told_and_makes_nothing(
    app: Flask, session: Session, rosa: Viewer, tmp_path: Path
) -> None:
    path = _folder(tmp_path / "cuyes")
    (path / "01-pozas" / "modulo.md").write_text("---\ntitle: x\nlevle: y\n---\n")
    done = run(app, "import", path, "--owner", str(rosa.person_id))
    assert (done.exit_code, "01-pozas/modulo.md" in done.output) == (1, True)
    assert session.scalars(select(Resource)).all() == []


def test_an_owner_must_be_one_person(app: Flask, session: Session, rosa: Viewer, tmp_path: Path) -> None:
    factories.person(session, name="Rosa Quispe")
    session.commit()
    done = run(app, "import", _folder(tmp_path / "cuyes"), "--owner", "Rosa Quispe")
    assert done.exit_code == 2
    assert f"{rosa.person_id}: Rosa Quispe" in done.output
    assert run(app, "import", tmp_path / "cuyes", "--owner", "Nadie").exit_code == 2


def test_a_folder_of_something_else_is_left_alone(app: Flask, session: Session, rosa: Viewer, tmp_path: Path) -> None:
    module = manuscripts.written(session, rosa)
    session.commit()
    (tmp_path / "tesis.docx").write_bytes(b"x")
    assert run(app, "export", module.record_id, tmp_path).exit_code == 1
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".md"] == []
    assert run(app, "export", "lrc:nada", tmp_path / "x").exit_code == 2
