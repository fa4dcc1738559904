"""Makes judged searches of our own: titles of records as people mistype, inflect, join, split and misspell them.

Everything follows from the records and a seed. The rules of Spanish here are written apart from those of the search,
so that one does not merely confirm the other.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

from search.spanish import STOP_WORDS

Change = Callable[[random.Random, list[str], Collection[str]], list[str] | None]
"""From the words of a query as they are in the title (with accents, small letters) and all words of the texts to the
words as somebody types them; None where these words cannot be deformed so."""

_VERB = re.compile(r"[a-zñ]{3,}(ar|er|ir)")
_BESIDE = """
q wa|w qes|e wrd|r etf|t ryg|y tuh|u yij|i uok|o ipl|p oñ|a qsz|s awdxz|d sefcx|f drgvc|g fthbv|h gyjnb|j hukmn|k jilm
l kop|ñ lp|z asx|x zsdc|c xdfv|v cfgb|b vghn|n bhjm|m njk
"""
_NEIGHBOURS = {pair[0]: pair[2:] for pair in _BESIDE.replace("\n", "|").strip("|").split("|")}
# Present stems and nouns that no rule of endings gives: infinitive, then its other forms.
_IRREGULAR = """
mostrar muestra mostrando mostrado
encontrar encuentra encontrando encontrado
probar prueba probando probado
mover mueve moviendo movido movimiento
resolver resuelve resolviendo resuelto
elegir elige eligiendo elegido elección
pedir pide pidiendo pedido
seguir sigue siguiendo seguido seguimiento
leer lee leyendo leído lectura
escribir escribe escribiendo escrito escritura
imprimir imprime imprimiendo impreso impresión
traducir traduce traduciendo traducido traducción
introducir introduce introduciendo introducido introducción
reproducir reproduce reproduciendo reproducido reproducción
cerrar cierra cerrando cerrado cierre
comenzar comienza comenzando comenzado comienzo
conectar conecta conectando conectado conexión
definir define definiendo definido definición
añadir añade añadiendo añadido
abrir abre abriendo abierto apertura
ver ve viendo visto
hacer hace haciendo hecho
obtener obtiene obteniendo obtenido obtención
corregir corrige corrigiendo corregido corrección
proteger protege protegiendo protegido protección
dividir divide dividiendo dividido división
compartir comparte compartiendo compartido
convertir convierte convirtiendo convertido conversión
medir mide midiendo medido medición
recibir recibe recibiendo recibido recepción
"""
_LISTED = [line.split() for line in _IRREGULAR.strip().splitlines()]
_FORMS = {form: forms for forms in _LISTED for form in forms}


def bare(word: str) -> str:
    """Without accents and with n for ñ, as on a keyboard that has neither."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def is_telling(word: str) -> bool:
    return bare(word) not in STOP_WORDS and len(word) > 1


def _one(
    chance: random.Random, words: list[str], forms: Callable[[str], Sequence[str]], *, most: int = 1
) -> list[str] | None:
    """Replace up to ``most`` words, anywhere, by one of their forms; None where no word has any."""
    able = [(place, others) for place, word in enumerate(words) if is_telling(word) and (others := forms(word))]
    if not able:
        return None
    changed = list(words)
    for place, others in chance.sample(able, min(most, len(able))):
        changed[place] = chance.choice(others)
    return changed


def other_number(word: str, known: Collection[str]) -> list[str]:
    """The plural of a singular, the singular of a plural; nothing for what looks like neither."""
    if not word.isalpha() or len(word) < 4 or word.endswith(("mente", "ando", "iendo")) or _VERB.fullmatch(word):
        return []
    if not word.endswith("s"):
        if word.endswith("ión"):
            return [word[:-3] + "iones"]
        if word.endswith("z"):
            return [word[:-1] + "ces"]
        return [word + ("s" if word[-1] in "aeoé" else "es")] if word[-1] in "aeoédlnr" else []
    if word.endswith("iones"):
        return [word[:-5] + "ión"]
    singulars = [word[:-3] + "z"] if word.endswith("ces") else []
    singulars += [word[:-1]] if word[-2] in "aeo" else []
    singulars += [word[:-2]] if word.endswith("es") else []
    return [form for form in singulars if form in known][:1]


def other_gender(word: str, known: Collection[str]) -> list[str]:
    swapped = re.sub(r"[oa](s?)$", lambda found: ("a" if found.group()[0] == "o" else "o") + found.group(1), word)
    return [swapped] if swapped != word and len(word) > 4 and swapped in known else []


def other_forms(word: str, known: Collection[str]) -> list[str]:
    """Other forms of a verb, or the verb of a noun in -ción; verbs are known by a second form in the texts."""
    if word in _FORMS:
        return [form for form in _FORMS[word] if form != word]
    lemma = word
    for ending, infinitive in (("ando", "ar"), ("iendo", "er"), ("iendo", "ir"), ("ación", "ar"), ("aciones", "ar")):
        if word.endswith(ending) and word[: -len(ending)] + infinitive in known:
            lemma = word[: -len(ending)] + infinitive
    root, ending = lemma[:-2], lemma[-2:]
    gerund = root + ("ando" if ending == "ar" else "iendo")
    if not _VERB.fullmatch(lemma) or (lemma == word and gerund not in known):
        return []
    forms = [lemma, gerund, root + ("a" if ending == "ar" else "e"), root + ("an" if ending == "ar" else "en")]
    return [form for form in (*forms, root + ("ado" if ending == "ar" else "ido")) if form != word]


def _slip(chance: random.Random, word: str, low: float, high: float) -> str:
    """One slip of the finger between two shares of a word's length: a letter lost, doubled, swapped or beside it."""
    places = [place for place in range(len(word)) if low <= place / len(word) < high and word[place] != "-"]
    for _ in range(20):
        at, kind = chance.choice(places), chance.randrange(4)
        if kind == 0:
            slipped = word[:at] + word[at + 1 :]
        elif kind == 1:
            slipped = word[:at] + word[at] + word[at:]
        elif kind == 2 and at + 1 < len(word):
            slipped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        else:
            slipped = word[:at] + chance.choice(_NEIGHBOURS.get(bare(word[at]), "e")) + word[at + 1 :]
        if slipped != word:
            return slipped
    return word


def _typo(low: float, high: float) -> Change:
    def change(chance: random.Random, words: list[str], known: Collection[str]) -> list[str] | None:
        return _one(chance, words, lambda word: [_slip(chance, word, low, high)] if len(word) > 4 else [])

    return change


def _two_typos(chance: random.Random, words: list[str], known: Collection[str]) -> list[str] | None:
    """Two slips in one long word, or one in each of two."""

    def twice(word: str) -> list[str]:
        return [_slip(chance, _slip(chance, word, 0, 0.5), 0.5, 1)] if len(word) > 7 else []

    if chance.random() < 0.5 and (changed := _one(chance, words, twice)):
        return changed
    able = [word for word in words if is_telling(word) and len(word) > 4]
    if len(able) < 2:
        return _one(chance, words, twice)
    return _one(chance, words, lambda word: [_slip(chance, word, 0, 1)] if len(word) > 4 else [], most=2)


_SOUNDS = (
    ("b", "v"), ("v", "b"), ("z", "s"), ("c(?=[eiéí])", "s"), ("s(?=[eiéí])", "c"), ("s(?=[aou])", "z"), ("ll", "y"),
    ("y(?=[aeiouáéíóú])", "ll"), ("h", ""), ("^(?=[aeiou])", "h"), ("g(?=[eiéí])", "j"), ("j(?=[eiéí])", "g"),
    ("x(?=[aeiou])", "cs"), ("cc", "c"), ("qu(?=[ei])", "k"), ("m(?=[bp])", "n"), ("ñ", "ni"),
)  # fmt: skip


def _by_ear(word: str) -> list[str]:
    """A word as somebody writes it who has only heard it in Peru."""
    if len(word) < 4:
        return []
    return [heard for sound, letters in _SOUNDS if (heard := re.sub(sound, letters, word, count=1)) != word]


def _three_vowels(word: str) -> list[str]:
    """A word as somebody says it whose first language, Quechua, tells i from e and u from o by no letter."""
    swapped = dict(zip("eiouéíóú", "ieuoíéúó", strict=True))
    places = [place for place, letter in enumerate(word[:-1]) if letter in swapped]
    return [word[:at] + swapped[word[at]] + word[at + 1 :] for at in places] if len(word) > 4 else []


def _without_stop_words(chance: random.Random, words: list[str], known: Collection[str]) -> list[str] | None:
    kept = [word for word in words if is_telling(word)]
    return kept if len(kept) < len(words) else None


def _with_stop_words(chance: random.Random, words: list[str], known: Collection[str]) -> list[str] | None:
    """Other little words between the words, and a question around them."""
    little = ("de", "del", "la", "el", "para", "con", "en", "por", "los", "y", "a")
    between = [part for word in words if is_telling(word) for part in (chance.choice(little), word)][1:]
    openings = (["como"], ["que", "es"], ["para", "que"], ["donde"], ["sobre", "el"], ["qué", "son", "los"], [])
    return [*chance.choice(openings), *between]


def _joined(chance: random.Random, words: list[str], known: Collection[str]) -> list[str] | None:
    places = [at for at, pair in enumerate(pairwise(words)) if all(is_telling(word) for word in pair)]
    if not places:
        return None
    at = chance.choice(places)
    return [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]


def _parted(chance: random.Random, words: list[str], known: Collection[str]) -> list[str] | None:
    """A long word in two, where one half at least is a word."""

    def halves(word: str) -> list[str]:
        cuts = range(3, len(word) - 2) if len(word) > 7 else ()
        return [f"{word[:at]} {word[at:]}" for at in cuts if word[:at] in known or word[at:] in known]

    changed = _one(chance, words, halves)
    return changed and " ".join(changed).split()


def _english(translations: Mapping[str, Sequence[str]]) -> Change:
    """One Spanish term as English has it, by a list: word or run of words -> words or runs."""

    def change(chance: random.Random, words: list[str], known: Collection[str]) -> list[str] | None:
        able = [
            (at, size, others)
            for size in (3, 2, 1)
            for at in range(len(words) - size + 1)
            if (others := translations.get(bare(" ".join(words[at : at + size]))))
        ]
        if not able:
            return None
        at, size, others = able[0]
        return [*words[:at], *chance.choice(others).split(), *words[at + size :]]

    return change


def changes(translations: Mapping[str, Sequence[str]]) -> dict[str, Change]:
    """Kind of deformation -> what does it."""
    return {
        "exacto": lambda chance, words, known: words,
        "plural": lambda chance, words, known: _one(chance, words, lambda word: other_number(word, known), most=3),
        "género": lambda chance, words, known: _one(chance, words, lambda word: other_gender(word, known)),
        "verbo": lambda chance, words, known: _one(chance, words, lambda word: other_forms(word, known)),
        "sin acento": lambda chance, words, known: [bare(word) for word in words],
        "eñe": lambda chance, words, known: _one(chance, words, lambda w: [w.replace("ñ", "n")] if "ñ" in w else []),
        "errata al inicio": _typo(0, 0.2),
        "errata en medio": _typo(0.2, 0.8),
        "errata al final": _typo(0.8, 1),
        "dos erratas": _two_typos,
        "sin vacías": _without_stop_words,
        "otras vacías": _with_stop_words,
        "juntas": _joined,
        "partida": _parted,
        "de oído": lambda chance, words, known: _one(chance, words, _by_ear, most=2),
        "tres vocales": lambda chance, words, known: _one(chance, words, _three_vowels),
        "en inglés": _english(translations),
    }
