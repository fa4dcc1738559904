"""The last touches to a lesson's tree, before the walls: headings, links, footnotes, tables, words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from flask_babel import gettext

from lrc.richtext.glossary import link_terms
from lrc.richtext.job import Job
from lrc.richtext.pieces import ATTRIBUTE
from lrc.richtext.surroundings import Trouble
from lrc.richtext.taming import TooWild

MOST_ELEMENTS = 5_000
"""bleach takes a tenth of a millisecond for each."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MARKS = re.compile(r"\x02[^\x03]*\x03")
_ADDRESS = re.compile(r"https?://[^\s/]|mailto:[^\s@]+@", re.IGNORECASE)
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Heading:
    level: int
    """From 2: the page's own title is 1."""
    id: str
    text: str


class Finisher:
    """Takes the tree that Markdown made; afterwards knows its words, headings and terms."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.headings: list[Heading] = []
        self.terms: list[str] = []
        self.words = ""

    def __call__(self, root: Element) -> None:
        self._job.watch.check()
        if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
            raise TooWild
        self._set_apart(root)
        if self._job.is_whole:
            self._name_headings(root)
        else:
            _demote_headings(root)
        self.words = " ".join("".join(self._said(root)).split())
        self._check_links(root)
        _number_footnotes(root)
        _frame_tables(root)
        for box in root.iter("div"):
            if box.get("class", "").startswith("admonition"):
                box.set("role", "note")
        if self._job.is_whole:
            self.terms = link_terms(root, self._job.terms)

    def _set_apart(self, root: Element) -> None:
        """A piece that is all of a paragraph stands in its place."""
        for paragraph in root.iter("p"):
            is_alone = len(paragraph) == 1 and not (paragraph.text or "").strip()
            if is_alone and ATTRIBUTE in paragraph[0].attrib and not (paragraph[0].tail or "").strip():
                paragraph.tag, paragraph.text = "div", None
                paragraph.attrib = paragraph[0].attrib
                paragraph.remove(paragraph[0])

    def _said(self, element: Element) -> Iterator[str]:
        """What the tree says, piece by piece."""
        piece = self._job.pieces.of(element)
        if piece is not None:
            yield f" {piece.words} " if element.tag == "div" else piece.words
        elif element.get("class") not in ("footnote-ref", "footnote-backref"):
            yield _MARKS.sub("", element.text or "")
            for child in element:
                yield from self._said(child)
                yield _MARKS.sub("", child.tail or "")

    def _name_headings(self, root: Element) -> None:
        """The highest begins at 2, and none goes down more than one level at once; each has an id."""
        above: list[int] = []
        taken: set[str] = set()
        for heading in [each for each in root.iter() if each.tag in _HEADINGS]:
            text = " ".join("".join(self._said(heading)).split())
            if not text:
                heading.tag = "p"
                continue
            level = int(heading.tag[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            heading.tag = f"h{min(1 + len(above), 6)}"
            name = _free(f"s-{slug(text)}", taken)
            heading.set("id", name)
            self.headings.append(Heading(int(heading.tag[1]), name, text))

    def _check_links(self, root: Element) -> None:
        targets = {each.id for each in self.headings}
        for link in root.iter("a"):
            href = link.get("href", "").strip()
            if "class" in link.attrib or not href:
                continue
            if href.startswith("#"):
                target = f"s-{slug(href)}"
                if target in targets:
                    link.set("href", f"#{target}")
                else:
                    self._unlink(link, Trouble.ANCHOR)
            elif _ADDRESS.match(href):
                _open_apart(link)
            else:
                self._unlink(link, Trouble.LINK)

    def _unlink(self, link: Element, trouble: Trouble) -> None:
        self._job.note(trouble, link.get("href", ""), link.get("href", ""))
        link.tag = "span"
        link.attrib.clear()


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return _NOT_IN_SLUGS.sub("-", plain).strip("-")[:60].strip("-") or "seccion"


def _free(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _demote_headings(root: Element) -> None:
    for heading in [each for each in root.iter() if each.tag in _HEADINGS]:
        strong = Element("strong")
        strong.text, strong[:] = heading.text, list(heading)
        heading.tag, heading.text, heading[:] = "p", None, [strong]


def _open_apart(link: Element) -> None:
    """Other sites open beside the lesson: in the platform's frame most refuse to be shown."""
    if link.get("href", "").lower().startswith("http"):
        link.set("target", "_blank")
        SubElement(link, "span", {"class": "visually-hidden"}).text = f" ({gettext('se abre en otra pestaña')})"


def _number_footnotes(root: Element) -> None:
    """Ids of ours in the place of those that hold the author's labels, and names for who cannot see the signs."""
    ids: dict[str, str] = {}
    for element in root.iter():
        if element.tag in ("li", "sup") and element.get("id", "").startswith("fn"):
            old = element.get("id", "")
            ids[f"#{old}"] = f"{'n' if element.tag == 'li' else 'r'}-{len(ids) + 1}"
            element.set("id", ids[f"#{old}"])
    for link in root.iter("a"):
        kind = link.get("class", "")
        if kind.startswith("footnote-"):
            link.set("href", f"#{ids.get(link.get('href', ''), '')}")
            back = link.attrib.pop("title", "")
            link.set("aria-label", back or gettext("Nota %(number)s", number=link.text or ""))
    for box in root.iter("div"):
        if box.get("class") == "footnote":
            box[0].tag, box[0].text = "h2", gettext("Notas")


def _frame_tables(root: Element) -> None:
    """Each table into a box that scrolls by itself, and its empty corner no heading of anything."""
    number = 0
    for parent in list(root.iter()):
        for place, table in enumerate(list(parent)):
            if table.tag != "table":
                continue
            number += 1
            label = gettext("Tabla %(number)s", number=number)
            frame = Element("div", {"class": "table-scroll", "tabindex": "0", "role": "group", "aria-label": label})
            frame.tail, table.tail = table.tail, None
            parent[place] = frame
            frame.append(table)
            for cell in table.iter("th"):
                if cell.text or len(cell):
                    cell.set("scope", "col")
                else:
                    cell.tag = "td"
