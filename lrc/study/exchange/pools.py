"""Moodle's categories of questions as our pools, and back."""

from __future__ import annotations

import re

_MOST_CHARACTERS = 500
_ROOT = "$course$/top"


def pool_of(category: str) -> str:
    """The pool for a category's path: without its context and "top"; "//" is a slash within a name."""
    steps = [each.replace("\x00", "/").strip() for each in category.replace("//", "\x00").split("/")]
    if steps and re.fullmatch(r"\$[a-z0-9]+\$", steps[0]):
        steps = steps[1:]
    if steps and steps[0].lower() == "top":
        steps = steps[1:]
    return " / ".join(" ".join(each.split()) for each in steps if each)[:_MOST_CHARACTERS]


def category_of(pool: str) -> str:
    """The category's path for a pool; the root for none."""
    steps = [each.strip().replace("/", "//") for each in pool.split(" / ")]
    return "/".join([_ROOT, *(each for each in steps if each)])
