"""The filter's options, checked.

lists: [{name, path, severity?, fuzzy?, whole_word?, systems?}]   paths relative to the workspace
system: NAME     lists that name `systems` count only for those
shipped: bool    whether the shipped lists count beside one's own (default: true)
allowed: [phrase, …]   within which nothing is found
threshold: 0..1  default 0.5, between `low` and `medium`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from assay.kernel import ConfigurationError
from evaluation.filters._registry import FilterSetting
from evaluation.filters.keywords._reading import ListSetting
from evaluation.filters.keywords._types import Severity

__all__ = ["KeywordSettings", "settings_of"]

_OPTIONS: Final = ("lists", "system", "shipped", "allowed", "threshold")
_FIELDS: Final = ("name", "path", "severity", "fuzzy", "whole_word", "systems")
_SHIPPED: Final = ("confidential_marking", "credential", "known_bad_prompt")
_THRESHOLD: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class KeywordSettings:
    """Options that were checked."""

    lists: tuple[ListSetting, ...]
    allowed: tuple[str, ...]
    threshold: float


def settings_of(setting: FilterSetting) -> KeywordSettings:
    """Return the options; raise `ConfigurationError` that names the one that is wrong."""
    options = setting.options
    for name in options:
        if name not in _OPTIONS:
            raise _unknown(name, _OPTIONS)
    lists, allowed = options.get("lists", []), options.get("allowed", [])
    if not isinstance(lists, list | tuple):
        raise _wrong("lists", lists, "a list of {name, path}")
    if not isinstance(allowed, list | tuple) or not all(isinstance(phrase, str) for phrase in allowed):
        raise _wrong("allowed", allowed, "a list of phrases")
    system, shipped = options.get("system"), options.get("shipped", True)
    if not isinstance(shipped, bool):
        raise _wrong("shipped", shipped, "true or false")
    own = [_list(said, place, setting.folder) for place, said in enumerate(lists) if _counts(said, place, system)]
    chosen = [*(_shipped() if shipped else []), *own]
    names = [one.name for one in chosen]
    for name in names:
        if names.count(name) > 1:
            raise _wrong("lists", name, "names that are not taken")
    if not chosen:
        raise _wrong("lists", "none", "at least one list, or `shipped: true`")
    return KeywordSettings(lists=tuple(chosen), allowed=tuple(map(str, allowed)), threshold=_threshold(options))


def _threshold(options: Mapping[str, Any]) -> float:
    threshold = options.get("threshold", _THRESHOLD)
    try:
        number = float(threshold)
    except (TypeError, ValueError):
        raise _wrong("threshold", threshold, "a number from 0 to 1") from None
    if isinstance(threshold, bool) or not 0 <= number <= 1:
        raise _wrong("threshold", threshold, "a number from 0 to 1")
    return number


def _shipped() -> list[ListSetting]:
    data = resources.files("evaluation.filters.keywords") / "data"
    return [ListSetting(name=name, path=Path(str(data / f"{name}.yaml"))) for name in _SHIPPED]


def _counts(said: object, place: int, system: object) -> bool:
    if not isinstance(said, Mapping):
        raise _wrong(f"lists[{place}]", said, "a mapping of name and path")
    systems = said.get("systems")
    if systems is not None and not isinstance(systems, list | tuple):
        raise _wrong(f"lists[{place}].systems", systems, "a list of systems")
    return systems is None or system in systems


def _list(said: Mapping[str, Any], place: int, folder: Path | None) -> ListSetting:
    for name in said:
        if name not in _FIELDS:
            raise _unknown(f"lists[{place}].{name}", _FIELDS)
    for name in ("name", "path"):
        if not isinstance(said.get(name), str) or not said[name]:
            raise _wrong(f"lists[{place}].{name}", said.get(name), "a text")
    for name in ("fuzzy", "whole_word"):
        if not isinstance(said.get(name, True), bool):
            raise _wrong(f"lists[{place}].{name}", said[name], "true or false")
    severity = said.get("severity")
    if severity is not None and severity not in list(Severity):
        raise _wrong(f"lists[{place}].severity", severity, f"one of {', '.join(Severity)}")
    return ListSetting(
        name=said["name"],
        path=(folder or Path()) / said["path"],
        severity=None if severity is None else Severity(severity),
        fuzzy=said.get("fuzzy"),
        whole_word=said.get("whole_word"),
    )


def _unknown(name: str, known: tuple[str, ...]) -> ConfigurationError:
    return ConfigurationError(
        f"the filter 'keywords' has no option {name!r}; options are: {', '.join(known)}",
        hint="mend it under `filters: keywords:` in assay.yaml",
    )


def _wrong(name: str, got: object, expected: str) -> ConfigurationError:
    return ConfigurationError(
        f"option {name!r} of the filter 'keywords' is {got!r}, expected {expected}",
        hint="mend it under `filters: keywords:` in assay.yaml",
    )
