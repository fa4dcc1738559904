"""Entry point of Celery's worker and beat: celery --app lrc.worker:celery worker"""

from lrc.app import create_app
from lrc.celery import celery

app = create_app()

__all__ = ["app", "celery"]
