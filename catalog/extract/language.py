"""Which language a text is in: Spanish, English, Quechua or Portuguese. The only module that knows py3langid."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("es", "en", "qu", "pt")
SAMPLE_CHARACTERS = 8_000
# From here on it was right in nearly all samples of five words.
SURE = 0.8
FEWEST_LETTERS = 20


def detect(pages: Iterable[str]) -> str:
    """The code of the language that most of the pages are in, or empty where there is too little text to be sure."""
    sample = _sample([page for page in pages if page])
    if sum(map(str.isalpha, sample)) < FEWEST_LETTERS:
        return ""
    language, sureness = _identifier().classify(sample)
    return str(language) if sureness >= SURE else ""


def _sample(pages: list[str]) -> str:
    """Pieces from all over the text: a title page or an abstract may be in another language than the rest."""
    if not pages:
        return ""
    chosen = pages[:: max(1, len(pages) // 8)]
    return "\n".join(page[: SAMPLE_CHARACTERS // len(chosen)] for page in chosen)


@cache
def _identifier() -> LanguageIdentifier:
    """Loaded once in the life of a process; loading takes longer than reading a small file."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
