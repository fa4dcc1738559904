"""The rules of what stands beside a recording, published or brought by a version: captions, which are its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from catalog import indexing, library, recordings
from catalog.describing import editing
from catalog.editions import handing
from catalog.extract import captions, plain
from catalog.extract.captions import Cue
from catalog.extract.contents import Section
from catalog.extract.kinds import Kind
from catalog.extract.refusal import Unreadable
from catalog.models import File, FileState, Page, Rendition, RenditionKind, Resource, Version
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


@dataclass(frozen=True)
class Recording:
    """What captions are put to: a resource's present file, or what a version brings that is not published yet."""

    resource: Resource
    version: Version | None = None


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


def check_may_change(session: Session, viewer: Viewer, recording: Recording) -> File:
    """The recording that the viewer may put captions to, as ``editing.may_describe`` says: they are found and read.

    To what an open version brings all those involved may put them: they are reviewed with it. NotAllowed to others;
    Conflict where it is no recording, not read yet, or is of an earlier version too, which stays as it was.
    """
    resource, version = recording.resource, recording.version
    if version is not None:
        handing.check_involved(viewer, resource)
        if not brings_its_own(session, version):
            raise Conflict(_("Esa versión ya se decidió, o no trae un archivo nuevo."))
    elif not editing.may_describe(viewer, resource):
        raise NotAllowed(
            _("Los subtítulos los cambia quien subió el material, hasta que se publica, y la biblioteca siempre."),
            advice=_("Envía los subtítulos a tu biblioteca para que los ponga."),
        )
    file = version.file if version and version.file else library.file_of(resource)
    if file.state is not FileState.READY or not recordings.is_recording(file):
        raise Conflict(_("Solo se ponen subtítulos a un audio o video que ya está listo."))
    return file


def brings_its_own(session: Session, version: Version) -> bool:
    """Whether a version is open and brings a file that no other one has."""
    if version.state not in handing.OPEN or version.file is None:
        return False
    others = select(Version.id).where(Version.file_id == version.file_id, Version.id != version.id)
    return version.file.resource_id is None and session.scalar(others.limit(1)) is None


def put_captions(session: Session, viewer: Viewer, recording: Recording, read: Captions, stored: Stored) -> Rendition:
    """Put captions, stored as WebVTT, to a recording in the place of those in the same language.

    What is said becomes the recording's text, and is found. Refusals as check_may_change.
    """
    file = check_may_change(session, viewer, recording)
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
    if not others or read.language == recording.resource.language:
        _write(session, recording, file, list(captions.passages(read.cues)))
    return made


def remove_captions(session: Session, viewer: Viewer, recording: Recording, rendition_id: int) -> None:
    """Take captions away; with the last ones goes the recording's text. NotFound; refusals as check_may_change."""
    file = check_may_change(session, viewer, recording)
    _drop(session, file, recordings.get_captions(file, rendition_id))
    session.flush()
    if not recordings.captions(file):
        _write(session, recording, file, [Section("", "", 0.0)])


def _drop(session: Session, file: File, rendition: Rendition) -> None:
    enqueue(session, library.DELETE_OBJECTS, [rendition.key])
    file.renditions.remove(rendition)


def _write(session: Session, recording: Recording, file: File, sections: Sequence[Section]) -> None:
    session.execute(delete(Page).where(Page.file_id == file.id))
    rows = [
        {"file_id": file.id, "number": number, "label": each.label, "text": each.text, "start_s": each.start_s}
        for number, each in enumerate(sections, start=1)
    ]
    session.execute(insert(Page), rows)
    session.expire(file, ["pages"])
    file.page_count = file.pages_done = len(rows)
    if recording.version is None:  # what is not published yet is not found
        indexing.changed(session, recording.resource)
