"""Reads and writes SKOS in a child process that may run out of time or memory, or die, without harm to who asked."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.extract.limits import Limits
from catalog.reading import environment, tail
from catalog.vocabularies.scheme import Scheme
from catalog.vocabularies.wording import REFUSALS
from lrc.errors import BadFile, TooLarge, Unavailable

log = logging.getLogger(__name__)
MOST_BYTES = 32_000_000
LIMITS = Limits(read_time_limit_s=60, recognition_time_limit_s=0, read_memory_bytes=1_500_000_000)
"""UNESCO's thesaurus (4 500 concepts, 100 000 statements) takes a tenth of both."""
_DETAIL_BYTES = 1000


def read(path: Path, wanted: str = "", limits: Limits = LIMITS) -> Scheme:
    """The vocabulary in a file of Turtle or RDF/XML; of several the one whose URI is ``wanted``, else the largest.

    Raises BadFile with a sentence, TooLarge for more than MOST_BYTES.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TooLarge(_("El archivo pesa demasiado: el máximo es %(limit)s MB.", limit=MOST_BYTES // 1_000_000))
    order = {"path": str(path.absolute()), "wanted": wanted, "limits": asdict(limits), "parent": os.getpid()}
    with tempfile.TemporaryFile() as errors:
        told = _asked(order, limits.read_time_limit_s, errors)
        if "scheme" not in told:
            code = told.get("refusal", "too_heavy")
            detail = told.get("detail", "") or tail(errors, _DETAIL_BYTES)
            log.info("a vocabulary was not read: %s, %s", code, detail)
            raise BadFile(REFUSALS[code], advice=_advice(code), detail=f"{code}: {detail}")
    return Scheme.from_plain(told["scheme"])


def written(told: Scheme, form: str) -> bytes:
    """The vocabulary as a file of one of the two forms (catalog.vocabularies.formats); Unavailable where that fails."""
    with tempfile.NamedTemporaryFile() as plain, tempfile.TemporaryFile() as errors:
        plain.write(json.dumps(told.plain()).encode())
        plain.flush()
        order = {"path": plain.name, "form": form, "limits": asdict(LIMITS), "parent": os.getpid()}
        answer = _asked(order, LIMITS.read_time_limit_s, errors)
        if "written" not in answer:
            detail = answer.get("detail", "") or tail(errors, _DETAIL_BYTES)
            raise Unavailable(_("No pudimos escribir el archivo: el vocabulario es demasiado grande."), detail=detail)
    return str(answer["written"]).encode()


def _asked(order: dict[str, Any], seconds: int, errors: IO[bytes]) -> dict[str, Any]:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module; the order is data
        [sys.executable, "-P", "-m", "catalog.vocabularies.child", json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment(),
        cwd="/",
        start_new_session=True,
    ) as child:
        try:
            answer, _nothing = child.communicate(timeout=seconds + 5)
        except subprocess.TimeoutExpired:
            answer = b""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
    # What was cut short where the child ended is no answer.
    return dict(json.loads(answer)) if answer.endswith(b"}") and child.returncode == 0 else {}


def _advice(code: str) -> LazyString | None:
    return _("Guárdalo otra vez en tu programa como Turtle (.ttl) y súbelo.") if code == "corrupt" else None
