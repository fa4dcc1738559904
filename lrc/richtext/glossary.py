"""Finds the terms of a glossary in a text, each where it first stands, and links it to its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

TERM = "data-term"
"""On a link to the glossary, until it gets its number: the term."""
_WORD = re.compile(r"\w+")
_UNTOUCHED = frozenset({"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "th", "sup"})


class Terms:
    """The terms of a glossary, found whole, in capitals or not, and with a plural's -s or -es."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_word: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        self._whole: dict[str, str] = {}
        for term in sorted(filter(None, terms), key=len, reverse=True):
            self._whole[_folded(term)] = term
            words = [re.escape(word) for word in term.split()]
            first = _WORD.search(term)
            if first and term.startswith(first[0]):
                pattern = re.compile(r"(?:e?s)?\s+".join(words) + r"(?:e?s)?(?!\w)", re.IGNORECASE)
                self._by_word.setdefault(first[0].casefold(), []).append((term, pattern))

    def __bool__(self) -> bool:
        return bool(self._by_word)

    def find(self, text: str) -> str | None:
        """The term that a text is, or None."""
        found = self._at(text, _WORD.match(text), ())
        return found[0] if found and found[1] == len(text) else self._whole.get(_folded(text))

    def first_in(self, text: str, done: Iterable[str]) -> tuple[str, int, int] | None:
        """The first term in the text that is not done: its name, where it begins and ends."""
        for word in _WORD.finditer(text):
            found = self._at(text, word, done)
            if found:
                return found[0], word.start(), found[1]
        return None

    def _at(self, text: str, word: re.Match[str] | None, done: Iterable[str]) -> tuple[str, int] | None:
        if word is None:
            return None
        said = word[0].casefold()
        for form in (said, said.removesuffix("s"), said.removesuffix("es")):
            for term, pattern in self._by_word.get(form, ()):
                found = pattern.match(text, word.start())
                if found and term not in done:
                    return term, found.end()
        return None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def link_terms(root: Element, terms: Terms) -> list[str]:
    """Link the terms of a tree: those marked as such, and of the others the first place. In the order of the text."""
    marked = {link.get(TERM, "") for link in root.iter("a") if TERM in link.attrib}
    if terms:
        _mark(root, terms, marked)
    numbers: dict[str, int] = {}
    for link in root.iter("a"):
        term = link.attrib.pop(TERM, None)
        if term is None:
            continue
        if term not in numbers:
            numbers[term] = len(numbers) + 1
            link.set("id", f"t-{numbers[term]}")
        link.set("href", f"#g-{numbers[term]}")
        link.set("class", "term")
    return list(numbers)


def _mark(element: Element, terms: Terms, done: set[str]) -> None:
    if element.tag in _UNTOUCHED:
        return
    children = list(element)
    new = _links_in(element.text or "", terms, done)
    element.text, made = new
    for child in children:
        _mark(child, terms, done)
        made.append(child)
        child.tail, after = _links_in(child.tail or "", terms, done)
        made += after
    element[:] = made


def _links_in(text: str, terms: Terms, done: set[str]) -> tuple[str, list[Element]]:
    """A text parted at its terms: what comes before the first, and the links with what follows each."""
    links: list[Element] = []
    before = text
    while found := terms.first_in(text, done):
        term, start, end = found
        done.add(term)
        link = Element("a", {TERM: term})
        link.text = AtomicString(text[start:end])
        if links:
            links[-1].tail = text[:start]
        else:
            before = text[:start]
        links.append(link)
        text = text[end:]
        link.tail = text
    return before, links
