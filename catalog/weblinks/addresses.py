"""Addresses of the web as people paste them: cleaning one, telling whether two are the same, a resource's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from flask_babel import lazy_gettext as _

from catalog.models import Resource
from lrc.errors import BadInput
from lti.addresses import Network, is_reachable

LONGEST = 500
"""As long as a line of the form in which materials are described."""
_HTTP = re.compile("https?://", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d{1,5}(/|$))", re.IGNORECASE)
"""Of an address; what stands before a port is a host."""
_PORTS = {"http": 80, "https": 443}
# What tells whoever keeps a site by which way one came; the page is the same without.
_TRACKING = re.compile(r"(utm_\w+|fbclid|gclid|mc_[ce]id|igshid|ref_src)\Z", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9]([a-z0-9_.-]{0,251}[a-z0-9])?\.?\Z|\[[0-9a-f:.]+\]\Z")
_BAD = _("No parece una dirección web: cópiala entera de tu navegador; empieza con «https://».")


def clean(typed: str, networks: tuple[Network, ...] = ()) -> str:
    """The address that somebody typed or pasted, in ASCII, without what only tells by which way one came.

    Raises BadInput for what is no address of http or https, has a password in it, is too long, or leads into a private
    network other than ``networks``, where readers elsewhere could not follow.
    """
    text = "".join(sign for sign in typed.strip() if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    if text and not _SCHEME.match(text):
        text = f"https://{text}"
    parts = _parted(text)
    if parts is None:
        raise BadInput(_BAD)
    if "@" in parts.netloc:
        raise BadInput(_("La dirección lleva un usuario o una contraseña: quítalos, todos los verían."))
    host = _host(parts)
    if not _is_public(host, networks):
        raise BadInput(_("Esa dirección solo se abre desde dentro de una red: tus estudiantes no podrían verla."))
    port = f":{parts.port}" if parts.port and parts.port != _PORTS[parts.scheme] else ""
    made = urlunsplit((parts.scheme, host + port, _ascii(parts.path) or "/", _untracked(parts.query), parts.fragment))
    made = quote(made, safe="".join(map(chr, range(0x21, 0x7F))))
    if len(made) > LONGEST:
        raise BadInput(_("La dirección es demasiado larga: tiene más de %(limit)s caracteres.", limit=LONGEST))
    return made


def find(identifiers: Iterable[str]) -> str:
    """The first of the identifiers that is an address which can be opened; "" where none is."""
    return next((each for each in identifiers if _HTTP.match(each) and _parted(each) is not None), "")


def of(resource: Resource) -> str:
    """The address to which a resource leads; "" where it leads nowhere."""
    return find(resource.identifiers)


def same(url: str) -> str:
    """What two addresses have in common that lead to the same page, as SHA-256 (hex).

    Scheme, "www.", the slash at the end, the place in the page and marks of the way do not count.
    """
    parts = _parted(url)
    if parts is None:
        return sha256(url.encode("utf-8", "replace")).hexdigest()
    port = f":{parts.port}" if parts.port not in (None, *_PORTS.values()) else ""
    path = unquote(parts.path).rstrip("/")
    place = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    told = f"{host_of(url)}{port}{path}?{unquote(_untracked(parts.query))}#{place}"
    return sha256(told.encode("utf-8", "replace")).hexdigest()


def host_of(url: str) -> str:
    """The host as it is shown and counted by: without "www."; "" for what is no address."""
    parts = _parted(url)
    return _host(parts).removeprefix("www.")[:255] if parts is not None else ""


def readable(url: str) -> str:
    """The address as a title until there is a better one: host and path, in letters."""
    parts = urlsplit(url)
    return f"{host_of(url)}{unquote(parts.path)}".rstrip("/").replace("\ufffd", "?")


def _parted(text: str) -> SplitResult | None:
    """The parts, scheme in small letters; None for what is no address of http or https."""
    try:
        parts = urlsplit(text)
        _port = parts.port
        host = _host(parts)
    except ValueError:
        return None
    is_address = parts.scheme in _PORTS and _HOST.match(host) and "\\" not in text
    return parts if is_address else None


def _host(parts: SplitResult) -> str:
    """In ASCII and small letters. ValueError where it cannot be."""
    host = parts.hostname or ""
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else host.encode("idna").decode("ascii").lower()


def _is_public(host: str, networks: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return "." in host.strip(".") or bool(networks)
    return is_reachable(str(address), networks)


def _ascii(path: str) -> str:
    return quote(path, safe="/%:@!$&'()*+,;=~-._")


def _untracked(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(_TRACKING.match(name) for name, _value in pairs):
        return query
    return urlencode([(name, value) for name, value in pairs if not _TRACKING.match(name)])


def plain(url: str) -> str:
    """An address in ASCII, otherwise as it stands."""
    return quote(url, safe="".join(map(chr, range(0x21, 0x7F))))
