"""Commands of ours as documents show them: found in code, and held against what the command line knows.

Rules of this place: a command begins with the word `assay` in code, in line or fenced; it ends with its line, a pipe, a
redirection or what joins commands; a backslash at the end of a line goes on. Words in capitals are the reader's.
"""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from typing import Final

from typer.core import TyperGroup
from typer.main import get_command

from assay.cli.main import COMMANDS, build_app

__all__ = ["commands_in", "unknown_in"]

_CODE: Final = re.compile(r"```[^\n]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_BEGINS: Final = r"(?:^[ \t]*(?:[-*] +)?(?:(?:run|script|bash): *)?(?:sh +)?[\"']?|\$\(|&& *|\|\| *|; *|\| *)"
_COMMAND: Final = re.compile(_BEGINS + r"(?:\.venv/bin/)?assay ([a-z][^\n]*)", re.MULTILINE)
_ENDS: Final = re.compile(r"\s[|>&;#]|[;)|]\s|&&|\|\||\s\d?>|[`)]|\s\(")
_HELP: Final = frozenset({"--help", "-h"})


def commands_in(text: str) -> Iterator[str]:
    """Yield each command of a document in Markdown, without the word `assay`."""
    for fenced, inline in _CODE.findall(text):
        code = (fenced or inline).replace("\\\n", " ")
        for found in _COMMAND.findall(code):
            yield _ENDS.split(found)[0].strip().rstrip("\"'`,.:")


def unknown_in(command: str) -> str:
    """Return what of a command the command line does not know, "" where it knows all of it."""
    words = _words(command)
    if not words or words[0] not in COMMANDS:
        return f"no command {words[:1]!r}"
    found, rest = _tree(words[0]), words[1:]
    while isinstance(found, TyperGroup) and rest and not rest[0].startswith("-"):
        nexts = [found.commands.get(name) for name in rest[0].split("|")]
        if None in nexts or not nexts:
            return "" if rest[0].isupper() or rest[0] == "…" else f"no command {rest[0]!r}"
        found, rest = nexts[0] or found, rest[1:]
    known = {option for one in getattr(found, "params", ()) for option in (*one.opts, *one.secondary_opts)} | _HELP
    strange = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    return f"no option {strange[0]}" if strange else ""


@cache
def _tree(name: str) -> object:
    """Return the command of this name with everything below it."""
    root = get_command(build_app(name))
    assert isinstance(root, TyperGroup)
    return root.commands[name]


def _words(command: str) -> list[str]:
    try:
        return [word.strip("[],") for word in shlex.split(command)]
    except ValueError:  # a quotation that the document left open
        return [word.strip("[],") for word in command.split()]
