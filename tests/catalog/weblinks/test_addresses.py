"""What people paste as an address: cleaned where it can be meant, refused where it cannot, the same told apart."""

from __future__ import annotations

import pytest

from catalog.weblinks import addresses
from lrc.errors import BadInput
from lti.addresses import LOOPBACK


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  https://repositorio.unmsm.edu.pe/handle/1/2 ", "https://repositorio.unmsm.edu.pe/handle/1/2"),
        ("www.gob.pe/minedu", "https://www.gob.pe/minedu"),
        ("gob.pe:8443/x", "https://gob.pe:8443/x"),
        ("HTTPS://GOB.PE:443", "https://gob.pe/"),
        ("https://gob.pe/una página?q=ñandú#dos", "https://gob.pe/una%20p%C3%A1gina?q=%C3%B1and%C3%BA#dos"),
        ("https://año.pe/", "https://xn--ao-zja.pe/"),
        ("https://gob.pe/a?id=3&utm_source=face&fbclid=9", "https://gob.pe/a?id=3"),
        ("https://gob.pe/a?b", "https://gob.pe/a?b"),
        ("https://gob\u200b.pe/\x00a\n", "https://gob.pe/a"),
    ],
)
def test_what_is_pasted_becomes_a_plain_address(typed: str, meant: str) -> None:
    assert addresses.clean(typed) == meant
    assert addresses.clean(meant) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "", "no es", "javascript:alert(1)", "data:text/html,<script>", "file:///etc/passwd", "ftp://gob.pe/a", "https://",
        "mailto:a@gob.pe", "https://rosa:clave@gob.pe/", "https://gob.pe@malo.pe/", "https://gob.pe\\@malo.pe/",
        "https://gob.pe:99999/", "http://localhost:8000/", "http://127.0.0.1/", "http://[::1]/", "http://10.2.3.4/",
        "http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/", "https://intranet/x",
        f"https://gob.pe/{'x' * 500}", "https://" + "ñ" * 70 + ".pe/", "//gob.pe/a",
    ],
)  # fmt: skip
def test_what_is_no_address_for_everybody_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        addresses.clean(typed)


def test_this_machine_is_an_address_only_for_trying() -> None:
    assert addresses.clean("http://127.0.0.1:8000/a", LOOPBACK) == "http://127.0.0.1:8000/a"
    with pytest.raises(BadInput):
        addresses.clean("http://10.0.0.1/", LOOPBACK)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://gob.pe/a", "http://www.gob.pe/a/", True),
        ("https://gob.pe/a?utm_campaign=x", "https://gob.pe/a#final", True),
        ("https://gob.pe/%C3%B1", "https://gob.pe/ñ", True),
        ("https://gob.pe/a?id=1", "https://gob.pe/a?id=2", False),
        ("https://gob.pe/#/uno", "https://gob.pe/#/dos", False),
        ("https://gob.pe:8443/", "https://gob.pe/", False),
        ("https://gob.pe/A", "https://gob.pe/a", False),
    ],
)
def test_addresses_are_the_same_whatever_leads_to_the_same_page(one: str, other: str, is_same: bool) -> None:
    assert (addresses.same(one) == addresses.same(other)) is is_same


def test_a_resource_leads_to_the_first_of_its_identifiers_that_is_an_address() -> None:
    assert addresses.find(["doi:10.1/x", "https://", "http://gob.pe/a", "http://gob.pe/b"]) == "http://gob.pe/a"
    assert addresses.find(["isbn:9789972421105", "http://[", "httpx://a.pe"]) == ""
