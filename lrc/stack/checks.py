"""What can be seen before anything is started: ports that are taken, parts of the front end that were never built."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import lrc
from lrc.config import Settings
from lrc.stack.trouble import CannotRun

_HOUSE = Path(lrc.__file__).parent
FRONT_END = ("static/vendor/htmx.min.js", "static/vendor/pdf.min.mjs", "static/vendor/pdf.worker.min.mjs")


def check_ports(settings: Settings) -> None:
    """Raises CannotRun, naming the variable to set, where the web server or the practice LMS could not listen."""
    check_port("LRC_WEB_PORT", settings.web_host, settings.web_port)
    if settings.mode == "demo":
        check_port("LRC_PRACTICE_PORT", "127.0.0.1", settings.practice_port)


def check_port(variable: str, host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except OSError as error:
        why = {
            errno.EADDRINUSE: f"Port {port} on {host} is used by another program: end that one, or choose another port",
            errno.EACCES: f"Port {port} may only be used by the administrator of this computer: choose one above 1023",
        }.get(error.errno or 0, f"Nothing can listen on port {port} of {host} ({error.strerror}): choose another")
        raise CannotRun(
            f"{why} with {variable}, for example {variable}={port + 10 if port > 1023 else port + 8000}."
        ) from error


def check_front_end(house: Path = _HOUSE) -> None:
    """Raises CannotRun where a file is missing that set-up brings or makes."""
    catalogues = (house / "translations").glob("*/LC_MESSAGES/messages.po")
    wanted = [*(house / name for name in FRONT_END), *(each.with_suffix(".mo") for each in catalogues)]
    missing = [each for each in wanted if not each.is_file()]
    if missing:
        raise CannotRun(f"{missing[0]} is missing: run `make setup` in the project's folder, then start again.")
