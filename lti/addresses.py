"""Which internet addresses our calls to other people's servers may reach: public ones, and networks let in by name."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
# The only part of IPv6 from which public addresses are given out (RFC 4291, section 2.4, and IANA's registry).
_GLOBAL_UNICAST = ip_network("2000::/3")
# Addresses of IPv4 written into IPv6 for translators (RFC 6052, section 2.1); the last 32 bits are the address.
_TRANSLATED = ip_network("64:ff9b::/96")


def is_reachable(text: str, networks: tuple[Network, ...] = ()) -> bool:
    """Whether a call may go to this IP address, in any form that the resolver gives.

    Private, loopback, link-local (with the clouds' metadata services), multicast, reserved and documentation
    addresses are refused unless they lie in one of ``networks``; an IPv4 address inside an IPv6 one counts as itself.
    """
    if is_within(text, networks):
        return True
    address = _plain(ip_address(text.partition("%")[0]))
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_within(text: str, networks: tuple[Network, ...]) -> bool:
    """Whether this IP address lies in one of the networks that were let in by name."""
    address = _plain(ip_address(text.partition("%")[0]))
    return any(address.version == network.version and address in network for network in networks)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for (mapped, translated, 6to4, Teredo), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or address
