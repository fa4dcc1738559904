"""Whether the addresses that were registered can work together."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext as _

from lti.doctor import places
from lti.doctor.asking import Replies
from lti.doctor.case import Case
from lti.doctor.findings import Finding, bad, better, good
from lti.platforms import origin_of


def check(case: Case, _replies: Replies) -> Iterator[Finding]:
    troubles = [*_ours(case), *_issuer(case), *_elsewhere(case), *_twice(case)]
    yield from troubles or [good("addresses", _("Las direcciones registradas encajan entre sí."), detail=case.issuer)]


def _ours(case: Case) -> Iterator[Finding]:
    if case.tool_url.startswith("https://"):
        return
    if case.issuer.startswith("https://"):
        yield bad(
            "mixed-content",
            _("Tu Moodle usa https y la biblioteca no: los navegadores no la muestran dentro de Moodle."),
            _("Quien opera la biblioteca debe ponerla en https y escribir esa dirección en LRC_TOOL_URL."),
            detail=f"tool {case.tool_url} inside {case.issuer}",
        )
    elif case.is_production:
        yield bad(
            "tool-http",
            _("La biblioteca no usa https, y sin él los navegadores no guardan sus cookies dentro de Moodle."),
            _("Quien opera la biblioteca debe ponerla en https y escribir esa dirección en LRC_TOOL_URL."),
            detail=case.tool_url,
        )


def _issuer(case: Case) -> Iterator[Finding]:
    if case.issuer.startswith("http://") and case.is_production:
        yield better(
            "moodle-http",
            _("Tu Moodle no usa https: lo que viaja entre él y las personas se puede leer en el camino."),
            _("Pasa tu Moodle a https (cambia wwwroot en su config.php) y registra la biblioteca otra vez."),
            detail=case.issuer,
        )
    if case.issuer.endswith("/") and not case.seen.marks:
        yield bad(
            "issuer-slash",
            _("El ID de plataforma registrado termina en una barra («/»), y el de Moodle no lleva ninguna."),
            _("Compáralo letra por letra con el que muestra Moodle y registra la plataforma otra vez sin la barra."),
            places.DETAILS,
            detail=case.issuer,
        )


def _elsewhere(case: Case) -> Iterator[Finding]:
    """Moodle's own addresses all lie on its one site; another platform may spread them."""
    addresses = (case.auth_login_url, case.auth_token_url, case.jwks_url)
    elsewhere = [each for each in addresses if "/mod/lti/" in each and origin_of(each) != origin_of(case.issuer)]
    if elsewhere:
        yield better(
            "addresses-elsewhere",
            _("Hay direcciones registradas que no están en el sitio de tu Moodle."),
            _("Compáralas con las que muestra Moodle; una copia de prueba del sitio lleva a menudo las del original."),
            places.DETAILS,
            detail=", ".join(elsewhere),
        )


def _twice(case: Case) -> Iterator[Finding]:
    if case.same_moodle:
        yield better(
            "registered-twice",
            _("Este Moodle tiene más de un registro de la biblioteca."),
            _(
                "Deja solo uno. Con dos, Moodle permite que cada registro lea las columnas de notas del otro, y una"
                " actividad puede abrirse con el que no corresponde."
            ),
            places.TOOLS,
            detail=f"{case.same_moodle + 1} registrations of {case.issuer}",
        )
