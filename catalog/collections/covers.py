"""The picture of its own that a collection may have: taken in, made small, kept in storage, taken away again."""

from __future__ import annotations

import io
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from catalog import uploads
from catalog.extract import cover
from catalog.fixity import damage
from catalog.library import DELETE_OBJECTS
from catalog.models import Collection
from lrc.celery import enqueue
from lrc.config import MIB
from lrc.db import utcnow
from lrc.errors import BadFile, TooLarge

MOST_BYTES = 12 * MIB
_MOST_PIXELS = 16_000_000
_MOST_PIXELS_OF_JPEG = 40_000_000  # which is made smaller while it is decoded
_SMALLER_PX = 1280


@dataclass(frozen=True)
class Cover:
    """A picture as WebP: at most 480 px high, and as a thumbnail of 2 KB."""

    picture: bytes
    thumbnail: bytes


def read(content: bytes) -> Cover:
    """The cover in the bytes of a JPEG, PNG or WebP file; nothing of what else they say is kept.

    TooLarge for more than MOST_BYTES, BadFile for what is no picture, or too small or too plain for a cover.
    """
    check_size(len(content))
    try:
        image = _decoded(content)
    except BadFile:
        raise
    # Decoders meet a broken picture with whatever error their code runs into.
    except Exception as error:
        raise BadFile(
            _("No pudimos leer la imagen."), advice=_("Usa una imagen JPEG, PNG o WebP."), detail=repr(error)
        ) from error
    picture, thumbnail = cover.make(lambda: image, None)
    if not picture:
        raise BadFile(
            _("Esta imagen no sirve de portada: es demasiado pequeña o de un solo color."), advice=_("Elige otra.")
        )
    return Cover(picture, thumbnail)


def check_size(size_bytes: int) -> None:
    """Raise TooLarge for a file that is not worth reading."""
    if size_bytes > MOST_BYTES:
        raise TooLarge(_("La imagen pesa demasiado: usa una de hasta %(limit)s MB.", limit=MOST_BYTES // MIB))


def _decoded(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # What is too much for us is said below; beyond all measure, Pillow says it by an error.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        opened = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    with opened:
        most = _MOST_PIXELS_OF_JPEG if opened.format == "JPEG" else _MOST_PIXELS
        if opened.width * opened.height > most:
            raise BadFile(
                _("La imagen tiene demasiados píxeles: usa una de hasta %(limit)s millones.", limit=most // 10**6),
                advice=_("Redúcela y súbela otra vez."),
            )
        opened.thumbnail((_SMALLER_PX, _SMALLER_PX))
        upright = ImageOps.exif_transpose(opened)
    over = upright.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")


def stored(made: Cover) -> AbstractContextManager[str]:
    """Send a picture to storage for a row to be made inside, under the key given; where that fails it is deleted."""
    return uploads.sent(io.BytesIO(made.picture), kind=uploads.COVERS, media_type="image/webp")


def own_key(session: Session, collection: Collection) -> str:
    """The key of its own picture; "" where it has none, or storage is known to have lost it."""
    key = collection.cover_key
    return "" if key and damage.find(session, key) is not None else key


def put(session: Session, collection: Collection, made: Cover, key: str) -> None:
    """Let a stored picture be the collection's cover, in the place of the one before."""
    remove(session, collection)
    collection.cover_key, collection.thumbnail = key, made.thumbnail


def remove(session: Session, collection: Collection) -> None:
    """Take its own picture away; its cover then is that of something in it."""
    if collection.cover_key:
        damage.forget(session, collection.cover_key)
        enqueue(session, DELETE_OBJECTS, [collection.cover_key])
    collection.cover_key, collection.thumbnail = "", b""
    collection.changed_at = utcnow()
