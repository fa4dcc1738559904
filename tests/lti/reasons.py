"""Why launches are refused, by a few words of what people read."""

from __future__ import annotations

from werkzeug.test import TestResponse

from tests.factories import Browser
from tests.lti.launching import is_signed_in

NO_KEY_ID = "no dice con qué clave está firmada"
UNKNOWN_KEY = "una clave que tu Moodle no publica"
BAD_ALGORITHM = "debe ser RS256"
BAD_SIGNATURE = "no es la de tu Moodle"
BAD_TIMES = "desde cuándo y hasta cuándo"
UNKNOWN_PLATFORM = "todavía no conoce tu Moodle"
OTHER_TOOL = "es para otra herramienta"
BAD_NONCE = "no responde a la que pedimos"
BAD_VERSION = "con una versión que no aceptamos"
BAD_MESSAGE = "le falta un dato necesario"
NOT_YET = "no atiende ese pedido"
UNKNOWN_DEPLOYMENT = "no conoce la instalación"
NO_PERSON = "no dijo quién eres"
NO_ROLES = "no dijo qué rol tienes"
DAMAGED = "está dañada"
NO_TOKEN = "no envió la credencial"
NOT_BEGUN_HERE = "no empezó en esta biblioteca"
OTHER_BROWSER = "no devolvió la cookie"
TOO_LATE = "Pasó demasiado tiempo"
USED = "ya se usó una vez"
ELSEWHERE = "no es de esta biblioteca"


def assert_refused(answer: TestResponse, sentence: str, browser: Browser) -> None:
    assert (answer.status_code, sentence in answer.text) == (401, True), answer.text
    assert "Número de referencia" in answer.text
    assert not is_signed_in(browser)
