"""What was pasted as references, whatever it is: RIS, BibTeX, CSL-JSON, or lines with a DOI, an ISBN or a citation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask_babel import lazy_gettext as _

from catalog.citing.names import Name, name_of
from catalog.citing.references import MOST_AUTHORS, Reference, clean
from catalog.describing.identifiers import known
from catalog.readinglists import bibtex, ris
from lrc.errors import BadInput

MOST_CHARACTERS = 200_000
MOST = 100
LONGEST = 500
_LONGEST_LINE = 2_000
_MOST_LOOKED_AT = 1_000
"""Entries, those among them that say nothing."""
_KINDS = frozenset(
    {
        "article-journal", "book", "chapter", "thesis", "report", "paper-conference", "webpage", "motion_picture",
        "song", "dataset", "map", "graphic", "software", "document",
    }
)  # fmt: skip
_TEXTS = ("title", "container-title", "publisher", "volume", "issue", "page", "language", "genre")
_DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/|\b(?=10\.\d))(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
_ISBN = re.compile(r"\bISBN(?:-1[03])?[:\s]*((?:97[89][-\s]?)?(?:\d[-\s]?){9}[\dX])\b", re.IGNORECASE)
_BARE_ISBN = re.compile(r"(?:97[89][-\s]?)?(?:\d[-\s]?){9}[\dXx]")
_ADDRESS = re.compile(r"https?://[^\s\"<>]+", re.IGNORECASE)
_BULLET = re.compile(r"(?:[-–—•*·]|\[?\d{1,3}[.)\]])\s+")
_CITED = re.compile(r"(.{2,400}?)\s?\((\d{4})[^()]{0,30}\)[.,:]?\s(.+)")
_NAMES = re.compile(r"(?<=[\w]\.),\s|;\s?|,?\s&\s|,?\s(?:y|e|and)\s(?=[A-ZÁÉÍÓÚÑ])")
_YEAR = re.compile(r"\b(?:1[4-9]|20)\d\d\b")


@dataclass(frozen=True)
class Pasted:
    """One entry: how it was written (cut), and what was understood; without a title it has identifiers alone."""

    written: str
    reference: Reference

    @property
    def identifiers(self) -> list[str]:
        """As catalog.identities knows them, the surest first."""
        named = (("DOI", "doi:"), ("ISBN", "isbn:"), ("URL", ""))
        return [f"{prefix}{self.reference[part]}" for part, prefix in named if part in self.reference]


def read(text: str) -> list[Pasted]:
    """The entries, in order. BadInput where there is none, or more than MOST, or the text is too long."""
    if len(text) > MOST_CHARACTERS:
        raise BadInput(_("Es demasiado de una vez: pega una parte y después la otra."))
    found = list(islice(_entries(text.replace("\0", "")), MOST + 1))
    if not found:
        raise BadInput(_("Pega al menos una referencia: un DOI, un ISBN, o lo que te dio tu gestor de referencias."))
    if len(found) > MOST:
        raise BadInput(_("Son más de %(most)s referencias: pega una parte y después la otra.", most=MOST))
    return found


def _entries(text: str) -> Iterator[Pasted]:
    if ris.looks_so(text):
        yield from _told(ris.read(text))
    elif bibtex.looks_so(text):
        yield from _told(bibtex.read(text))
    elif (items := _csl(text)) is not None:
        yield from _told(items)
    else:
        yield from (Pasted(line[:LONGEST], _of_line(line)) for line in _lines(text))


def _told(raw: Iterable[Mapping[str, Any]]) -> Iterator[Pasted]:
    for each in islice(raw, _MOST_LOOKED_AT):
        reference = tidy(each)
        if reference.keys() - {"type"}:
            yield Pasted(reference.get("title", "") or next(iter(Pasted("", reference).identifiers), ""), reference)


def tidy(raw: Mapping[str, Any]) -> Reference:
    """A reference of which only what we understand is left, each part of the right sort and bounded."""
    kind = raw.get("type")
    made: dict[str, Any] = {"type": kind if isinstance(kind, str) and kind in _KINDS else "document"}
    for part in _TEXTS:
        if (value := raw.get(part)) and isinstance(value, str | int) and (text := clean(str(value))[:LONGEST]):
            made[part] = text
    for role in ("author", "editor"):
        if names := _names(raw.get(role)):
            made[role] = names
    if issued := _issued(raw.get("issued")):
        made["issued"] = issued
    return made | _identified(*(str(raw.get(part) or "")[:LONGEST] for part in ("DOI", "ISBN", "ISSN", "URL")))


def _names(raw: object) -> list[Name]:
    made: list[Name] = []
    for each in raw[:MOST_AUTHORS] if isinstance(raw, list) else ():
        told = each if isinstance(each, dict) else {}
        name = {part: clean(str(told[part]))[:200] for part in ("family", "given", "literal") if told.get(part)}
        if "literal" not in name and len(name) == 1:
            name = {"literal": next(iter(name.values()))}
        if any(name.values()):
            made.append({"literal": name["literal"]} if "literal" in name else name)
    return made


def _issued(raw: object) -> dict[str, Any] | None:
    """The year, of CSL-JSON's own form or of a text."""
    if isinstance(raw, dict):
        parts = raw.get("date-parts")
        first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
        raw = str(first[0]) if first else raw.get("literal") or raw.get("raw")
    found = _YEAR.search(str(raw or "")[:100])
    return {"date-parts": [[int(found[0])]]} if found else None


def _identified(doi: str, isbn: str, issn: str, url: str) -> dict[str, str]:
    """Those that can be right, in their normal forms; the first of several ISBNs."""
    made: dict[str, str] = {}
    for part, prefix, written in (("DOI", "doi:", doi), ("ISBN", "isbn:", isbn), ("ISSN", "issn:", issn)):
        for each in [written, *re.split(r"[,;]\s*|\s(?=97[89])", written)] if written else ():
            plain = re.sub(rf"^\s*(?:{part}[:\s]*)?", "", each, flags=re.IGNORECASE).strip()
            normal = known(plain if plain.lower().startswith("http") else f"{prefix}{plain}")
            if normal.startswith(prefix):
                made.setdefault(part, normal.removeprefix(prefix))
    address = known(url.strip())
    if address.startswith("doi:"):
        made.setdefault("DOI", address.removeprefix("doi:"))
    elif address.lower().startswith("http"):
        made["URL"] = address
    return made


def _csl(text: str) -> list[dict[str, Any]] | None:
    """The items of CSL-JSON; None where it is none."""
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        # Half a letter, which JSON can spell, is none; nothing else can hold it.
        whole = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace")
        found = json.loads(whole)
    except (ValueError, RecursionError):
        return None
    items = found if isinstance(found, list) else [found]
    return [each for each in items if isinstance(each, dict)]


def _lines(text: str) -> Iterator[str]:
    """A citation each: lines; where blank lines part them, what stands between those, unless each line is one."""
    blocks = [[clean(line) for line in block.splitlines()] for block in re.split(r"\n[ \t]*\n", text)]
    blocks = [[line for line in block if line] for block in blocks]
    for block in blocks:
        if len(blocks) > 1 and len(block) > 1 and not all(map(_is_whole, block)):
            block = [" ".join(block)]
        for line in block:
            bare = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
            if bare:
                yield bare[:_LONGEST_LINE]


def _is_whole(line: str) -> bool:
    return bool(_YEAR.search(line) or _DOI.search(line) or _ISBN.search(line) or _BARE_ISBN.fullmatch(line))


def _of_line(line: str) -> Reference:
    """What a line says: identifiers wherever they stand, and the parts of a citation with its year in brackets."""
    doi, isbn, url = _DOI.search(line), _ISBN.search(line), _ADDRESS.search(line)
    number = isbn[1] if isbn else (line if _BARE_ISBN.fullmatch(line) else "")
    found = _identified(doi[1].rstrip(".,;)") if doi else "", number, "", url[0].rstrip(".,;)") if url else "")
    if "DOI" in found:
        found.pop("URL", None)
    words = line
    for each in (_ADDRESS, _DOI, _ISBN):
        words = each.sub(" ", words)
    words = "" if _BARE_ISBN.fullmatch(words.strip()) else clean(re.sub(r"\bdoi:?\s*$", "", words, flags=re.IGNORECASE))
    return {"type": "document", **_parts_of(words.strip(" .,;:-")), **found}


def _parts_of(words: str) -> Reference:
    if not any(map(str.isalnum, words)):
        return {}
    cited = _CITED.fullmatch(words)
    if cited is None:
        return {"title": words[:LONGEST]}
    title, _dot, rest = cited[3].partition(". ")
    names = [name_of(each.strip(" ,&")) for each in _NAMES.split(cited[1]) if each.strip(" ,&.")]
    made: dict[str, Any] = {"title": title.strip(" .")[:LONGEST], "author": names[:MOST_AUTHORS]}
    made["issued"] = {"date-parts": [[int(cited[2])]]}
    if rest.strip(" ."):
        made["publisher"] = rest.strip(" .")[:LONGEST]
    return made
