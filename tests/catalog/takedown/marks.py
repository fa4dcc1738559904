"""By what a resource is known wherever it shows, and how an answer is looked through for it."""

from __future__ import annotations

import base64
import html
import json
import re

from werkzeug.test import TestResponse

TITLE, AUTHOR, SUBJECT, SAID = "Zarzaparrilla de montaña", "Huamaní Ccori", "Fitoquímica rara", "terpenoides"
TEXT = "xantofilas"
THUMBNAIL = b"RIFF, a picture of it"
FILE_KEY, COVER_KEY, CAPTIONS_KEY, LIGHT_KEY = "files/5e1f", "covers/5e1f", "files/ca97", "files/119e"
EARLIER_TEXT, EARLIER_KEY = "alcaloides", "files/01d1"
INSIDE = (TEXT, FILE_KEY, CAPTIONS_KEY, LIGHT_KEY, EARLIER_TEXT, EARLIER_KEY)
"""What is in it and in an earlier version, and where that is kept."""
MARKS = (TITLE, AUTHOR, SUBJECT, SAID, COVER_KEY, base64.b64encode(THUMBNAIL).decode(), *INSIDE)
SHARED = "s" * 22


def shown(answer: TestResponse, marks: tuple[str, ...] = MARKS) -> list[str]:
    """What of it an answer tells, but for words that were asked for and come back."""
    text = json.dumps(answer.json, ensure_ascii=False) if answer.is_json else answer.text
    plain = re.sub("</?mark>", "", html.unescape(text)).casefold() + answer.headers.get("Location", "")
    asked = answer.request.full_path.casefold()
    return [each for each in marks if each.casefold() in plain and each.casefold() not in asked]
