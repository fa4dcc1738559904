"""What people type into the catalogue's forms: read, checked, and kept to be shown again beside what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from catalog.library import AUDIENCES, DESCRIPTION_LIMIT, LANGUAGES, LICENSES, TITLE_LIMIT, Details
from catalog.models import RemarkKind
from lti.viewers import Viewer
from search.licenses import short_name

LANGUAGE_NAMES = {"es": _("Español"), "en": _("Inglés"), "": _("Otro (lo reconocemos al leer)")}
LICENSE_NAMES = {
    "CC BY 4.0": _("CC BY: se puede copiar y adaptar, citando a quien lo hizo"),
    "CC BY-SA 4.0": _("CC BY-SA: se puede copiar y adaptar, y lo adaptado se comparte del mismo modo"),
    "CC BY-NC 4.0": _("CC BY-NC: se puede copiar y adaptar, sin fines comerciales"),
    "CC BY-NC-SA 4.0": _(
        "CC BY-NC-SA: se puede copiar y adaptar, sin fines comerciales, y lo adaptado se comparte del mismo modo"
    ),
    "CC BY-NC-ND 4.0": _("CC BY-NC-ND: se puede copiar, sin fines comerciales y sin cambiarlo"),
    "CC0 1.0": _("CC0: dominio público, sin condiciones"),
    "Derechos reservados": _("Derechos reservados: se puede leer, pero no copiar ni repartir"),
}
AUDIENCE_NAMES = {
    "everyone": _("Todas las universidades"),
    "institution": _("Solo mi universidad"),
    "institutions": _("Solo algunas universidades"),
    "course": _("Solo este curso"),
}
_KINDS_OF_AUDIENCES = {"everyone": "everyone", "institution": "institution", "group": "institutions"}
SOURCE_LIMIT = 500
_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
STEP_NAMES = {
    RemarkKind.SUBMITTED: _("Enviado a revisión"),
    RemarkKind.PUBLISHED: _("Publicado"),
    RemarkKind.RETURNED: _("Devuelto con observaciones"),
    RemarkKind.ANSWERED: _("Respondido"),
    RemarkKind.WITHDRAWN: _("Retirado"),
    RemarkKind.MERGED: _("Unido con otro material"),
    RemarkKind.PARTED: _("Separado otra vez"),
}


def audience_name(audience: str) -> str | LazyString:
    """What a stored audience is called, as in the form."""
    return AUDIENCE_NAMES[_KINDS_OF_AUDIENCES.get(audience.split(":")[0], "course")]


@dataclass
class UploadForm:
    """The form for a new resource; ``errors`` has a sentence for each field that cannot be."""

    title: str = ""
    description: str = ""
    language: str = "es"
    license: str = LICENSES[0]
    audience: str = AUDIENCES[0]
    source: str = ""
    errors: dict[str, str | LazyString] = field(default_factory=dict)

    @classmethod
    def of(cls, typed: Mapping[str, object]) -> UploadForm:
        """The form as it came; what is missing, or no text (as scripts may send), counts as empty."""
        return cls(
            title=" ".join(_text(typed, "title").split()),
            description=_text(typed, "description").replace("\r\n", "\n").strip(),
            language=_text(typed, "language"),
            license=_text(typed, "license"),
            audience=_text(typed, "audience"),
            source=" ".join(_text(typed, "source").split()),
        )

    def is_valid(self, viewer: Viewer) -> bool:
        """Check every field, leaving sentences in ``errors``."""
        if len(self.title) > TITLE_LIMIT:
            self.errors["title"] = _("El título es demasiado largo: usa hasta %(limit)s caracteres.", limit=TITLE_LIMIT)
        if len(self.description) > DESCRIPTION_LIMIT:
            self.errors["description"] = _(
                "La descripción es demasiado larga: usa hasta %(limit)s caracteres.", limit=DESCRIPTION_LIMIT
            )
        if len(self.source) > SOURCE_LIMIT:
            self.errors["source"] = _("Es demasiado largo: usa hasta %(limit)s caracteres.", limit=SOURCE_LIMIT)
        if self.language not in LANGUAGES:
            self.errors["language"] = _("Elige uno de los idiomas.")
        if self.license not in LICENSES:
            self.errors["license"] = _("Elige una de las licencias.")
        if self.audience not in audiences_open_to(viewer):
            self.errors["audience"] = _("Elige quién podrá verlo.")
        return not self.errors

    def details(self) -> Details:
        return Details(self.title, self.description, self.language, self.license, self.audience, self.source)


def _text(typed: Mapping[str, object], name: str) -> str:
    """Without what databases and pages cannot hold: control characters, and halves of surrogate pairs."""
    value = typed.get(name, "")
    return _UNKEEPABLE.sub("", value) if isinstance(value, str) else ""


def license_name(license: str) -> str | LazyString:
    """A licence in full: by our short name, by its address at Creative Commons, or else as it was written."""
    short = short_name(license)
    return LICENSE_NAMES.get(short, short)


def audiences_open_to(viewer: Viewer) -> list[str]:
    """The audiences that somebody may choose: this course only where one came from a course."""
    return [each for each in AUDIENCES if each != "course" or viewer.context_id is not None]
