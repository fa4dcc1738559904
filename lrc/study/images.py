"""The images of a course or a module: taking one in, naming it, finding it, and who may see it."""

from __future__ import annotations

import io
import json
import logging
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.fixity import damage
from catalog.library import DELETE_OBJECTS
from catalog.models import Resource
from lrc.celery import enqueue
from lrc.errors import BadInput, Conflict, NotFound, Unavailable
from lrc.storage import current_storage
from lrc.study import drafts, pictures
from lrc.study.content import from_data, to_data
from lrc.study.models import Image
from lrc.study.pictures import Picture
from lti.people import fold
from lti.viewers import Viewer

log = logging.getLogger(__name__)
IMAGES = "images"
"""The folder of storage that images are in."""
MOST = 300
NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}"
_NAME = re.compile(NAME, re.ASCII)
_REFERENCE = re.compile(rf"(?<=\(image:){NAME}", re.ASCII)
Content = TypeVar("Content")


def of_resource(resource: Resource) -> Select[Image]:
    """Its images, the last added first."""
    return select(Image).where(Image.resource_id == resource.id).order_by(Image.id.desc())


def get(session: Session, resource_id: int, name: str) -> Image:
    """The image of a resource that lessons call by this name. NotFound."""
    query = select(Image).where(Image.resource_id == resource_id, Image.name == name[:100])
    found = session.scalars(query.order_by(Image.id).limit(1)).one_or_none()
    if found is None:
        raise NotFound
    return found


def add(session: Session, viewer: Viewer, resource: Resource, content: bytes, name: str) -> Image:
    """Make an image of the bytes, send it to storage and note it; the one that is there already where it is the same.

    Raises as pictures.read does; BadInput for a name that no lesson could call. It is called otherwise where the name
    is another's. A view that takes an upload uses ``stored`` and ``keep``, to hold nobody up while bytes travel.
    """
    picture = pictures.read(content)
    twin = _find_twin(session, resource, picture)
    if twin is not None and damage.find(session, twin.key) is None:
        return twin
    with stored(picture) as key:
        return keep(session, viewer, resource, picture, key=key, name=name)


@contextmanager
def stored(picture: Picture) -> Iterator[str]:
    """Send a picture to storage for a row to be made inside; where that fails, the bytes are deleted again."""
    storage = current_storage()
    key = storage.save(io.BytesIO(picture.content), kind=IMAGES, media_type=pictures.MEDIA_TYPE)
    try:
        yield key
    except BaseException:
        discard(key)
        raise


def discard(key: str) -> None:
    """Delete bytes that no row names; where storage does not answer they are left to the sweep."""
    try:
        current_storage().delete(key)
    except Unavailable as error:
        log.warning("%s is left to the sweep: %s", key, error)


def keep(session: Session, viewer: Viewer, resource: Resource, picture: Picture, *, key: str, name: str) -> Image:
    """Note a picture whose bytes storage holds under ``key``; the same picture that is there already, where one is,
    which is mended where it is known to be damaged.

    Conflict beyond MOST images.
    """
    drafts.hold(session, resource.id)
    if (twin := _find_twin(session, resource, picture)) is not None:
        if damage.forget(session, twin.key):  # what storage lost is put again by adding it
            enqueue(session, DELETE_OBJECTS, [twin.key])
            twin.key = key
        else:
            discard(key)
        return twin
    if (session.scalar(select(func.count()).where(Image.resource_id == resource.id)) or 0) >= MOST:
        raise Conflict(_("Ya hay demasiadas imágenes aquí."), advice=_("Usa algunas de las que ya subiste."))
    made = Image(
        resource_id=resource.id,
        key=key,
        name=_free_name(session, resource, name),
        sha256=picture.sha256,
        media_type=pictures.MEDIA_TYPE,
        size_bytes=len(picture.content),
        width=picture.width,
        height=picture.height,
        added_by_id=viewer.person_id,
    )
    session.add(made)
    session.flush()
    return made


def name_from(filename: str) -> str:
    """A name for an uploaded file that cannot be guessed: who may see a module knows the images that it shows only."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    plain = re.sub(r"[^a-z0-9]+", "-", fold(stem))[:40].strip("-") or "imagen"
    return f"{plain}-{secrets.token_hex(4)}.webp"


def renamed(content: Content, names: Mapping[str, str]) -> Content:
    """The same contents with their images called by their new names."""
    if all(name == new for name, new in names.items()):
        return content
    return from_data(_renamed(to_data(content), names), type(content))


def named_in(content: Any) -> set[str]:
    """The names of the images that contents show somewhere."""
    return set(_REFERENCE.findall(json.dumps(to_data(content), ensure_ascii=False)))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _REFERENCE.sub(lambda found: names.get(found[0], found[0]), value)
        case dict():
            return {key: _renamed(each, names) for key, each in value.items()}
        case list():
            return [_renamed(each, names) for each in value]
    return value


def _find_twin(session: Session, resource: Resource, picture: Picture) -> Image | None:
    query = select(Image).where(Image.resource_id == resource.id, Image.sha256 == picture.sha256)
    return session.scalars(query).one_or_none()


def _free_name(session: Session, resource: Resource, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadInput(_("Una imagen no se puede llamar así: usa letras sin tilde, números, guiones y puntos."))
    taken = session.scalar(select(Image.id).where(Image.resource_id == resource.id, Image.name == name))
    return name if taken is None else name_from(name)
