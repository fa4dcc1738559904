"""The child process that reads one file: it bounds itself, reads, and says what it finds as lines of JSON.

Started by catalog.reading as ``python -m catalog.extract.child ORDER``, where ORDER is JSON: path, ending of the name,
limits. What it reads may kill it; so it says each page as soon as it has it, and everything else is left to the parent.
"""

from __future__ import annotations

import base64
import importlib
import json
import logging
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from catalog.bounded.answering import bound
from catalog.extract.about import About
from catalog.extract.contents import Contents
from catalog.extract.kinds import Kind, detect
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

log = logging.getLogger(__name__)

# Loaded by name, so that reading a text does not load what reads a spreadsheet.
READERS = {
    Kind.PDF: "catalog.extract.pdf",
    Kind.DOCX: "catalog.extract.word",
    Kind.PPTX: "catalog.extract.slides",
    Kind.XLSX: "catalog.extract.sheets",
    Kind.ODT: "catalog.extract.opendocument",
    Kind.EPUB: "catalog.extract.epub",
    Kind.HTML: "catalog.extract.webpage",
    Kind.MARKDOWN: "catalog.extract.markdown",
    Kind.TEXT: "catalog.extract.plain",
    Kind.WEBSITE: "catalog.extract.website",
    Kind.JPEG: "catalog.extract.pictures",
    Kind.PNG: "catalog.extract.pictures",
    Kind.WEBP: "catalog.extract.pictures",
    Kind.MP3: "catalog.extract.recordings",
    Kind.M4A: "catalog.extract.recordings",
    Kind.OGG: "catalog.extract.recordings",
    Kind.MP4: "catalog.extract.recordings",
    Kind.WEBM: "catalog.extract.recordings",
    Kind.VTT: "catalog.extract.captions",
    Kind.SRT: "catalog.extract.captions",
}
COVER = "catalog.extract.cover"


def main() -> None:
    order = json.loads(sys.argv[1])
    limits = Limits(**order["limits"])
    parent = _Parent()
    bound(limits, order["parent"])
    try:
        read(Path(order["path"]), order["ending"], limits, parent)
    except Unreadable as refusal:
        parent.say(failure=refusal.failure, detail=refusal.detail[:500])
    except MemoryError:
        parent.say(failure=Failure.OUT_OF_MEMORY, detail="MemoryError")
    except RecursionError:
        parent.say(failure=Failure.CORRUPT, detail="nested too deeply")


def read(path: Path, ending: str, limits: Limits, parent: _Parent) -> None:
    kind = detect(path, ending)
    contents: Contents = importlib.import_module(READERS[kind]).read(path, limits)
    parent.say(media_type=contents.kind or kind, count=contents.count)
    first = None
    for section in contents.sections:
        parent.say(**asdict(section))
        first = first or (section if section.text else None)
    if first is None and contents.needs_text:
        raise Unreadable(Failure.NO_TEXT, "not one word")
    parent.say(done=True)
    parent.say(about=asdict(_about(contents)))
    cover, thumbnail = importlib.import_module(COVER).make(contents.picture, first)
    parent.say(cover=base64.b64encode(cover).decode(), thumbnail=base64.b64encode(thumbnail).decode())


def _about(contents: Contents) -> About:
    """What the file says of itself, or nothing: that is no reason to lose its text, whatever a library meets in it."""
    try:
        return contents.about()
    except Exception as error:
        log.warning("it says nothing of itself: %r", error)
        return About()


class _Parent:
    """The pipe to the parent: what was standard output, so that no library can write into it."""

    def __init__(self) -> None:
        self._pipe: IO[str] = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
        os.dup2(2, 1)

    def say(self, **message: Any) -> None:
        """Sent at once: the next page may be the one that kills us. A parent that is gone ends the child."""
        try:
            self._pipe.write(json.dumps(message, ensure_ascii=False) + "\n")
            self._pipe.flush()
        except BrokenPipeError:
            os._exit(1)


if __name__ == "__main__":
    main()
