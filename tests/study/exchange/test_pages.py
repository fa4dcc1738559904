"""A teacher's way: looking through a bank before it is taken in, taking contents out, and bringing folders back."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode

import pytest
from flask import Flask
from PIL import Image as Pixels
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Kind, Resource, Version, VersionState
from lrc.config import Settings
from lrc.storage import current_storage
from lrc.study import coursewriting, images, parts, writing
from lrc.study.content import Course, Lesson, Module, Quiz, to_data
from lrc.study.exchange import folders, giving, waiting, zips
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from lrc.study.models import Image
from lti.models import Person
from lti.viewers import Role, Viewer
from tests import factories
from tests.factories import Browser
from tests.study import manuscripts

GIFT = "::Capital::¿Cuál es la capital?{=Lima ~Cusco}\n\nEscribe un ensayo.{}\n"


def png(colour: str = "green") -> bytes:
    out = io.BytesIO()
    Pixels.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def rosa(session: Session) -> Person:
    return factories.person(session, name="Rosa Quispe")


@pytest.fixture
def asks(session: Session, rosa: Person) -> Viewer:
    return manuscripts.teacher(session, by=rosa)


@pytest.fixture
def module(session: Session, asks: Viewer) -> Resource:
    return manuscripts.begun(session, asks)


@pytest.fixture
def teacher(app: Flask, session: Session, s3: Settings, module: Resource, rosa: Person) -> Browser:
    return factories.signed_in(app, session, Role.TEACHER, by=rosa)


def _exchange(module: Resource) -> str:
    return f"/study/writing/modules/{module.id}/module/exchange"


def _send(browser: Browser, path: str, data: bytes, name: str = "banco.txt") -> tuple[int, str]:
    answer = browser.submit(path, {"file": (io.BytesIO(data), name)})
    return answer.status_code, answer.text


def _token(page: str) -> str:
    found = re.search(r'name="bank" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _quizzes(session: Session, module: Resource) -> list[Quiz]:
    session.rollback()
    contents = (parts.content_of(each.content) for each in session.scalars(parts.of_module(module)))
    return [each for each in contents if isinstance(each, Quiz)]


def test_a_bank_is_looked_through_before_anything_is_taken_in(
    session: Session, teacher: Browser, module: Resource
) -> None:
    status, page = _send(teacher, _exchange(module), GIFT.encode())
    assert status == 200
    assert "1 pregunta" in page
    assert "ensayo" in page
    assert "línea 3" in page
    assert _quizzes(session, module) == []
    done = {"bank": _token(page), "into": "", "title": "Capitales"}
    assert teacher.submit(_exchange(module) + "/take", done).status_code == 303
    (quiz,) = _quizzes(session, module)
    assert (quiz.title, [each.name for each in quiz.questions]) == ("Capitales", ["Capital"])
    assert list(current_storage().keys(waiting.BANKS)) == []
    # Pressed twice: the file is gone, and nothing is there twice.
    assert teacher.submit(_exchange(module) + "/take", done).status_code == 409
    assert len(_quizzes(session, module)) == 1


def test_questions_go_behind_those_of_a_quiz_that_is_there(
    session: Session, teacher: Browser, module: Resource
) -> None:
    for _ in range(2):
        _status, page = _send(teacher, _exchange(module), GIFT.encode())
        into = _quizzes(session, module)[0].key if _quizzes(session, module) else ""
        teacher.submit(_exchange(module) + "/take", {"bank": _token(page), "into": into, "title": "Capitales"})
    (quiz,) = _quizzes(session, module)
    assert len(quiz.questions) == 2
    assert len({each.key for each in quiz.questions}) == 2


def test_images_of_moodle_xml_come_in_and_go_out(session: Session, teacher: Browser, module: Resource) -> None:
    xml = (
        '<quiz><question type="truefalse"><name><text>Mapa</text></name><questiontext format="html"><text>'
        '&lt;img src="@@PLUGINFILE@@/mapa.png" alt="El Perú"&gt;</text>'
        f'<file name="mapa.png" path="/" encoding="base64">{b64encode(png()).decode()}</file></questiontext>'
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        "</question></quiz>"
    )
    _status, page = _send(teacher, _exchange(module), xml.encode(), "banco.xml")
    teacher.submit(_exchange(module) + "/take", {"bank": _token(page), "into": "", "title": "Mapas"})
    (quiz,) = _quizzes(session, module)
    image = session.scalars(select(Image).where(Image.resource_id == module.id)).one()
    assert quiz.questions[0].text == f"![El Perú](image:{image.name})"
    path = f"{_exchange(module)}/{quiz.key}/xml"
    assert "Todo lo que dicen tus preguntas" in teacher.get(path).text
    answer = teacher.get(path + "/file")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mapas.xml"'
    assert f'<file name="{image.name}" path="/" encoding="base64">' in answer.text


def test_what_gift_cannot_say_is_told_before_the_download(session: Session, teacher: Browser, module: Resource) -> None:
    _status, page = _send(teacher, _exchange(module), b"[markdown]Uno: {=a} y dos{=b}")
    _status, page = _send(teacher, _exchange(module), b"Cu\xe1nto{#3}", "latin.txt")
    assert "Cuánto" in page
    teacher.submit(_exchange(module) + "/take", {"bank": _token(page), "into": "", "title": "Números"})
    (quiz,) = _quizzes(session, module)
    assert teacher.get(f"{_exchange(module)}/{quiz.key}/gift/file").text == "Cuánto{#\n\t=3:0\n}\n"
    assert teacher.get(f"{_exchange(module)}/{quiz.key}/exe").status_code == 404


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<quiz><question type='x'>", b"\x00\x01\x02"])
def test_a_file_that_is_no_bank_is_refused_with_the_form(teacher: Browser, module: Resource, data: bytes) -> None:
    status, page = _send(teacher, _exchange(module), data)
    assert status == 422
    assert 'id="file-error"' in page


def test_somebody_else_takes_in_nothing(app: Flask, session: Session, teacher: Browser, module: Resource) -> None:
    _status, page = _send(teacher, _exchange(module), GIFT.encode())
    other = factories.signed_in(app, session, Role.TEACHER)
    assert other.submit(_exchange(module) + "/take", {"bank": _token(page), "title": "x"}).status_code == 404
    assert other.get(_exchange(module)).status_code == 404
    assert other.get(f"{_exchange(module)}.zip").status_code == 404


def test_a_module_goes_out_and_comes_back_as_a_draft_of_the_same(
    session: Session, teacher: Browser, module: Resource, asks: Viewer
) -> None:
    folder = ModuleFolder(
        Module(title="Quinua", parts=(Lesson("uno", "Sembrar", "![Campo](image:campo.png)"),)), {"campo.png": png()}
    )
    status, _page = _send(teacher, "/study/writing/import", zips.write(folders.write_module(folder)), "quinua.zip")
    assert status == 303
    session.rollback()
    made = session.scalars(select(Resource).where(Resource.title == "Quinua")).one()
    assert writing.manuscript(session, made) == folder.module
    out = teacher.get(f"/study/writing/modules/{made.id}/module/exchange.zip")
    again = folders.read(zips.read(out.data))
    assert isinstance(again, ModuleFolder)
    assert (again.module, again.record_id, list(again.images)) == (folder.module, made.record_id, ["campo.png"])
    twice = teacher.get(f"/study/writing/modules/{made.id}/module/exchange.zip")
    assert twice.data == out.data


def test_a_course_comes_in_with_its_modules_and_goes_out_again(session: Session, teacher: Browser) -> None:
    inside = (
        ModuleFolder(Module(title="Dos"), record_id="lrc:2"),
        ModuleFolder(Module(title="Uno"), record_id="lrc:1"),
    )
    folder = CourseFolder(Course(title="Cacao", for_whom="Familias", modules=("lrc:1", "lrc:9", "lrc:2")), inside)
    status, _page = _send(teacher, "/study/writing/import", zips.write(folders.write_course(folder)), "cacao.zip")
    assert status == 303
    session.rollback()
    course = session.scalars(select(Resource).where(Resource.kind == Kind.COURSE)).one()
    names = {each.record_id: each.title for each in session.scalars(select(Resource))}
    head = writing.get_head(session, course, Course)
    assert [names.get(each, each) for each in head.modules] == ["Uno", "lrc:9", "Dos"]
    out = teacher.get(f"/study/writing/courses/{course.id}/export.zip")
    again = folders.read(zips.read(out.data))
    assert isinstance(again, CourseFolder)
    assert [each.module.title for each in again.modules] == ["Uno", "Dos"]


def test_others_modules_do_not_go_out_with_their_right_answers(
    session: Session, teacher: Browser, asks: Viewer, module: Resource
) -> None:
    other = factories.module(session, quiz=True, title="De otra persona")
    course = coursewriting.create(session, asks, "Cacao")
    for each in (module, other):
        coursewriting.add_module(session, asks, course, each.id)
    session.commit()
    out = folders.read(zips.read(teacher.get(f"/study/writing/courses/{course.id}/export.zip").data))
    assert isinstance(out, CourseFolder)
    assert [each.record_id for each in out.modules] == [module.record_id]
    assert out.course.modules == (module.record_id, other.record_id)


def test_what_is_published_goes_out_without_what_only_the_draft_shows(
    session: Session, s3: Settings, asks: Viewer
) -> None:
    lesson = Lesson("uno", "Uno", "![Campo](image:campo.webp)")
    made = writing.take_in(session, asks, Module(title="Papa", parts=(lesson,)), {"campo.webp": png()})
    images.add(session, asks, made, png("blue"), "nuevo.webp")
    content = to_data(writing.manuscript(session, made))
    session.add(Version(resource_id=made.id, number=1, content=content, state=VersionState.PUBLISHED))
    session.flush()
    assert list(giving.module_folder(session, made, published=True).images) == ["campo.webp"]
    assert list(giving.module_folder(session, made).images) == ["campo.webp", "nuevo.webp"]


def test_a_zip_that_cannot_be_makes_nothing_and_says_where(session: Session, teacher: Browser) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("modulo.md", "---\ntitle: Quinua\n---\n")
        archive.writestr("01-a.md", "---\ntitle: x\nminutes: diez\n---\n")
    status, page = _send(teacher, "/study/writing/import", out.getvalue(), "malo.zip")
    assert status == 422
    assert "01-a.md, línea 3" in page
    session.rollback()
    assert session.scalars(select(Resource).where(Resource.title == "Quinua")).all() == []
