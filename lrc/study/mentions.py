"""What a lesson or a question's text names by our own marks: images and library resources, outside of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lrc.study.content import Lesson, PartContent, to_data

_FENCED = re.compile(r"^(```+|~~~+).*?(?:^\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^`]+\1")
_IMAGE = re.compile(r"!\[([^\]\n]{0,1000})\]\([ \t]*([^)\s]{1,500})(?:[ \t][^)\n]{0,500})?\)")
_RESOURCE = re.compile(r"\[\[recurso:[ \t]*([^\]\s]{1,255})(?:[ \t][^\]\n]{0,100})?\]\]")
_SCHEME = "image:"


@dataclass(frozen=True)
class Mentioned:
    """The images of a part as pairs (alternative text, name or address), and the record_ids of its resources."""

    images: tuple[tuple[str, str], ...]
    resources: tuple[str, ...]


def of_part(content: PartContent) -> Mentioned:
    """What a part names, in order, wherever in it."""
    texts = [content.text] if isinstance(content, Lesson) else list(_strings(to_data(content)))
    found = [of_text(each) for each in texts]
    return Mentioned(
        images=tuple(each for one in found for each in one.images),
        resources=tuple(each for one in found for each in one.resources),
    )


def of_text(text: str) -> Mentioned:
    plain = _CODE.sub("", _FENCED.sub("", text))
    return Mentioned(
        images=tuple((alt.strip(), target) for alt, target in _IMAGE.findall(plain)),
        resources=tuple(_RESOURCE.findall(plain)),
    )


def image_name(target: str) -> str | None:
    """The name of an image of ours; None for an address elsewhere, which is not shown."""
    return target.removeprefix(_SCHEME) if target.startswith(_SCHEME) else None


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)
