"""The forms of a reading list: sections, what is said of a reading, and a reference by hand, as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask_babel import lazy_gettext as _

from catalog.citing.names import inverted, name_of
from catalog.citing.references import MOST_AUTHORS, Reference, clean
from catalog.describing.identifiers import BadIdentifier, normal
from catalog.models import Weight
from catalog.readinglists.items import Said
from catalog.readinglists.lists import Plan
from lrc.errors import BadInput

LONGEST = 500
_DIGITS = 6
_PARTS = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN"}


def number(written: str) -> int | None:
    """A whole number; None for anything else."""
    is_number = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    return int(written) if is_number else None


def plan(typed: Mapping[str, str]) -> Plan:
    """A section. BadInput for a date that is none."""
    return Plan(typed.get("title", ""), day(typed.get("starts_on", "")), day(typed.get("ends_on", "")))


def said(typed: Mapping[str, str]) -> Said:
    """What is said of a reading. BadInput for a page that is no number."""
    page = typed.get("page", "").strip()
    if page and number(page) is None:
        raise BadInput(_("Escribe el número de la página, a partir de 1."))
    chosen = typed.get("weight", "")
    weight = Weight(chosen) if chosen in set(Weight) else Weight.ESSENTIAL
    return Said(weight, typed.get("note", ""), number(page))


def reference(typed: Mapping[str, str], before: Reference | None = None) -> Reference:
    """A reference in CSL-JSON; what the form does not ask for stays as in ``before``.

    BadInput without a title, for a year that is none, and for a DOI, ISBN, ISSN or address that cannot be right.
    """
    title = clean(typed.get("title", ""))[:LONGEST]
    if not title:
        raise BadInput(_("Escribe el título de lo que hay que leer."))
    asked = {"title", "author", "issued", "publisher", "container-title", "URL", *_PARTS.values()}
    kept = {name: value for name, value in (before or {}).items() if name not in asked}
    names = [clean(line)[:LONGEST] for line in typed.get("authors", "").splitlines()]
    within = "container-title" if "container-title" in (before or {}) else "publisher"
    told = {
        "title": title,
        "author": [name_of(each) for each in names if each][:MOST_AUTHORS],
        "issued": _issued(typed.get("year", "").strip()),
        within: clean(typed.get("publisher", ""))[:LONGEST],
        **_identified(clean(typed.get("identifier", ""))[:LONGEST]),
    }
    return {"type": "document", **kept, **{name: value for name, value in told.items() if value}}


def typed_of(reference: Reference) -> dict[str, str]:
    """The same as it is typed, for a form that changes it."""
    year = (reference.get("issued", {}).get("date-parts") or [[""]])[0][0]
    identifier = next((str(reference[part]) for part in ("DOI", "ISBN", "URL", "ISSN") if part in reference), "")
    return {
        "title": reference.get("title", ""),
        "authors": "\n".join(inverted(each) for each in reference.get("author", ())),
        "year": str(year),
        "publisher": reference.get("container-title") or reference.get("publisher", ""),
        "identifier": f"ISSN {identifier}" if identifier and identifier == reference.get("ISSN") else identifier,
    }


def _issued(year: str) -> dict[str, object] | None:
    if not year:
        return None
    found = number(year)
    if found is None or len(year) != 4:
        raise BadInput(_("Escribe el año con cuatro cifras."))
    return {"date-parts": [[found]]}


def _identified(written: str) -> dict[str, str]:
    if not written:
        return {}
    try:
        kind, _colon, value = normal(written).partition(":")
    except BadIdentifier as error:
        raise BadInput(error.sentence) from error
    if kind in _PARTS:
        return {_PARTS[kind]: value}
    if kind.lower() in ("http", "https"):
        return {"URL": written}
    raise BadInput(_("Escribe un DOI, un ISBN o una dirección que empiece con https://"))


def day(written: str) -> date | None:
    """A day; None for none. BadInput for what is no day."""
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise BadInput(_("Elige la fecha en el calendario, o escríbela como 2026-03-16.")) from error
