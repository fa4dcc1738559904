"""The rules of printing: many pages of a file as one text, from one page to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog import reader
from catalog.models import File, Page
from lrc.errors import NotFound

PRINT_CHARACTERS = 100_000
"""Printed at once: some forty full pages of paper, which weigh less than 60 KB over the wire."""
PRINT_PAGES = 400


@dataclass(frozen=True)
class Sheet:
    """A page of the file, as paragraphs."""

    number: int
    label: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Print:
    """The pages from ``first`` to ``last``; ``goes_on_at`` is the next where not all fit that were asked for."""

    sheets: Sequence[Sheet]
    first: int
    last: int
    goes_on_at: int | None


def stretch(session: Session, file: File, first: int, last: int) -> Print:
    """As many pages from ``first`` to ``last`` as are printed at once, at least one; NotFound where there are none."""
    first, last = max(first, 1), min(last, file.page_count)
    # Numbers that no database can hold do not come to it.
    numbers = _fitting(session, file, first, last) if first <= last else []
    if not numbers:
        raise NotFound(_("Este documento no tiene esa página."))
    pages = session.scalars(
        select(Page).where(Page.file_id == file.id, Page.number.between(first, numbers[-1])).order_by(Page.number)
    )
    sheets = [Sheet(each.number, each.label, reader.paragraphs_of(each)) for each in pages]
    end = numbers[-1]
    return Print(sheets, numbers[0], end, end + 1 if end < last else None)


def _fitting(session: Session, file: File, first: int, last: int) -> list[int]:
    """The pages that fit, found before their text is read."""
    lengths = session.execute(
        select(Page.number, func.length(Page.text))
        .where(Page.file_id == file.id, Page.number.between(first, last))
        .order_by(Page.number)
        .limit(PRINT_PAGES)
    ).all()
    fitting: list[int] = []
    room = PRINT_CHARACTERS
    for number, length in lengths:
        room -= length
        if fitting and room < 0:
            break
        fitting.append(number)
    return fitting
