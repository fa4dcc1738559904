"""Entry point of Celery's worker and beat: celery --app lrc.worker:celery worker"""

import logging

from catalog.extract import recognition
from catalog.lightening import films
from lrc.app import create_app
from lrc.celery import celery

app = create_app()
if not recognition.is_available():
    logging.getLogger(__name__).warning(
        "text in scans and photographs is not read here: tesserocr or its models are missing (docs/operating.md)"
    )
if not films.program(app.config["LRC_SETTINGS"].ffmpeg):
    logging.getLogger(__name__).warning(
        "films get no poster and no version with their sound alone here: ffmpeg is missing (docs/operating.md)"
    )

__all__ = ["app", "celery"]
