"""The files that come inside Moodle XML: images are kept under names that our lessons can say, others are reported."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from flask_babel import lazy_gettext as _

from catalog.extract.markup import Element, local
from lrc.study.content import Question
from lrc.study.exchange import losses, texts
from lrc.study.exchange.reports import Report

MOST_FILES, MOST_BYTES_EACH, MOST_BYTES = 300, 10_000_000, 30_000_000
_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))
_DATA = re.compile(r"data:image/[a-z+.-]{1,20};base64,([A-Za-z0-9+/=\s%]+)", re.IGNORECASE)
_LIFTED = "imagen-del-texto-"


@dataclass
class Files:
    """All images of a bank by their names; the same bytes are one image."""

    images: dict[str, bytes] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _bytes: int = 0
    _lifted: dict[str, str] = field(default_factory=dict)

    def lift(self, question: Element, report: Report) -> None:
        """Take in the images that stand within a question's texts, whose places then say where they are."""

        def lifted(found: re.Match[str]) -> str:
            own = f"{_LIFTED}{len(self._lifted) + 1}"
            self._lifted[own] = self._take("imagen", found[1], report)
            return texts.IN_FILE + own

        for each in question.iter():
            if local(each) == "text" and each.text and ";base64," in each.text:
                each.text = _DATA.sub(lifted, each.text)

    def taken_from(self, element: Element, report: Report) -> dict[str, str]:
        """Take the <file> elements of a text in: our name for each, by their own."""
        found = {}
        for each in element:
            if local(each) == "file" and each.get("name"):
                path = (each.get("path") or "/").strip("/")
                own = "/".join(filter(None, (path, (each.get("name") or "").strip())))
                found[own] = self._take(own, each.text or "", report)
        return found

    def name(self, source: str, found: dict[str, str]) -> str:
        """Our name of the image at an address in a text; empty where there is none."""
        if not source.startswith(texts.IN_FILE):
            return ""
        own = unquote(source.removeprefix(texts.IN_FILE).partition("?")[0])
        return found.get(own) or self._lifted.get(own, "")

    def old_image(self, own: str, content: str, report: Report) -> str:
        """Our name of an image that stands beside the text."""
        return self._take(own, content, report) if own and content else ""

    def shown_in(self, questions: Iterable[Question]) -> dict[str, bytes]:
        """Those of the images that questions which were kept do show."""
        shown = {name for each in questions for prose in losses.prose_of(each) for name in texts.images_in(prose)}
        return {name: content for name, content in self.images.items() if name in shown}

    def _take(self, own: str, encoded: str, report: Report) -> str:
        try:
            content = base64.b64decode(re.sub(r"\s+", "", encoded), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        kind = _kind_of(content)
        if not kind:
            report.say(_("Un archivo que no es una imagen PNG, JPEG, GIF o WebP no se conserva."))
            return ""
        mark = hashlib.sha256(content).hexdigest()
        if mark in self._names:
            return self._names[mark]
        self._bytes += len(content)
        if len(content) > MOST_BYTES_EACH or self._bytes > MOST_BYTES or len(self.images) >= MOST_FILES:
            report.say(_("Una imagen no cabe: el archivo trae demasiadas, o muy pesadas."))
            return ""
        name = self._free_name(own, kind)
        self.images[name] = content
        self._names[mark] = name
        return name

    def _free_name(self, own: str, kind: str) -> str:
        stem = own.rpartition("/")[2].rpartition(".")[0] or own
        plain = re.sub(r"[^a-z0-9]+", "-", stem.lower())[:60].strip("-") or "imagen"
        name, number = f"{plain}.{kind}", 2
        while name in self.images:
            name, number = f"{plain}-{number}.{kind}", number + 1
        return name


def _kind_of(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((kind for signature, kind in _SIGNATURES if content.startswith(signature)), "")
