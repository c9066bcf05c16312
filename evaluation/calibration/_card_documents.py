"""A judge card as the document that is recorded, and back.

Rules of this place: numbers that are no integers are decimal text, so that the document has canonical bytes; a number
that is not known is null; what is read is checked field by field.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from assay.kernel import InputError, JsonValue, decimal_text
from evaluation.calibration._types import JudgeCard, Quantiles
from evaluation.statistics import Agreement, Measured

__all__ = ["CARD_FORMAT", "card_document", "parse_card"]

CARD_FORMAT: Final = "assay-judge-card/1"
_DIGITS: Final = 6
_TEXTS: Final = ("judge", "name", "model", "metric", "language", "labels_digest", "rubric_digest", "source", "made_at")
_COUNTS: Final = ("labelled", "tied", "repeats")
_AGREEMENT_COUNTS: Final = ("n", "positives", "negatives", "clusters", "with_probability")
_AGREEMENT: Final = tuple(f.name for f in dataclasses.fields(Agreement) if f.name not in _AGREEMENT_COUNTS)


def card_document(card: JudgeCard) -> dict[str, JsonValue]:
    """Return the recorded form."""
    found = card.agreement
    document: dict[str, JsonValue] = {"format": CARD_FORMAT}
    document |= {name: getattr(card, name) for name in (*_TEXTS, *_COUNTS)}
    document["agreement"] = {name: getattr(found, name) for name in _AGREEMENT_COUNTS} | {
        name: _measured(getattr(found, name)) for name in _AGREEMENT
    }
    document["people_alpha"] = _measured(card.people_alpha)
    document["flip_rate"] = _measured(card.flip_rate)
    document["failures"] = dict(card.failures)
    document["latency_ms"] = _quantiles(card.latency_ms)
    document["cost"] = _quantiles(card.cost)
    return document


def parse_card(document: Mapping[str, JsonValue]) -> JudgeCard:
    """Read the recorded form back; raise `InputError` for one that is not ours."""
    try:
        if document["format"] != CARD_FORMAT:
            raise InputError(f"a judge card has the format {CARD_FORMAT!r}, got {document['format']!r}")
        fields: dict[str, Any] = {name: _text(document[name]) for name in _TEXTS}
        fields |= {name: _count(document[name]) for name in _COUNTS}
        return JudgeCard(
            **fields,
            agreement=_read_agreement(_object(document["agreement"])),
            people_alpha=_read(document["people_alpha"]),
            flip_rate=_read(document["flip_rate"]),
            failures={outcome: _count(count) for outcome, count in _object(document["failures"]).items()},
            latency_ms=_read_quantiles(document["latency_ms"]),
            cost=_read_quantiles(document["cost"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"not a judge card: {type(error).__name__}: {error}") from error


def _measured(number: Measured | None) -> list[str] | None:
    return None if number is None else [decimal_text(one, _DIGITS) for one in number]


def _quantiles(found: Quantiles | None) -> dict[str, JsonValue] | None:
    return None if found is None else {"median": _measured(found.median), "p95": _measured(found.p95)}


def _read(value: JsonValue) -> Measured | None:
    if value is None:
        return None
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"expected three decimal texts, got {value!r}")
    number, lower, upper = (float(_text(one)) for one in value)
    return Measured(number, lower, upper)


def _read_agreement(document: Mapping[str, JsonValue]) -> Agreement:
    fields: dict[str, Any] = {name: _count(document[name]) for name in _AGREEMENT_COUNTS}
    fields |= {name: _read(document[name]) for name in _AGREEMENT}
    return Agreement(**fields)


def _read_quantiles(value: JsonValue) -> Quantiles | None:
    if value is None:
        return None
    median, p95 = (_read(_object(value)[name]) for name in ("median", "p95"))
    if median is None or p95 is None:
        raise ValueError("a quantile is missing")
    return Quantiles(median=median, p95=p95)


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    if isinstance(value, Mapping):
        return value
    raise TypeError(f"expected an object, got {value!r}")


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"expected text, got {value!r}")


def _count(value: JsonValue) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(f"expected a whole number, got {value!r}")
