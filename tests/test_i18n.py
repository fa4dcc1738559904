"""Sentences of the code, and what is put into them."""

from __future__ import annotations

from flask import Flask, render_template_string
from flask_babel import lazy_gettext as _
from markupsafe import Markup


def test_what_is_put_into_a_lazy_sentence_is_shown_as_text(app: Flask) -> None:
    sentence = _("%(name)s ya no está.", name="<script>alert(1)</script>")
    with app.test_request_context():
        for shown in (
            render_template_string("{{ sentence }}", sentence=sentence),
            render_template_string("{{ '(' ~ sentence ~ ')' }}", sentence=sentence),
            Markup("<p>{}</p>").format(sentence),
        ):
            assert "&lt;script&gt;" in shown
            assert "<script>" not in shown
