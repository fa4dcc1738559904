"""What the child process said, taken line by line without trusting its sizes, its order or its words."""

from __future__ import annotations

import base64
import binascii
import json
import math
import time
from typing import Any

from catalog.extract import about
from catalog.extract.about import LONGEST_S, About
from catalog.extract.contents import Section, shorten
from catalog.extract.kinds import Kind
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

LONGEST_LINE_BYTES = 8 * 1024 * 1024
COVER_BYTES = 256 * 1024
THUMBNAIL_BYTES = 2048


class Intake:
    """The pages so far. ``feed`` raises Unreadable: what the child refused, too much, or CRASHED for nonsense."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rest = bytearray()
        self._text_bytes = 0
        self.media_type = ""
        self.count = 0
        self.sections: list[Section] = []
        self.about = About()
        self.is_recognising = False
        """Did it read text in a picture? That takes longer."""
        self.cover = b""
        self.thumbnail = b""
        self.is_complete = False
        """Has the cover come as well, or the word that there is none?"""
        self.done_at = math.inf
        """When the last page was there, on the monotonic clock; what follows is only the cover."""

    @property
    def is_done(self) -> bool:
        return self.done_at < math.inf

    def feed(self, chunk: bytes) -> None:
        self._rest += chunk
        if b"\n" in chunk:
            *lines, rest = bytes(self._rest).split(b"\n")
            self._rest = bytearray(rest)
            for line in lines:
                self._take(line)
        if len(self._rest) > LONGEST_LINE_BYTES:
            raise Unreadable(Failure.CRASHED, "the child says a line without end")

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            if "failure" in message:
                raise Unreadable(Failure(message["failure"]), str(message.get("detail", "")))
            if not self.is_done:
                self._take_text(message)
            elif "about" in message:
                self.about = about.from_message(message["about"])
            elif "cover" in message:
                self.is_complete = True
                self.cover = _picture(message["cover"], COVER_BYTES)
                self.thumbnail = _picture(message["thumbnail"], THUMBNAIL_BYTES)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise Unreadable(Failure.CRASHED, f"the child says nonsense: {error!r:.200}") from error

    def _take_text(self, message: dict[str, Any]) -> None:
        if "media_type" in message:
            self.media_type = str(Kind(message["media_type"]))
            self.count = max(0, min(int(message["count"]), self._limits.max_pages))
        elif "text" in message:
            self._take_page(message)
        elif "done" in message and self.sections and self.media_type:
            self.done_at = time.monotonic()
        else:
            raise ValueError(f"unexpected {sorted(message)}")

    def _take_page(self, message: dict[str, Any]) -> None:
        text = str(message["text"])
        self._text_bytes += len(text.encode("utf-8", "replace"))
        if self._text_bytes > self._limits.max_text_bytes:
            raise Unreadable(Failure.TOO_MUCH_TEXT, f"more than {self._limits.max_text_bytes} bytes")
        if len(self.sections) >= self._limits.max_pages:
            raise Unreadable(Failure.TOO_MANY_PAGES, f"more than {self._limits.max_pages}")
        start_s = message.get("start_s")
        is_recognised = message.get("is_recognised") is True
        self.is_recognising = self.is_recognising or is_recognised
        self.sections.append(
            Section(
                label=shorten(str(message["label"])),
                text=text,
                start_s=float(start_s) if isinstance(start_s, (int, float)) and 0 <= start_s <= LONGEST_S else None,
                is_recognised=is_recognised,
            )
        )


def _picture(encoded: object, most_bytes: int) -> bytes:
    """The bytes of a picture; none at all where it is larger than agreed or is no WebP."""
    try:
        picture = base64.b64decode(str(encoded), validate=True)
    except binascii.Error:
        return b""
    is_webp = picture[:4] == b"RIFF" and picture[8:12] == b"WEBP"
    return picture if is_webp and len(picture) <= most_bytes else b""
