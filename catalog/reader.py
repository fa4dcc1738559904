"""The rules of reading: a page of a file as marked paragraphs, where the next hit is, what there is to turn to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers

from catalog.failures import NEVER_SERVED
from catalog.marking import Marker, Runs
from catalog.models import File, FileState, Page
from lrc.errors import Conflict, NotFound

PDF = "application/pdf"
PICTURE_BYTES = 25_000
"""A larger picture is fetched only when asked for, its cover until then: many read with dear megabytes."""
PART_CHARACTERS = 15_000
"""Longest text shown at once: with the frame around it, well under 60 KB over the wire."""
SCAN_PAGES = 250
"""How far a neighbouring hit is looked for on either side: a third of a second at worst, of full pages without any."""
_SCAN_AT_ONCE = 40
CONTENTS_ENTRIES = 200
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class TextPage:
    """A page to read as text; a very long one comes in parts, counted from 1."""

    number: int
    label: str
    paragraphs: Sequence[Runs]
    part: int
    parts: int


@dataclass(frozen=True)
class Neighbours:
    """The nearest pages before and after that hold the words; None where there is none within SCAN_PAGES."""

    before: int | None
    after: int | None


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents."""

    number: int
    label: str


def check_readable(file: File) -> None:
    """Conflict where the file was not read yet, or could not be."""
    if file.state is not FileState.READY:
        raise Conflict(
            _("Este material todavía no se puede leer."), advice=_("Mira en su página cómo va la lectura del archivo.")
        )


def check_served(file: File) -> None:
    """Conflict where nobody may have the bytes: not looked at yet, or something harmful is in them, or may be."""
    if file.state in (FileState.RECEIVED, FileState.READING):
        raise Conflict(_("Todavía estamos revisando este archivo."), advice=_("Vuelve a intentarlo en unos minutos."))
    if file.state is FileState.QUARANTINED or file.failure in NEVER_SERVED:
        raise Conflict(
            _("Este archivo está apartado porque puede dañar tu equipo: nadie puede abrirlo."),
            advice=_("Quien lo subió puede mandar una copia limpia."),
        )


def page(session: Session, file: File, number: int) -> Page:
    """NotFound past either end; a picture without words has one empty page."""
    if number == 1 and not file.page_count and is_picture(file):
        return Page(file_id=file.id, number=1, label="", text="")
    is_there = 1 <= number <= file.page_count
    found = session.scalar(select(Page).where(Page.file_id == file.id, Page.number == number)) if is_there else None
    if found is None:
        raise NotFound(_("Este documento no tiene esa página."))
    return found


def as_text(source: Page, part: int, marker: Marker) -> TextPage:
    """The page as paragraphs with the words asked for marked; NotFound for a part that it does not have."""
    parts = _parts(paragraphs_of(source))
    if not 1 <= part <= len(parts):
        raise NotFound(_("Este documento no tiene esa página."))
    marked = [marker.runs(each) for each in parts[part - 1]]
    return TextPage(source.number, source.label, marked, part, len(parts))


def part_at(source: Page, share: float) -> int:
    """The part of a page that holds what lies at a share of it, from 0 to 1."""
    parts = len(_parts(paragraphs_of(source)))
    return min(int(share * parts) + 1, parts)


def forms_in(source: Page, marker: Marker) -> list[str]:
    """How the words asked for are written in the page, each form once, for its picture to be marked."""
    return sorted({text for text, is_match in marker.runs(source.text) if is_match}) if marker else []


def paragraphs_of(source: Page) -> list[str]:
    """What is read of a page, without the heading that it is labelled with."""
    paragraphs = [each.strip() for each in _BLANK_LINES.split(source.text) if each.strip()]
    return paragraphs[1:] if paragraphs and paragraphs[0] == source.label else paragraphs


def _parts(paragraphs: Iterable[str]) -> list[list[str]]:
    """The paragraphs in groups of at most PART_CHARACTERS, at least one group."""
    parts: list[list[str]] = [[]]
    length = 0
    for piece in (piece for each in paragraphs for piece in _pieces(each)):
        if parts[-1] and length + len(piece) > PART_CHARACTERS:
            parts.append([])
            length = 0
        parts[-1].append(piece)
        length += len(piece)
    return parts


def _pieces(paragraph: str) -> Iterator[str]:
    while len(paragraph) > PART_CHARACTERS:
        end = paragraph.rfind(" ", PART_CHARACTERS // 2, PART_CHARACTERS)
        end = end if end > 0 else PART_CHARACTERS
        yield paragraph[:end]
        paragraph = paragraph[end:].lstrip()
    yield paragraph


def neighbours(session: Session, source: Page, marker: Marker) -> Neighbours:
    """Where the words asked for are found next, on both sides of a page."""
    if not marker:
        return Neighbours(None, None)
    wanted = marker.words_in(source.text) or marker.all_words
    before = select(Page.number, Page.text).where(Page.file_id == source.file_id, Page.number < source.number)
    after = select(Page.number, Page.text).where(Page.file_id == source.file_id, Page.number > source.number)
    return Neighbours(
        before=_first_hit(session, before.order_by(Page.number.desc()), marker, wanted),
        after=_first_hit(session, after.order_by(Page.number), marker, wanted),
    )


def _first_hit(session: Session, pages: Select[int, str], marker: Marker, wanted: frozenset[int]) -> int | None:
    # Most of the words wanted, as the search itself ranks by how many of them a page holds.
    needed = -(-len(wanted) * 3 // 5)
    for start in range(0, SCAN_PAGES, _SCAN_AT_ONCE):
        for number, text in session.execute(pages.offset(start).limit(_SCAN_AT_ONCE)).all():
            if len(marker.words_in(text) & wanted) >= needed:
                return number
    return None


def contents(session: Session, file: File, number: int) -> list[Entry]:
    """The labelled pages, at most CONTENTS_ENTRIES around the page ``number``; none for a PDF."""
    if file.media_type == PDF:
        return []
    first = max(1, number - CONTENTS_ENTRIES // 2)
    rows = session.execute(
        select(Page.number, Page.label)
        .where(Page.file_id == file.id, Page.number >= first, Page.label != "")
        .order_by(Page.number)
        .limit(CONTENTS_ENTRIES)
    )
    return [Entry(next(iter(same))[0], label) for label, same in groupby(rows.all(), key=lambda row: row[1])]


def prefers_text(file: File, chosen: str, *, saves_data: bool) -> bool:
    """Which view opens: what was chosen, else text where data is saved, else pages for a PDF."""
    if file.media_type != PDF:
        return True
    if chosen in ("text", "pages"):
        return chosen == "text"
    return saves_data


def is_picture(file: File) -> bool:
    return file.media_type.startswith("image/")


def shows_picture(file: File, *, saves_data: bool) -> bool:
    """Whether a picture comes without being asked for: it is light, and data is not saved."""
    return is_picture(file) and file.size_bytes <= PICTURE_BYTES and not saves_data


def saves_data(headers: Headers, habit: str) -> bool:
    """Whether a reader wants what weighs least: as they like it (catalog.habits), else as their browser says."""
    if habit in ("light", "full"):
        return habit == "light"
    is_saving = headers.get("Save-Data", "").strip().lower() == "on"
    return is_saving or headers.get("ECT", "").strip().lower() in ("slow-2g", "2g", "3g")
