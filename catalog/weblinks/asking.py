"""Asks whether an address still answers, and what its page says of itself; a few redirects are followed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

from catalog.weblinks import addresses, bounded
from lrc.config import Settings
from lti import outgoing
from lti.addresses import LOOPBACK
from lti.outgoing import Answer, Limits, Unreachable

MOST_REDIRECTS = 5
PAGE_BYTES = 256 * 1024
_FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
# Of whom we are not let look: who opens it in a browser may well get in. 999 is how LinkedIn says it.
_CLOSED = frozenset({401, 402, 403, 405, 406, 407, 418, 423, 425, 426, 429, 451, 501, 999})
# What is told of the way there, not of the page: a browser may fare better, or nobody from here.
_UNSEEN = frozenset({"private-address", "bad-address", "redirect"})
_HEADERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "es,en;q=0.7"}


class Life(StrEnum):
    """How a try ended."""

    ANSWERED = "answered"
    MOVED = "moved"  # for good
    GONE = "gone"  # the site says that it is no longer there
    FAILED = "failed"  # for now at least
    UNSEEN = "unseen"  # it cannot be told from here


@dataclass(frozen=True)
class Seen:
    """What a try found; ``status`` in HTTP's numbers (0: none), ``failure`` a code of catalog.weblinks.sentences."""

    life: Life
    status: int = 0
    failure: str = ""
    moved_to: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)


def limits_of(settings: Settings) -> Limits:
    """Only public addresses; this machine for trying. What platforms may be reached in private does not count here."""
    return Limits(settings.http_timeout_s, PAGE_BYTES, () if settings.is_production else LOOPBACK)


def check(url: str, limits: Limits) -> Seen:
    """Whether it answers: asked without its page first, and with it where that is refused."""
    seen = _seen("HEAD", url, replace(limits, max_bytes=1024))[0]
    return seen if seen.life in (Life.ANSWERED, Life.MOVED) or not seen.status else _seen("GET", url, limits)[0]


def read(url: str, limits: Limits) -> Seen:
    """As check, with what its page says of itself."""
    seen, answer = _seen("GET", url, limits)
    if answer is None or seen.life not in (Life.ANSWERED, Life.MOVED):
        return seen
    return replace(seen, said=bounded.said(answer.body, answer.headers.get("Content-Type", "")))


@dataclass(frozen=True)
class _End:
    """Where following redirects ended: the answer, its address, and whether all of them were for good."""

    answer: Answer
    url: str
    is_for_good: bool


def _seen(method: str, url: str, limits: Limits) -> tuple[Seen, Answer | None]:
    """What a try found, and what was answered where anything was."""
    try:
        end = _follow(method, url, limits)
    except Unreachable as error:
        return Seen(Life.UNSEEN if error.code in _UNSEEN else Life.FAILED, failure=error.code), None
    return _told(end, url), end.answer


def _told(end: _End, url: str) -> Seen:
    status = end.answer.status
    if status < HTTPStatus.BAD_REQUEST:
        has_moved = end.is_for_good and addresses.same(end.url) != addresses.same(url)
        return Seen(Life.MOVED if has_moved else Life.ANSWERED, status, "", end.url if has_moved else "")
    if status in _GONE:
        return Seen(Life.GONE, status, "gone")
    if status in _CLOSED:
        return Seen(Life.UNSEEN, status, "closed")
    return Seen(Life.FAILED, status, "error")


def _follow(method: str, url: str, limits: Limits) -> _End:
    """Each address on the way is looked at as the first was. Unreachable where they lead on without end."""
    here, is_for_good = url.partition("#")[0], True
    for _hop in range(MOST_REDIRECTS + 1):
        answer = outgoing.look(method, here, limits=limits, headers=_HEADERS)
        leads_to = answer.headers.get("Location", "")
        if answer.status not in outgoing.REDIRECTS or not leads_to:
            return _End(answer, here, is_for_good)
        is_for_good = is_for_good and answer.status in _FOR_GOOD
        here = _joined(here, leads_to)
    raise Unreachable("leads on without end", "redirect")


def _joined(here: str, leads_to: str) -> str:
    """Where a redirect leads. Its letters come as Latin-1, though most servers send UTF-8."""
    told = leads_to.encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        there = urljoin(here, told.strip()).partition("#")[0]
    except ValueError as error:
        raise Unreachable("leads to what is no address", "bad-address") from error
    return addresses.plain(there)
