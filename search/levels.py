"""For whom a course, a module or a material is hard enough: the codes that are kept and how they are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

LEVELS = {
    "beginner": _("Para empezar"),
    "intermediate": _("Intermedio"),
    "advanced": _("Avanzado"),
}
"""By code; empty stands for: nobody said."""
