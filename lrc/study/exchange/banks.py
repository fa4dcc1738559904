"""Question banks in whatever of our formats: found out by what is in the file, read, and written."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from lrc.errors import NotFound
from lrc.study.content import Quiz
from lrc.study.exchange import folders, gift, giftwriting, moodlewriting, moodlexml
from lrc.study.exchange.reports import Exported, Imported, Line, unreadable

NAMES = {"xml": _("Moodle XML"), "gift": _("GIFT"), "md": _("Markdown de la biblioteca")}
"""The formats of one quiz, by the ending of their files."""
ENDINGS = {"xml": ".xml", "gift": ".gift.txt", "md": ".md"}
MEDIA_TYPES = {"xml": "application/xml", "gift": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8"}
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\xd0\xcf\x11\xe0")


def read(data: bytes, name: str) -> Imported:
    """The questions of a file: Moodle XML, a quiz of ours, or else GIFT. Raises BadFile."""
    begin = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5]
    if data.startswith(_ARCHIVES):
        raise unreadable(_("Este archivo no es un banco de preguntas: exporta GIFT o Moodle XML desde Moodle."), name)
    if _is_xml(data):
        return moodlexml.read(data, name)
    if begin.startswith(b"---"):
        return _of_ours(data, name)
    return gift.read(data, name)


def write(quiz: Quiz, images: Mapping[str, bytes], kind: str) -> Exported:
    """A quiz in a format of NAMES. NotFound for another."""
    if kind == "xml":
        return moodlewriting.write(quiz, images)
    if kind == "gift":
        return giftwriting.write(quiz)
    if kind == "md":
        return Exported(folders.write_part(quiz), _left(images))
    raise NotFound


def _is_xml(data: bytes) -> bool:
    """Whether it begins as XML does; GIFT may hold HTML, also at its beginning."""
    begin = data[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return begin.startswith((b"<?xml", b"<quiz")) or (begin.startswith(b"<") and b"<question" in data)


def _of_ours(data: bytes, name: str) -> Imported:
    part = folders.read_part(data, name)
    if not isinstance(part, Quiz) or not part.questions:
        raise unreadable(_("No encontramos ninguna pregunta en este archivo."), name)
    return Imported(part.questions)


def _left(images: Mapping[str, bytes]) -> tuple[Line, ...]:
    sentence = _("Las imágenes no van en este archivo: exporta el módulo entero para llevarlas.")
    return (Line(sentence),) if images else ()
