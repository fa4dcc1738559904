"""How hits are weighed: the same numbers for every engine, so that both put them in the same order."""

from __future__ import annotations

FIELD_WEIGHT = {"title": 2.5, "text": 1.0}
SATURATION = {"title": 0.5, "text": 1.0}
"""How soon a word repeated counts no more (k1 of BM25)."""
LENGTH_WEIGHT = {"title": 0.6, "text": 0.5}
"""How much long fields count less (b of BM25)."""
COVERAGE_POWER = 2.0
"""How hard a document is held to have all the words, each by its rarity."""
REPEATED = 0.3
"""What is left, in choosing among the pages of a document, of words that its title has: they tell no page apart."""
NEARLY = 0.5
"""Share of the best page's score that another page must have to be named."""
WITHOUT_PHRASE = 0.02
"""What is left of the score of a page that holds nothing of what is required, where another of the document does."""

RERANKED = 20
"""How many of the first documents are put in order by a look at their titles."""
ORDER_WEIGHT = 0.5
"""How much it adds that the title holds the words in the order asked."""
WHOLE_WEIGHT = 0.2
"""How much it adds that the title holds nothing else."""
PAGES_READ = 4
"""How many of a document's best pages are put in order by a look at their texts."""
TOGETHER_WEIGHT = 0.5
"""How much it adds that a page holds the words next to each other in the order asked."""
MOST_OTHER_PAGES = 5
"""Pages of a document that are named beside the best."""
