"""The child process that reads one page of the web: it bounds itself, reads it, and says what the page says as JSON.

Started by catalog.weblinks.bounded as ``python -m catalog.weblinks.child ORDER``; the page comes as its input.
"""

from __future__ import annotations

import json
import sys

from catalog.extract.child import bound
from catalog.extract.limits import Limits
from catalog.weblinks import pages


def main() -> None:
    order = json.loads(sys.argv[1])
    bound(Limits(**order["limits"]), order["parent"])
    sys.stdout.write(json.dumps(pages.said(sys.stdin.buffer.read(), order["content_type"])))


if __name__ == "__main__":
    main()
