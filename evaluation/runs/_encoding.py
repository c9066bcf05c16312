"""From a finished row to its two lines: the texts, and the verdicts that commit to them.

Rules of this place: a verdict line is canonical (RFC 8785) and holds no free text, only commitments under the row's
salt, and of the names that an application or a file chose those that are plain; a payload line holds the texts and the
salt. Keys are ASCII and numbers are safe integers, and for such values sorted orjson output is canonical byte for byte
(a test proves it against rfc8785), at a fiftieth of the cost.
"""

import json
import re
from dataclasses import dataclass

import orjson

from assay.kernel import InputError, JsonValue, commitment, content_id, decimal_text
from evaluation.answers import Item, language_of
from evaluation.verdicts import UnitVerdict, Verdict

__all__ = ["FinishedRow", "encode_row"]

_PLAIN_NAME = re.compile(r"[\w.:/@+-]{1,100}")
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


@dataclass(frozen=True, kw_only=True)
class FinishedRow:
    """What a runner hands to the writer: an item, its draw and all its verdicts."""

    item: Item
    repeat: int
    verdicts: tuple[Verdict, ...]
    at: str  # kernel.format_time


def encode_row(row: FinishedRow, salt: bytes) -> tuple[bytes, bytes]:
    """Return (payload line, verdict line) without line ends; raise `InputError` for an id without a canonical form."""
    item = row.item
    document: dict[str, JsonValue] = {
        "id": item.id,
        "repeat": row.repeat,
        "language": language_of(item.answer.text, item.question),
        "cluster": None if item.document is None else content_id("c", item.document),
        "tags": [tag for tag in item.tags if _PLAIN_NAME.fullmatch(tag)],
        "at": row.at,
        "answer": _answer(item, salt),
        "verdicts": [_verdict(verdict, salt) for verdict in row.verdicts],
    }
    try:
        return _payload(row, salt), orjson.dumps(document, option=_CANONICAL)
    except orjson.JSONEncodeError as error:
        raise InputError(f"the row {item.id!r} cannot be recorded: {error}") from error


def _answer(item: Item, salt: bytes) -> dict[str, JsonValue]:
    answer = item.answer
    return {
        "outcome": str(answer.outcome),
        "latency_ms": answer.latency_ms,
        "contexts": None if answer.contexts is None else len(answer.contexts),
        "empty": not answer.text.strip(),
        "commitments": {
            "question": commitment(salt, item.question),
            "answer": commitment(salt, answer.text),
            "reference": None if item.reference is None else commitment(salt, item.reference),
            "contexts": None if answer.contexts is None else [commitment(salt, text) for text in answer.contexts],
        },
        "reason": _committed(answer.reason, salt),
        "model": answer.model if _PLAIN_NAME.fullmatch(answer.model) else "",
    }


def _verdict(verdict: Verdict, salt: bytes) -> dict[str, JsonValue]:
    usage = verdict.usage
    document: dict[str, JsonValue] = {
        "metric": verdict.metric,
        "outcome": str(verdict.outcome),
        "value": _share(verdict.value),
        "probability": _share(verdict.probability),
        "judge": verdict.judge,
        "reason": _committed(verdict.reason, salt),
        "units": [_unit(unit) for unit in verdict.units],
        "usage": {
            "calls": usage.calls,
            "cached_calls": usage.cached_calls,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cost": format(usage.cost, "f"),
            "latency_ms": usage.latency_ms,
        },
    }
    if verdict.disagreement is not None:
        document["disagreement"] = _share(verdict.disagreement)
    return document


def _unit(unit: UnitVerdict) -> dict[str, JsonValue]:
    quote = unit.quote
    place = None if quote is None else {"context": quote.context, "start": quote.start, "end": quote.end}
    document: dict[str, JsonValue] = {
        "start": unit.start,
        "end": unit.end,
        "support": str(unit.support),
        "quote": place,
        "probability": _share(unit.probability),
    }
    if unit.stage is not None:
        document["stage"] = str(unit.stage)
    return document


def _payload(row: FinishedRow, salt: bytes) -> bytes:
    item, answer = row.item, row.item.answer
    document = {
        "id": item.id,
        "repeat": row.repeat,
        "salt": salt.hex(),
        "question": item.question,
        "answer": answer.text,
        "contexts": None if answer.contexts is None else list(answer.contexts),
        "reference": item.reference,
        "answer_reason": answer.reason,
        "reasons": {verdict.metric: verdict.reason for verdict in row.verdicts},
    }
    try:
        return orjson.dumps(document, option=_CANONICAL)
    except orjson.JSONEncodeError:  # an application may say a lone surrogate; escaped, it is kept as it came
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")


def _committed(text: str, salt: bytes) -> str | None:
    return commitment(salt, text) if text else None


def _share(number: float | None) -> str | None:
    return None if number is None else decimal_text(number)
