"""The checklist for a good module: what must be there before it is handed in, and what makes it better."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.library import LICENSES
from catalog.merging import leading
from catalog.models import Resource, ResourceState
from lrc.richtext import lessons
from lrc.richtext.lessons import Held, Picture
from lrc.study import firstlesson, questions
from lrc.study.content import Lesson, Module, PartContent, Quiz, to_data
from lrc.study.models import Image
from lti import groups
from lti.viewers import Viewer

SHORTEST_WORDS, LONGEST_WORDS = 80, 2_500
MOST_S = 8.0
"""Of the processor, for reading all the lessons; what was read once is not read again."""
HEAD = ""


@dataclass(frozen=True)
class Finding:
    """Something that was looked for, in a sentence that says how it stands."""

    code: str
    sentence: str | LazyString
    is_met: bool
    is_must: bool = True
    part: str = HEAD
    """The key of the part where it is mended; HEAD: in what the module says of itself."""
    field: str = ""
    """The field of the form where it is mended."""

    @property
    def is_missing(self) -> bool:
        return self.is_must and not self.is_met


def check(session: Session, viewer: Viewer, resource: Resource, module: Module) -> list[Finding]:
    """Everything that is looked for: of the module as a whole first, then of each part in order."""
    around = _Around(session, resource, module)
    findings = [*_of_head(module), *_of_whole(module)]
    for part in module.parts:
        findings += _of_part(part, around)
    return findings


def _of_head(module: Module) -> Iterator[Finding]:
    minutes = module.minutes or sum(each.minutes for each in module.parts)
    yield _must("summary", bool(module.summary.strip()), _("Di en un resumen de qué trata."), field="summary")
    yield _must("license", module.license in LICENSES, _("Elige una licencia de la lista."), field="license")
    yield _should("objectives", bool(module.objectives), _("Di qué podrá hacer quien lo termine."), field="objectives")
    yield _should("minutes", minutes > 0, _("Di cuántos minutos toma."), field="minutes")
    yield _should("level", bool(module.level), _("Di de qué nivel es."), field="level")
    yield _should("subjects", bool(module.subjects), _("Pon uno o más temas, para que se encuentre."), field="subjects")
    yield _should("creators", bool(module.creators), _("Di quiénes lo escribieron."), field="creators")


def _of_whole(module: Module) -> Iterator[Finding]:
    lessons = [each for each in module.parts if isinstance(each, Lesson)]
    has_text = any(each.text.strip() for each in lessons)
    yield _must("lesson", has_text, _("Escribe al menos una lección."))
    has_quiz = any(isinstance(each, Quiz) for each in module.parts)
    yield _should("quiz", has_quiz, _("Agrega un cuestionario, para que cada quien vea si entendió."))


def _of_part(part: PartContent, around: _Around) -> Iterator[Finding]:
    if not part.title.strip():
        yield _must("part-title", False, _("Hay una parte sin título."), part=part.key, field="title")
    yield from _of_texts(part, around)
    if isinstance(part, Lesson):
        yield from _of_lesson(part)
    else:
        for problem in questions.quiz_problems(part):
            yield _must("questions", False, _about(part, problem), part=part.key)


def _of_texts(part: PartContent, around: _Around) -> Iterator[Finding]:
    """What its readers would miss, and what else is odd, in a lesson or in the texts of a quiz that name something."""
    for text in _texts(part):
        if time.thread_time() > around.until:
            unread = _("«%(title)s»: no alcanzamos a revisar sus imágenes y enlaces.", title=part.title)
            yield Finding("unread", unread, is_met=False, is_must=False, part=part.key, field="text")
            return
        if not isinstance(part, Lesson) and not _names_something(text):
            continue
        for problem in lessons.render(text, around).problems:
            sentence = _("línea %(line)s: %(problem)s", line=problem.line, problem=problem.sentence)
            said = _about(part, sentence if problem.line and isinstance(part, Lesson) else problem.sentence)
            yield Finding(problem.trouble, said, is_met=False, is_must=problem.is_grave, part=part.key, field="text")


def _about(part: PartContent, sentence: str | LazyString) -> LazyString:
    return _("«%(title)s»: %(problem)s", title=part.title, problem=sentence)


def _of_lesson(lesson: Lesson) -> Iterator[Finding]:
    def about(code: str, sentence: LazyString, *, is_must: bool = False) -> Finding:
        return Finding(code, sentence, is_met=False, is_must=is_must, part=lesson.key, field="text")

    words = len(lesson.text.split())
    if not words:
        yield about("empty", _("«%(title)s» está vacía.", title=lesson.title), is_must=True)
    elif lesson.text.strip() == firstlesson.TEXT.strip():
        yield about("example", _("«%(title)s» todavía es el ejemplo.", title=lesson.title), is_must=True)
    elif words < SHORTEST_WORDS:
        yield about("short", _("«%(title)s» es muy corta: quizá pueda unirse a otra.", title=lesson.title))
    elif words > LONGEST_WORDS:
        yield about("long", _("«%(title)s» es muy larga: repartida en dos se lee mejor.", title=lesson.title))


class _Around:
    """What stands around the module's texts as all who may study it see it (lrc.richtext.lessons.Surroundings).

    Its images are read by one query, and what it names of the library by another.
    """

    def __init__(self, session: Session, resource: Resource, module: Module) -> None:
        self.until = time.thread_time() + MOST_S
        self.glossary = {each.term: each.meaning for each in module.glossary}
        query = select(Image.name, Image.width, Image.height).where(Image.resource_id == resource.id)
        self._images = {name: Picture("", width, height) for name, width, height in session.execute(query)}
        named = lessons.mentions(*(text for part in module.parts for text in _texts(part))).resources
        open_to_all = groups.shared_by(session, resource.audience, resource.institution_id)
        self._resources = {
            record_id: Held("", "", is_for_all=found.state is ResourceState.PUBLISHED and found.audience in open_to_all)
            for record_id, found in leading.by_record(session, select(Resource), named).items()
        }

    def image(self, name: str) -> Picture | None:
        return self._images.get(name)

    def resource(self, record_id: str, page: int | None, second: int | None) -> Held | None:
        return self._resources.get(record_id)


def _names_something(text: str) -> bool:
    return "![" in text or bool(lessons.mentions(text).resources)


def _texts(part: PartContent) -> Iterator[str]:
    return iter((part.text,)) if isinstance(part, Lesson) else _strings(to_data(part))


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)


def _must(code: str, is_met: bool, sentence: LazyString, *, part: str = HEAD, field: str = "") -> Finding:
    return Finding(code, sentence, is_met, part=part, field=field)


def _should(code: str, is_met: bool, sentence: LazyString, *, field: str = "") -> Finding:
    return Finding(code, sentence, is_met, is_must=False, field=field)
