"""What is said in a review: a remark on the whole, and small ones on single fields of the description."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from catalog.describing.description import FIELDS
from lrc.errors import BadInput

REMARK_LIMIT = 2000
FIELD_LIMIT = 500


def checked(text: str) -> str:
    """A remark as it is kept; BadInput where it is too long."""
    text = text.replace("\0", "")  # which PostgreSQL keeps in no text
    if len(text) > REMARK_LIMIT:
        raise BadInput(_("La observación es demasiado larga: usa hasta %(limit)s caracteres.", limit=REMARK_LIMIT))
    return text.strip()


def required(text: str) -> str:
    """As checked; BadInput also where nothing is said."""
    return required_of(text, None)[0]


def required_of(text: str, fields: Mapping[str, str] | None) -> tuple[str, dict[str, str]]:
    """What is said on the whole, and of fields, as it is kept; BadInput where it is too long, or neither is said."""
    kept, told = checked(text), _checked_fields(fields)
    if not kept and not told:
        raise BadInput(_("Escribe una observación para que la otra persona sepa qué hacer."))
    return kept, told


def _checked_fields(fields: Mapping[str, str] | None) -> dict[str, str]:
    # Nothing is kept of what is no field, nor of one left empty.
    told = {name: " ".join((fields or {}).get(name, "").replace("\0", "").split()) for name in FIELDS}
    if any(len(each) > FIELD_LIMIT for each in told.values()):
        raise BadInput(_("Una observación es demasiado larga: usa hasta %(limit)s caracteres.", limit=FIELD_LIMIT))
    return {name: text for name, text in told.items() if text}
