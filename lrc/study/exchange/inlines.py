"""What stands within a paragraph of HTML, as Markdown: words, emphasis, links, pictures and formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape

from flask_babel import lazy_gettext as _

from catalog.extract.markup import Element, local
from lrc.study.exchange.escaping import escaped
from lrc.study.exchange.reports import Report

BREAK = "  \n"
_DEEPEST = 120
_BLANKS = re.compile(r"[ \t\n\r\f\xa0]+")
_FORMULA = re.compile(
    r"\\\((?P<inline>(?:[^$\\]|\\(?![()]))+)\\\)|\\\[(?P<block>(?:[^$\\]|\\(?![\[\]]))+)\\\]|\$\$(?P<dollars>[^$]+)\$\$"
    r"|(?<!\\)\$(?P<single>(?=[^$]*(?:\\[A-Za-z]|[\^_][\w{]))[^$\n]+?)\$",
    re.DOTALL,
)
_WEB = re.compile(r"(?:https?://|mailto:)\S+\Z", re.IGNORECASE)
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_SILENT = frozenset({"script", "style", "head", "title", "meta", "link", "template", "noscript", "colgroup", "source"})
_PLAYED = frozenset({"video", "audio", "iframe", "object", "embed", "track"})
_ASKED = frozenset({"input", "select", "textarea", "button", "canvas", "svg", "map", "applet"})
_STYLED = frozenset({"u", "s", "strike", "del", "ins", "font", "big"})


@dataclass
class Inline:
    """Writes the Markdown of inline elements; what is lost is said to ``report``."""

    report: Report
    picture: Callable[[str], str]

    def words(self, text: str | None) -> str:
        """Words between tags, with their formulas."""
        if not text:
            return ""
        out, end = [], 0
        for found in _FORMULA.finditer(text):
            out.append(escaped(_BLANKS.sub(" ", text[end : found.start()])))
            out.append(_formula(found))
            end = found.end()
        return "".join(out) + escaped(_BLANKS.sub(" ", text[end:]))

    def of(self, name: str, element: Element) -> str:
        """The Markdown of one inline element, without its tail."""
        match name:
            case "br":
                return BREAK
            case "img":
                return self._img(element)
            case "a":
                return self._link(element)
            case "strong" | "b":
                return _wrapped("**", self._inside(element))
            case "em" | "i" | "cite" | "dfn" | "var":
                return _wrapped("*", self._inside(element))
            case "code" | "kbd" | "samp" | "tt":
                return _code(plain(element))
            case "sup" | "sub":
                return _shifted(name, self._inside(element))
            case "math":
                return self._mathml(element)
        return self._of_others(name, element)

    def _of_others(self, name: str, element: Element) -> str:
        if name in _PLAYED:
            return self._played(element)
        if name in _ASKED:
            self.report.say(_("Un dibujo o un campo interactivo de la página no se puede conservar."))
            return ""
        if name in _SILENT or not name:
            return ""
        if name in _STYLED:
            self.report.say(_("Los subrayados, tachados, colores y tamaños de letra no se conservan."))
        return self._inside(element)

    def _inside(self, element: Element) -> str:
        if sum(1 for _each in element.iterancestors()) > _DEEPEST:
            return escaped(plain(element))
        parts = [self.words(element.text)]
        for child in element:
            parts += (self.of(local(child), child), self.words(child.tail))
        return "".join(parts)

    def _img(self, element: Element) -> str:
        source = (element.get("src") or "").strip()
        alt = escaped(_BLANKS.sub(" ", element.get("alt") or "").strip())
        name = self.picture(source)
        if name:
            if not alt:
                self.report.say(_("Una imagen no tiene texto alternativo: escribe qué se ve en ella."))
            return f"![{alt or _stem(name)}](image:{name})"
        if _WEB.match(source):
            self.report.say(_("Una imagen está en otro sitio de internet: quedó como enlace."))
            return f"[{alt or 'imagen'}]({_address(source)})"
        self.report.say(_("Una imagen no viene en el archivo: se perdió."))
        return alt

    def _link(self, element: Element) -> str:
        inside = self._inside(element)
        address = (element.get("href") or "").strip()
        if not _WEB.match(address):
            if address and not address.startswith("#"):
                self.report.say(_("Un enlace a un archivo o a una página de Moodle no se conserva: quedó su texto."))
            return inside
        if inside.strip() in ("", escaped(address)):
            return f"<{address}>" if address.lower().startswith("http") else f"[{escaped(address[7:])}]({address})"
        return _wrapped("", inside, f"[{inside.strip()}]({_address(address)})")

    def _played(self, element: Element) -> str:
        sources = (each.get(key) or "" for each in element.iter() for key in ("src", "data", "href"))
        found = next((each.strip() for each in sources if _WEB.match(each.strip())), "")
        if found:
            self.report.say(_("Un video, un audio o una página incrustada quedó como enlace."))
            return f"<{found}>"
        self.report.say(_("Un video, un audio o una página incrustada no se puede conservar."))
        return ""

    def _mathml(self, element: Element) -> str:
        tex = next((plain(each) for each in element.iter() if local(each) == "annotation"), "")
        if tex and "$" not in tex:
            return f"${tex.strip()}$"
        self.report.say(_("Una fórmula en MathML quedó como texto: escríbela otra vez entre signos de dólar."))
        return escaped(plain(element))


def plain(element: Element, *, keep_lines: bool = False) -> str:
    """The words of an element without any formatting; on one line unless they are to be kept."""
    text = "".join(map(str, element.itertext()))
    return text.strip("\n").expandtabs(4) if keep_lines else _BLANKS.sub(" ", text).strip()


def joined(run: Iterable[str]) -> str:
    """The Markdown of a paragraph whose pieces were read one by one."""
    text = "".join(run).replace("****", "")
    text = re.sub(r" *(?:  \n *){2,}", "\n\n", text)  # as people make paragraphs with <br><br>
    text = re.sub(r" *  \n *", BREAK, text)
    return re.sub(r"(?<! ) +(?! |\n)|(?<= ) +(?!\n)", " ", text).strip()


def parted_formulas(text: str) -> list[str]:
    """A paragraph, and beside it each formula that is one of its own: it begins and ends the paragraph, or a line."""
    if not text:
        return []
    alone = re.fullmatch(r"\$\$([^$]+)\$\$", text)
    if alone:
        return [f"$${alone[1].strip()}$$"]
    return [re.sub(r"\$\$([^$]+)\$\$", lambda found: f"${found[1].strip()}$", text)]


def _formula(found: re.Match[str]) -> str:
    tex = unescape(next(each for each in found.groups() if each is not None))
    tex = " ".join(tex.split())
    if not tex or "$" in tex:
        return escaped(found[0])
    is_block = found["block"] is not None or found["dollars"] is not None
    return f"$${tex}$$" if is_block else f"${tex}$"


def _wrapped(mark: str, inside: str, whole: str = "") -> str:
    """Emphasis around the words, not around the blanks that stand at their ends."""
    words = inside.strip()
    if not words:
        return inside
    before = inside[: len(inside) - len(inside.lstrip())]
    after = inside[len(inside.rstrip()) :]
    return f"{before}{whole or mark + words + mark}{after}"


def _code(words: str) -> str:
    if not words:
        return ""
    fence = "`" * (max((len(each) for each in re.findall(r"`+", words)), default=0) + 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def _shifted(name: str, inside: str) -> str:
    """ "x²": by characters that are raised or lowered, where all of them have one; as a formula otherwise."""
    table = _RAISED if name == "sup" else _LOWERED
    words = inside.strip()
    if words and all(ord(each) in table for each in words):
        return words.translate(table)
    if re.fullmatch(r"[A-Za-z0-9+\-,. ]{1,20}", words):
        return f"${'^' if name == 'sup' else '_'}{{{words}}}$"
    return inside


def _address(url: str) -> str:
    return re.sub(r"[\s()<>\"]", lambda found: f"%{ord(found[0]):02X}" if ord(found[0]) < 128 else "", url)


def _stem(name: str) -> str:
    return name.rpartition(".")[0].replace("-", " ").replace("_", " ") or name
