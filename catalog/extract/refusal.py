"""Why a file cannot be read, as a code that the child process can say without knowing any language."""

from __future__ import annotations

from enum import StrEnum


class Failure(StrEnum):
    """A reason that ends the reading of a file; catalog.failures has the sentence for people."""

    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    NO_TEXT = "no_text"
    NO_CUES = "no_cues"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    ZIP_BOMB = "zip_bomb"
    OUT_OF_TIME = "out_of_time"
    OUT_OF_MEMORY = "out_of_memory"
    QUARANTINED = "quarantined"
    UNSCANNED = "unscanned"
    CRASHED = "crashed"
    STORAGE_MISSING = "storage_missing"
    ALTERED = "altered"


class Unreadable(Exception):
    """A file cannot be read, for the reason ``failure``; ``detail`` is for the log only."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure}: {detail}" if detail else str(failure))
        self.failure = failure
        self.detail = detail
