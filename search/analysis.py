"""How text becomes words: splitting, folding of accents, stop words and the keys by which kindred forms meet.

The index holds words as they are written, folded: small letters, no accents, but ñ (año is not ano). That a plural,
another gender or a verb form finds its kin is decided when one searches, by comparing *keys* of the words that the
index holds with those of the word asked for; see ``kin_keys``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from threading import Lock

import Stemmer

from search.spanish import FAMILIES, STOP_WORDS

ANALYSIS_VERSION = 1
"""Raise it when what the index holds would come out otherwise; indexes made before are then outdated."""

LONGEST_WORD = 32
_APOSTROPHES = "'’ʼ"
# Letters and digits; an apostrophe between them belongs to the word (Quechua p'unchaw, English don't).
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
_JOINERS = dict.fromkeys(map(ord, _APOSTROPHES + "\u00ad"))
_CACHE_LIMIT = 200_000
_folded: dict[str, str] = {}
_spanish = Stemmer.Stemmer("spanish", 0)
_english = Stemmer.Stemmer("english", 0)
_stemming = Lock()


def normal(text: str) -> str:
    """The text as we keep it: composed characters (NFC), no soft hyphens, no NUL or lone surrogates."""
    clean = text.encode("utf-8", "replace").decode("utf-8").replace("\u00ad", "").replace("\x00", " ")
    return unicodedata.normalize("NFC", clean)


def spans(text: str) -> Iterable[re.Match[str]]:
    """The places of the words in a text that is ``normal``."""
    return _WORD.finditer(text)


def split(text: str) -> list[str]:
    """The words of a text that is ``normal``, as they are written, in order."""
    return _WORD.findall(text)


def words(text: str) -> list[str]:
    """The folded words of a text that is ``normal``, in order, stop words among them."""
    return [fold(word) for word in split(text)]


def fold(word: str) -> str:
    """One word in small letters without accents, but with its ñ, cut at LONGEST_WORD characters."""
    known = _folded.get(word)
    if known is None:
        if len(_folded) >= _CACHE_LIMIT:
            _folded.clear()
        known = _folded[word] = _fold(word)
    return known


def _fold(word: str) -> str:
    low = word.lower().translate(_JOINERS)
    if low.isascii():
        return low[:LONGEST_WORD]
    kept = (letter if letter == "ñ" else unicodedata.normalize("NFKD", letter) for letter in low)
    bare = "".join(part for letter in kept for part in letter if not unicodedata.combining(part))
    return bare.lower()[:LONGEST_WORD]


def plain(word: str) -> str:
    """A folded word as it is typed on a keyboard without ñ."""
    return word.replace("ñ", "n")


def is_stop_word(word: str) -> bool:
    """Whether a folded word says nothing by itself in Spanish or English."""
    return word in STOP_WORDS


def has_kin(word: str) -> bool:
    """Whether a folded word can have other forms: letters only, three or more."""
    return len(word) > 2 and word.isalpha()


def kin_keys(forms: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Three keys for each folded word; two words that share one are kin.

    The first joins inflections (number, gender, tense: Snowball's Spanish stem), the second also derivations
    (elegir, elija, elección), the third English inflections. Accents that folding took and that the stemmer needs
    are put back where the ending leaves no doubt (-ion is always -ión).
    """
    bare = [plain(form) for form in forms]
    with _stemming:  # a stemmer serves one thread at a time
        stems = _spanish.stemWords([_accented(form) for form in bare])
        english = _english.stemWords(bare)
    inflected = [_fold(stem) for stem in stems]
    derived = [_derived(form, stem) for form, stem in zip(bare, inflected, strict=True)]
    return inflected, derived, list(english)


_ACCENTED = (("ion", "ión"), ("logia", "logía"), ("logias", "logías"), ("iendolo", "iéndolo"), ("andolo", "ándolo"))


def _accented(form: str) -> str:
    if form.endswith("ces") and len(form) > 4:
        return form[:-3] + "z"
    for bare, accented in _ACCENTED:
        if form.endswith(bare):
            return form[: -len(bare)] + accented
    return form


_DIPHTHONG_O = re.compile("(?<![gq])ue")
_ENDINGS = (
    (re.compile("(cc|ct|x)$"), "c"),
    (re.compile("(zc|z|qu)$"), "c"),
    (re.compile("(gu|j)$"), "g"),
    (re.compile("(?<=u)y$"), ""),
)


def _derived(form: str, stem: str) -> str:
    family = FAMILIES.get(form) or FAMILIES.get(stem)
    if family:
        return family
    root = stem
    if root.endswith("ion") and len(root) > 6 and root[-4] in "csx":
        root = root[:-3]
    root = _DIPHTHONG_O.sub("o", root.replace("ie", "e"))
    for ending, instead in _ENDINGS:
        root = ending.sub(instead, root)
    if len(root) > 5 and root[-1] in "dst":
        root = root[:-1] + "t"
    return root
