"""The parts of an upload: which are wanted, where they go, and putting them together. Knows storage, no rows."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from catalog.models import Upload
from lrc.errors import BadFile, Conflict
from lrc.storage import MissingFile, Part, Storage

LINKS_AT_ONCE = 16


@dataclass(frozen=True)
class Shape:
    """A file cut into parts of ``part_bytes``, the last of which may be shorter; they are numbered from 1."""

    size_bytes: int
    part_bytes: int

    @property
    def count(self) -> int:
        return -(-self.size_bytes // self.part_bytes)

    def bytes_of(self, number: int) -> int:
        return min(self.part_bytes, self.size_bytes - (number - 1) * self.part_bytes)

    def fits(self, number: int, part: Part) -> bool:
        return 0 < number <= self.count and part.size_bytes == self.bytes_of(number)


class PartsMissing(Conflict):
    """Not all parts have come yet."""

    message = _("Todavía faltan partes del archivo.")
    advice = _("Sigue enviándolo; lo que ya llegó está guardado.")


@dataclass(frozen=True)
class Sending:
    """An upload that storage knows by ``storage_id``, apart from its row."""

    key: str
    storage_id: str
    shape: Shape

    @classmethod
    def of(cls, upload: Upload) -> Sending:
        return cls(upload.key, upload.storage_id, Shape(upload.size_bytes, upload.part_bytes))

    def there(self, storage: Storage) -> list[int]:
        """The numbers of the parts that have come as they should. MissingFile where storage forgot the upload."""
        return sorted(n for n, part in storage.parts(self.key, self.storage_id).items() if self.shape.fits(n, part))

    def links(self, storage: Storage, there: list[int], start: int) -> dict[int, str]:
        """Where to PUT the first parts from ``start`` on that are not ``there``, LINKS_AT_ONCE at most."""
        held = set(there)
        wanted = [n for n in range(max(1, start), self.shape.count + 1) if n not in held][:LINKS_AT_ONCE]
        return {n: storage.part_link(self.key, self.storage_id, n, self.shape.bytes_of(n)) for n in wanted}

    def put_together(self, storage: Storage) -> None:
        """Make one object of the parts; done before is no error. PartsMissing, MissingFile, BadFile (other bytes)."""
        try:
            parts = storage.parts(self.key, self.storage_id)
            if all(n in parts and self.shape.fits(n, parts[n]) for n in self._numbers):
                storage.join_parts(self.key, self.storage_id, {n: parts[n] for n in self._numbers})
        except MissingFile:
            pass  # put together by a request whose answer was lost; or gone, which asking for its size tells
        else:
            self._check_joined(storage)
        if storage.size_bytes(self.key) != self.shape.size_bytes:
            storage.delete(self.key)
            raise BadFile(_("El archivo no llegó con el tamaño que tiene en tu equipo."))

    @property
    def _numbers(self) -> range:
        return range(1, self.shape.count + 1)

    def _check_joined(self, storage: Storage) -> None:
        """PartsMissing where there is no object: parts also go missing while another request puts them together."""
        try:
            storage.size_bytes(self.key)
        except MissingFile:
            raise PartsMissing from None
