"""What tests of calls to other people's servers share: limits, and why one was not reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lti.addresses import LOOPBACK
from lti.outgoing import Limits, Unreachable, send

OPEN = Limits(timeout_s=10, networks=LOOPBACK)
HASTY = replace(OPEN, timeout_s=0.5)
PUBLIC_ONLY = Limits(timeout_s=2)


def why_not(url: str, limits: Limits = OPEN) -> Unreachable:
    with pytest.raises(Unreachable) as refused:
        send("GET", url, limits=limits)
    return refused.value
