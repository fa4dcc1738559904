"""The pages of the catalogue: a teacher's materials, review, and the reader."""

from catalog.views import curation, materials, reader
from catalog.views.blueprint import blueprint

__all__ = ["blueprint", "curation", "materials", "reader"]
