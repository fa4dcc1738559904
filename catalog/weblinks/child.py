"""The child process that reads one page of the web, which comes as its input, and says what the page says.

Started by catalog.weblinks.bounded.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from catalog.bounded.answering import answer
from catalog.weblinks import pages


def _work(order: Mapping[str, Any]) -> dict[str, Any]:
    return {"said": pages.said(sys.stdin.buffer.read(), order["content_type"])}


if __name__ == "__main__":
    answer(_work)
