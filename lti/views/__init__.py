"""The doors of this room: login and launch, leaving, keys, people; each module holds one of them."""

from lti.views import doctor, launching, leaving, operating, people, registering
from lti.views.blueprint import blueprint

__all__ = ["blueprint", "doctor", "launching", "leaving", "operating", "people", "registering"]
