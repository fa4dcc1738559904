"""Takes what was read from a file into drafts: questions into a quiz, folders as new modules and courses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from catalog.models import Resource
from lrc.errors import BadFile, BadInput, TooLarge
from lrc.study import images, parts, pictures, writing
from lrc.study.content import Course, Question, Quiz, changed, new_key
from lrc.study.exchange.folders import CourseFolder, ModuleFolder
from lrc.study.models import Part
from lrc.study.pictures import Picture
from lti.viewers import Viewer

MOST_QUESTIONS = 300
"""What a quiz holds."""
MOST_IMAGES = 600
"""Taken in at once: each is unfolded and made anew."""
_UNREADABLE = (BadFile, BadInput, TooLarge)


@dataclass(frozen=True)
class Kept:
    """A picture whose bytes storage holds under ``key``."""

    picture: Picture
    key: str


@contextmanager
def stored(contents: Mapping[str, bytes], *, strictly: bool = True) -> Iterator[dict[str, Kept]]:
    """Send images to storage for rows to be made inside; where that fails, their bytes are deleted again.

    What is no image raises BadFile with its name, or, unless ``strictly``, is left out; BadFile also for more than a
    resource may have.
    """
    if len(contents) > images.MOST:
        raise BadFile(_("Trae demasiadas imágenes: puede haber hasta %(most)s.", most=images.MOST), detail="images")
    with ExitStack() as stack:
        kept: dict[str, Kept] = {}
        for name, content in contents.items():
            try:
                picture = pictures.read(content)
            except _UNREADABLE as error:
                if not strictly:
                    continue
                raise BadFile(_("%(name)s: %(why)s", name=name, why=error.message), detail=error.detail) from error
            kept[name] = Kept(picture, stack.enter_context(images.stored(picture)))
        yield kept


@contextmanager
def stored_all(contents: Sequence[Mapping[str, bytes]]) -> Iterator[list[dict[str, Kept]]]:
    """As stored, for several resources at once. BadFile for more than MOST_IMAGES."""
    if sum(map(len, contents)) > MOST_IMAGES:
        raise BadFile(_("Trae demasiadas imágenes: toma el curso por módulos."), detail="images in all")
    with ExitStack() as stack:
        yield [stack.enter_context(stored(each)) for each in contents]


def renamed(asked: Sequence[Question], names: Mapping[str, str]) -> tuple[Question, ...]:
    """Questions with their images called by the names that they have now."""
    return tuple(images.renamed(each, names) for each in asked)


def keep(
    session: Session, viewer: Viewer, resource: Resource, kept: Mapping[str, Kept], *, anew: bool = False
) -> dict[str, str]:
    """Note the pictures among those of a resource: the name that each has there, by the one it came with.

    ``anew``: under names that nobody can guess, as uploads have; otherwise their own, where they are free.
    """
    names = {}
    for name, each in kept.items():
        wanted = images.name_from(name) if anew else name
        names[name] = images.keep(session, viewer, resource, each.picture, key=each.key, name=wanted).name
    return names


def add_quizzes(
    session: Session, viewer: Viewer, module: Resource, title: str, questions: Sequence[Question], key: str
) -> Part:
    """A new quiz of the questions at the module's end, and as many more as they need; the first of them.

    ``key`` is the first one's. BadInput for a title that cannot be; raises as parts.add does.
    """
    title = writing.checked_title(title)
    added = []
    for number, start in enumerate(range(0, len(questions), MOST_QUESTIONS), 1):
        some = tuple(questions[start : start + MOST_QUESTIONS])
        named = title if number == 1 else f"{title[:480]} ({number})"
        added.append(parts.add(session, viewer, module, Quiz(key if number == 1 else new_key(), named, questions=some)))
    if not added:
        raise BadInput(_("No hay ninguna pregunta que traer."))
    return added[0]


def add_to_quiz(session: Session, viewer: Viewer, part: Part, questions: Sequence[Question], uid: str) -> None:
    """Put the questions behind those of a quiz; the same ``uid`` again changes nothing.

    BadInput for a lesson, and where they are more than a quiz holds.
    """
    quiz = parts.content_of(part.content)
    if not isinstance(quiz, Quiz):
        raise BadInput(_("Elige un cuestionario."))
    room = MOST_QUESTIONS - len(quiz.questions)
    if len(questions) > room:
        raise BadInput(
            _("En ese cuestionario solo hay lugar para %(room)s más: tráelas a uno nuevo.", room=max(room, 0)),
            advice=_("Elige «un cuestionario nuevo»."),
        )
    taken = {each.key for each in quiz.questions}
    fresh = (changed(each, key=new_key()) if each.key in taken else each for each in questions)
    parts.save(session, viewer, part, changed(quiz, questions=(*quiz.questions, *fresh)), part.revision, uid)


def take_module(session: Session, viewer: Viewer, folder: ModuleFolder, kept: Mapping[str, Kept]) -> Resource:
    """A module's folder as a new draft of the viewer's. Raises as writing.create and parts.add do."""
    resource = writing.create(session, viewer, changed(folder.module, parts=()))
    names = keep(session, viewer, resource, kept)
    for each in folder.module.parts:
        parts.add(session, viewer, resource, images.renamed(each, names))
    return resource


def take_course(session: Session, viewer: Viewer, folder: CourseFolder, kept: Sequence[Mapping[str, Kept]]) -> Resource:
    """A course's folder as a new draft, and each module in it as one of its own.

    ``kept`` are the pictures of the course and then of each module. Modules that the course names and the folder does
    not hold stay named, as they may be in the library.
    """
    modules = [take_module(session, viewer, module, own) for module, own in zip(folder.modules, kept[1:], strict=True)]
    renamed = {
        each.record_id: made.record_id for each, made in zip(folder.modules, modules, strict=True) if each.record_id
    }
    order = [renamed.get(each, each) for each in folder.course.modules]
    order += [made.record_id for made in modules if made.record_id not in order]
    course = writing.create(session, viewer, changed(folder.course, modules=tuple(order), cover=""))
    names = keep(session, viewer, course, kept[0])
    if folder.course.cover in names:
        head = changed(writing.get_head(session, course, Course), cover=names[folder.course.cover])
        writing.save_head(session, viewer, course, head, writing.head_fingerprint(session, course))
    return course
