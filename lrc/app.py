"""The front door: create_app, the only place that sees every room."""

from __future__ import annotations

import logging

from flask import Flask
from flask_wtf import CSRFProtect

import catalog.availability.tasks
import catalog.describing.tasks
import catalog.fixity.tasks
import catalog.indextasks
import catalog.lightening.tasks
import catalog.merging.tasks
import catalog.named
import catalog.tasks
import catalog.uploads
import catalog.usetasks
import catalog.views
import catalog.vocabularies.tasks
import catalog.weblinks.tasks
import lrc.celery
import lrc.db
import lrc.i18n
import lrc.storage
import lrc.study.imagechecks  # has them looked at
import lrc.study.imagetasks
import lrc.study.models  # their tables
import lrc.study.tasks
import lrc.study.views
import lti.forgetting
import lti.gradetasks
import lti.keytasks
import lti.rostertasks  # registers its task
import lti.sessions
import lti.views
import lti.visits
import search.digest
import search.engine
import search.newsmail
import search.records
import search.soughttasks
import search.views
from lrc import errorpages, pages, security
from lrc.config import Settings, ensure_folders, from_environment


def create_app(settings: Settings | None = None) -> Flask:
    """The whole tool for one set of settings; raises SettingsError where they cannot work."""
    settings = settings or from_environment()
    ensure_folders(settings)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = Flask("lrc")
    app.request_class = catalog.uploads.SpooledRequest
    app.wsgi_app = lti.visits.Prefixes(app.wsgi_app)  # type: ignore[method-assign]
    app.session_interface = lti.sessions.Sessions()
    security.configure(app, settings)
    engine = lrc.db.make_engine(settings.database_url, survives_power_cuts=settings.mode != "test")
    lrc.db.init_app(app, engine)
    lrc.celery.init_app(app, settings)
    _schedule(settings)
    lrc.storage.init_app(app, settings)
    search.engine.init_app(app, settings)
    search.records.init_app(app, catalog.named.known)
    lrc.i18n.init_app(app, settings.default_language, settings.time_zone)
    errorpages.init_app(app)
    CSRFProtect(app)
    pages.init_app(app)
    for room in (lti.views, search.views, catalog.views, lrc.study.views):
        app.register_blueprint(room.blueprint)
    app.register_blueprint(lrc.study.views.public)
    return app


def _schedule(settings: Settings) -> None:
    """Have beat start what happens by itself."""
    catalog.tasks.schedule(settings)
    catalog.usetasks.schedule()
    catalog.describing.tasks.schedule()
    catalog.fixity.tasks.schedule(settings)
    catalog.lightening.tasks.schedule()
    catalog.merging.tasks.schedule()
    catalog.availability.tasks.schedule()
    catalog.indextasks.schedule()
    catalog.vocabularies.tasks.schedule()
    catalog.weblinks.tasks.schedule()
    lti.gradetasks.schedule(settings)
    lti.forgetting.schedule()
    lti.keytasks.schedule()
    lrc.study.tasks.schedule()
    lrc.study.imagetasks.schedule()
    search.soughttasks.schedule()
    search.digest.schedule()
    search.newsmail.schedule(settings)
