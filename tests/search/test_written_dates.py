"""How dates and counts are told to people: written out, in the numbers of their language."""

from __future__ import annotations

from datetime import date as day_of

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from search.views.wording import written_date


@pytest.mark.parametrize(
    ("date", "spanish", "english"),
    [
        ("2019", "2019", "2019"),
        ("2019-03", "marzo de 2019", "March 2019"),
        ("2019-03-01", "1 de marzo de 2019", "March 1, 2019"),
        ("2019-02-30", "2019-02-30", "2019-02-30"),
        ("2019-00", "2019-00", "2019-00"),
        ("ca. 1920", "ca. 1920", "ca. 1920"),
        ("0000-01-01", "0000-01-01", "0000-01-01"),
        ("٢٠١٩-03", "marzo de 2019", "March 2019"),
        ("", "", ""),
    ],
)
def test_a_date_of_a_record_is_written_out(app: Flask, date: str, spanish: str, english: str) -> None:
    for language, meant in (("es_PE", spanish), ("en", english)):
        with app.test_request_context(), force_locale(language):
            assert written_date(date) == meant


def test_counts_have_the_separators_of_their_language(app: Flask) -> None:
    told = "{{ ngettext('%(num)s resultado', '%(num)s resultados', n) }} {{ ngettext('uno', '%(num)s', n, num='x') }}"
    with app.test_request_context(), force_locale("es_PE"):
        assert render_template_string(told, n=12345) == "12,345 resultados x"
        assert render_template_string(told, n=1) == "1 resultado uno"
    with app.test_request_context(), force_locale("en"):
        assert render_template_string("{{ 1234567|decimalformat }}") == "1,234,567"


def test_a_day_is_written_out_where_no_form_is_asked_for(app: Flask) -> None:
    with app.test_request_context(), force_locale("es_PE"):
        shown = render_template_string("{{ day|dateformat }}", day=day_of(2026, 11, 21))
        assert shown == "21 de noviembre de 2026"
