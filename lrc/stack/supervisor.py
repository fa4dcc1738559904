"""The supervisor: starts children, waits until they are ready, restarts what dies, ends all in order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from lrc.stack.processes import Child, Program, trim_log
from lrc.stack.trouble import CannotRun, Interrupted

TICK_S = 0.1
TIDY_EVERY_S = 60.0
# A child that lived for so long is healthy again; one that died so often in a row is not worth another try.
HEALTHY_AFTER_S = 60.0
DEATHS_IN_A_ROW = 5
LONGEST_PAUSE_S = 16.0

Say = Callable[[str], None]


@dataclass
class _Post:
    """A place that some child of ``program`` should always fill."""

    program: Program
    child: Child
    ready: bool = False
    deaths: int = 0
    restart_at: float | None = None


class Supervisor:
    """Children of one process. Use from the main thread: children die with the thread that started them."""

    def __init__(self, logs: Path, say: Say, *, first_pause_s: float = 0.5) -> None:
        self._logs = logs
        self._say = say
        self._first_pause_s = first_pause_s
        self._posts: list[_Post] = []
        self._asked_to_end = 0
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)

    def listen(self) -> None:
        """Take SIGINT, SIGTERM and SIGHUP as the wish to end; the second one ends everything at once."""
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wish, self._end_wished)

    def _end_wished(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked_to_end += 1
        if self._asked_to_end > 1:
            for post in self._posts:
                post.child.kill()
            os._exit(130)

    def start(self, programs: Iterable[Program]) -> None:
        for program in programs:
            self._posts.append(_Post(program, Child(program, self._log_of(program))))

    def wait_until_ready(self) -> None:
        """Return when every child is ready. CannotRun: one died or took too long. Interrupted: someone asked to end."""
        while waiting := [post for post in self._posts if not post.ready]:
            self.give_way()
            for post in waiting:
                if post.child.ended():
                    raise CannotRun(_last_words(post, post.child.how_it_ended()))
                if self._is_ready(post):
                    self._say(f"{post.program.title}: ready after {post.child.age_s:.1f} s")
                elif post.child.age_s > post.program.ready_within_s:
                    raise CannotRun(_last_words(post, f"is not ready after {post.program.ready_within_s:.0f} s"))
            time.sleep(TICK_S)

    def give_way(self) -> None:
        """Raise Interrupted if someone asked for the end meanwhile."""
        if self._asked_to_end:
            raise Interrupted

    def run_once(self, program: Program) -> None:
        """Run a program to its end while the others are watched. Raises CannotRun where it fails."""
        child = Child(program, self._log_of(program))
        try:
            while not child.ended():
                self.give_way()
                self.tick()
                time.sleep(TICK_S)
        finally:
            child.kill()
        if child.how_it_ended() != "ended with status 0":
            raise CannotRun(_words_of(child, child.how_it_ended()))

    def watch(self, each_minute: Callable[[], None]) -> None:
        """Restart what dies until asked to end. Raises CannotRun when a child keeps dying."""
        tidied_at = time.monotonic()
        while not self._asked_to_end:
            self.tick()
            if time.monotonic() - tidied_at > TIDY_EVERY_S:
                tidied_at = time.monotonic()
                each_minute()
                for post in self._posts:
                    trim_log(post.child.log)
            time.sleep(TICK_S)

    def pids(self) -> dict[str, int]:
        """The process of each program, by its name; a new one after each restart."""
        return {post.program.name: post.child.pid for post in self._posts}

    def all_ready(self) -> bool:
        return all(post.ready for post in self._posts)

    def end(self) -> None:
        """End all children, one stage after the other."""
        for stage in sorted({post.program.stage for post in self._posts}, reverse=True):
            posts = [post for post in self._posts if post.program.stage == stage]
            for post in posts:
                post.child.ask_to_end()
            deadline = time.monotonic() + max(post.program.stop_within_s for post in posts)
            while time.monotonic() < deadline and not all(post.child.ended() for post in posts):
                time.sleep(TICK_S / 4)
            for post in posts:
                post.child.kill()
        self._posts.clear()

    def tick(self) -> None:
        """Look after each child once: note what died, start again what has waited, see what is ready."""
        for post in self._posts:
            self._look_after(post)

    def _look_after(self, post: _Post) -> None:
        if post.restart_at is not None:
            if time.monotonic() >= post.restart_at:
                post.restart_at = None
                post.child = Child(post.program, post.child.log)
        elif post.child.ended():
            self._bury(post, post.child.how_it_ended())
        elif not post.ready:
            if self._is_ready(post):
                self._say(f"{post.program.title}: back after {post.child.age_s:.1f} s")
            elif post.child.age_s > post.program.ready_within_s:
                self._bury(post, f"is not ready after {post.program.ready_within_s:.0f} s")

    def _is_ready(self, post: _Post) -> bool:
        post.ready = post.program.ready()
        return post.ready

    def _bury(self, post: _Post, what_happened: str) -> None:
        post.child.kill()
        post.ready = False
        post.deaths = 1 if post.child.age_s > HEALTHY_AFTER_S else post.deaths + 1
        if post.deaths >= DEATHS_IN_A_ROW:
            raise CannotRun(_last_words(post, f"{what_happened}, {post.deaths} times in a row"))
        pause_s = min(self._first_pause_s * 2 ** (post.deaths - 1), LONGEST_PAUSE_S)
        post.restart_at = time.monotonic() + pause_s
        self._say(f"{post.program.title} {what_happened}; starting it again in {pause_s:g} s (log: {post.child.log})")

    def _log_of(self, program: Program) -> Path:
        return self._logs / f"{program.name}.log"


def _last_words(post: _Post, what_happened: str) -> str:
    return _words_of(post.child, what_happened)


def _words_of(child: Child, what_happened: str) -> str:
    words = child.last_words() or "(it wrote nothing)"
    return (
        f"{child.program.title} {what_happened}. Its last words were:\n\n{words}\n\n"
        f"Put right what they name and start again; the whole log is {child.log}"
    )
