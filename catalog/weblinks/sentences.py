"""Why an address does not open, for people: what happened, by the code that a try left."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.models import WebLink

_WHY = {
    "gone": _("El sitio dice que esa página ya no existe."),
    "closed": _("El sitio no nos deja comprobarla desde aquí; puede que a ti sí te abra."),
    "error": _("El sitio tiene un problema."),
    "unknown-name": _("Nadie conoce el nombre de ese sitio."),
    "no-connection": _("El sitio no responde."),
    "slow": _("El sitio tarda demasiado en responder."),
    "bad-certificate": _("El certificado del sitio no es válido, y los navegadores avisan antes de entrar."),
    "private-address": _("Está dentro de una red privada, que no podemos mirar desde aquí."),
    "redirect": _("El sitio lleva de una página a otra sin terminar."),
}
_OTHER = _("El sitio no respondió como responde una página web.")


def why(link: WebLink) -> str | LazyString:
    """What the last try met, in a sentence; "" where it went well or nobody tried yet."""
    return _WHY.get(link.failure, _OTHER) if link.failure else ""
