"""A course or a module written as a folder is read back exactly, and a zip of it is the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrc.errors import BadFile
from lrc.study.content import Course, Lesson, Module, Quiz, Term
from lrc.study.exchange import disk, folders, frontmatter, taking, zips
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from tests.study.exchange import asked

few = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
odd = st.sampled_from(
    [
        "",
        "no",
        "1e3",
        "2020-01-01",
        "~",
        "---",
        "\n---\n",
        "\n\n# Hola\n\n",
        " a ",
        "a\r\nb\r",
        "x: y",
        "# z",
        "\t",
        "ñ😀\u2028\x85",
    ]
)
text = odd | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
keys = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
minutes = st.integers(0, 500)
lessons = st.builds(Lesson, key=keys, title=text, text=text, minutes=minutes)
questions = st.lists(asked.choice | asked.numeric | asked.gaps() | asked.matching, max_size=2).map(tuple)
quizzes = st.builds(
    Quiz,
    key=keys,
    title=text,
    intro=text,
    questions=questions,
    draws=st.dictionaries(text, st.integers(1, 9), max_size=2),
    shuffle=st.booleans(),
    pass_percent=st.integers(0, 100),
    counts=st.sampled_from(["best", "last"]),
)
heads = {
    "title": text,
    "summary": text,
    "objectives": st.lists(text, max_size=2).map(tuple),
    "subjects": st.lists(text, max_size=2).map(tuple),
    "license": text,
    "minutes": minutes,
}
modules = st.builds(
    Module,
    **heads,
    glossary=st.lists(st.builds(Term, term=text, meaning=text), max_size=2).map(tuple),
    parts=st.lists(lessons | quizzes, max_size=3, unique_by=lambda part: part.key).map(tuple),
)
courses = st.builds(
    Course, **heads, for_whom=text, gives_certificate=st.booleans(), modules=st.just(("lrc:a", "lrc:b"))
)
images = st.dictionaries(st.sampled_from(["mapa.webp", "a_1.png"]), st.binary(max_size=9), max_size=2)
module_folders = st.builds(ModuleFolder, modules, images, st.sampled_from(["", "lrc:a"]))


@few
@given(module_folders)
def test_a_module_comes_back_exactly(folder: ModuleFolder) -> None:
    files = folders.write_module(folder)
    assert folders.read(files) == folder
    assert folders.write_module(folder) == files
    assert zips.read(zips.write(files)) == files


@settings(few, max_examples=15)
@given(courses, st.lists(module_folders, max_size=2).map(tuple))
def test_a_course_comes_back_exactly_with_its_modules(course: Course, inside: tuple[ModuleFolder, ...]) -> None:
    folder = CourseFolder(course, inside, {"cubierta.webp": b"x"}, "lrc:c")
    assert folders.read(folders.write_course(folder)) == folder


def _module() -> ModuleFolder:
    parts = (Lesson("uno", "Qué es citar", "# Citar\n\nTexto."), Quiz("dos", "Prueba"))
    return ModuleFolder(Module(title="Citar fuentes", summary="De qué trata.", parts=parts), {"mapa.webp": b"RIFF"})


def test_a_module_is_readable_files() -> None:
    files = folders.write_module(_module())
    assert sorted(files) == ["01-que-es-citar.md", "02-prueba.md", "imagenes/mapa.webp", "modulo.md"]
    assert files["01-que-es-citar.md"].decode() == "---\nkey: uno\ntitle: Qué es citar\n---\n\n# Citar\n\nTexto.\n"


def test_a_zip_is_the_same_whenever_it_is_made() -> None:
    assert zips.write(folders.write_module(_module())) == zips.write(folders.write_module(_module()))


def test_what_people_write_by_hand_needs_no_keys_nor_quotes() -> None:
    quiz = (
        "---\r\ntype: quiz\r\ntitle: 1984\r\npass_percent: 70\r\nquestions:\r\n- type: choice\r\n  text: ¿Cuál?\r\n"
        "  options:\r\n  - text: no\r\n    fraction: 1\r\n  - text: sí\r\n---\r\nHola\r\n"
    )
    files = {
        "repo/modulo.md": b"---\ntitle: 2020-01-01\n---\n",
        "repo/01-prueba.md": quiz.encode(),
        "repo/LEEME.md": b"",
    }
    read = folders.read(files)
    assert isinstance(read, ModuleFolder)
    (part,) = read.module.parts
    assert (read.module.title, part.key, part.title, read.ignored) == ("2020-01-01", "prueba", "1984", ())
    assert isinstance(part, Quiz)
    assert [option.text for option in part.questions[0].options] == ["no", "sí"]  # type: ignore[union-attr]
    assert (part.intro, part.pass_percent) == ("Hola", 70)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("modulo.md", b"title: x", "modulo.md, línea 1"),
        ("modulo.md", b"---\ntitle: &a x\n---\n", "modulo.md, línea 2"),
        ("modulo.md", b"---\ntitle: x\nlevle: y\n---\n", "levle"),
        ("modulo.md", b"---\ntitle: \xff\n---\n", "línea 2: no está en UTF-8"),
        ("01-a.md", b"---\ntitle: x\nminutes: muchos\n---\n", "01-a.md, línea 3"),
        ("01-a.md", b"---\ntype: quiz\ntitle: x\nquestions:\n- type: choice\n  text: y\n---\n", "01-a.md, línea 5"),
        ("01-a.md", b"---\ntitle: x\ntext: y\n---\n", "01-a.md, línea 3"),
        ("glosario.md", b"---\nterms:\n- term: a\n---\n", "glosario.md, línea 3"),
    ],
)
def test_a_refusal_names_the_file_and_the_line(name: str, content: bytes, where: str) -> None:
    with pytest.raises(BadFile) as refused:
        folders.read({"modulo.md": b"---\ntitle: x\n---\n"} | {name: content})
    assert where in str(refused.value.message)


def test_aliases_that_grow_are_refused_before_they_grow() -> None:
    bomb = "---\na: &a [x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)},*{chr(97 + n)}]\n" for n in range(20)
    )
    with pytest.raises(BadFile):
        frontmatter.read(bomb + "---\n", "modulo.md")


def test_a_folder_on_disk_is_renewed_without_its_old_parts_and_with_what_is_not_ours(tmp_path: Path) -> None:
    disk.write(tmp_path, folders.write_module(_module()))
    (tmp_path / "LEEME.md").write_text("mío")
    (tmp_path / "notas").mkdir()
    assert disk.write(tmp_path, folders.write_module(ModuleFolder(Module(title="Otro")))) == [
        "01-que-es-citar.md",
        "02-prueba.md",
        "imagenes/mapa.webp",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["LEEME.md", "modulo.md", "notas"]


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "modulo.md").symlink_to("/etc/passwd")
    with pytest.raises(BadFile):
        disk.read(tmp_path)


def test_data_that_would_take_minutes_to_read_are_refused_at_once() -> None:
    many = "---\ntitle: x\nsubjects: [" + "a," * 60_000 + "a]\n---\n"
    with pytest.raises(BadFile):
        frontmatter.read(many, "modulo.md")
    heavy = b"---\ntitle: '" + b"x" * 1_900_000 + b"'\n---\n"
    with pytest.raises(BadFile, match="data of all files"):
        folders.read({"modulo.md": b"---\ntitle: x\n---\n", "01-a.md": heavy, "02-b.md": heavy})


def test_more_images_than_a_course_has_are_not_unfolded() -> None:
    with pytest.raises(BadFile, match="images"), taking.stored({f"{n}.png": b"no image" for n in range(301)}):
        pass
    with pytest.raises(BadFile, match="images"), taking.stored_all([{f"{n}.png": b"" for n in range(300)}] * 3):
        pass
