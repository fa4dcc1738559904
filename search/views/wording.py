"""How the pages of searching call things: languages, kinds, pages of a hit, how long something takes."""

from __future__ import annotations

import datetime
import re
from base64 import b64encode
from collections.abc import Callable, Mapping

from babel import Locale, UnknownLocaleError
from flask_babel import format_date, get_locale, lazy_gettext
from flask_babel import gettext as _

from lrc.i18n import current_language
from search.documents import Hit
from search.facets import SUBJECT_SEPARATOR
from search.levels import LEVELS
from search.licenses import short_name
from search.views.blueprint import blueprint

_LONGEST_LICENSE = 40
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_MONTH = {"es": "MMMM 'de' y", "en": "MMMM y"}
KIND_NAMES = {
    "material": lazy_gettext("Material"),
    "module": lazy_gettext("Módulo de estudio"),
    "course": lazy_gettext("Curso"),
}
FACET_NAMES = {
    "type": lazy_gettext("Tipo"),
    "subject": lazy_gettext("Tema"),
    "language": lazy_gettext("Idioma"),
    "level": lazy_gettext("Nivel"),
    "audience": lazy_gettext("Para quiénes"),
    "license": lazy_gettext("Licencia"),
    "institution": lazy_gettext("Institución"),
    "access": lazy_gettext("Acceso"),
    "size": lazy_gettext("Tamaño"),
    "year": lazy_gettext("Año"),
    "since": lazy_gettext("Llegada"),
}
_AUDIENCES = {
    "everyone": lazy_gettext("Todas las universidades"),
    "institution": lazy_gettext("Solo mi universidad"),
    "context": lazy_gettext("Solo este curso"),
}
_ACCESS = {
    "full": lazy_gettext("Solo con texto completo"),
    "here": lazy_gettext("Solo lo que puedo abrir aquí"),
}
_SIZES = {
    "to1": lazy_gettext("Hasta 1 MB"),
    "to5": lazy_gettext("De 1 a 5 MB"),
    "to20": lazy_gettext("De 5 a 20 MB"),
    "over20": lazy_gettext("Más de 20 MB"),
}
_TERMS: list[Callable[[], Mapping[str, str]]] = []
_NAMES = {"level": LEVELS, "audience": _AUDIENCES, "access": _ACCESS, "size": _SIZES}
SORT_NAMES = {
    "relevance": lazy_gettext("Relevancia"),
    "newest": lazy_gettext("Más recientes"),
    "oldest": lazy_gettext("Más antiguos"),
    "title": lazy_gettext("Título (A-Z)"),
    "uses": lazy_gettext("Más usados"),
    "added": lazy_gettext("Recién llegados"),
}


@blueprint.app_template_filter("data_uri")
def data_uri(image: bytes) -> str:
    """A tiny WebP picture as an address that holds it, so that a list of hits costs no further requests."""
    return f"data:image/webp;base64,{b64encode(image).decode('ascii')}"


@blueprint.app_template_filter("language_name")
def language_name(code: str) -> str:
    """A language's name in the language of the page; the code itself where it has none."""
    try:
        return Locale.parse(code, sep="-").get_language_name(get_locale()) or code
    except (ValueError, UnknownLocaleError):
        return code


@blueprint.app_template_filter("written_date")
def written_date(date: str) -> str:
    """A date as records have it, written out: 2019, "marzo de 2019", "21 de marzo de 2019"; others as they are."""
    found = _DATE.fullmatch(date.strip())
    if found is None:
        return date
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        told = datetime.date(year, month, day)
    except ValueError:
        return date
    if found[3]:
        return str(format_date(told, "long", rebase=False))
    return str(format_date(told, _MONTH[current_language()], rebase=False)) if found[2] else date


@blueprint.app_template_filter("kind_name")
def kind_name(kind: str) -> str:
    """What somebody would call a thing of this kind."""
    return str(KIND_NAMES[kind])


@blueprint.app_template_filter("short_license")
def short_license(license: str) -> str:
    """A licence in short, for a line of facts: cut where somebody wrote a whole sentence."""
    short = short_name(license)
    return short if len(short) <= _LONGEST_LICENSE else short[: _LONGEST_LICENSE - 1].rstrip() + "…"


@blueprint.app_template_filter("effort")
def effort(minutes: int) -> str:
    """How long working through something takes: "45 min", "2 h", "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(_("%(minutes)s min", minutes=rest))
    return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else _("%(hours)s h", hours=hours))


@blueprint.app_template_global("page_name")
def page_name(hit: Hit) -> str:
    """How the page that answers is called: by its own label, such as a chapter's title, or by its number."""
    number = hit.page
    return hit.page_label or (
        _("lección %(number)s", number=number) if hit.kind == "module" else _("página %(number)s", number=number)
    )


def also_named(source: Callable[[], Mapping[str, str]]) -> None:
    """Have a room tell what types and subjects are called in the language of the page, by what the index calls them."""
    _TERMS.append(source)


@blueprint.app_template_filter("term_name")
def term_name(term: str) -> str:
    """What a type, or one step of a subject, is called in the language of the page; else as it is."""
    return next((names[term] for source in _TERMS if term in (names := source())), term)


@blueprint.app_template_filter("type_name")
def type_name(type_: str) -> str:
    """What a type is called, beginning with a capital: vocabularies and people write them either way."""
    name = term_name(type_)
    return name[:1].upper() + name[1:]


def value_name(facet: str, value: str, institutions: Mapping[str, str]) -> str:
    """What a value of a facet is called; ``institutions`` has their names by id. Of a subject its narrowest step."""
    if facet == "language":
        return language_name(value).capitalize()
    if facet == "institution":
        return institutions.get(value) or str(_("Otra institución"))
    if facet == "type":
        return type_name(value)
    if facet == "subject":
        return term_name(value.rpartition(SUBJECT_SEPARATOR)[2])
    return str(_NAMES[facet].get(value, value)) if facet in _NAMES else value


def years_name(years: tuple[int | None, int | None]) -> str:
    """A stretch of years as people say it."""
    first, last = years
    if first and last:
        return str(first) if first == last else str(_("de %(first)s a %(last)s", first=first, last=last))
    return str(_("desde %(year)s", year=first) if first else _("hasta %(year)s", year=last))
