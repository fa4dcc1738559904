"""A supervisor with one child, run by tests that send it signals: python -m tests.stack.guarding FOLDER [stubborn]"""

from __future__ import annotations

import sys
from pathlib import Path

from lrc.stack.processes import WORKERS, Program
from lrc.stack.supervisor import Supervisor

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(folder: Path, stubborn: bool) -> None:
    sign = folder / "sign"
    code = f"{STUBBORN if stubborn else ''}import pathlib, time; pathlib.Path({str(sign)!r}).touch(); time.sleep(60)"
    child = Program(
        "child", "The child", (sys.executable, "-S", "-c", code), {}, folder, WORKERS, sign.exists, stop_within_s=30
    )
    supervisor = Supervisor(folder / "logs", _say)
    supervisor.listen()
    try:
        supervisor.start([child])
        supervisor.wait_until_ready()
        _say(f"watching {supervisor.pids()['child']}")
        supervisor.watch(each_minute=lambda: None)
    finally:
        supervisor.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]), len(sys.argv) > 2)
