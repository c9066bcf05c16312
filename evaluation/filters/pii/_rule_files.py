"""Reading files of recognisers: whole or not at all, and every complaint with its file, line and field.

Rules of this place: no YAML tag builds an object, no alias is followed (an alias can be a bomb), a file has at most a
million characters; patterns are compiled here, so that a bad one is found before a text is read. A message names a
field and never quotes a deny or allow list: such lists hold personal data.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import regex
import yaml
from pydantic import TypeAdapter, ValidationError

from assay.kernel import ConfigurationError, digest_bytes
from evaluation.filters.pii._named_checks import CHECKS
from evaluation.filters.pii._rules import Rule, RuleFile, flags_of

__all__ = ["OWN_FILES", "own_rules", "read_rules"]

OWN_FILES = tuple(sorted(Path(__file__).with_name("data").glob("recognizers-*.yaml")))
_LONGEST = 1_000_000
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where PyYAML has it
_HINT = "docs/pii.md shows a file of recognisers with every field"
_Path: TypeAlias = tuple[str | int, ...]


@cache
def own_rules(path: Path) -> tuple[RuleFile, str]:
    """Return what `read_rules` returns, once per process: Assay's own files do not change under it."""
    return read_rules(path)


def read_rules(path: Path) -> tuple[RuleFile, str]:
    """Return the file's rules and the digest of its bytes; raise `ConfigurationError` for anything wrong in it."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})", hint=_HINT) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: byte {error.start} is not UTF-8", hint=_HINT) from None
    if len(text) > _LONGEST:
        raise ConfigurationError(f"{path}: {len(text)} characters, expected at most {_LONGEST}", hint=_HINT)
    lines, document = _parsed(path, text)
    try:
        rules = TypeAdapter(RuleFile).validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _wrong(path, lines, first["loc"], first["msg"]) from None
    _checked(path, lines, rules.recognizers)
    return rules, digest_bytes(raw)


def _parsed(path: Path, text: str) -> tuple[dict[_Path, int], object]:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise ConfigurationError(f"{path}: YAML aliases are not read here", hint=_HINT)
        node = yaml.compose(text, Loader=_Loader)
        return dict(_lines(node, ())) if node else {}, yaml.load(text, Loader=_Loader) or {}  # noqa: S506 (a safe loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}, line {line}: not YAML ({error.problem})", hint=_HINT) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ConfigurationError(f"{path}: not YAML", hint=_HINT) from None


def _lines(node: yaml.Node, path: _Path) -> Iterator[tuple[_Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, str(key.value)))
            yield (*path, str(key.value)), key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _lines(item, (*path, index))


def _checked(path: Path, lines: dict[_Path, int], rules: Sequence[Rule]) -> None:
    names: set[str] = set()
    for index, rule in enumerate(rules):
        at: _Path = ("recognizers", index)
        if sum(map(bool, (rule.patterns, rule.deny, rule.presidio))) != 1:
            raise _wrong(path, lines, at, "expected exactly one of patterns, deny and presidio")
        if rule.name in names:
            raise _wrong(path, lines, (*at, "name"), f"{rule.name!r} stands twice")
        if rule.check and rule.check not in CHECKS:
            raise _wrong(
                path, lines, (*at, "check"), f"got {rule.check!r}, expected one of {', '.join(sorted(CHECKS))}"
            )
        names.add(rule.name)
        if rule.trigger.pattern:
            _compiled(path, lines, (*at, "trigger", "pattern"), rule.trigger.pattern, 0)
        for number, pattern in enumerate(rule.patterns):
            _compiled(path, lines, (*at, "patterns", number, "regex"), pattern.regex, flags_of(rule))


def _compiled(path: Path, lines: dict[_Path, int], at: _Path, pattern: str, flags: int) -> None:
    try:
        compiled = regex.compile(pattern, flags)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise _wrong(path, lines, at, f"not a pattern ({error})") from None
    if compiled.fullmatch("") is not None:
        raise _wrong(path, lines, at, "it matches the empty text")


def _wrong(path: Path, lines: dict[_Path, int], at: Sequence[str | int], message: str) -> ConfigurationError:
    place = tuple(at)
    while place and place not in lines:
        place = place[:-1]
    field = ".".join(str(part) for part in at)
    return ConfigurationError(f"{path}, line {lines.get(place, 1)}, {field or 'the file'}: {message}", hint=_HINT)
