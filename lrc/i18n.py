"""The language of this request: what the person switched to, else the launch's, else the browser's, else the default.

The sentences in code and templates are Spanish; lrc/translations holds the English ones.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, format_decimal, get_locale
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context

LANGUAGES = {"es": "Español", "en": "English"}
_LOCALES = {"es": "es_PE", "en": "en"}  # numbers and dates as in Peru
_CHOSEN, _LAUNCHED = "language", "launch_language"

# Flask-Babel vouches for its lazy sentences as safe HTML, with whatever title or name was put into them. Ours are text.
del LazyString.__html__


def init_app(app: Flask, default_language: str, time_zone: str) -> None:
    app.config["LRC_DEFAULT_LANGUAGE"] = default_language
    Babel(
        app,
        {**Babel.default_date_formats, "date": "long"},  # 21 de noviembre de 2026
        default_locale=_LOCALES[default_language],
        default_timezone=time_zone,
        locale_selector=lambda: _LOCALES[_choose()],
    )
    app.jinja_env.globals.update(languages=LANGUAGES, current_language=current_language)
    app.jinja_env.globals["ngettext"] = _counting(cast(Callable[..., str], app.jinja_env.globals["ngettext"]))


def _counting(choose: Callable[..., str]) -> Callable[..., str]:
    """The same for templates, the count written as numbers are in the language of the page: 12,345."""

    @pass_context
    def count(context: Context, one: str, many: str, number: int, /, **variables: Any) -> str:
        return choose(context, one, many, number, **{"num": format_decimal(number), **variables})

    return count


def current_language() -> str:
    """The language of this request: "es" or "en"."""
    return str(get_locale().language)


def remember_launch_language(locale: str | None, kept: MutableMapping[str, Any]) -> None:
    """Take the language of a launch's locale such as "es_PE" or "en-US"; others are left to the browser.

    ``kept`` is the session of the visit that begins.
    """
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    kept.pop(_LAUNCHED, None)
    if language in LANGUAGES:
        kept[_LAUNCHED] = language


def switch_language(language: str) -> None:
    """Keep the person's own choice; an unknown language changes nothing."""
    if language in LANGUAGES:
        session[_CHOSEN] = language


def speak(language: str) -> None:
    """Use this language in this request only, whatever was chosen before; an unknown one changes nothing."""
    if language in LANGUAGES:
        g.speaks = language


def _choose() -> str:
    if not has_request_context():
        return str(current_app.config["LRC_DEFAULT_LANGUAGE"])
    for kept in (g.get("speaks"), session.get(_CHOSEN), session.get(_LAUNCHED)):
        if kept in LANGUAGES:
            return str(kept)
    return request.accept_languages.best_match(list(LANGUAGES)) or str(current_app.config["LRC_DEFAULT_LANGUAGE"])
