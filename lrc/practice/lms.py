"""The practice LMS put together: Moodle's addresses that a tool meets, and a few plain pages. Never in production."""

from __future__ import annotations

from flask import Flask, request

import lrc.i18n
from lrc.config import Settings, SettingsError
from lrc.practice import choosing, gradebook, launching, lineitems, pages, registering, roster, scores, tokens, tools
from lrc.practice.site import EXTENSION, Site


def create_practice_app(settings: Settings) -> Flask:
    """The practice LMS for one set of settings; raises SettingsError in production.

    What it holds is ``app.extensions["practice"]``, a lrc.practice.site.Site.
    """
    if settings.is_production:
        raise SettingsError("The practice LMS never runs in production: LRC_MODE must be demo or test for it.")
    app = Flask("lrc", template_folder="practice/templates", static_folder="practice/static")
    lrc.i18n.init_app(app, settings.default_language, settings.time_zone)
    home = app.extensions[EXTENSION] = Site(settings)
    app.before_request(home.quirks.before)
    app.before_request(lambda: lrc.i18n.speak(request.args.get("lang", "")))
    app.after_request(home.quirks.after)
    for room in (pages, gradebook, choosing, tools, launching, tokens, lineitems, scores, roster, registering):
        app.register_blueprint(room.blueprint)
    return app
