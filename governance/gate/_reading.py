"""Reading policy files: YAML to a checked model, with file, line and the nearest known key in every complaint.

Rules of this place: a file that is not there is not a malformed file: the first leaves the gate unable to decide, the
second is wrong usage. Aliases are refused (a small file could stand for a huge one), and so are repeated keys. libyaml
reads, where it is there, for it is some twenty times as fast; what is nested deeper than any policy is refused before a
tree is built, for libyaml's own recursion has no end that Python could catch.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from assay.kernel import CannotDecideError, InputError

__all__ = ["LOADER", "RULE_KINDS", "read_policy_file", "validated"]

LOADER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_BYTES = 1 << 20
_DEEPEST: Final = 50
_EXAMPLE = "`assay init` writes a policy to start from"
RULE_KINDS = ("threshold", "non_inferiority")

M = TypeVar("M", bound=BaseModel)
_Path = tuple[str | int, ...]


def read_policy_file(path: Path) -> str:
    """Return the text; raise `CannotDecideError` if the file is absent or unreadable, `InputError` if it is no text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotDecideError(
            f"the gate policy {str(path)!r} cannot be read ({error.strerror}): without it nothing says what to expect",
            hint="name a policy with --policy FILE; `assay init` writes one to start from",
        ) from error
    if len(data) > _MOST_BYTES:
        raise InputError(f"{path} has {len(data)} bytes; a gate policy has at most {_MOST_BYTES}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from error


def validated(model: type[M], text: str, where: str) -> M:
    """Parse YAML into `model`; raise `InputError` naming `where` and the line of the first thing that is wrong."""
    try:
        _refuse_bombs(text, where)
        node = yaml.compose(text, Loader=LOADER)
        if node is None:
            raise InputError(f"{where} is empty; an empty policy demands nothing and is none", hint=_EXAMPLE)
        lines = dict(_lines(node, (), where))
        document = yaml.load(text, Loader=LOADER)  # noqa: S506  a safe loader, by either name
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{where} is not valid YAML: {_one_line(error)}") from error
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise _complaint(error, lines, where, _keys_of(model)) from error


def _refuse_bombs(text: str, where: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{where}, line {line}: aliases (*{event.anchor}) are not allowed")
        if depth > _DEEPEST:
            raise InputError(f"{where}, line {line}: nested deeper than {_DEEPEST} levels; a policy has a few")


def _lines(node: yaml.Node, path: _Path, where: str) -> Iterator[tuple[_Path, int]]:
    """Yield the line of every value, and refuse keys that come twice."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                raise InputError(f"{where}, line {key.start_mark.line + 1}: the key {name!r} comes twice")
            seen.add(name)
            for inner, line in _lines(value, (*path, name), where):
                yield inner, key.start_mark.line + 1 if inner == (*path, name) else line
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _lines(value, (*path, index), where)


def _keys_of(model: type[BaseModel]) -> list[str]:
    """Return every key that a document of the model may have, at any depth."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return sorted({str(key) for part in parts for key in part.get("properties", {})})


def _complaint(error: ValidationError, lines: dict[_Path, int], where: str, keys: list[str]) -> InputError:
    """Tell of the first thing that is wrong; an unknown key comes first, for it often explains the rest."""
    found = [(tuple(p for p in e["loc"] if p not in RULE_KINDS), e) for e in error.errors(include_url=False)]
    path, first = min(found, key=lambda item: (item[1]["type"] != "extra_forbidden", _line(item[0], lines)))
    place = ".".join(str(part) for part in path) or "the policy"
    at = f"{where}, line {_line(path, lines)}"
    if first["type"] == "extra_forbidden":
        close = difflib.get_close_matches(str(path[-1]), keys, n=1)
        return InputError(f"{at}: unknown key {place!r}", hint=f"did you mean {close[0]!r}?" if close else _EXAMPLE)
    if first["type"] == "missing":
        return InputError(f"{at}: the key {place!r} is missing", hint=_EXAMPLE)
    got = "" if isinstance(first["input"], (dict, list)) else f", got {first['input']!r}"
    return InputError(f"{at}: {place}: {first['msg'].removeprefix('Value error, ')}{got}", hint=_EXAMPLE)


def _line(path: _Path, lines: dict[_Path, int]) -> int:
    """Return the line of the value, or of the nearest part of the document around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _one_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())
