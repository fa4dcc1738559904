"""How lessons are written, by short examples: for the help beside the editor, and the same as docs/markdown.md."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Example:
    title: LazyString
    source: str
    """As an author writes it."""
    note: LazyString


EXAMPLES = (
    Example(
        _("Títulos"),
        "## Una sección\n\n### Algo dentro de ella",
        _("El título de la lección ya está arriba de la página; los tuyos van debajo."),
    ),
    Example(
        _("Negrita, cursiva y listas"),
        "**Importante**, *con énfasis*.\n\n- una cosa\n- otra\n    - dentro de la otra\n\n1. primero\n2. después",
        _("Para poner algo dentro de otra cosa, empieza la línea con dos o más espacios."),
    ),
    Example(
        _("Enlaces"),
        "[El portal del Estado](https://www.gob.pe) y [lo de más abajo](#mi-seccion).\n\n## Mi sección",
        _("Di adónde lleva el enlace, y no «clic aquí». Con # lleva a un título de la misma lección."),
    ),
    Example(
        _("Imágenes"),
        '![Una mazorca abierta, con granos blancos](image:mazorca.webp "Cacao de San Martín")',
        _(
            "Entre los corchetes escribe qué se ve, para quien no puede verla: sin eso la imagen no se muestra. Entre"
            " comillas, si quieres, lo que se lee debajo. Si solo adorna, escribe ![decorativa](image:nombre)."
        ),
    ),
    Example(
        _("Un material de la biblioteca"),
        "[[recurso:lrc:0f3a9c2b7d1e4f56 pagina=12]]\n\n[[recurso:lrc:5b8d2e6a1c904f73 segundo=90]]",
        _(
            "Copia la marca de la página del material, donde están sus datos. En una línea sola es una tarjeta que lo"
            " abre en esa página o en ese segundo."
        ),
    ),
    Example(
        _("Tablas"),
        "| Distrito | Kilos |\n| --- | ---: |\n| Uchiza | 120 |\n| Tocache | 95 |",
        _("Con los dos puntos a la derecha, la columna queda a la derecha."),
    ),
    Example(
        _("Recuadros"),
        '!!! cuidado "Con la lejía"\n    No la mezcles con nada.',
        _("Son cuatro: nota, consejo, cuidado y ejemplo. Lo de dentro empieza con dos o más espacios."),
    ),
    Example(
        _("Fórmulas"),
        "La media se escribe $\\bar{x}$.\n\n$$\n\\bar{x} = \\frac{1}{n} \\sum_{i=1}^{n} x_i\n$$",
        _("Se escriben en LaTeX. La coma decimal es 3{,}5; para escribir un precio en dólares usa \\$."),
    ),
    Example(
        _("Notas al pie"),
        "Eso se supo en 1954[^1].\n\n[^1]: Censo Agropecuario, tomo 2.",
        _("La nota aparece al final de la lección, y de ella se vuelve al texto."),
    ),
    Example(
        _("Palabras del glosario"),
        "La [[media]] cambia mucho con un solo dato grande.",
        _(
            "Las palabras del glosario del módulo se enlazan solas la primera vez que aparecen; con corchetes dobles"
            " eliges dónde. Su significado va al final de la lección."
        ),
    ),
    Example(
        _("Citas y código"),
        "> Lo que dijo alguien.\n\n```\nsuma = 2 + 2\n```",
        _("Dentro de las tres comillas invertidas todo se ve tal como lo escribes."),
    ),
)
