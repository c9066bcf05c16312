"""An estimate as a row of the store, and back; numbers are decimal text, unknown is null."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import RowMapping

from assay.kernel import JsonValue, canonical_bytes, decimal_text
from evaluation.statistics import Corrected, Estimate, Measured

__all__ = ["Cell", "estimate_cells", "estimate_of"]

Cell = str | int | None
_DIGITS: Final = 12  # of a recorded estimate; a gate's threshold never comes near
_NUMBERS: Final = ("mean", "lower", "upper", "tuning")
_RATES: Final = ("sensitivity", "specificity", "youden")


def estimate_cells(one: Estimate, run: str, seq: int) -> dict[str, Cell]:
    """Return the row of table `estimate`."""
    failures = canonical_bytes({str(kind): count for kind, count in one.failures.items()})
    return {
        "run": run,
        "seq": seq,
        "metric": one.metric,
        "asked": one.asked,
        "applicable": one.applicable,
        "scored": one.scored,
        "failures": failures.decode("utf-8"),
        "clusters": one.clusters,
        "mean": _decimal(one.mean),
        "lower": _decimal(one.lower),
        "upper": _decimal(one.upper),
        "worst": _decimal(one.worst),
        "best": _decimal(one.best),
        "method": one.method,
        "corrected": None if one.corrected is None else canonical_bytes(_document(one.corrected)).decode("utf-8"),
    }


def estimate_of(row: RowMapping) -> Estimate:
    """Return the estimate that a row holds."""
    return Estimate(
        metric=row["metric"],
        asked=row["asked"],
        applicable=row["applicable"],
        scored=row["scored"],
        failures=json.loads(row["failures"]),
        clusters=row["clusters"],
        mean=_number(row["mean"]),
        lower=_number(row["lower"]),
        upper=_number(row["upper"]),
        worst=_number(row["worst"]),
        best=_number(row["best"]),
        method=row["method"],
        corrected=None if row["corrected"] is None else _corrected(json.loads(row["corrected"])),
    )


def _document(found: Corrected) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {"labels": found.labels, "method": found.method}
    document |= {name: decimal_text(getattr(found, name), _DIGITS) for name in _NUMBERS}
    return document | {name: _measured(getattr(found, name)) for name in _RATES}


def _corrected(document: Mapping[str, Any]) -> Corrected:
    fields: dict[str, Any] = {name: float(document[name]) for name in _NUMBERS}
    fields |= {name: document[name] and Measured(*map(float, document[name])) for name in _RATES}
    return Corrected(labels=document["labels"], method=document["method"], **fields)


def _measured(number: Measured | None) -> list[str] | None:
    return None if number is None else [decimal_text(one, _DIGITS) for one in number]


def _decimal(number: float | None) -> str | None:
    return None if number is None else decimal_text(number, _DIGITS)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
