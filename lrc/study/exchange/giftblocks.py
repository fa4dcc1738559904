"""The outer form of GIFT: bytes to text, comments, blocks between blank lines, names, braces and escapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from lrc.study.exchange.reports import Unkept

# What an escaped sign becomes while the unescaped ones are looked for: characters that no text may hold.
_ESCAPED = {":": "\ufdd0", "#": "\ufdd1", "=": "\ufdd2", "{": "\ufdd3", "}": "\ufdd4", "~": "\ufdd5", "n": "\ufdd6"}
_BACK = str.maketrans({mark: "\n" if sign == "n" else sign for sign, mark in _ESCAPED.items()} | {"\ufdd7": "\\"})
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdd7]")
_GOES_ON = re.compile(r"\s*[=~#}%]")
_BRACE = re.compile("[{}]")
_NEAR_LINES = 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Block:
    """What stands between blank lines, without its comments; ``line`` is where it begins. Escapes are marked."""

    text: str
    line: int
    comments: str = ""


@dataclass(frozen=True)
class Parts:
    """A question's pieces. ``answers`` is None where there are no braces; ``text`` has a line for a missing word."""

    name: str
    text: str
    answers: str | None
    feedback: str


def decoded(data: bytes) -> str:
    """Text in UTF-8, in UTF-16 with its mark, or else in Windows' Latin letters, which every byte is of."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file. A blank line between answers does not end a question; a category is a block of its own."""
    lines = _NONCHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    held: list[str] = []
    comments: list[str] = []
    began = depth = 0
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            comments.append(stripped)
        elif stripped.startswith("$CATEGORY:"):
            yield from _block(held, began, comments)
            yield from _block([stripped], number, [])
            held, comments, depth = [], [], 0
        elif stripped:
            began = began if held else number
            held.append(line)
            depth += _depth(line)
        elif held and not (depth > 0 and _answers_follow(lines, number)):
            yield from _block(held, began, comments)
            held, comments, depth = [], [], 0
    yield from _block(held, began, comments)


def _block(lines: list[str], number: int, comments: list[str]) -> Iterator[Block]:
    text = "\n".join(lines).strip()
    if text:
        yield Block(_marked(text), number, "\n".join(comments))


def _depth(line: str) -> int:
    """How many more braces open in a line than close."""
    text = _marked(line)
    return text.count("{") - text.count("}")


def _answers_follow(lines: list[str], number: int) -> bool:
    """Whether what comes within the next lines goes on with answers."""
    near = lines[number : number + _NEAR_LINES]
    following = next((line for line in near if line.strip() and not line.strip().startswith("//")), "")
    return _GOES_ON.match(following) is not None


def _marked(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\ufdd7" if found[1] == "\\" else _ESCAPED[found[1]], text)


def unmarked(text: str) -> str:
    """A piece of a block as it was meant, escapes undone."""
    return text.translate(_BACK).strip()


def escaped(text: str) -> str:
    """Text whose signs mean nothing to GIFT; line feeds as Moodle writes them."""
    return re.sub(r"[\\#=~{}:]", r"\\\g<0>", text.replace("\r", "")).replace("\n", r"\n")


def parted(block: Block) -> Parts:
    """A question's pieces, found as Moodle finds them. Raises Unkept where the braces do not match.

    Moodle takes the first brace of either kind for the answers' and cuts a formula that has more of them in two.
    """
    text, name = block.text, ""
    if text.startswith("::"):
        end = text.find("::", 2)
        if end >= 0:
            name, text = unmarked(text[2:end]), text[end + 2 :].strip()
        else:
            text = text[2:]
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        return Parts(name, text, None, "")
    if start < 0 or end < start:
        raise Unkept(_("Le falta una llave { o }, o hay una de más: no la tomamos."))
    if _BRACE.search(text[:start] + text[start + 1 : end] + text[end + 1 :]):
        raise Unkept(
            _(
                "Tiene otras llaves { }, quizá de una fórmula, que la cortarían: pon una barra \\ delante de cada una."
                " No la tomamos."
            )
        )
    answers, feedback = text[start + 1 : end].strip(), ""
    if "####" in answers:
        answers, _sign, feedback = answers.rpartition("####")
    missing = "" if text.rstrip().endswith("}") and end == len(text.rstrip()) - 1 else "_____"
    return Parts(name, text[:start] + missing + text[end + 1 :], answers.strip(), feedback.strip())
