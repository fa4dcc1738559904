"""Courses and modules as folders of Markdown with front matter, which people keep in version control; exact both ways.

A course is ``curso.md`` and a folder for each module, ``01-slug/``; a module is ``modulo.md``, its lessons and quizzes
``01-slug.md``, ``glosario.md`` and ``imagenes/``. What is written reads back the same, to the last blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _

from lrc.errors import BadFile
from lrc.study.content import Course, Described, Lesson, Module, PartContent, Quiz, changed, to_data
from lrc.study.exchange import frontmatter, parsing
from lrc.study.exchange.parsing import Files
from lrc.study.images import NAME
from lti.people import fold

COURSE, MODULE, GLOSSARY, IMAGES = "curso.md", "modulo.md", "glosario.md", "imagenes"
_PART = re.compile(r"(\d{1,4})-[^/]*\.md")
_FOLDER = re.compile(r"(\d{1,4})-[^/]*")
_IMAGE = re.compile(NAME, re.ASCII)
_SLUG_CHARACTERS = 50
_MOST_DATA_BYTES = 3_000_000
"""Of all files' data together: what takes a minute to read is no course."""
_HAND_WRITTEN = frozenset({"README.md", "LEEME.md", "LICENSE.md"})
Head = TypeVar("Head", Course, Module)


@dataclass(frozen=True)
class ModuleFolder:
    """A module with its images by name, and the name under which the library knows it, where it does."""

    module: Module
    images: Mapping[str, bytes] = field(default_factory=dict)
    record_id: str = ""
    ignored: tuple[str, ...] = ()
    """Files that mean nothing to us."""


@dataclass(frozen=True)
class CourseFolder:
    """A course and those of its modules that are in the folder, in order."""

    course: Course
    modules: tuple[ModuleFolder, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)
    record_id: str = ""
    ignored: tuple[str, ...] = ()


def write_course(folder: CourseFolder) -> Files:
    """The files of a course, by their paths."""
    files = {COURSE: _head_file(folder.course, {"record_id": folder.record_id})}
    for prefix, each in zip(_numbered(one.module.title for one in folder.modules), folder.modules, strict=True):
        files |= {f"{prefix}/{path}": content for path, content in write_module(each).items()}
    return files | _image_files(folder.images)


def write_module(folder: ModuleFolder) -> Files:
    """The files of a module, by their paths."""
    module = folder.module
    files = {MODULE: _head_file(changed(module, parts=(), glossary=()), {"record_id": folder.record_id})}
    for name, part in zip(_numbered(each.title for each in module.parts), module.parts, strict=True):
        files[f"{name}.md"] = write_part(part)
    if module.glossary:
        terms = to_data(changed(module, parts=()))["glossary"]
        files[GLOSSARY] = frontmatter.write({"terms": terms}, "").encode()
    return files | _image_files(folder.images)


def read(files: Files) -> CourseFolder | ModuleFolder:
    """The course or the module in a folder. Raises BadFile, which names the file and the line."""
    if sum(frontmatter.data_bytes(files[path]) for path in files if path.endswith(".md")) > _MOST_DATA_BYTES:
        raise BadFile(_("Sus archivos traen demasiados datos: divide el curso en dos."), detail="data of all files")
    files = parsing.unwrapped(files, (COURSE, MODULE))
    if COURSE in files:
        return _read_course(files)
    if MODULE in files:
        return _read_module(files, "")
    raise frontmatter.bad(COURSE, 1, _("no está: la carpeta de un curso lo tiene; la de un módulo, modulo.md."))


def _read_course(files: Files) -> CourseFolder:
    head, extra = _head_of(files, COURSE, Course)
    folders = sorted({path.split("/")[0] for path in files if "/" in path}, key=_order)
    taken = [each for each in folders if _FOLDER.fullmatch(each) and f"{each}/{MODULE}" in files]
    modules = tuple(_read_module(_within(files, each), f"{each}/") for each in taken)
    images = _images(files)
    used = {COURSE, *_image_files(images)}
    ignored = [path for path in files if path not in used and path.split("/")[0] not in taken]
    return CourseFolder(head, modules, images, extra["record_id"], _ignored(ignored))


def _read_module(files: Files, prefix: str) -> ModuleFolder:
    head, extra = _head_of(files, MODULE, Module, prefix)
    names = sorted((path for path in files if _PART.fullmatch(path)), key=_order)
    parts = parsing.unique((f"{prefix}{name}", read_part(files[name], name, prefix)) for name in names)
    glossary = parsing.glossary(files[GLOSSARY], prefix + GLOSSARY) if GLOSSARY in files else ()
    images = _images(files)
    used = {MODULE, GLOSSARY, *names, *_image_files(images)}
    ignored = _ignored(f"{prefix}{path}" for path in files if path not in used)
    return ModuleFolder(changed(head, parts=parts, glossary=glossary), images, extra["record_id"], ignored)


def _head_file(head: Described, extra: Mapping[str, str]) -> bytes:
    data = {name: value for name, value in extra.items() if value} | to_data(head)
    body = data.pop("summary", "")
    return frontmatter.write(data, body).encode()


def _head_of(files: Files, name: str, kind: type[Head], prefix: str = "") -> tuple[Head, dict[str, str]]:
    page = parsing.page(files[name], prefix + name)
    extra = {"record_id": parsing.words(page, "record_id", prefix + name)}
    parsing.refuse(page, ("summary", "parts", "glossary"), prefix + name)
    data = {key: value for key, value in page.data.items() if key not in extra}
    return parsing.content(page, data | _body("summary", page.body), kind, prefix + name), extra


def write_part(part: PartContent) -> bytes:
    """The file of a lesson or a quiz."""
    data = to_data(part)
    body = data.pop("text" if isinstance(part, Lesson) else "intro", "")
    if isinstance(part, Lesson):
        del data["type"]
    return frontmatter.write(data, body).encode()


def read_part(content: bytes, name: str, prefix: str = "") -> PartContent:
    """The lesson or quiz that a file says; ``prefix`` is the folder, for refusals. Raises BadFile."""
    page = parsing.page(content, prefix + name)
    said = parsing.words(page, "type", prefix + name) or "lesson"
    if said not in ("lesson", "quiz"):
        raise frontmatter.bad(prefix + name, page.line_of("type"), _("type es lesson o quiz."))
    is_quiz = said == "quiz"
    parsing.refuse(page, ("intro",) if is_quiz else ("text",), prefix + name)
    data: dict[str, Any] = {"key": parsing.key_from(name)} | page.data | {"type": said}
    if is_quiz:
        data = parsing.with_keys(data)
    body = _body("intro" if is_quiz else "text", page.body)
    if is_quiz:
        return parsing.content(page, data | body, Quiz, prefix + name)
    return parsing.content(page, data | body, Lesson, prefix + name)


def _body(name: str, body: str) -> dict[str, str]:
    return {name: body} if body else {}


def _numbered(titles: Iterable[str]) -> list[str]:
    every = list(titles)
    width = max(2, len(str(len(every))))
    return [f"{number:0{width}}-{slug(title)}" for number, title in enumerate(every, 1)]


def slug(title: str) -> str:
    """A title as a part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:_SLUG_CHARACTERS].strip("-") or "parte"


def _order(name: str) -> tuple[int, str]:
    number = re.match(r"\d{1,4}", name)
    return (int(number[0]) if number else 0, name)


def _within(files: Files, folder: str) -> Files:
    return {path.removeprefix(f"{folder}/"): files[path] for path in files if path.startswith(f"{folder}/")}


def _images(files: Files) -> dict[str, bytes]:
    found = ((path.partition("/"), files[path]) for path in sorted(files))
    return {name: content for (folder, _, name), content in found if folder == IMAGES and _IMAGE.fullmatch(name)}


def _image_files(images: Mapping[str, bytes]) -> Files:
    return {f"{IMAGES}/{name}": content for name, content in images.items()}


def _ignored(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in paths if path.rpartition("/")[2] not in _HAND_WRITTEN))
