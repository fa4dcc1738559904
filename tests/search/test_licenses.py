"""Licences by their short names and their addresses, however they are written."""

from __future__ import annotations

import pytest

from search import licenses

BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"


@pytest.mark.parametrize(
    ("written", "short", "address"),
    [
        ("CC BY-SA 4.0", "CC BY-SA 4.0", BY_SA),
        (" cc  by-sa 4.0 ", "cc by-sa 4.0", BY_SA),
        ("http://creativecommons.org/licenses/by-sa/4.0/deed.es", "CC BY-SA 4.0", BY_SA),
        ("CC BY-NC-ND 3.0", "CC BY-NC-ND 3.0", "https://creativecommons.org/licenses/by-nc-nd/3.0/"),
        ("CC0 1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        (
            "https://opensource.org/license/mit",
            "https://opensource.org/license/mit",
            "https://opensource.org/license/mit",
        ),
        ("Derechos reservados", "Derechos reservados", ""),
        ("CC BY 4.0 excepto las fotos", "CC BY 4.0 excepto las fotos", ""),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
        ("https://a b", "https://a b", ""),
        ("", "", ""),
    ],
)
def test_a_licence_has_a_short_name_and_an_address(written: str, short: str, address: str) -> None:
    assert (licenses.short_name(written), licenses.address(written)) == (short, address)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (BY_SA, {"by", licenses.ALIKE}),
        ("CC BY-NC-ND 3.0", {"by", licenses.NO_TRADE, licenses.NO_DERIVATIVES}),
        ("cc by 4.0", {"by"}),
        ("CC0 1.0", set()),
        ("Derechos reservados", None),
        ("CC BY 4.0 excepto las fotos", None),
        ("", None),
    ],
)
def test_what_a_licence_asks(written: str, asked: set[str] | None) -> None:
    assert licenses.conditions(written) == asked
