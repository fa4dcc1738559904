"""The tasks: one Celery, tasks that run inside the application, and sending after the commit.

Tasks are named by text ("catalog.read_file") and take ids only; each may run twice. What a dying process never sent
is found again from the database by the reconciler (catalog.tasks).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import kombu.transport.redis
from celery import Celery, Task
from flask import Flask
from kombu import Queue
from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from lrc.config import Settings
from lrc.db import after_commit

log = logging.getLogger(__name__)
Work = TypeVar("Work", bound=Callable[..., Any])

READING, INDEXING, DELIVERY = "reading", "indexing", "delivery"
# DELIVERY talks with platforms (grades, rosters), which may be slow: nothing else waits in its queue.
# Longer than the longest task, else the broker would hand it out a second time while it runs.
VISIBILITY_MARGIN_S = 600


# A worker asked to end gives its tasks so long, then hands back to the broker what is not done.
LAST_CHANCE_S = 4.0

# Whoever sends waits no longer than this for a broker that hangs; workers ask it every second anyway.
_REDIS_WAITS = {"socket_connect_timeout": 3, "socket_timeout": 3}

if TYPE_CHECKING:
    _Task = Task[..., Any]
    _Celery = Celery["TaskInApp"]
else:  # what they are generic in is known to the checker only
    _Task = Task
    _Celery = Celery


class TaskInApp(_Task):
    """A task that runs inside the Flask application it was bound to by init_app."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with cast(TasksOfApp, self.app).flask_app.app_context():
            return super().__call__(*args, **kwargs)


class TasksOfApp(_Celery):
    """Celery with the Flask application of its tasks."""

    flask_app: Flask


celery = TasksOfApp("lrc", task_cls=TaskInApp, set_as_current=True)


def task(name: str, *, queue: str) -> Callable[[Work], Work]:
    """Register a function as the task ``name``, to run from ``queue`` (READING, INDEXING or DELIVERY)."""

    def register(work: Work) -> Work:
        celery.task(name=name)(work)
        celery.conf.task_routes = {**(celery.conf.task_routes or {}), name: {"queue": queue}}
        return work

    return register


def every(seconds: float, name: str) -> None:
    """Have beat send the task ``name`` every so many seconds."""
    celery.conf.beat_schedule = {
        **(celery.conf.beat_schedule or {}),
        name: {"task": name, "schedule": seconds, "options": {"expires": seconds}},
    }


def init_app(app: Flask, settings: Settings) -> None:
    celery.flask_app = app
    celery.conf.update(
        broker_url=settings.broker_url or "memory://",
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_MARGIN_S
            + max(settings.read_time_limit_s + settings.recognition_time_limit_s, settings.lighten_time_limit_s),
            **(_REDIS_WAITS if settings.broker_url.startswith("redis") else {}),
        },
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=LAST_CHANCE_S,
        task_queues=[Queue(READING), Queue(INDEXING), Queue(DELIVERY)],
        task_default_queue=READING,
        # Once more, over a new connection: the kept one may be from before the broker was started again.
        task_publish_retry=True,
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1},
        worker_hijack_root_logger=False,
        beat_schedule_filename=str(settings.data / "beat-schedule"),
    )
    # kombu looks for unacknowledged tasks of dead workers every hundredth turn of its loop; every tenth is soon enough.
    kombu.transport.redis.QoS.restore_visible.__defaults__ = (0, 10, 1)


def enqueue(session: Session, name: str, *args: Any) -> None:
    """Send the task ``name`` once ``session`` is committed, and only once however often a transaction asks for it.

    A broker that is away is logged: the reconciler sends later.
    """

    def send() -> None:
        try:
            celery.send_task(name, args=args)
        except OperationalError as error:
            log.warning("task %s%r not sent, left to the reconciler: %s", name, args, error)

    after_commit(session, send, once=(name, repr(args)))
