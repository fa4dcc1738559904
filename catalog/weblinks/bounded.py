"""Reads a page of the web in a child process: one of many thousand attributes takes minutes, and more memory."""

from __future__ import annotations

import logging
import tempfile
from typing import Any

from catalog.bounded import asking
from catalog.extract.limits import Limits

log = logging.getLogger(__name__)
LIMITS = Limits(read_time_limit_s=5, recognition_time_limit_s=0, read_memory_bytes=512 * 1024 * 1024)


def said(body: bytes, content_type: str, limits: Limits = LIMITS) -> dict[str, Any]:
    """As catalog.weblinks.pages.said; nothing of a page that takes more than ``limits``."""
    if not body:
        return {}
    with tempfile.TemporaryFile() as page:
        page.write(body)
        page.seek(0)
        told = asking.ask("catalog.weblinks.child", {"content_type": content_type}, limits, given=page)
    if "said" not in told:
        log.warning("a page of the web was not read: %s", told["detail"])
        return {}
    return dict(told["said"])
