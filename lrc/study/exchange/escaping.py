"""Plain words as Markdown that says the same: what Markdown would read as a sign is written with a backslash."""

from __future__ import annotations

import re

_SIGNS = "\\`*_{}[]()>#+-.!$|"
_BACKSLASH = re.compile(r"\\(?=[" + re.escape(_SIGNS) + r"]|$)")
_ALWAYS = re.compile(r"[`$]")
_STARS = re.compile(r"\*+")
_UNDERSCORES = re.compile(r"_+")
_BRACKETS = re.compile(r"\[(?=\[|\^)|(?<=\[)\[")
_LINKED = re.compile(r"\](?=[(\[:])")
_AT_START = re.compile(r"^( {0,3})(#|>|[-+*](?=\s|$)|!!!)", re.MULTILINE)
_NUMBERED = re.compile(r"^( {0,3}\d+)([.)])(?=\s|$)", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}~~~", re.MULTILINE)
_RULE = re.compile(r"^( {0,3})([-_*])(?=(?:\s*\2){2,}\s*$)", re.MULTILINE)


def escaped(words: str) -> str:
    """Words within a line. Signs that say nothing where they stand ("2 * 3", "a_b", "[1]") are left as they are."""
    text = _BACKSLASH.sub(r"\\\\", words)
    text = _ALWAYS.sub(r"\\\g<0>", text)
    text = _STARS.sub(_outside_blanks, text)
    text = _UNDERSCORES.sub(_outside_words, text)
    return text.replace("[", r"\[") if _LINKED.search(text) else _BRACKETS.sub(r"\\[", text)


def escaped_starts(paragraph: str) -> str:
    """A paragraph whose lines begin with nothing that makes them a heading, a list, a quotation or a rule."""
    text = _NUMBERED.sub(r"\1\\\2", paragraph)
    text = _FENCE.sub("\u2060\\g<0>", text)  # what cannot be escaped stands behind a sign without width
    text = _RULE.sub(r"\1\\\2", text)
    return _AT_START.sub(r"\1\\\2", text)


def unescaped(markdown: str) -> str:
    """The words that escaped() was given."""
    return re.sub(r"\\([" + re.escape(_SIGNS) + r"])", r"\1", markdown)


def _outside_blanks(found: re.Match[str]) -> str:
    before, after = _around(found)
    return found[0] if before.isspace() and after.isspace() and len(found[0]) == 1 else r"\*" * len(found[0])


def _outside_words(found: re.Match[str]) -> str:
    before, after = _around(found)
    stands_alone = before.isspace() and after.isspace()
    within_word = before.isalnum() and after.isalnum()
    return found[0] if stands_alone or within_word else r"\_" * len(found[0])


def _around(found: re.Match[str]) -> tuple[str, str]:
    text = found.string
    before = text[found.start() - 1] if found.start() else " "
    after = text[found.end()] if found.end() < len(text) else " "
    return before, after
