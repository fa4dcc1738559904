"""The pages of the study room."""

from lrc.study.views.blueprint import blueprint

__all__ = ["blueprint"]
