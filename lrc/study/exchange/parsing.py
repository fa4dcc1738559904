"""Reads the files of a folder one by one: UTF-8, front matter, contents; each refusal names the file and the line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _

from lrc.study.content import Misfit, PartContent, Term, from_words, new_key
from lrc.study.exchange import frontmatter
from lrc.study.exchange.frontmatter import Page

Files = dict[str, bytes]
"""Contents by path, with slashes, within a folder."""
T = TypeVar("T")
_MOST_TERMS = 200
_KEYED = ("questions", "options", "pairs", "items")
_NAMED = re.compile(r"`([^`]+)`")


def page(data: bytes, name: str) -> Page:
    """A file's front matter and body."""
    try:
        return frontmatter.read(data.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise frontmatter.bad(name, line, _("no está en UTF-8: guárdalo otra vez con esa codificación.")) from error


def content(page: Page, data: dict[str, Any], kind: type[T], name: str) -> T:
    """The contents that a page's data says."""
    try:
        return from_words(data, kind)
    except Misfit as misfit:
        raise frontmatter.bad(name, page.line_of(misfit.where), sentence(misfit)) from misfit


def sentence(misfit: Misfit) -> object:
    """What is wrong with data, for who wrote it."""
    what = _NAMED.search(misfit.why)
    where, named = misfit.where or "…", what[1] if what else ""
    if "missing required" in misfit.why:
        return _("en «%(where)s» falta «%(named)s».", where=where, named=named)
    if "unknown field" in misfit.why:
        return _("en «%(where)s» no hay nada que se llame «%(named)s».", where=where, named=named)
    if "length" in misfit.why:
        return _("«%(where)s» es demasiado largo, o demasiado corto.", where=where)
    return _("«%(where)s» no puede ser eso.", where=where)


def words(page: Page, key: str, name: str) -> str:
    """A text among a page's data; empty where there is none."""
    value = page.data.get(key, "")
    if not isinstance(value, str):
        raise frontmatter.bad(name, page.line_of(key), _("«%(where)s» no puede ser eso.", where=key))
    return value


def refuse(page: Page, keys: Sequence[str], name: str) -> None:
    """Refuse data that has its place elsewhere."""
    for key in keys:
        if key in page.data:
            why = _("«%(where)s» no va aquí: es el texto debajo de los datos, u otro archivo.", where=key)
            raise frontmatter.bad(name, page.line_of(key), why)


def glossary(data: bytes, name: str) -> tuple[Term, ...]:
    """The terms of a glossary's file."""
    found = page(data, name)
    terms = found.data.get("terms", [])
    if not isinstance(terms, list) or len(terms) > _MOST_TERMS or set(found.data) - {"terms"}:
        raise frontmatter.bad(name, found.line_of("terms"), _("terms es una lista de hasta 200 términos."))
    return tuple(_term(found, each, at, name) for at, each in enumerate(terms))


def _term(page: Page, data: Any, at: int, name: str) -> Term:
    try:
        return from_words(data, Term)
    except Misfit as misfit:
        where = f"terms[{at}]" + (f".{misfit.where}" if misfit.where else "")
        raise frontmatter.bad(name, page.line_of(where), sentence(misfit)) from misfit


def unique(parts: Iterable[tuple[str, PartContent]]) -> tuple[PartContent, ...]:
    """The parts, no two of which may have the same key."""
    made: dict[str, PartContent] = {}
    for name, part in parts:
        if part.key in made:
            raise frontmatter.bad(name, 2, _("otra parte del módulo tiene la misma clave (key)."))
        made[part.key] = part
    return tuple(made.values())


def with_keys(value: Any, inside: str = "") -> Any:
    """Data in which questions and options that people wrote without a key have one."""
    if isinstance(value, dict):
        keyed = {name: with_keys(each, name) for name, each in value.items()}
        return {"key": new_key()} | keyed if inside in _KEYED and "key" not in keyed else keyed
    if isinstance(value, list):
        return [with_keys(each, inside) for each in value]
    return value


def key_from(name: str) -> str:
    """A key for a part that says none: its file's name."""
    plain = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\A\d+-|\.md\Z", "", name).lower()).strip("-")
    return plain[:40].strip("-") or new_key()


def unwrapped(files: Files, heads: Sequence[str]) -> Files:
    """The files inside the one folder that holds them all, where there is one (as archives often have it)."""
    if any(head in files for head in heads):
        return files
    folders = {path.split("/")[0] for path in files if "/" in path}
    inside = [folder for folder in folders if any(f"{folder}/{head}" in files for head in heads)]
    if len(folders) != 1 or len(inside) != 1:
        return files
    return {path.removeprefix(f"{inside[0]}/"): content for path, content in files.items() if "/" in path}
