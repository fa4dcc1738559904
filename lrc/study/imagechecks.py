"""The images of modules and courses are looked at with all that storage holds (catalog.fixity)."""

from __future__ import annotations

from catalog.fixity import held
from lrc.study.models import Image

held.also(
    held.source(
        Image.key, sha256=Image.sha256, size_bytes=Image.size_bytes, resource_id=Image.resource_id, name=Image.name
    )
)
