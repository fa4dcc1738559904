"""What can go wrong with the index, in words for people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from lrc.errors import Unavailable


class IndexUnavailable(Unavailable):
    """The index cannot be read, or was made by another version; `lrc reindex` makes it anew from the database."""

    title = _("El buscador no está disponible")
    message = _("El índice de la biblioteca no se puede leer ahora; lo estamos volviendo a preparar.")
    advice = _("No se perdió nada. Inténtalo otra vez en unos minutos.")


class IndexMissing(IndexUnavailable):
    """There is no index yet: nothing was ever written in this data folder."""

    title = _("Estamos preparando el buscador")
    message = _("La biblioteca todavía se está preparando para buscar.")
    advice = _("Vuelve a intentarlo en unos minutos.")


class IndexBusy(IndexUnavailable):
    """Another process writes, and did not finish within the time limit."""

    message = _("El índice de la biblioteca está ocupado con otro cambio.")
