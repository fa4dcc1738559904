"""What a concept is called in somebody's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import get_locale

OURS = "es"
"""The language in which descriptions and the index name concepts."""
_FALLBACKS = (OURS, "en", "")


def of_reader() -> str:
    """The language of the page that is being made."""
    return str(get_locale() or OURS)


def best(labels: Mapping[str, str], language: str = OURS) -> str:
    """The label in a language (es-pe will do for es), else in Spanish, in English, or whatever there is."""
    for wanted in (language.lower(), *_FALLBACKS):
        if wanted in labels:
            return labels[wanted]
        for tag, text in labels.items():
            if wanted and tag.partition("-")[0] == wanted.partition("-")[0]:
                return text
    return next(iter(labels.values()), "")
