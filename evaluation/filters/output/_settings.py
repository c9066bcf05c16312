"""The filter's options, checked.

channels: [browser, shell, …]   who takes what the application says (default: all)
trusted_hosts: [example.com]    hosts to which pictures and links may carry data
markers: [text, …]              pieces of the application's own prompt, which must never be said
code_share: 0..1                what a hit in shown code counts of one in running text (default 0.4); 1 where a
                                program runs the code that the application writes
threshold: 0..1                 default 0.5
"""

from dataclasses import dataclass
from typing import Final

from assay.kernel import ConfigurationError, JsonValue
from evaluation.filters._registry import FilterSetting

__all__ = ["CHANNELS", "OutputSettings", "settings_of"]

CHANNELS: Final = ("browser", "database", "files", "prompt", "shell", "spreadsheet", "template", "terminal")
_OPTIONS: Final = ("channels", "trusted_hosts", "markers", "code_share", "threshold")
_CODE_SHARE: Final = 0.4
_THRESHOLD: Final = 0.5
_SHORTEST_MARKER: Final = 8  # code points


@dataclass(frozen=True, kw_only=True)
class OutputSettings:
    """Options that were checked."""

    channels: frozenset[str]
    trusted_hosts: frozenset[str]
    markers: tuple[str, ...]
    code_share: float
    threshold: float


def settings_of(setting: FilterSetting) -> OutputSettings:
    """Return the options; raise `ConfigurationError` that names the one that is wrong."""
    for name in setting.options:
        if name not in _OPTIONS:
            raise _unknown(name, _OPTIONS)
    channels = _texts(setting, "channels", CHANNELS)
    for channel in channels:
        if channel not in CHANNELS:
            raise _wrong("channels", channel, f"some of {', '.join(CHANNELS)}")
    if not channels:
        raise _wrong("channels", "none", f"some of {', '.join(CHANNELS)}")
    markers = _texts(setting, "markers", ())
    if any(len(marker.strip()) < _SHORTEST_MARKER for marker in markers):
        raise _wrong("markers", "a short one", f"pieces of at least {_SHORTEST_MARKER} code points")
    return OutputSettings(
        channels=frozenset(channels),
        trusted_hosts=frozenset(host.lower() for host in _texts(setting, "trusted_hosts", ())),
        markers=markers,
        code_share=_share(setting, "code_share", _CODE_SHARE),
        threshold=_share(setting, "threshold", _THRESHOLD),
    )


def _texts(setting: FilterSetting, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    said: JsonValue = setting.options.get(name, list(default))
    if not isinstance(said, list | tuple) or not all(isinstance(one, str) and one for one in said):
        raise _wrong(name, type(said).__name__, "a list of texts")
    return tuple(str(one) for one in said)


def _share(setting: FilterSetting, name: str, default: float) -> float:
    said: object = setting.options.get(name, default)
    try:
        number = float(said) if isinstance(said, int | float | str) and not isinstance(said, bool) else -1.0
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise _wrong(name, said, "a number from 0 to 1")
    return number


def _unknown(name: str, known: tuple[str, ...]) -> ConfigurationError:
    return ConfigurationError(
        f"the filter 'output' has no option {name!r}; options are: {', '.join(known)}",
        hint="mend it under `filters: output:` in assay.yaml",
    )


def _wrong(name: str, got: object, expected: str) -> ConfigurationError:
    return ConfigurationError(
        f"option {name!r} of the filter 'output' is {got!r}, expected {expected}",
        hint="mend it under `filters: output:` in assay.yaml",
    )
