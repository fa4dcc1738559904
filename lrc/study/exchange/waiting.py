"""A bank that somebody has sent and looks through before it is taken in: its bytes in storage, its name in a token."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import lazy_gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lrc.db import utcnow
from lrc.errors import Conflict, Unavailable
from lrc.storage import MissingFile, Storage

log = logging.getLogger(__name__)
BANKS = "banks"
"""The folder of storage that banks wait in."""
_KEPT_FOR = timedelta(days=1)
_MOST_FORGOTTEN = 50
_SALT = "lrc.study.exchange"


@dataclass(frozen=True)
class Bank:
    """A file that waits: where its bytes are, what it is called, and to whom it belongs."""

    key: str
    name: str
    uid: str
    """An id of its own, by which taking it in twice counts once."""
    person_id: int
    module_id: int


def put(storage: Storage, data: bytes) -> str:
    """Keep a file's bytes for a day; its key. Forgotten ones go when another comes."""
    _forget(storage)
    return storage.save(io.BytesIO(data), kind=BANKS)


def token_of(bank: Bank, secret: str) -> str:
    """What a page carries of it, which nobody else can make."""
    return URLSafeTimedSerializer(secret, salt=_SALT).dumps(
        [bank.key, bank.name, bank.uid, bank.person_id, bank.module_id]
    )


def of_token(token: str, secret: str) -> Bank:
    """The bank that a page spoke of. Conflict where that was long ago, or is not ours."""
    try:
        said = URLSafeTimedSerializer(secret, salt=_SALT).loads(token, max_age=int(_KEPT_FOR.total_seconds()))
    except BadSignature as error:
        raise _gone() from error
    return Bank(*said)


def get(storage: Storage, bank: Bank) -> bytes:
    """Its bytes. Conflict where they are gone."""
    try:
        return storage.read(bank.key)
    except MissingFile as error:
        raise _gone() from error


def drop(storage: Storage, bank: Bank) -> None:
    """Let it go; where storage does not answer, it goes after a day."""
    try:
        storage.delete(bank.key)
    except Unavailable as error:
        log.warning("%s is left for a day: %s", bank.key, error)


def _forget(storage: Storage) -> None:
    for number, key in enumerate(storage.keys(BANKS, before=utcnow() - _KEPT_FOR)):
        if number >= _MOST_FORGOTTEN:
            break
        storage.delete(key)


def _gone() -> Conflict:
    return Conflict(_("Ya no tenemos ese archivo."), advice=_("Elígelo y envíalo otra vez."))
