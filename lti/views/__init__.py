"""The doors of this room: login and launch, keys, people; each module holds one of them."""

from lti.views import launching, people
from lti.views.blueprint import blueprint

__all__ = ["blueprint", "launching", "people"]
