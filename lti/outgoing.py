"""The one door through which every call to someone else's server passes: limits, addresses and redirects."""

from __future__ import annotations

import json as jsons
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode, urlsplit

from requests.structures import CaseInsensitiveDict

from lrc.config import Settings
from lti.addresses import LOOPBACK
from lti.lines import Connection, Limits, Line, Place, Unreachable, slow, too_large

__all__ = ["REDIRECTS", "Answer", "Limits", "Unreachable", "limits_of", "look", "send"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Uncompressed, so that the limit on size holds for what is parsed.
_HEADERS = {"User-Agent": f"lrc/{version('lrc')}", "Accept-Encoding": "identity", "Connection": "close"}


@dataclass(frozen=True)
class Answer:
    """What the server answered, whole; ``headers`` are found in any case of letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Raises Unreachable where the body is no JSON; the type that the server names for it is not looked at."""
        try:
            return jsons.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unreachable("is not JSON", "not-json") from error

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def limits_of(settings: Settings) -> Limits:
    """The limits for calls to platforms: LRC_HTTP_TIMEOUT_S, LRC_PRIVATE_PLATFORMS; this machine only for trying."""
    own = () if settings.is_production else LOOPBACK
    return Limits(settings.http_timeout_s, networks=(*settings.private_networks, *own))


def send(
    method: str,
    url: str,
    *,
    limits: Limits,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: Any = None,
    body: bytes | None = None,
) -> Answer:
    """Ask a server and answer what it said, whatever the status; at most one of ``form``, ``json``, ``body`` is sent.

    Goes straight to the server, without a proxy. Raises Unreachable where no whole answer came within the limits, its
    address may not be reached, its certificate is not valid, or it leads elsewhere: redirects are not followed.
    End your transaction first: a slow server must not keep others from writing.
    """
    kind, content = _content(form, json, body)
    return _exchange(method, url, limits, ({**kind, **(headers or {})}, content), _taken)


def look(method: str, url: str, *, limits: Limits, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask for somebody's web page ("GET") or only whether it is there ("HEAD"), as send asks for services.

    A redirect is an answer like any other, not followed either. Of a long page only the beginning comes, as many bytes
    as ``limits`` let in; of one that is compressed, though asked not to be, none of it.
    """
    return _exchange(method, url, limits, ({**(headers or {})}, None), _beginning)


def _exchange(
    method: str,
    url: str,
    limits: Limits,
    sent: tuple[Mapping[str, str], bytes | None],
    taken: Callable[[HTTPResponse, int], Answer],
) -> Answer:
    place = Place.of(url)
    headers, content = sent
    line = Line(place, limits)
    connection = Connection(line)
    try:
        connection.request(method, place.target, content, {**_HEADERS, **headers})
        with connection.getresponse() as response:
            return taken(response, limits.max_bytes)
    except TimeoutError as error:
        raise slow() from error
    except (OSError, HTTPException) as error:
        raise Unreachable(f"broke off ({type(error).__name__})", "no-connection") from error
    finally:
        connection.close()


def _content(form: Mapping[str, str] | None, json: Any, body: bytes | None) -> tuple[dict[str, str], bytes | None]:
    if form is not None:
        return {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(form).encode()
    if json is not None:
        return {"Content-Type": "application/json"}, jsons.dumps(json).encode()
    return {}, body


def _taken(response: HTTPResponse, max_bytes: int) -> Answer:
    headers = CaseInsensitiveDict(response.headers.items())
    if response.status in REDIRECTS:
        leads_to = urlsplit(headers.get("Location", "")).netloc or "another page"
        raise Unreachable(f"leads elsewhere ({response.status} to {ascii(leads_to)[1:-1]})", "redirect")
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unreachable("is compressed, though asked not to be", "bad-answer")
    body = response.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise too_large(max_bytes)
    if response.length:
        raise Unreachable("was cut short", "no-connection")
    return Answer(response.status, headers, body)


def _beginning(response: HTTPResponse, max_bytes: int) -> Answer:
    headers = CaseInsensitiveDict(response.headers.items())
    is_plain = headers.get("Content-Encoding", "identity").lower() == "identity"
    return Answer(response.status, headers, response.read(max_bytes) if is_plain else b"")
