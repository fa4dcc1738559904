"""Ports of loopback on which a test's own servers listen."""

from __future__ import annotations

import socket
from dataclasses import replace

from lrc.config import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def on_loopback(settings: Settings) -> Settings:
    """The settings with free ports on loopback for the tool and the practice LMS."""
    port = free_port()
    return replace(settings, tool_url=f"http://127.0.0.1:{port}", web_port=port, practice_port=free_port())
