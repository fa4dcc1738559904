"""How text becomes words: splitting, folding of accents, stop words and the keys by which kindred forms meet.

The index holds words as they are written, folded: small letters, no accents, but ñ (año is not ano). That a plural,
another gender or a verb form finds its kin is decided when one searches, by comparing *keys* of the words that the
index holds with those of the word asked for; see ``kin_keys``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

import Stemmer

from search.spanish import FAMILIES, LIGHT_WORDS, STOP_WORDS

ANALYSIS_VERSION = 2
"""Raise it when what the index holds would come out otherwise; indexes made before are then outdated."""

LONGEST_WORD = 32
_APOSTROPHES = "'’ʼ"
# Letters and digits; an apostrophe between them belongs to the word (Quechua p'unchaw, English don't).
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
_BEFORE_HYPHEN = re.compile(rf"[^\W_]{{1,{LONGEST_WORD}}}\Z")
_AFTER_HYPHEN = re.compile(rf"[^\W_]{{1,{LONGEST_WORD}}}")
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


def compounds(text: str) -> Iterator[str]:
    """What hyphens part in a ``normal`` text, as one folded word each: email for e-mail, 20w50 for 20W-50."""
    return (joined for _, joined in compounds_at(text))


def compounds_at(text: str) -> Iterator[tuple[int, str]]:
    """The same, each with the place of its hyphen."""
    at = text.find("-")
    while at >= 0:
        before = _BEFORE_HYPHEN.search(text[max(0, at - LONGEST_WORD) : at])
        after = _AFTER_HYPHEN.match(text[at + 1 : at + 1 + LONGEST_WORD])
        if before and after and can_join(joined := fold(before.group() + after.group())):
            yield at, joined
        at = text.find("-", at + 1)


def can_join(joined: str) -> bool:
    """Whether what two words make is a word too: some letter in it, for 3-2 is not 32."""
    return not joined.isdigit()


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


def is_light_word(word: str) -> bool:
    """Whether a folded word says little: verbs and nouns of which any question is made."""
    return word in LIGHT_WORDS


_SHORTEST_PLURAL = 5


def without_number(word: str) -> str:
    """What a folded word and its plural have in common, in Spanish and in English: luc of luz, studi of study."""
    if len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 2 and word.endswith("e"):
        word = word[:-1]
    return f"{word[:-1]}{_OTHERWISE[word[-1]]}" if word and word[-1] in _OTHERWISE else word


_OTHERWISE = {"z": "c", "y": "i"}


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
    if root.endswith("ific") and len(root) > 6:  # modificar, whose noun the stemmer cuts shorter
        root = root[:-2]
    root = _DIPHTHONG_O.sub("o", root.replace("ie", "e"))
    for ending, instead in _ENDINGS:
        root = ending.sub(instead, root)
    if len(root) > 5 and root[-1] in "dst":
        root = root[:-1] + "t"
    return root


# How letters sound in Peru, in the order in which they are tried at each place.
_SOUNDS = (
    ("ch", "ch"),
    ("ll", "y"),
    ("h", ""),
    ("v", "b"),
    ("z|^ps|^x|x(?=[^aeiou])|c(?=[ei])", "s"),
    ("qu(?=[ei])|c|q", "k"),
    ("gu(?=[ei])", "g"),
    ("g(?=[ei])", "j"),
    ("x", "ks"),
    ("ñ|m(?=[bpv])", "n"),
)
_SOUND = re.compile("|".join(f"({letters})" for letters, _ in _SOUNDS))
_DOUBLED = re.compile(r"([^\W\d])\1+")


def sound_key(word: str) -> str:
    """The same for folded words that are said alike: vinaria and binaria, coneccion and conexion."""
    return _DOUBLED.sub(r"\1", _SOUND.sub(lambda found: _SOUNDS[(found.lastindex or 1) - 1][1], word))
