"""Markdown that people write, made into safe HTML: short texts by what is here, lessons by lrc.richtext.lessons."""

from lrc.richtext.short import plain, render
from lrc.richtext.walls import words_of

__all__ = ["plain", "render", "words_of"]
