"""The checklist for a good module: what must be there before it is handed in, and what makes it better."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.library import LICENSES
from catalog.models import Resource, ResourceState
from lrc.study import firstlesson, mentions, questions
from lrc.study.content import Lesson, Module, PartContent, Quiz
from lrc.study.models import Image
from lti.viewers import EVERYONE, Viewer, institution_audience

SHORTEST_WORDS, LONGEST_WORDS = 80, 2_500
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
    held = _Held(session, resource, module)
    findings = [*_of_head(module), *_of_whole(module)]
    for part in module.parts:
        findings += _of_part(part, held)
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


def _of_part(part: PartContent, held: _Held) -> Iterator[Finding]:
    if not part.title.strip():
        yield _must("part-title", False, _("Hay una parte sin título."), part=part.key, field="title")
    yield from _of_mentions(part, held)
    if isinstance(part, Lesson):
        yield from _of_lesson(part)
    else:
        for problem in questions.quiz_problems(part):
            sentence = _("«%(title)s»: %(problem)s", title=part.title, problem=problem)
            yield _must("questions", False, sentence, part=part.key)


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


def _of_mentions(part: PartContent, held: _Held) -> Iterator[Finding]:
    def about(code: str, sentence: LazyString) -> Finding:
        return Finding(code, sentence, is_met=False, part=part.key, field="text")

    named = mentions.of_part(part)
    for alt, target in named.images:
        name = mentions.image_name(target)
        if not alt:
            yield about("alt", _("En «%(title)s» hay una imagen sin texto alternativo.", title=part.title))
        if name is None:
            yield about("outside-image", _("En «%(title)s» hay una imagen de otro sitio: súbela.", title=part.title))
        elif name not in held.images:
            yield about("image", _("En «%(title)s» falta la imagen «%(name)s»: súbela.", title=part.title, name=name))
    for record_id in dict.fromkeys(named.resources):
        if sentence := held.trouble_with(record_id):
            yield about("resource", sentence(part.title))


class _Held:
    """What the module's images and the library hold, read by one query each."""

    def __init__(self, session: Session, resource: Resource, module: Module) -> None:
        self.images = set(session.scalars(select(Image.name).where(Image.resource_id == resource.id)))
        named = {each for part in module.parts for each in mentions.of_part(part).resources}
        query = select(Resource.record_id, Resource.state, Resource.audience).where(Resource.record_id.in_(named))
        self._found = {record_id: (state, audience) for record_id, state, audience in session.execute(query)}
        self._open_to_readers = {EVERYONE, resource.audience}
        if resource.audience != EVERYONE and resource.institution_id is not None:
            self._open_to_readers.add(institution_audience(resource.institution_id))

    def trouble_with(self, record_id: str) -> Callable[[str], LazyString] | None:
        """What is wrong with a resource that a part names, said with the part's title; None where nothing is."""
        state, audience = self._found.get(record_id, (None, ""))
        if state is not ResourceState.PUBLISHED:
            return lambda title: _("En «%(title)s» hay un material que no está en la biblioteca.", title=title)
        if audience not in self._open_to_readers:
            return lambda title: _("En «%(title)s» hay un material que no todos podrán abrir.", title=title)
        return None


def _must(code: str, is_met: bool, sentence: LazyString, *, part: str = HEAD, field: str = "") -> Finding:
    return Finding(code, sentence, is_met, part=part, field=field)


def _should(code: str, is_met: bool, sentence: LazyString, *, field: str = "") -> Finding:
    return Finding(code, sentence, is_met, is_must=False, field=field)
