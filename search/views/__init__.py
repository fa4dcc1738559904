"""The pages of searching: the search box that one lands on, and the results."""

from search.choices import LONGEST_QUERY
from search.views import dictionary, helping, judging, offering, report, results, saved, suggest, values, wording
from search.views.blueprint import blueprint
from search.views.wording import effort, language_name

__all__ = [
    "LONGEST_QUERY",
    "blueprint",
    "dictionary",
    "effort",
    "helping",
    "judging",
    "language_name",
    "offering",
    "report",
    "results",
    "saved",
    "suggest",
    "values",
    "wording",
]
