"""What is said to people when a file cannot be read: what is wrong, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _

from catalog.extract import recognition
from catalog.extract.limits import Limits
from catalog.extract.refusal import Failure, Unreadable

__all__ = ["NEVER_SERVED", "Explanation", "Failure", "Unreadable", "explain"]

MIB = 1024 * 1024
NEVER_SERVED = frozenset({Failure.QUARANTINED, Failure.UNSCANNED, Failure.ALTERED})
"""Files that failed so are kept from everybody: something harmful is in them, or nobody looked for it.

What only could not be read may still be downloaded."""


@dataclass(frozen=True)
class Explanation:
    """Two sentences for people; lazy ones are put into the reader's language where they are shown."""

    message: str
    advice: str


def explain(failure: str, limits: Limits) -> Explanation:
    """The sentences for a code kept in ``File.failure``; a code that is no longer known reads like a crash.

    Call it inside a request: the limits are written as its language writes numbers.
    """
    known = Failure(failure) if failure in set(Failure) else Failure.CRASHED
    message, advice = _SENTENCES[known]
    if known is Failure.NO_TEXT and recognition.is_available():
        advice = _CLEARER
    numbers = {
        "pages": format_decimal(limits.max_pages),
        "text_size": format_decimal(limits.max_text_bytes // MIB),
        "minutes": format_decimal(max(1, limits.read_time_limit_s // 60)),
    }
    return Explanation(message=str(message) % numbers, advice=str(advice) % numbers)


_CLEARER = _(
    "Lo buscamos también en sus imágenes. Escanéalo otra vez, derecho y más nítido (300 puntos por pulgada), o busca "
    "una versión con texto, y súbela."
)
# The placeholders stay unfilled until explain() knows the limits.
_SENTENCES = {
    Failure.EMPTY: (
        _("El archivo está vacío."),
        _("Ábrelo en tu computadora para ver si tiene contenido, guárdalo y súbelo otra vez."),
    ),
    Failure.UNKNOWN_KIND: (
        _("No reconocemos este tipo de archivo."),
        _(
            "Aceptamos PDF, DOCX, PPTX, XLSX, ODT, EPUB, HTML (también en ZIP), Markdown y texto; imágenes JPEG, PNG y "
            "WebP; audio MP3, M4A y OGG; video MP4 y WebM; subtítulos VTT y SRT. Si es de un Word, Excel o PowerPoint "
            "antiguo (.doc, .xls, .ppt), ábrelo, elige «Guardar como» DOCX, XLSX, PPTX o PDF, y sube esa copia."
        ),
    ),
    Failure.ENCRYPTED: (
        _("El archivo está protegido con contraseña."),
        _("Ábrelo con su contraseña, guarda una copia sin protección y súbela."),
    ),
    Failure.CORRUPT: (
        _("El archivo está dañado o incompleto."),
        _("Mira si se abre en tu computadora; si se abre, guárdalo de nuevo (o como PDF) y sube esa copia."),
    ),
    Failure.NO_TEXT: (
        _("El archivo no tiene texto que podamos leer; parece hecho de imágenes, como páginas escaneadas."),
        _("Pásalo por un programa de reconocimiento de texto (OCR) o busca una versión con texto, y súbela."),
    ),
    Failure.QUARANTINED: (
        _("Nuestro antivirus encontró algo dañino en este archivo, así que lo apartamos: nadie puede abrirlo."),
        _("Revisa tu computadora con un antivirus y sube una copia limpia, o pide ayuda a quienes la cuidan."),
    ),
    Failure.UNSCANNED: (
        _("El archivo es más grande de lo que nuestro antivirus puede revisar, y sin revisarlo no lo mostramos."),
        _("Divídelo en partes más pequeñas, o pide a la biblioteca de tu universidad que avise a quien la opera."),
    ),
    Failure.NO_CUES: (
        _("No encontramos subtítulos en este archivo."),
        _("Mira si se abre en un editor de subtítulos, guárdalo como WebVTT (.vtt) o SubRip (.srt) y súbelo otra vez."),
    ),
    Failure.TOO_MANY_PAGES: (
        _("El archivo tiene más de %(pages)s páginas, el máximo que leemos."),
        _("Divídelo en partes, por ejemplo un archivo por capítulo, y súbelas por separado."),
    ),
    Failure.TOO_MUCH_TEXT: (
        _("El archivo tiene más texto del que podemos leer (%(text_size)s MB)."),
        _("Divídelo en partes y súbelas por separado."),
    ),
    Failure.ZIP_BOMB: (
        _("Al abrirlo, el archivo crece hasta un tamaño desmedido, así que dejamos de leerlo."),
        _("Ábrelo en tu computadora, guárdalo de nuevo (o como PDF) y sube esa copia."),
    ),
    Failure.OUT_OF_TIME: (
        _("Leer el archivo tomaba demasiado tiempo (más de %(minutes)s min) y lo dejamos."),
        _("Inténtalo otra vez. Si se repite, divídelo en partes o guárdalo como un PDF más sencillo."),
    ),
    Failure.OUT_OF_MEMORY: (
        _("El archivo es demasiado complejo: para leerlo hace falta más memoria de la que tenemos."),
        _("Divídelo en partes, o reduce sus imágenes y guárdalo de nuevo, y súbelo otra vez."),
    ),
    Failure.CRASHED: (
        _("La lectura del archivo se interrumpió."),
        _("Inténtalo otra vez. Si se repite, guarda el archivo de nuevo (o como PDF) y sube esa copia."),
    ),
    Failure.STORAGE_MISSING: (
        _("No encontramos el archivo en nuestro almacén."),
        _("Súbelo otra vez. Si se repite, avisa a la biblioteca de tu universidad."),
    ),
    Failure.ALTERED: (
        _("El archivo no llegó igual a como salió de tu equipo, así que no lo usamos."),
        _("Súbelo otra vez. Si se repite, avisa a la biblioteca de tu universidad."),
    ),
}
