"""Why a platform's server gave no usable answer, in plain words: the codes of lti.outgoing.Unreachable."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

_TROUBLES: dict[str, tuple[Any, Any]] = {
    "bad-address": (
        _("La dirección registrada no es una dirección que se pueda consultar."),
        _("Cópiala otra vez de Moodle, completa, y registra la plataforma de nuevo."),
    ),
    "unknown-name": (
        _("No se encuentra el nombre del servidor de tu Moodle (DNS)."),
        _("Revisa que la dirección esté bien escrita y que su nombre exista también fuera de la universidad."),
    ),
    "private-address": (
        _("El servidor de tu Moodle está en una red privada, y la biblioteca solo llama a direcciones públicas."),
        _("Publica tu Moodle en internet, o pide a quien opera la biblioteca que agregue la red a"
          " LRC_PRIVATE_PLATFORMS."),
    ),
    "no-connection": (
        _("El servidor de tu Moodle no acepta la conexión desde la biblioteca."),
        _("Revisa que esté encendido y que su cortafuegos deje pasar al servidor de la biblioteca."),
    ),
    "bad-certificate": (
        _("El certificado (https) de tu Moodle no es válido."),
        _("Renuévalo o instala su cadena completa: a menudo falta el certificado intermedio, que los navegadores"
          " completan por su cuenta y los servidores no."),
    ),
    "slow": (
        _("El servidor de tu Moodle no respondió a tiempo."),
        _("Inténtalo otra vez en unos minutos. Si se repite, revisa la carga del servidor y su cortafuegos."),
    ),
    "too-large": (
        _("Lo que respondió el servidor de tu Moodle es demasiado grande para ser lo que pedimos."),
        _("Revisa que la dirección registrada sea la que muestra Moodle."),
    ),
    "redirect": (
        _("La dirección registrada lleva a otra, y por seguridad no la seguimos."),
        _("Registra la dirección final: quizá tu Moodle pasó de http a https o cambió de nombre."),
    ),
}  # fmt: skip
_OTHER = (
    _("El servidor de tu Moodle respondió con algo que no se entiende."),
    _("Revisa que la dirección registrada sea la que muestra Moodle y que ningún proxy cambie sus respuestas."),
)


def why(code: str) -> tuple[Any, Any]:
    """The sentence and the advice for a code of Unreachable."""
    return _TROUBLES.get(code, _OTHER)
