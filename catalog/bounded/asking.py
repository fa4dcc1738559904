"""The parent's side: starts a child with an order, takes its answer, and ends it and whatever it started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from catalog.extract.limits import Limits

TOO_HEAVY = "too_heavy"
"""The refusal of what took more than its limits, or killed its child."""
DETAIL_BYTES = 2000
_ENDING_TIME_S = 5
_ROOT = Path(__file__).resolve().parent.parent.parent
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "TZ")


def ask(module: str, order: Mapping[str, Any], limits: Limits, *, given: IO[bytes] | None = None) -> dict[str, Any]:
    """What ``catalog.bounded.answering.answer`` in a module says of an order; ``given`` is a file that it reads as its
    input.

    Where it does not come to say anything, {"refusal": TOO_HEAVY, "detail": the last of what it complained of}.
    """
    with tempfile.TemporaryFile() as errors:
        pipes = {"stdin": given or subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": errors}
        with start(module, order, limits, **pipes) as child:
            try:
                answer, _nothing = child.communicate(timeout=limits.read_time_limit_s + _ENDING_TIME_S)
            except subprocess.TimeoutExpired:
                answer = b""
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
        # What was cut short where the child ended is no answer.
        if child.returncode == 0 and answer.endswith(b"}"):
            return dict(json.loads(answer))
        return {"refusal": TOO_HEAVY, "detail": f"the child ended with {child.returncode}: {tail(errors)}"}


def start(module: str, order: Mapping[str, Any], limits: Limits, **pipes: Any) -> subprocess.Popen[bytes]:
    """Start a module with an order, its limits and who its parent is, as one argument in JSON.

    Call it from a thread that lives as long as the child: the kernel ends the child with the thread that started it.
    """
    told = {**order, "limits": asdict(limits), "parent": os.getpid()}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module; the order is data
        [sys.executable, "-P", "-m", module, json.dumps(told)],
        env=_environment(),
        cwd="/",
        start_new_session=True,
        **pipes,
    )


def _environment() -> dict[str, str]:
    """No secrets: what the child does not know cannot be taken from it."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2", "RAYON_NUM_THREADS": "1"}


def end(child: subprocess.Popen[bytes], patience_s: float) -> None:
    """End the child, at once or when it has had some seconds to end by itself, and whatever it started."""
    deadline = time.monotonic() + patience_s
    # It stays a zombie until wait4, so its number cannot become another process's before the group is killed.
    while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    _, status = os.waitpid(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)


def tail(errors: IO[bytes], most_bytes: int = DETAIL_BYTES) -> str:
    """The last of what a child complained of."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - most_bytes))
    return errors.read().decode("utf-8", "replace").strip()
