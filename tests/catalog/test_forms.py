"""What forms say: licences in full."""

from __future__ import annotations

import pytest
from flask import Flask

from catalog import forms


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("CC BY 4.0", "CC BY: se puede copiar"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY: se puede copiar"),
        ("http://creativecommons.org/licenses/by-nc-sa/4.0", "CC BY-NC-SA: se puede copiar"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0: dominio público"),
        ("https://creativecommons.org/licenses/by-sa/3.0/pe/", "https://creativecommons.org/licenses/by-sa/3.0/pe/"),
        ("Uso interno", "Uso interno"),
    ],
)
def test_a_licence_is_said_in_full(app: Flask, written: str, said: str) -> None:
    assert str(forms.license_name(written)).startswith(said)
