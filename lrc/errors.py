"""What can be refused, each with its HTTP status and its sentence for people.

Everything that people can meet is raised as one of these, never returned, and shown by one handler in lrc.app:
what happened, what to do next and a reference number. ``detail`` goes to the log only.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _


class Refused(Exception):
    """The root of all that can be refused. ``message`` and ``advice`` are for people, ``detail`` for the log."""

    status = 400
    title = _("No se pudo hacer")
    message = _("No pudimos hacer lo que pediste.")
    advice = _("Vuelve atrás e inténtalo otra vez.")

    def __init__(self, message: object = None, *, advice: object = None, detail: str = "") -> None:
        super().__init__(detail or str(type(self).__name__))
        if message is not None:
            self.message = message
        if advice is not None:
            self.advice = advice
        self.detail = detail


class BadInput(Refused):
    """A form or an address holds something that cannot be."""

    status = 422
    title = _("Falta algo")
    message = _("Hay un dato que no podemos aceptar.")
    advice = _("Corrígelo y envíalo otra vez.")


class NotFound(Refused):
    status = 404
    title = _("No está aquí")
    message = _("No encontramos lo que buscas; quizá se retiró o la dirección está incompleta.")
    advice = _("Búscalo en la biblioteca.")


class NotAllowed(Refused):
    status = 403
    title = _("No tienes permiso")
    message = _("Esta página es para otras personas.")
    advice = _("Si crees que deberías verla, pide al administrador de tu universidad que te dé acceso.")


class NotSignedIn(Refused):
    status = 401
    title = _("Entra desde tu curso")
    message = _("Tu visita terminó o empezó fuera de tu aula virtual.")
    advice = _("Vuelve a Moodle y abre la biblioteca desde tu curso.")


class Conflict(Refused):
    """What is asked does not fit the present state, for example publishing what was withdrawn meanwhile."""

    status = 409
    title = _("Ya cambió")
    message = _("Otra persona cambió esto mientras tanto.")
    advice = _("Vuelve a cargar la página para ver cómo está ahora.")


class LaunchRefused(Refused):
    """A launch that breaks a rule of LTI 1.3; ``message`` says which, ``advice`` what to tell the administrator."""

    status = 401
    title = _("No pudimos abrir la biblioteca")
    advice = _(
        "Vuelve a tu curso y ábrela otra vez. Si se repite, da el número de referencia al administrador de Moodle."
    )
    reason = ""
    """Which rule, in a word of lti.refusals."""


class BadFile(Refused):
    """A file that cannot be taken or read."""

    status = 422
    title = _("No pudimos leer el archivo")
    advice = _("Revisa el archivo y súbelo otra vez.")


class TooLarge(Refused):
    status = 413
    title = _("Demasiado grande")
    message = _("El archivo pesa más de lo que se puede subir.")
    advice = _("Divídelo o comprímelo y súbelo otra vez.")


class Unavailable(Refused):
    """A part of the house (storage, index, broker) does not answer now."""

    status = 503
    title = _("Un momento")
    message = _("Una parte del servicio no responde ahora.")
    advice = _("No se perdió nada. Inténtalo otra vez en unos minutos.")
