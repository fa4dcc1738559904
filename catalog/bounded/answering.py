"""The child's side: it bounds itself, does what the order says, and answers in JSON."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from typing import IO, Any

from catalog.bounded.asking import TOO_HEAVY
from catalog.extract.limits import Limits

OPEN_FILES = 64
LARGEST_FILE_BYTES = 1024 * 1024
_ANSWERS_SHARE = 8
_PR_SET_PDEATHSIG = 1


def answer(work: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Do the work of the order with which this process was started by ``asking.ask``, and say what came of it."""
    order = json.loads(sys.argv[1])
    # What libraries print must not get between the lines of the answer.
    pipe = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    limits = Limits(**order["limits"])
    bound(limits, order["parent"])
    try:
        told = work(order)
    except (MemoryError, RecursionError) as error:
        told = {"refusal": TOO_HEAVY, "detail": type(error).__name__}
    _say(told, pipe, limits.read_memory_bytes // _ANSWERS_SHARE)
    pipe.close()


def _say(told: Mapping[str, Any], pipe: IO[str], most_bytes: int) -> None:
    """In JSON, which is all ASCII. Who asked keeps it in memory, and a few bytes of a file may stand for gigabytes."""
    said = 0
    for part in json.JSONEncoder().iterencode(told):
        said += len(part)
        if said > most_bytes:
            sys.exit("the answer is too long")  # cut short it is none
        pipe.write(part)


def bound(limits: Limits, parent_pid: int, largest_bytes: int = LARGEST_FILE_BYTES) -> None:
    """No more memory, time and files than allowed, and no life without the parent: the kernel sees to it."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        sys.exit("the parent is gone")
    seconds = limits.read_time_limit_s
    for what, soft, hard in (
        (resource.RLIMIT_AS, limits.read_memory_bytes, limits.read_memory_bytes),
        # Raised from the one to the other by the reader of pictures of text, where one is read.
        (resource.RLIMIT_CPU, seconds, seconds + limits.recognition_time_limit_s + 5),
        (resource.RLIMIT_FSIZE, largest_bytes, largest_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        most = resource.getrlimit(what)[1]
        cap = hard if most == resource.RLIM_INFINITY else min(hard, most)
        resource.setrlimit(what, (min(soft, cap), cap))
