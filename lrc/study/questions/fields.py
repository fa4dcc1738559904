"""Reads what a form or a browser's journal says into fields: lists of clean, bounded texts by the name of a part."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from lrc.errors import BadInput

Fields = Mapping[str, list[str]]
"""What each part of a question was answered with, by the part's id; "" is the question itself. Never empty lists."""

LONGEST = 500
"""Characters of one answer."""
_MOST = 100
_BEYOND = 1e300


def of_form(form: Mapping[str, list[str]], field: str, parts: Collection[str]) -> Fields:
    """The fields of one question in a form that may hold others. Raises BadInput for what is too long or too many."""
    names = {part: f"{field}-{part}" if part else field for part in parts}
    return _clean({part: form[name] for part, name in names.items() if name in form})


def of_json(value: Any, parts: Collection[str], *, scalars: tuple[type, ...] = ()) -> Fields:
    """The fields that plain data says: a text, a list of texts, or {part: either}. Raises BadInput for anything else.

    ``scalars`` are further types that a question takes in the place of a text (bool, or int and float).
    """
    if value is None:
        return {}
    given = value if isinstance(value, dict) else {"": value}
    if len(given) > _MOST or not all(isinstance(part, str) and part in parts for part in given):
        raise BadInput(_("Esta respuesta no es de esta pregunta."), detail="unknown parts in a response")
    return _clean({part: _texts(each, scalars) for part, each in given.items()})


def one(fields: Fields, part: str = "") -> str:
    """The only text of a part, "" where there is none. Raises BadInput where there are several."""
    texts = fields.get(part, [])
    if len(texts) > 1:
        raise BadInput(_("Elige una sola respuesta."), detail="several values where one is asked for")
    return texts[0] if texts else ""


def misplaced() -> BadInput:
    """For an id that this attempt never handed out."""
    return BadInput(
        _("Esta respuesta es de otro intento o de una pregunta que ya cambió."),
        advice=_("Vuelve a cargar la página y responde otra vez."),
        detail="an id that is not of this attempt",
    )


def _texts(value: Any, scalars: tuple[type, ...]) -> list[str]:
    return [_text(each, scalars) for each in (value if isinstance(value, list) else [value])]


def _text(value: Any, scalars: tuple[type, ...]) -> str:
    if isinstance(value, str):
        return value
    if type(value) in scalars and abs(value) < _BEYOND:  # nor NaN, nor a whole number that cannot be written out
        return str(value).lower()
    raise BadInput(_("Esta respuesta no se puede leer."), detail=f"a {type(value).__name__} in a response")


def _clean(given: Mapping[str, list[str]]) -> Fields:
    if sum(len(texts) for texts in given.values()) > _MOST:
        raise BadInput(_("Hay más respuestas de las que caben."), detail="too many values in a response")
    cleaned = {part: [tidy for text in texts if (tidy := _tidy(text))] for part, texts in given.items()}
    return {part: texts for part, texts in cleaned.items() if texts}


def _tidy(text: str) -> str:
    """Without characters that cannot be seen (NUL, lone surrogates, changes of direction), spaces made one."""
    if len(text) > 4 * LONGEST:
        raise _too_long()
    tidy = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if len(tidy) > LONGEST:
        raise _too_long()
    return tidy


def _too_long() -> BadInput:
    return BadInput(_("Tu respuesta es demasiado larga: escribe hasta %(most)s caracteres.", most=LONGEST))
