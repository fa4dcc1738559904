"""Questions to the GIN index as tsqueries: made of folded words alone, letters and digits, which mean nothing there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search.parsing import Term
from search.postgres_index.inverting import CREATOR, SUBJECT, TITLE, letters, mark_in_text

NAME_MARKS = {"creator": CREATOR, "subject": SUBJECT}


def in_title(form: str) -> str:
    """A word, or a run of words, in a title."""
    return _run([[word] for word in form.split()], TITLE)


def in_text(form: str) -> str:
    """The same in a text, where a stop word alone is never found."""
    words = form.split()
    return _run([[word] for word in words], "") if len(words) > 1 else _quoted(form, "")


def any_of(queries: Iterable[str]) -> str:
    return " | ".join(f"({query})" for query in queries)


def of_term(forms: Sequence[Sequence[str]], field: str) -> str:
    """What a term of a query (search.parsing.Term) asks for, each of its words given by its forms."""
    if field in NAME_MARKS:
        return " & ".join(f"({any_of(_quoted(form, NAME_MARKS[field]) for form in word)})" for word in forms)
    titled = _run(forms, TITLE)
    return titled if field == "title" else f"({titled}) | ({_run(forms, '')})"


def required(term: Term) -> str:
    return of_term(term.lenient_forms(), term.field)


def excluded(term: Term) -> str:
    return of_term(term.forms(), term.field)


def beginning(start: str) -> str:
    """Any word of a title or a name that begins so."""
    return f"'{TITLE}{letters(start)}':*"


def all_of(queries: Iterable[str]) -> str:
    return " & ".join(f"({query})" for query in queries)


def _run(words: Sequence[Sequence[str]], mark: str) -> str:
    """Words one right after the other."""
    quoted = ([_quoted(form, mark or mark_in_text(form)) for form in word] for word in words)
    return " <-> ".join(f"({' | '.join(forms)})" for forms in quoted)


def _quoted(word: str, mark: str) -> str:
    return f"'{mark}{letters(word)}'"
