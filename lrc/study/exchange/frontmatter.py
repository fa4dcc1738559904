"""Markdown files with data before their text, between lines of three dashes. The only module that knows YAML.

Everything is read as the words that stand there: what `no`, 1e3 or 2020-01-01 means is decided by what they are for,
never by YAML. Anchors, tags and second keys of the same name are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from flask_babel import lazy_gettext as _
from yaml.composer import ComposerError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lrc.errors import BadFile

_FENCE = "---"
_WHOLE = re.compile(r"---\n(?P<data>.*?)^---(?:\n|\Z)(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)
_MOST_CHARACTERS, _DEEPEST = 2_000_000, 20
_MOST_NODES = 50_000
"""A tenth of a millisecond each; three times what the greatest quiz has."""
_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]| \n| \\Z")


@dataclass(frozen=True)
class Page:
    """A file's data and its text; ``lines`` says on which line a piece of the data stands, by its path."""

    data: dict[str, Any]
    body: str
    lines: Mapping[str, int]

    def line_of(self, where: str) -> int:
        """The line of a path ("questions[2].text"), or of what is nearest around it."""
        path = where
        while path and path not in self.lines:
            path = re.sub(r"(?:\.[^.\[]+|\[[^\]]*\]|^[^.\[]+)\Z", "", path)
        return self.lines.get(path, 1)


def bad(name: str, line: int, why: object) -> BadFile:
    """What to raise for a file of a folder that cannot be taken."""
    return BadFile(
        _("%(name)s, línea %(line)s: %(why)s", name=name, line=line, why=why),
        advice=_("Corrige ese archivo y envía todo otra vez."),
        detail=f"{name}:{line}",
    )


def write(data: Mapping[str, Any], body: str) -> str:
    """The file's text. The body stands behind a blank line, exactly as it is, and one line feed ends it."""
    said = yaml.dump(
        dict(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=10**9
    )
    return f"{_FENCE}\n{said}{_FENCE}\n\n{body}\n"


def read(text: str, name: str) -> Page:
    """What write() made of data and body, and what people write in its manner. Raises BadFile with the line."""
    text = text.removeprefix("\ufeff")
    if text.startswith(_FENCE + "\r\n"):  # an editor or git on Windows has changed all line ends
        text = text.replace("\r\n", "\n")
    found = _WHOLE.match(text)
    if found is None:
        raise bad(name, 1, _("empieza con una línea de tres guiones, los datos, y otra línea de tres guiones."))
    if len(found["data"]) > _MOST_CHARACTERS:
        raise bad(name, 1, _("sus datos son demasiado largos."))
    node = _node(found["data"], name)
    lines: dict[str, int] = {}
    data = _value(node, "", lines, name, 0)
    return Page(data, found["body"].removeprefix("\n").removesuffix("\n"), lines)


def data_bytes(content: bytes) -> int:
    """How long the data of a file is, without reading them."""
    end = content.find(b"\n---")
    return len(content) if end < 0 else end


def _node(said: str, name: str) -> MappingNode:
    try:
        node = yaml.compose(said, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise bad(name, mark.line + 2 if mark else 1, _sentence(error)) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise bad(name, 1, _("no se entienden sus datos.")) from error
    if not isinstance(node, MappingNode):
        raise bad(name, 2, _("sus datos son líneas como «title: Un título»."))
    return node


def _sentence(error: yaml.MarkedYAMLError) -> object:
    if isinstance(error, _Refused):
        return _("no se pueden usar anclas ni alias para repetir datos, ni ! para decir de qué tipo son.")
    return _("no se entienden sus datos: revisa los espacios al empezar la línea, las comillas y los dos puntos.")


def _value(node: Node, path: str, lines: dict[str, int], name: str, depth: int) -> Any:
    """Plain data: dicts, lists and strings."""
    lines[path] = node.start_mark.line + 2
    if depth > _DEEPEST:
        raise bad(name, lines[path], _("hay demasiados niveles, uno dentro de otro."))
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [_value(each, f"{path}[{at}]", lines, name, depth + 1) for at, each in enumerate(node.value)]
    made: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode) or key.value in made:
            raise bad(name, key.start_mark.line + 2, _("un nombre está dos veces, o no es una palabra."))
        made[key.value] = _value(value, f"{path}.{key.value}".lstrip("."), lines, name, depth + 1)
    return made


class _Refused(ComposerError):
    """Something of YAML that these files do not have."""


class _Loader(yaml.SafeLoader):
    """Composes nodes only; every scalar is the words that stand there. No more of them than one can wait for."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._nodes = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise yaml.YAMLError("too many nodes")
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise _Refused(None, None, "an alias, an anchor or a tag", event.start_mark)
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, where YAML keeps them exactly, and never an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> ScalarNode:
    style = None
    if _ODD.search(text):
        style = '"'
    elif "\n" in text and all(not each[:1].isspace() for each in text.split("\n")):
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
