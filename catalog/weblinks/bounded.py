"""Reads a page of the web in a child process: one of many thousand attributes takes minutes, and more memory."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from typing import Any

from catalog.extract.limits import Limits
from catalog.reading import end, environment

log = logging.getLogger(__name__)
LIMITS = Limits(read_time_limit_s=5, recognition_time_limit_s=0, read_memory_bytes=512 * 1024 * 1024)


def said(body: bytes, content_type: str, limits: Limits = LIMITS) -> dict[str, Any]:
    """As catalog.weblinks.pages.said; nothing of a page that takes more than ``limits``."""
    if not body:
        return {}
    order = {"content_type": content_type, "limits": asdict(limits), "parent": os.getpid()}
    with tempfile.TemporaryFile() as page, tempfile.TemporaryFile() as answer:
        page.write(body)
        page.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the order is data
            [sys.executable, "-P", "-m", "catalog.weblinks.child", json.dumps(order)],
            stdin=page,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd="/",
            start_new_session=True,
        )
        end(child, patience_s=2 * limits.read_time_limit_s)
        if child.returncode:
            log.warning("a page of the web was not read: the child ended with %s", child.returncode)
            return {}
        answer.seek(0)
        return dict(json.loads(answer.read()))
