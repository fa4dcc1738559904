"""The supervisor: what dies is started again and said, what keeps dying ends all, the end is orderly and complete."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from lrc.config import MIB
from lrc.stack.processes import DOORS, SERVERS, WORKERS, Program, trim_log
from lrc.stack.supervisor import DEATHS_IN_A_ROW, Supervisor
from lrc.stack.trouble import CannotRun
from tests.trying import eventually, kill_and_have_back

STAY = "import time; time.sleep(60)"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path / "logs", said.append, first_pause_s=0.01)
    yield supervisor
    supervisor.end()


def python(
    folder: Path, code: str, *, name: str = "child", stage: int = WORKERS, ready: Callable[[], bool] = lambda: True
) -> Program:
    """A child that runs some Python."""
    command = (sys.executable, "-S", "-c", code)
    return Program(name, f"The {name}", command, {}, folder, stage, ready=ready, ready_within_s=20, stop_within_s=0.5)


def test_it_waits_until_a_child_is_ready(supervisor: Supervisor, tmp_path: Path, said: list[str]) -> None:
    sign = tmp_path / "sign"
    slow = f"import time, pathlib; time.sleep(0.2); pathlib.Path({str(sign)!r}).touch(); time.sleep(60)"
    supervisor.start([python(tmp_path, slow, ready=sign.exists)])

    supervisor.wait_until_ready()

    assert sign.exists()
    assert re.fullmatch(r"The child: ready after \d+\.\d s", said[0])


def test_a_child_that_never_gets_ready_is_said(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([replace(python(tmp_path, STAY, ready=lambda: False), ready_within_s=0.5)])

    with pytest.raises(CannotRun, match=r"^The child is not ready after"):
        supervisor.wait_until_ready()


def test_a_child_that_fails_at_the_start_is_said_with_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([python(tmp_path, "import sys; sys.exit('LRC_X must be a number')", ready=lambda: False)])

    with pytest.raises(CannotRun) as refused:
        supervisor.wait_until_ready()

    said = str(refused.value)
    assert said.startswith("The child ended with status 1. Its last words were:\n\nLRC_X must be a number\n")
    assert str(tmp_path / "logs" / "child.log") in said


def test_last_words_are_those_of_this_run(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "logs" / "child.log").write_text("words of yesterday\n")
    supervisor.start([python(tmp_path, "import sys; sys.exit(3)", ready=lambda: False)])

    with pytest.raises(CannotRun) as refused:
        supervisor.wait_until_ready()

    assert "yesterday" not in str(refused.value)
    assert "(it wrote nothing)" in str(refused.value)


def test_what_dies_is_started_again_and_said(supervisor: Supervisor, tmp_path: Path, said: list[str]) -> None:
    supervisor.start([python(tmp_path, STAY)])
    supervisor.wait_until_ready()

    kill_and_have_back(supervisor, "child")

    assert any("The child was ended by signal 9 (SIGKILL); starting it again in 0.01 s" in each for each in said)
    assert said[-1].startswith("The child: back after")


def test_what_keeps_dying_ends_the_whole(supervisor: Supervisor, tmp_path: Path, said: list[str]) -> None:
    supervisor.start([python(tmp_path, "import sys; sys.exit('no such table')")])

    with pytest.raises(CannotRun, match=rf"{DEATHS_IN_A_ROW} times in a row. Its last words were:\n\nno such table"):
        eventually(lambda: False, doing=supervisor.tick)

    assert len([each for each in said if "starting it again" in each]) == DEATHS_IN_A_ROW - 1


def test_children_end_in_order_of_their_stages(supervisor: Supervisor, tmp_path: Path) -> None:
    record = tmp_path / "record"
    for name, stage in (("server", SERVERS), ("worker", WORKERS), ("door", DOORS)):
        code = (
            "import signal, sys, time\n"
            f"def end(*_): open({str(record)!r}, 'a').write('{name} '); sys.exit()\n"
            f"signal.signal(signal.SIGTERM, end); open({str(tmp_path / name)!r}, 'w'); time.sleep(60)"
        )
        supervisor.start([python(tmp_path, code, name=name, stage=stage, ready=(tmp_path / name).exists)])
    supervisor.wait_until_ready()

    supervisor.end()

    assert record.read_text().split() == ["door", "worker", "server"]


def test_a_stubborn_child_and_its_own_children_are_ended_by_force(supervisor: Supervisor, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork()\n"
        f"open({str(sign)!r}, 'a').write('x'); time.sleep(60)"
    )
    supervisor.start([python(tmp_path, code, ready=lambda: sign.exists() and sign.read_text() == "xx")])
    supervisor.wait_until_ready()
    group = supervisor.pids()["child"]

    supervisor.end()

    eventually(lambda: not living(group))


def test_a_child_whose_group_lives_on_is_replaced_whole(supervisor: Supervisor, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    code = f"import os, time\nos.fork()\nopen({str(sign)!r}, 'a').write('x'); time.sleep(60)"
    supervisor.start([python(tmp_path, code, ready=sign.exists)])
    supervisor.wait_until_ready()
    eventually(lambda: sign.read_text() == "xx")
    group = supervisor.pids()["child"]

    kill_and_have_back(supervisor, "child")

    eventually(lambda: not living(group))


def test_a_program_run_once_must_end_well(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.run_once(python(tmp_path, "pass", name="good"))

    with pytest.raises(CannotRun, match="The bad ended with status 2"):
        supervisor.run_once(python(tmp_path, "import sys; sys.exit(2)", name="bad"))


def test_others_are_looked_after_while_a_program_runs_once(supervisor: Supervisor, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    supervisor.start([python(tmp_path, STAY)])
    supervisor.wait_until_ready()
    before = supervisor.pids()["child"]
    killer = f"import os, time; os.kill({before}, 9); time.sleep(1); open({str(sign)!r}, 'w')"

    supervisor.run_once(python(tmp_path, killer, name="killer"))

    assert sign.exists()
    assert supervisor.pids()["child"] != before


def test_a_long_log_is_put_aside_while_it_is_written_to(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    with log.open("ab") as writer:
        writer.write(b"x" * 6 * MIB)
        writer.flush()

        trim_log(log)

        writer.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "child.log.1").stat().st_size == 6 * MIB


def living(group: int) -> list[int]:
    """The processes of a group that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found
