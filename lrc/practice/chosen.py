"""What a tool returned from deep linking, field by field as Moodle reads it, and how it becomes activities."""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lrc.practice.state import TEXT, VALUE, Activity, Column, State

CONTENT_ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
LARGEST_GRADE = 100
_TEXT_COLUMN_MAXIMUM = 100.0
_MAX_KEPT = 200
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Item:
    """One content item; ``maximum`` is as the tool gave it, None for an ungraded one."""

    title: str
    text: str = ""
    url: str = ""
    icon: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    maximum: float | None = None
    tag: str = ""
    resource_id: str = ""
    review_url: str | None = None
    review_custom: dict[str, str] = field(default_factory=dict)

    @property
    def has_valid_maximum(self) -> bool:
        """Moodle takes whole numbers from 1 to the site's largest grade."""
        return self.maximum is not None and float(self.maximum).is_integer() and 1 <= self.maximum <= LARGEST_GRADE

    def with_form(self, title: str, text: str, maximum: str) -> Item:
        """As the teacher altered it in the form; a maximum that is no number becomes 0, which is never valid."""
        number = re.fullmatch(r"\d{1,9}(\.\d+)?", maximum.strip())
        value = float(number[0]) if number else 0.0
        return replace(self, title=title.strip(), text=text.strip(), maximum=value if maximum.strip() else None)


def items_of(body: Mapping[str, Any], tool_name: str) -> list[Item]:
    """The items of a response, of whatever type: all become activities of the tool."""
    given = body.get(CONTENT_ITEMS)
    return [_item(each, tool_name) for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def place(state: State, course_id: str, tool_id: str, item: Item) -> Activity:
    """Make the activity, and its grade item where it has a maximum: of type text where that is not a valid one."""
    activity = Activity(state.new_id(), state.new_id(), course_id, tool_id, item.title, item.text)
    activity.url, activity.icon, activity.custom = item.url, item.icon, dict(item.custom)
    state.activities[activity.id] = activity
    if item.maximum is not None:
        kind, maximum = (VALUE, item.maximum) if item.has_valid_maximum else (TEXT, _TEXT_COLUMN_MAXIMUM)
        column = Column(state.new_id(), course_id, tool_id, item.title, maximum, activity.id, activity.link_id, kind)
        column.tag, column.resource_id = item.tag, item.resource_id
        column.review_url, column.review_custom = item.review_url, dict(item.review_custom)
        state.columns[column.id] = column
    return activity


class Waiting:
    """What was chosen and not yet saved, by a random id, in the memory of the one process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, list[Item]] = OrderedDict()

    def add(self, items: list[Item]) -> str:
        name = secrets.token_hex(8)
        self._kept[name] = items
        if len(self._kept) > _MAX_KEPT:
            self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> list[Item]:
        return self._kept.get(name, [])


def _item(given: Mapping[str, Any], tool_name: str) -> Item:
    item = Item(
        title=_plain(given.get("title")) or tool_name,
        text=_plain(given.get("text") or given.get("html")),
        url=str(given.get("url") or ""),
        icon=str(_object(given, "icon").get("url") or ""),
        custom=_texts(_object(given, "custom")),
    )
    line = _object(given, "lineItem")
    if "scoreMaximum" not in line:
        return item
    review = line.get("submissionReview")
    return replace(
        item,
        maximum=float(line["scoreMaximum"]),
        tag=str(line.get("tag") or ""),
        resource_id=str(line.get("resourceId") or ""),
        review_url=str(review.get("url") or "") if isinstance(review, dict) else None,
        review_custom=_texts(_object(review, "custom")) if isinstance(review, dict) else {},
    )


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items() if value is not None}


def _plain(text: Any) -> str:
    return _TAG.sub("", str(text or "")).strip()
