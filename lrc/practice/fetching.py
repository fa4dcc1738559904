"""How the practice LMS fetches a tool's key set: by HTTP, with code that the tool itself does not use."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit


class FetchFailed(Exception):
    """There was no answer, or none that is a JSON object."""


def fetch_json(address: str, timeout_s: float) -> dict[str, Any]:
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=timeout_s)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        found = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(type(error).__name__) from error
    finally:
        connection.close()
    if not isinstance(found, dict):
        raise FetchFailed("no object")
    return found
