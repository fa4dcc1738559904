"""How much one file may take to read: the settings that the child process needs, and nothing else of them."""

from __future__ import annotations

from dataclasses import dataclass

from lrc.config import Settings


@dataclass(frozen=True)
class Limits:
    """Pages, bytes of text as UTF-8, seconds (of the clock, and of the processor) and bytes of address space.

    ``recognition_time_limit_s`` comes on top where text is read in pictures.
    """

    max_pages: int = 5000
    max_text_bytes: int = 64 * 1024 * 1024
    read_time_limit_s: int = 600
    recognition_time_limit_s: int = 1800
    read_memory_bytes: int = 1024 * 1024 * 1024

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        return cls(
            max_pages=settings.max_pages,
            max_text_bytes=settings.max_text_bytes,
            read_time_limit_s=settings.read_time_limit_s,
            recognition_time_limit_s=settings.recognition_time_limit_s,
            read_memory_bytes=settings.read_memory_bytes,
        )
