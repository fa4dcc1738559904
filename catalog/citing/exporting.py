"""References as files for reference managers: RIS, BibTeX and CSL-JSON, in plain text that holds nothing but them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catalog.citing.names import Name, inverted
from catalog.citing.references import Reference


@dataclass(frozen=True)
class Format:
    """A kind of file: its ``ending``, what the web calls it, and how references become one."""

    name: str
    ending: str
    media_type: str
    write: Callable[[Iterable[Reference]], str]


_RIS_TYPES = {
    "article-journal": "JOUR", "book": "BOOK", "chapter": "CHAP", "thesis": "THES", "report": "RPRT",
    "paper-conference": "CPAPER", "webpage": "ELEC", "motion_picture": "VIDEO", "song": "SOUND", "dataset": "DATA",
    "map": "MAP", "graphic": "FIGURE", "software": "COMP",
}  # fmt: skip
_BIBTEX_TYPES = {
    "article-journal": "article", "book": "book", "chapter": "incollection", "report": "techreport",
    "paper-conference": "inproceedings", "thesis": "phdthesis",
}  # fmt: skip
_RIS_FIELDS = (("title", "TI"), ("container-title", "T2"), ("volume", "VL"), ("issue", "IS"), ("page", "SP"),
    ("publisher", "PB"), ("DOI", "DO"), ("URL", "UR"), ("language", "LA"), ("genre", "M3"))  # fmt: skip
_BIBTEX_FIELDS = (("title", "title"), ("publisher", "publisher"), ("DOI", "doi"), ("URL", "url"), ("ISBN", "isbn"),
    ("ISSN", "issn"), ("language", "language"), ("genre", "type"), ("volume", "volume"), ("issue", "number"),
    ("page", "pages"), ("keyword", "keywords"))  # fmt: skip
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': r"{\textquotedbl}",
}  # fmt: skip
_AND = re.compile(r"\band\b", re.IGNORECASE)
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9]")


def ris(references: Iterable[Reference]) -> str:
    """RIS, as Zotero, Mendeley and EndNote read it: a tag a line, so that no value can hold a line's end."""
    return "".join("".join(f"{line}\r\n" for line in _ris_lines(each)) + "\r\n" for each in references)


def _ris_lines(reference: Reference) -> Iterable[str]:
    yield f"TY  - {_RIS_TYPES.get(reference['type'], 'GEN')}"
    for name in reference.get("author", ()):
        yield f"AU  - {inverted(name)}"
    for role, tag in (("editor", "ED"), ("translator", "A4")):
        yield from (f"{tag}  - {inverted(name)}" for name in reference.get(role, ()))
    yield from (f"{tag}  - {reference[part]}" for part, tag in _RIS_FIELDS if part in reference)
    yield from (f"SN  - {reference[part]}" for part in ("ISBN", "ISSN") if part in reference)
    yield from (f"KW  - {word}" for word in reference.get("keyword", "").split(", ") if word)
    if year := year_of(reference):
        yield f"PY  - {year}"
        parts = reference["issued"]["date-parts"][0]
        yield "DA  - " + "/".join([*(f"{part:02d}" for part in parts), *[""] * (3 - len(parts))])
    yield "ER  - "


def bibtex(references: Iterable[Reference]) -> str:
    """BibTeX in UTF-8, as BibLaTeX and Zotero read it; what TeX would obey is written so that it is only shown."""
    return "\n".join(_bibtex_entry(each) for each in references)


def _bibtex_entry(reference: Reference) -> str:
    fields = [(name, _tex(str(reference[part]))) for part, name in _BIBTEX_FIELDS if part in reference]
    people = [(role, _bibtex_names(reference[role])) for role in ("author", "editor") if role in reference]
    fields = [*people, *fields]
    if "container-title" in reference:
        within = "journal" if reference["type"] == "article-journal" else "booktitle"
        fields.append((within, _tex(reference["container-title"])))
    if year := year_of(reference):
        fields.append(("year", year))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
    return f"@{_BIBTEX_TYPES.get(reference['type'], 'misc')}{{{_NOT_IN_KEYS.sub('', reference['id'])},\n{lines}}}\n"


def _bibtex_names(names: Iterable[Name]) -> str:
    """A body's name stands in braces, so that it is not parted; so does an "and" within a name."""
    return " and ".join(
        f"{{{_tex(each['literal'])}}}" if "literal" in each else _AND.sub(r"{\g<0>}", _tex(inverted(each)))
        for each in names
    )


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)


def csl_json(references: Iterable[Reference]) -> str:
    return json.dumps(list(references), ensure_ascii=False, indent=1) + "\n"


def year_of(reference: Reference) -> str:
    """The year in four digits; empty where none is known."""
    parts = reference.get("issued", {}).get("date-parts")
    return f"{parts[0][0]:04d}" if parts else ""


FORMATS = {
    "ris": Format("RIS", "ris", "application/x-research-info-systems", ris),
    "bibtex": Format("BibTeX", "bib", "application/x-bibtex", bibtex),
    "csl": Format("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", csl_json),
}
