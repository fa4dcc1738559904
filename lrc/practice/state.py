"""What the practice LMS keeps: tools, courses, activities and the gradebook, as one small file beside its key."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

VALUE, TEXT = "value", "text"
"""Grade types of a column: one of type text takes scores and throws them away."""


@dataclass
class Tool:
    """An external tool as registered (Moodle's tool type); ``id`` is also its deployment id."""

    id: str
    name: str
    client_id: str
    url: str
    login_url: str
    redirect_uris: list[str]
    jwks_url: str
    deep_link_url: str = ""
    description: str = ""
    icon: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)
    """What its access tokens may be for, as full scope names."""
    sends_name: bool = True
    sends_email: bool = True
    is_active: bool = True
    in_chooser: bool = False

    @property
    def domain(self) -> str:
        return urlsplit(self.url).netloc


@dataclass
class Course:
    id: str
    label: str
    title: str
    history: list[str] = field(default_factory=list)
    """The ids of the courses it was copied from, nearest first."""
    enrolled: dict[str, str] = field(default_factory=dict)
    """STUDENT, TEACHER or ASSISTANT of lrc.practice.classroom by the person's sub."""
    suspended: list[str] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)

    def is_active(self, sub: str) -> bool:
        return sub in self.enrolled and sub not in self.suspended


@dataclass
class Activity:
    """An activity of a course that opens a tool."""

    id: str
    link_id: str
    course_id: str
    tool_id: str
    title: str
    description: str = ""
    url: str = ""
    icon: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    container: str = "iframe"
    """"iframe", "window" (a new one) or "frame" (the existing window), as Moodle's document_target names them."""


@dataclass
class Grade:
    raw: float | None = None
    comment: str = ""
    stamped: int = 0
    """The timestamp of the score that was taken last, in whole seconds."""
    overridden: float | None = None


@dataclass
class Column:
    """A grade item of a course: an activity's own, or one that a tool made."""

    id: str
    course_id: str
    tool_id: str
    label: str
    maximum: float
    activity_id: str = ""
    """Whose own it is; "" for one that a tool made ("manual")."""
    link_id: str = ""
    """The resource link that a tool made it for, which is not the same: such a link's launch has lineitem ""."""
    type: str = VALUE
    tag: str = ""
    resource_id: str = ""
    review_url: str | None = None
    """Where a submission review opens; None where none was asked for, "" for the activity's own address."""
    review_custom: dict[str, str] = field(default_factory=dict)
    grades: dict[str, Grade] = field(default_factory=dict)

    def final(self, sub: str) -> float | None:
        """What the gradebook shows: the teacher's own grade, or the tool's, kept between 0 and the maximum."""
        grade = self.grades.get(sub, Grade())
        if grade.overridden is not None:
            return grade.overridden
        return None if grade.raw is None else min(max(grade.raw, 0.0), self.maximum)


@dataclass
class State:
    """Everything; keys of the dictionaries are the ids of what they hold."""

    tools: dict[str, Tool] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    next_id: int = 100

    def new_id(self) -> str:
        self.next_id += 1
        return str(self.next_id - 1)

    def of_course(self, course_id: str) -> list[Activity]:
        return [each for each in self.activities.values() if each.course_id == course_id]

    def own_column(self, activity_id: str) -> Column | None:
        """The grade item that is the activity's own."""
        return next((each for each in self.columns.values() if each.activity_id == activity_id), None)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> State:
        return cls(
            tools={name: Tool(**each) for name, each in kept["tools"].items()},
            courses={name: Course(**each) for name, each in kept["courses"].items()},
            activities={name: Activity(**each) for name, each in kept["activities"].items()},
            columns={
                name: Column(**{**each, "grades": {sub: Grade(**grade) for sub, grade in each["grades"].items()}})
                for name, each in kept["columns"].items()
            },
            next_id=kept["next_id"],
        )


class Store:
    """The state in a file. ``state`` may be read at any time and is never altered, but replaced."""

    def __init__(self, path: Path, fresh: Callable[[], State]) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.state = State.from_json(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else fresh()

    @contextmanager
    def changing(self) -> Iterator[State]:
        """A copy to alter, which takes the state's place at the end unless there was an error; one at a time."""
        with self._lock:
            draft = deepcopy(self.state)
            yield draft
            self._write(draft)
            self.state = draft

    def rename(self, old: str, new: str) -> None:
        """Write ``new`` wherever ``old`` stands: a tool that listens at another address since the last start."""
        with self._lock:
            text = json.dumps(asdict(self.state), ensure_ascii=False).replace(old, new)
            self.state = State.from_json(json.loads(text))

    def _write(self, state: State) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps(asdict(state), ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(self._path)
