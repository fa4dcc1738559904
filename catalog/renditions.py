"""The rules of what stands beside a recording: captions put to it, which then are its text, and taken away again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from catalog import indexing, library, recordings
from catalog.describing import editing
from catalog.extract import captions, plain
from catalog.extract.captions import Cue
from catalog.extract.contents import Section
from catalog.extract.kinds import Kind
from catalog.extract.refusal import Unreadable
from catalog.models import File, FileState, Page, Rendition, RenditionKind, Resource
from catalog.uploads import Stored
from lrc.celery import enqueue
from lrc.errors import BadFile, BadInput, Conflict, NotAllowed
from lti.viewers import Viewer

MOST_BYTES = recordings.CAPTIONS_BYTES
LANGUAGES = ("es", "qu", "ay", "en", "pt")
"""Those that captions may be in."""
_TOO_LONG = _("Estos subtítulos son demasiado largos: pueden pesar hasta 2 MB.")
_NO_CAPTIONS = _("No encontramos subtítulos en este archivo. Sube uno en formato WebVTT (.vtt) o SubRip (.srt).")


@dataclass(frozen=True)
class Captions:
    """What is said in a recording, in one of LANGUAGES."""

    language: str
    cues: Sequence[Cue]

    def as_vtt(self) -> bytes:
        return captions.to_vtt(self.cues).encode()


def read_captions(content: bytes, language: str) -> Captions:
    """The captions of an uploaded file (WebVTT or SubRip, at most MOST_BYTES); BadFile or BadInput otherwise."""
    if language not in LANGUAGES:
        raise BadInput(_("Elige el idioma de los subtítulos."))
    if len(content) > MOST_BYTES:
        raise BadFile(_TOO_LONG)
    try:
        read = Captions(language, captions.parse(plain.decode(content)))
    except Unreadable as refusal:
        raise BadFile(_NO_CAPTIONS, detail=str(refusal)) from refusal
    if len(read.as_vtt()) > MOST_BYTES:
        raise BadFile(_TOO_LONG)
    return read


def check_may_change(viewer: Viewer, resource: Resource) -> File:
    """The recording that the viewer may put captions to, as ``editing.may_describe`` says: they are found and read.

    NotAllowed to others; Conflict where it is no recording, or not read yet.
    """
    if not editing.may_describe(viewer, resource):
        raise NotAllowed(
            _("Los subtítulos los cambia quien subió el material, hasta que se publica, y la biblioteca siempre."),
            advice=_("Envía los subtítulos a tu biblioteca para que los ponga."),
        )
    file = library.file_of(resource)
    if file.state is not FileState.READY or not recordings.is_recording(file):
        raise Conflict(_("Solo se ponen subtítulos a un audio o video que ya está listo."))
    return file


def put_captions(session: Session, viewer: Viewer, resource: Resource, read: Captions, stored: Stored) -> Rendition:
    """Put captions, stored as WebVTT, to a recording in the place of those in the same language.

    What is said becomes the recording's text, and is found. Refusals as check_may_change.
    """
    file = check_may_change(viewer, resource)
    for other in [each for each in recordings.captions(file) if each.language == read.language]:
        _drop(session, file, other)
    made = Rendition(
        kind=RenditionKind.CAPTIONS,
        key=stored.key,
        name=stored.name,
        media_type=Kind.VTT.value,
        size_bytes=stored.size_bytes,
        language=read.language,
    )
    file.renditions.append(made)
    session.flush()
    others = [each for each in recordings.captions(file) if each is not made]
    # In the language of the recording itself they are its text; translations are so only for want of them.
    if not others or read.language == resource.language:
        _write(session, resource, file, list(captions.passages(read.cues)))
    return made


def remove_captions(session: Session, viewer: Viewer, resource: Resource, rendition_id: int) -> None:
    """Take captions away; with the last ones goes the recording's text. NotFound; refusals as check_may_change."""
    file = check_may_change(viewer, resource)
    _drop(session, file, recordings.get_captions(file, rendition_id))
    session.flush()
    if not recordings.captions(file):
        _write(session, resource, file, [Section("", "", 0.0)])


def _drop(session: Session, file: File, rendition: Rendition) -> None:
    enqueue(session, library.DELETE_OBJECTS, [rendition.key])
    file.renditions.remove(rendition)


def _write(session: Session, resource: Resource, file: File, sections: Sequence[Section]) -> None:
    session.execute(delete(Page).where(Page.file_id == file.id))
    rows = [
        {"file_id": file.id, "number": number, "label": each.label, "text": each.text, "start_s": each.start_s}
        for number, each in enumerate(sections, start=1)
    ]
    session.execute(insert(Page), rows)
    session.expire(file, ["pages"])
    file.page_count = file.pages_done = len(rows)
    indexing.changed(session, resource)
