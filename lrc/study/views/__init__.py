"""The pages of the study room."""

from lrc.study.views import certificates, opening, signing, verifying
from lrc.study.views.blueprint import blueprint
from lrc.study.views.verifying import public

__all__ = ["blueprint", "certificates", "opening", "public", "signing", "verifying"]
