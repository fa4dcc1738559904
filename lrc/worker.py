"""Entry point of Celery's worker and beat: celery --app lrc.worker:celery worker"""

import logging

from catalog.extract import recognition
from lrc.app import create_app
from lrc.celery import celery

app = create_app()
if not recognition.is_available():
    logging.getLogger(__name__).warning(
        "text in scans and photographs is not read here: tesserocr or its models are missing (docs/operating.md)"
    )

__all__ = ["app", "celery"]
