"""Formulas: LaTeX made into MathML by latex2mathml, of which only known elements and attributes are written out.

latex2mathml passes on whatever stands inside \\text{...} as if it were markup, and knows \\href and \\style. So its
string is never used: its tree is walked, and everything that is text in it is written as text.
"""

from __future__ import annotations

import logging
import re
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

from lrc.richtext.keeping import Kept
from lrc.richtext.walls import Allowed, nh3_wall

log = logging.getLogger(__name__)
MAX_CHARACTERS = 2_000
_MOST_DEPTH = 25
_MOST_MATHML = 60_000

_ROWS = "mrow mstyle mpadded mphantom merror mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts"
_LEAVES = "mi mn mo ms mspace mtext"
_TABLES = "mtable mtr mtd menclose mprescripts none"
_LENGTH = re.compile(r"[+-]?\d{0,3}(?:\.\d{0,4})?(?:em|ex|px|pt|mu|%)?")
_FLAG = re.compile(r"true|false")
_WORDS = re.compile(r"[a-z -]{1,100}")
_ANY_TEXT = re.compile(rf"(?s:.{{0,{MAX_CHARACTERS}}})")
_EVERYWHERE = {
    "mathvariant": _WORDS,
    "displaystyle": _FLAG,
    "scriptlevel": re.compile(r"[+-]?\d"),
    "width": _LENGTH,
    "height": _LENGTH,
    "depth": _LENGTH,
    "lspace": _LENGTH,
    "voffset": _LENGTH,
    "minsize": _LENGTH,
    "maxsize": _LENGTH,
    "linethickness": _LENGTH,
    "stretchy": _FLAG,
    "fence": _FLAG,
    "largeop": _FLAG,
    "movablelimits": _FLAG,
    "accent": _FLAG,
    "form": _WORDS,
    "columnalign": _WORDS,
    "columnlines": _WORDS,
    "rowlines": _WORDS,
    "notation": _WORDS,
}
_NAMES = frozenset({"math", *_ROWS.split(), *_LEAVES.split(), *_TABLES.split()})
ALLOWED = Allowed(
    tags=_NAMES,
    attributes=dict.fromkeys(_NAMES, _EVERYWHERE)
    | {"math": {"display": re.compile("block|inline"), "alttext": _ANY_TEXT}},
)
"""MathML as far as it only shows: no addresses, styles, classes, colours, actions, or HTML inside it."""

# Definitions can call themselves; the others say what no formula needs.
_REFUSED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|newenvironment|renewenvironment|[egx]?def|let|DeclareMathOperator"
    r"|href|url|class|style|cssId|html\w*|includegraphics|require|input|include|unicode)(?![A-Za-z])"
)
_VARIABLE = re.compile("[A-Za-zα-ωıȷ]")
"""What is written in italics. Styles do it (lrc/static/study.css), by these marks: browsers by themselves use letters
that many phones have no font for."""
_UNKNOWN = re.compile(r"\\[A-Za-z]+$")
_REFERENCE = re.compile(r"&#x0*[0-9A-Fa-f]{1,6};")

_kept: Kept[Markup] = Kept(characters=2_000_000)


class BadFormula(ValueError):
    """LaTeX that cannot be read, or says more than a formula. ``command`` is what is not known, where it is one."""

    def __init__(self, command: str = "") -> None:
        super().__init__(command)
        self.command = command


def to_mathml(latex: str, *, is_block: bool) -> Markup:
    """A formula as a <math> element, its LaTeX in ``alttext``. Raises BadFormula, whatever the text."""
    latex = " ".join(latex.split())
    mathml = _kept.find((latex, is_block))
    if mathml is None:
        mathml = _made(latex, is_block=is_block)
        _kept.keep((latex, is_block), mathml, len(latex) + len(mathml))
    return mathml


def _made(latex: str, *, is_block: bool) -> Markup:
    refused = _REFUSED.search(latex)
    if len(latex) > MAX_CHARACTERS or _depth(latex) > _MOST_DEPTH or refused:
        raise BadFormula(refused[0] if refused else "")
    try:
        math = convert_to_element(latex, display="block" if is_block else "inline")
    except Exception as error:  # it lets out whatever happens to it on the way: IndexError, StopIteration, ...
        log.info("a formula cannot be read: %s", type(error).__name__)
        raise BadFormula from error
    pieces: list[str] = []
    _write(_joined(math), pieces)
    mathml = "".join(pieces)
    if len(mathml) > _MOST_MATHML:
        raise BadFormula
    display = Markup(' display="block"') if is_block else Markup()
    whole = Markup('<math{} alttext="{}">{}</math>').format(display, latex, Markup(mathml))  # noqa: S704 (all escaped)
    return Markup(nh3_wall(whole, ALLOWED))  # noqa: S704


def words_of(mathml: Markup) -> str:
    return " ".join(mathml.striptags().split())


def _depth(latex: str) -> int:
    """How deep its braces, environments and fences go, at most."""
    deepest = depth = 0
    for sign in re.findall(r"(?<!\\)[{}]|\\(?:begin|end|left|right)(?![A-Za-z])|[\^_]", latex):
        depth += 1 if sign in ("{", r"\begin", r"\left") else -1 if sign in ("}", r"\end", r"\right") else 0
        deepest = max(deepest, depth)
    return deepest


def _joined(parent: Element) -> Element:
    """The same tree, with the decimal comma of 3{,}5 made part of its number, as Spanish writes it."""
    children = list(parent)
    for before, comma, after in zip(children, children[1:], children[2:], strict=False):
        if before.tag == after.tag == "mn" and _is_comma(comma):
            after.text = f"{before.text},{after.text}"
            parent.remove(before)
            parent.remove(comma)
    for child in parent:
        _joined(child)
    return parent


def _is_comma(element: Element) -> bool:
    return element.tag == "mrow" and len(element) == 1 and _text(element[0]) == ","


def _text(element: Element) -> str:
    return _REFERENCE.sub(lambda found: unescape(found[0]), element.text or "")


def _write(parent: Element, pieces: list[str]) -> None:
    """What is inside an element; rows around a single thing are left out."""
    for child in parent:
        if _is_bare_row(child) and (len(child) == 1 or len(parent) == 1):
            _write(child, pieces)
            continue
        text = _text(child)
        if child.tag not in _NAMES or _UNKNOWN.match(text):
            raise BadFormula(text)
        if child.tag == "mi" and not _VARIABLE.fullmatch(text):
            child.set("mathvariant", child.get("mathvariant", "normal"))
        pieces.append(f"<{child.tag}{_attributes(child)}>{escape(text)}")
        _write(child, pieces)
        pieces.append(f"</{child.tag}>")


def _is_bare_row(element: Element) -> bool:
    return element.tag == "mrow" and not element.attrib and len(element) > 0


def _attributes(element: Element) -> str:
    return "".join(
        f' {name}="{escape(value)}"'
        for name, value in element.attrib.items()
        if ALLOWED.permits(element.tag, name, value)
    )
