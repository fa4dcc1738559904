"""What stands around a lesson: its images, the library's resources, its glossary; and what is wrong in its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Picture:
    """An image of the module. ``width`` and ``height`` in pixels, so that nothing jumps while it loads."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Held:
    """A resource of the library, as a lesson's card shows it."""

    title: str
    url: str
    """Where it opens, at the page or the second that was asked for."""
    facts: str = ""
    is_for_all: bool = True
    """Whether who studies can open it; False where only the author sees it."""
    is_elsewhere: bool = False
    """Whether it opens on another site."""


class Surroundings(Protocol):
    @property
    def glossary(self) -> Mapping[str, str]:
        """Terms and what they mean (Markdown)."""

    def image(self, name: str) -> Picture | None: ...

    def resource(self, record_id: str, page: int | None, second: int | None) -> Held | None: ...


@dataclass(frozen=True)
class Nowhere:
    """Surroundings without anything, for a text that stands alone."""

    glossary: Mapping[str, str] = field(default_factory=dict)

    def image(self, name: str) -> Picture | None:
        return None

    def resource(self, record_id: str, page: int | None, second: int | None) -> Held | None:
        return None


class Trouble(StrEnum):
    TOO_WILD = "too-wild"
    NO_ALTERNATIVE = "no-alternative"
    NO_IMAGE = "no-image"
    FOREIGN_IMAGE = "foreign-image"
    NO_RESOURCE = "no-resource"
    HIDDEN_RESOURCE = "hidden-resource"
    FORMULA = "formula"
    COMMAND = "command"
    UNCLOSED = "unclosed"
    LINK = "link"
    ANCHOR = "anchor"
    TERM = "term"
    ADMONITION = "admonition"


SENTENCES = {
    Trouble.TOO_WILD: _(
        "Este texto es demasiado largo o tiene demasiados niveles o signos seguidos: se muestra tal como está escrito,"
        " sin formato."
    ),
    Trouble.NO_ALTERNATIVE: _("A la imagen «%(what)s» le falta su descripción: escríbela entre los corchetes."),
    Trouble.NO_IMAGE: _("La imagen «%(what)s» no está entre las imágenes del módulo."),
    Trouble.FOREIGN_IMAGE: _("La imagen «%(what)s» está en otro sitio: súbela al módulo para que siempre se vea."),
    Trouble.NO_RESOURCE: _("El material «%(what)s» no está en la biblioteca o ya no está disponible."),
    Trouble.HIDDEN_RESOURCE: _("Quien estudia no puede abrir el material «%(what)s»: solo tú lo ves."),
    Trouble.FORMULA: _("No se entiende la fórmula «%(what)s»."),
    Trouble.COMMAND: _("En una fórmula no se puede usar «%(what)s»."),
    Trouble.UNCLOSED: _("Lo que empieza con «%(what)s» no se cierra."),
    Trouble.LINK: _("El enlace «%(what)s» no abre nada: empieza con https:// o con # y un título de esta lección."),
    Trouble.ANCHOR: _("El enlace «%(what)s» no lleva a ningún título de esta lección."),
    Trouble.TERM: _("«%(what)s» no está en el glosario del módulo."),
    Trouble.ADMONITION: _("No conocemos el recuadro «%(what)s»: usa nota, consejo, cuidado o ejemplo."),
}
"""What is said of each, with ``what`` it is about."""
_MERE_ADVICE = frozenset({Trouble.TERM, Trouble.ADMONITION, Trouble.ANCHOR})


@dataclass(frozen=True)
class Problem:
    """Something in a text that its author should know of."""

    trouble: Trouble
    sentence: str
    line: int | None = None
    """Where it stands in the text, from 1; None where it is the whole."""

    @property
    def is_grave(self) -> bool:
        """Whether a reader would miss something because of it."""
        return self.trouble not in _MERE_ADVICE


def problem(trouble: Trouble, what: str = "", line: int | None = None) -> Problem:
    short = what if len(what) <= 80 else what[:79] + "…"
    return Problem(trouble, str(SENTENCES[trouble]) % {"what": short}, line)
