"""How the pages of searching call things: languages, kinds, pages of a hit, how long something takes."""

from __future__ import annotations

from base64 import b64encode

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from search.documents import Hit
from search.views.blueprint import blueprint

KIND_NAMES = {
    "material": lazy_gettext("Material"),
    "module": lazy_gettext("Módulo de estudio"),
    "course": lazy_gettext("Curso"),
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


@blueprint.app_template_filter("kind_name")
def kind_name(kind: str) -> str:
    """What somebody would call a thing of this kind."""
    return str(KIND_NAMES[kind])


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
