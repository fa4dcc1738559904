"""Addresses of recordings on other sites, and how each is opened at a second."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_BY_QUERY = ("youtube.com", "youtu.be")
"""Sites that take the second in the query; others as a media fragment (W3C Media Fragments URI 1.0, 4.2.1)."""


def is_address(identifier: str) -> bool:
    """Whether an identifier of a record is an address that a browser opens."""
    try:
        parts = urlsplit(identifier.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(map(str.isspace, identifier.strip()))


def at_second(address: str, second: int) -> str:
    """The address of a recording so that it begins there; of one that is_address."""
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host not in _BY_QUERY:
        return urlunsplit(parts._replace(fragment=f"t={second}"))
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("t", "start")]
    return urlunsplit(parts._replace(query=urlencode([*query, ("t", f"{second}s")])))
