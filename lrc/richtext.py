"""Markdown that people write, made into safe HTML: Markdown, then bleach, then nh3, bounded in size and nesting."""

from __future__ import annotations

import re

import bleach
import markdown
import nh3
from markupsafe import Markup

from lrc.errors import BadInput

MAX_CHARACTERS = 20_000
_MAX_NESTING = 12
_MAX_OPEN_BRACKETS = 200
TAGS = frozenset(
    "p br hr strong em del code pre blockquote ul ol li h2 h3 h4 h5 h6 a table thead tbody tr th td sup sub abbr".split()
)
ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "th": {"align"}, "td": {"align"}}
PROTOCOLS = frozenset({"http", "https", "mailto"})
