"""Reads and writes SKOS in a child process that may run out of time or memory, or die, without harm to who asked."""

from __future__ import annotations

import json
import logging
import tempfile
from pathlib import Path

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.bounded import asking
from catalog.extract.limits import Limits
from catalog.vocabularies.scheme import Scheme
from catalog.vocabularies.wording import REFUSALS
from lrc.errors import BadFile, TooLarge, Unavailable

log = logging.getLogger(__name__)
MOST_BYTES = 32_000_000
LIMITS = Limits(read_time_limit_s=60, recognition_time_limit_s=0, read_memory_bytes=1_500_000_000)
"""UNESCO's thesaurus (4 500 concepts, 100 000 statements) takes a tenth of both."""
_CHILD = "catalog.vocabularies.child"


class NotRead(BadFile):
    """A file that holds no vocabulary, or none that can be read; ``code`` is one of wording.REFUSALS."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(REFUSALS[code], advice=advice(code), detail=f"{code}: {detail}")
        self.code = code


def read(path: Path, wanted: str = "", limits: Limits = LIMITS) -> Scheme:
    """The vocabulary in a file of Turtle or RDF/XML; of several the one whose URI is ``wanted``, else the largest.

    Raises NotRead with a sentence, TooLarge for more than MOST_BYTES.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(_("El archivo pesa demasiado: el máximo es %(limit)s MB.", limit=MOST_BYTES // 1_000_000))
    told = asking.ask(_CHILD, {"path": str(path.absolute()), "wanted": wanted}, limits)
    if "scheme" not in told:
        code, detail = told["refusal"], told["detail"]
        log.info("a vocabulary was not read: %s, %s", code, detail)
        raise NotRead(code, detail)
    return Scheme.from_plain(told["scheme"])


def written(told: Scheme, form: str) -> bytes:
    """The vocabulary as a file of one of the two forms (catalog.vocabularies.formats); Unavailable where that fails."""
    with tempfile.NamedTemporaryFile() as plain:
        plain.write(json.dumps(told.plain()).encode())
        plain.flush()
        answer = asking.ask(_CHILD, {"path": plain.name, "form": form}, LIMITS)
    if "written" not in answer:
        raise Unavailable(
            _("No pudimos escribir el archivo: el vocabulario es demasiado grande."), detail=answer["detail"]
        )
    return str(answer["written"]).encode()


def advice(code: str) -> LazyString | None:
    """What to do about a refusal, where there is something."""
    return _("Guárdalo otra vez en tu programa como Turtle (.ttl) y súbelo.") if code == "corrupt" else None
