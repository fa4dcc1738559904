"""What launches bring besides who is who: names and email, custom parameters, and how browsers keep our cookies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _

from lti.doctor import places
from lti.doctor.asking import Replies
from lti.doctor.case import Case
from lti.doctor.findings import Finding, better, good, unknown
from lti.registering.application import CUSTOM_PARAMETERS
from lti.sightings import FRAME, NOTED_EVERY, STORAGE, TAB, WINDOW

_WITHOUT: Final[dict[str, Any]] = {
    "context_history": _("Los cursos copiados no recuperan lo que se preparó en el original."),
    "user_groups": _("Los docentes no pueden ver la clase por grupos."),
}


def check(case: Case, _replies: Replies) -> Iterator[Finding]:
    if not case.seen.marks:
        yield unknown("contents", _("Lo que envía tu Moodle se verá cuando alguien abra la biblioteca."))
        return
    yield _names(case)
    yield _emails(case)
    yield from _parameters(case)
    yield from _cookies(case)


def _is_now(case: Case, mark: str) -> bool:
    """Whether the latest launches bring it; marks are refreshed every NOTED_EVERY only."""
    at, last = case.seen.marks.get(mark), max(case.seen.marks.values())
    return at is not None and at >= last - 2 * NOTED_EVERY


def _names(case: Case) -> Finding:
    if _is_now(case, "names:yes"):
        return good("names", _("Tu Moodle envía los nombres de las personas."))
    return better(
        "names",
        _("Tu Moodle no envía los nombres. La biblioteca funciona igual, pero los docentes verán números."),
        _("Es opcional. Si quieres que vean nombres, compártelos con la herramienta."),
        places.SHARE_NAME,
    )


def _emails(case: Case) -> Finding:
    if _is_now(case, "emails:yes"):
        advice = _("La biblioteca no lo necesita: puedes dejar de compartirlo.")
        return Finding(
            **vars(good("emails", _("Tu Moodle envía el correo de las personas."), advice=advice))
            | {"places": (places.SHARE_EMAIL,)}
        )
    return good("emails", _("Tu Moodle no envía el correo de las personas, y no hace falta."))


def _parameters(case: Case) -> Iterator[Finding]:
    for name, variable in CUSTOM_PARAMETERS.items():
        if _is_now(case, f"custom:{name}"):
            yield good(f"parameter-{name}", _("Llega el parámetro «%(name)s».", name=name))
        elif _is_now(case, f"unfilled:{name}"):
            yield better(
                f"parameter-{name}",
                _("El parámetro «%(name)s» llega sin su valor.", name=name),
                _(
                    "Compara letra por letra su línea en los parámetros personalizados. %(without)s",
                    without=_WITHOUT[name],
                ),
                places.custom_parameters(f"{name}={variable}"),
                detail=f'{name} comes as "$...": the platform does not know the variable',
            )
        else:
            yield better(
                f"parameter-{name}",
                _("No llega el parámetro «%(name)s».", name=name),
                _(
                    "Agrega su línea a los parámetros personalizados de la herramienta. %(without)s",
                    without=_WITHOUT[name],
                ),
                places.custom_parameters(f"{name}={variable}"),
            )


def _cookies(case: Case) -> Iterator[Finding]:
    month = timedelta(days=30)
    ways = {each for each in case.seen.names("cookies:") if case.seen.marks[f"cookies:{each}"] > case.now - month}
    if not ways:
        return
    detail = f"seen lately: {', '.join(sorted(ways))}"
    if FRAME in ways or STORAGE in ways:
        yield good("cookies", _("La biblioteca se abre dentro de Moodle."), detail=detail)
    elif WINDOW in ways:
        yield good("cookies", _("La biblioteca se abre en su propia ventana, como lo pide Moodle."), detail=detail)
    else:
        yield better(
            "cookies",
            _("Los navegadores no guardan nuestras cookies dentro de Moodle, y la biblioteca se abre en otra pestaña."),
            _("Usa https en Moodle y en la biblioteca, y pide un navegador actualizado."),
            detail=detail,
        )
    if TAB in ways and len(ways) > 1:
        sentence = _("Algunos navegadores no guardan nuestras cookies dentro de Moodle: allí se abre en otra pestaña.")
        yield good("cookies-some", sentence, detail=detail)
