"""YAML as catalogues are written in: no key twice, no alias, dates and times of day stay text.

Rules of this place: libyaml reads, where it is there, for it is some ten times as fast; what is nested deeper than any
catalogue is refused before a tree is built, for libyaml's own recursion has no end that Python could catch.
"""

from collections import Counter
from typing import TYPE_CHECKING, Final

import yaml

from assay.kernel import InputError, JsonValue, digest_json

__all__ = ["digest_yaml", "read_yaml"]

_DEEPEST: Final = 50
_LONGEST_NUMBER: Final = 40  # signs

if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Loader):
    """YAML without duplicate keys, whose dates and times of day are texts."""


def _strict_mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[object, object]:
    pairs = [
        (loader.construct_object(key, deep=True), loader.construct_object(item, deep=True)) for key, item in node.value
    ]
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"the keys {twice!r} come twice", node.start_mark)
    return dict(pairs)


def _number(loader: _StrictLoader, node: yaml.ScalarNode) -> object:
    """Return a number of a size that people write; `12:30` is none, though YAML 1.1 counts in sixties."""
    if ":" in node.value:
        return str(node.value)
    if len(node.value) > _LONGEST_NUMBER:
        said = f"a number has {len(node.value)} signs, at most {_LONGEST_NUMBER} are read"
        raise yaml.constructor.ConstructorError(None, None, said, node.start_mark)
    construct = loader.construct_yaml_int if node.tag.endswith(":int") else loader.construct_yaml_float
    return construct(node)


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _strict_mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:int", _number)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _number)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))


def read_yaml(text: str, file: str) -> object:
    """Return what a text says; `file` names it in the `InputError` that unreadable YAML ends in."""
    try:
        _refuse_bombs(text, file)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a safe loader, made stricter
    except (yaml.YAMLError, RecursionError, TypeError, ValueError) as error:
        raise InputError(f"{file} is not readable YAML: {error}") from error


def _refuse_bombs(text: str, file: str) -> None:
    """Refuse aliases, which can hold themselves or unfold without end, and what is nested too deeply."""
    depth = 0
    for event in yaml.parse(text, Loader=_StrictLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        is_alias = isinstance(event, yaml.AliasEvent)
        if is_alias or depth > _DEEPEST:
            why = "aliases are not read here" if is_alias else f"it is nested deeper than {_DEEPEST} levels"
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise InputError(f"{file} is not readable YAML: {why}, line {line}")


def digest_yaml(value: object) -> str:
    """Return the digest of what a file says; comments and layout do not count."""
    return digest_json(_plain(value))


def _plain(value: object) -> JsonValue:
    """Return the value for its digest; what JSON cannot carry as it is becomes text."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
