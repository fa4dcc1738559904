"""What is said of each flaw: one sentence of what it does to people, and one of how to mend it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from catalog.accessibility.checking import Finding
from catalog.accessibility.flaws import Flaw, Severity
from catalog.extract.kinds import Kind

MOST_NUMBERS = 10
_PAGED = {Kind.PDF.value, Kind.PPTX.value}

SEVERITIES = {
    Severity.UNUSABLE: _("No se puede usar"),
    Severity.CRITICAL: _("Deja a personas fuera"),
    Severity.SERIOUS: _("Lo hace difícil"),
    Severity.MODERATE: _("Conviene mejorarlo"),
    Severity.MINOR: _("Un detalle"),
    Severity.NOTICE: _("Para que lo sepas"),
}


def of(finding: Finding) -> tuple[str, str]:
    """The two sentences, in the language of the request."""
    message, advice = _SENTENCES[finding.flaw]
    return str(message), str(advice)


def place(finding: Finding, media_type: str) -> str:
    """Where it is, in words; empty where that is not known."""
    if not finding.where:
        return ""
    few = ", ".join(str(number) for number in finding.where[:MOST_NUMBERS])
    numbers = f"{few}…" if len(finding.where) > MOST_NUMBERS else few
    if media_type in _PAGED:
        said = ngettext("En la página %(list)s.", "En las páginas %(list)s.", len(finding.where), list=numbers)
    else:
        said = ngettext(
            "Es la n.º %(list)s, contando desde el principio.",
            "Son las n.º %(list)s, contando desde el principio.",
            len(finding.where),
            list=numbers,
        )
    return str(said)


_SENTENCES = {
    Flaw.NO_TEXT: (
        _("Es una imagen de un texto: no se puede buscar en él, ni escucharlo, ni agrandar sus letras."),
        _("Pide el documento original, o escanéalo de nuevo, derecho y nítido, para que podamos leer sus letras."),
    ),
    Flaw.PAGES_UNREAD: (
        _("Algunas páginas son imágenes y no alcanzamos a leer sus letras."),
        _("Divide el documento en partes y súbelas por separado, o pide el original."),
    ),
    Flaw.RECOGNISED: (
        _("Leímos sus letras en las imágenes: el texto puede tener errores."),
        _("Si consigues el documento original, sube ese; si no, revisa el texto en el lector."),
    ),
    Flaw.LOCKED: (
        _("Sus permisos impiden que lo lea un lector de pantalla."),
        _("Guárdalo otra vez sin restricciones, o marcando «permitir el acceso a lectores de pantalla»."),
    ),
    Flaw.UNTAGGED: (
        _("No tiene etiquetas: un lector de pantalla no distingue títulos, párrafos, listas ni tablas."),
        _("En Word o LibreOffice, expórtalo otra vez eligiendo «PDF etiquetado» (o «etiquetas de accesibilidad»)."),
    ),
    Flaw.NO_TITLE: (
        _("El archivo no dice su título: se anuncia por el nombre del archivo."),
        _("Escríbelo en las propiedades del documento (Archivo, Propiedades) y guárdalo de nuevo."),
    ),
    Flaw.NO_LANGUAGE: (
        _("El archivo no dice en qué idioma está: en voz alta puede sonar con otro acento."),
        _("Elige el idioma de todo el texto en tu programa (en Word: Revisar, Idioma) y guárdalo de nuevo."),
    ),
    Flaw.WRONG_LANGUAGE: (
        _("El archivo dice estar en un idioma y su texto está en otro: en voz alta no se va a entender."),
        _("Elige el idioma de todo el texto en tu programa (en Word: Revisar, Idioma) y guárdalo de nuevo."),
    ),
    Flaw.NO_ALTERNATIVE: (
        _("Hay imágenes sin descripción: quien no las ve no sabe qué muestran."),
        _("Haz clic derecho en cada imagen, elige «Texto alternativo» y di en una frase qué muestra."),
    ),
    Flaw.NO_HEADINGS: (
        _("No tiene títulos marcados: no se puede saltar de una sección a otra."),
        _("Da a cada título el estilo «Título 1», «Título 2»… en lugar de solo letra grande o negrita."),
    ),
    Flaw.HEADING_SKIPPED: (
        _("Los títulos saltan niveles, por ejemplo del 1 al 3."),
        _("Usa los niveles en orden: dentro de un «Título 1», un «Título 2»."),
    ),
    Flaw.NO_CONTENTS: (
        _("Es largo y no tiene marcadores para ir a cada capítulo."),
        _("Al exportarlo a PDF, marca «crear marcadores a partir de los títulos»."),
    ),
    Flaw.NO_TABLE_HEADERS: (
        _("Hay tablas que no dicen cuál es su fila de títulos."),
        _("Marca la primera fila como encabezado (en Word: Diseño de tabla, «Repetir filas de título»)."),
    ),
    Flaw.NO_SLIDE_TITLE: (
        _("Hay diapositivas sin título: no se sabe de qué trata cada una."),
        _("Pon un título a cada diapositiva en su casilla de título."),
    ),
    Flaw.CONTRAST: (
        _("Hay letras demasiado claras para su fondo."),
        _("Usa un color más oscuro para el texto, o un fondo más claro."),
    ),
    Flaw.CODEC: (
        _("Está en un formato que algunos celulares y navegadores no reproducen."),
        _("Conviértelo a MP4 con video H.264 y audio AAC, o a MP3 si es solo sonido, y súbelo otra vez."),
    ),
    Flaw.TOLD_PLACE: (
        _("La foto guarda el lugar donde se tomó (GPS), y quien la descargue puede verlo."),
        _("Si no quieres decirlo, quita la ubicación de la foto en tu teléfono y súbela otra vez."),
    ),
    Flaw.NO_CAPTIONS: (
        _("No tiene subtítulos: quien no oye, o no puede poner el sonido, no la entiende."),
        _("Sube un archivo de subtítulos (.vtt o .srt) en esta misma página."),
    ),
    Flaw.NO_TRANSCRIPT: (
        _("No tiene lo que se dice por escrito: quien no oye no puede usarla."),
        _("Sube un archivo de subtítulos (.vtt o .srt) en esta misma página: será su transcripción."),
    ),
    Flaw.NO_DESCRIPTION: (
        _("La imagen no tiene texto ni descripción: quien no la ve no sabe qué muestra."),
        _("Escribe en la descripción del material, en una o dos frases, qué muestra la imagen."),
    ),
    Flaw.LANGUAGE_UNSAID: (
        _("No sabemos en qué idioma está."),
        _("Elige el idioma al describir el material."),
    ),
}
