"""How templates are read: strict about names, with the words and number formats of the reports."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.words import method_name, metric_name, number, outcome_name, signed

__all__ = ["environment"]

_LEAST = 0.001
_RARE = 0.01
_DIGITS = 12  # hex digits that a person can compare


def environment(*, autoescape: bool, finalize: Callable[[object], object]) -> Environment:
    """Return an environment over `reports/templates`; `finalize` makes each printed value inert."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=autoescape,  # noqa: S701 - off for Markdown alone, whose finalize escapes
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(number=number, signed=signed, word=outcome_name, method=method_name, metric=metric_name)
    made.filters.update(clock=_clock, short=_short, chance=_chance, share=_share)
    return made


def _chance(p_value: float | None) -> str:
    """Write a p-value; none is tiny enough to be 0."""
    if p_value is None:
        return "–"
    return f"{p_value:.3f}" if p_value >= _LEAST else f"< {_LEAST}"


def _share(rate: float | None) -> str:
    """Write a share in percent; a rare one keeps the digits that tell it from 0."""
    if rate is None:
        return "–"
    return f"{rate:.1%}" if rate in {0, 1} or rate >= _RARE else f"{rate * 100:.2g}%"


def _clock(moment: str) -> str:
    """Write a recorded time to the minute; what is not a recorded time stays as it is."""
    return f"{moment[:10]} {moment[11:16]} UTC" if moment[10:11] == "T" and moment.endswith("Z") else moment


def _short(digest: str) -> str:
    """Abbreviate a digest for reading; the whole one stands among the particulars."""
    kind, found, rest = digest.partition(":")
    return f"{kind}:{rest[:_DIGITS]}…" if found and len(rest) > _DIGITS else digest
