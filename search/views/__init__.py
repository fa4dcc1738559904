"""The pages of searching: the search box that one lands on, and the results."""

from search.views import results, wording
from search.views.blueprint import blueprint
from search.views.results import LONGEST_QUERY
from search.views.wording import effort, language_name

__all__ = ["LONGEST_QUERY", "blueprint", "effort", "language_name", "results", "wording"]
