"""Which scores of a filter leave doubt, so that somebody else may be asked: the `uncertain` of its shipped settings.

Rules of this place: a band belongs to the scores that it was chosen on; a filter that scores otherwise (another engine,
fewer stages) has none.
"""

from collections.abc import Mapping
from typing import Final

from assay.kernel import ConfigurationError, JsonValue

__all__ = ["DOUBTING", "doubt_of"]

DOUBTING: Final = ("toxicity", "injection")
"""The filters that have a band."""
_OTHERWISE: Final = {"toxicity": "engine", "injection": "stages"}  # the option by which the scores become others


def doubt_of(name: str, options: Mapping[str, JsonValue]) -> tuple[float, float]:
    """Return the scores from which, and below which, a filter with these options is in doubt.

    Raise `ConfigurationError` for a filter that has no such band.
    """
    if name not in DOUBTING:
        raise ConfigurationError(
            f"the filter {name!r} has no band of doubt", hint=f"filters that have one: {', '.join(DOUBTING)}"
        )
    option = _OTHERWISE[name]
    if options.get(option, "embedded") != "embedded":
        raise ConfigurationError(
            f"filters.{name}: a second opinion needs the scores that its band was chosen on; `{option}` changes them",
            hint=f"leave out `{option}`, or `second_opinion`",
        )
    # Lazy: a filter's package is loaded for scans that use it.
    if name == "toxicity":
        from evaluation.filters.toxicity._settings import read_settings as of_toxicity  # noqa: PLC0415

        return of_toxicity()[0].uncertain
    from evaluation.filters.injection._settings import read_settings as of_injection  # noqa: PLC0415

    return of_injection()[0].uncertain
