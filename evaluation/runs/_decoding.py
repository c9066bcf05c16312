"""From the lines of a run log back to rows and payloads, strictly, and whether the two belong together.

Rules of this place: a verdict line must be canonical, so a changed, reordered or doubled field is found; every message
names file and line; a payload is believed only if the row's commitments hold for it.
"""

import json
from collections.abc import Mapping, Sequence

import orjson

from assay.kernel import InputError, IntegrityError, JsonValue, commitment
from evaluation.answers import AnswerOutcome
from evaluation.runs._fields import Fields
from evaluation.runs._types import Payload, Row
from evaluation.verdicts import Outcome, QuoteSpan, Stage, Support, UnitVerdict, Usage, Verdict

__all__ = ["check_commitments", "parse_payload", "parse_row"]


def parse_row(line: bytes, where: str) -> Row:
    """Read a verdict line; raise `InputError` for a wrong field, `IntegrityError` for a line that is not canonical."""
    document = _load(line, where)
    if orjson.dumps(document, option=orjson.OPT_SORT_KEYS) != line:
        raise IntegrityError(f"{where} is not in canonical form: it was changed after it was written")
    fields = Fields(document, where)
    answer = fields.inner("answer")
    parsed = [_parse_verdict(verdict) for verdict in fields.inners("verdicts")]
    verdicts = tuple(verdict for verdict, _ in parsed)
    reasons: dict[str, JsonValue] = {verdict.metric: reason for verdict, reason in parsed if reason is not None}
    row = Row(
        id=fields.text("id"),
        repeat=fields.count("repeat"),
        cluster=fields.optional_text("cluster"),
        tags=fields.texts("tags"),
        at=fields.text("at"),
        answer_outcome=answer.choice("outcome", AnswerOutcome),
        answer_empty=answer.flag("empty"),
        answer_latency_ms=answer.count("latency_ms"),
        contexts=answer.optional_count("contexts"),
        model=answer.text("model"),
        commitments={**_parse_commitments(answer), "verdicts": reasons},
        verdicts=verdicts,
        language=fields.optional_text("language") if fields.has("language") else None,
    )
    answer.close()
    fields.close()
    return row


def parse_payload(line: bytes, where: str) -> Payload:
    """Read a payload line; raise `InputError` for a wrong field."""
    fields = Fields(_load(line, where), where)
    name, repeat = fields.text("id"), fields.count("repeat")
    if fields.has("erased"):
        payload = Payload(id=name, repeat=repeat, erased=fields.text("erased"))
    else:
        reasons = fields.inner("reasons")
        payload = Payload(
            id=name,
            repeat=repeat,
            salt=fields.text("salt"),
            question=fields.text("question"),
            answer=fields.text("answer"),
            contexts=fields.optional_texts("contexts"),
            reference=fields.optional_text("reference"),
            answer_reason=fields.text("answer_reason"),
            reasons=reasons.rest_as_texts(),
        )
    fields.close()
    return payload


def check_commitments(row: Row, payload: Payload) -> bool:
    """Whether the texts of a payload are those that the row committed to; an erased payload proves nothing."""
    if payload.erased is not None:
        return False
    try:
        salt = bytes.fromhex(payload.salt)
    except ValueError:
        return False
    contexts = None if payload.contexts is None else [commitment(salt, text) for text in payload.contexts]
    expected = {
        "question": commitment(salt, payload.question),
        "answer": commitment(salt, payload.answer),
        "reference": None if payload.reference is None else commitment(salt, payload.reference),
        "contexts": contexts,
        "reason": _committed(payload.answer_reason, salt),
        "verdicts": {metric: commitment(salt, text) for metric, text in (payload.reasons or {}).items() if text},
    }
    return expected == row.commitments


def _committed(text: str, salt: bytes) -> str | None:
    return commitment(salt, text) if text else None


def _load(line: bytes, where: str) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass
    try:  # lone surrogates, which orjson refuses
        return json.loads(line)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{where}: not JSON: {error}") from error


def _parse_commitments(answer: Fields) -> Mapping[str, JsonValue]:
    inner = answer.inner("commitments")
    found: dict[str, JsonValue] = {
        "question": inner.text("question"),
        "answer": inner.text("answer"),
        "reference": inner.optional_text("reference"),
        "contexts": _listed(inner.optional_texts("contexts")),
        "reason": answer.optional_text("reason"),
    }
    inner.close()
    return found


def _listed(texts: Sequence[str] | None) -> list[str] | None:
    return None if texts is None else list(texts)


def _parse_verdict(fields: Fields) -> tuple[Verdict, str | None]:
    reason = fields.optional_text("reason")
    value, outcome = fields.optional_share("value"), fields.choice("outcome", Outcome)
    if (outcome is Outcome.SCORED) != (value is not None):
        raise fields.refuse("value", value, "a value exactly when the outcome is scored")
    verdict = Verdict(
        metric=fields.text("metric"),
        outcome=outcome,
        judge=fields.text("judge"),
        value=value,
        probability=fields.optional_share("probability"),
        units=tuple(_parse_unit(unit) for unit in fields.inners("units")),
        usage=_parse_usage(fields.inner("usage")),
        disagreement=fields.optional_share("disagreement") if fields.has("disagreement") else None,
    )
    fields.close()
    return verdict, reason


def _parse_unit(fields: Fields) -> UnitVerdict:
    quote = None
    if (place := fields.optional_inner("quote")) is not None:
        quote = QuoteSpan(context=place.count("context"), start=place.count("start"), end=place.count("end"))
        place.close()
    unit = UnitVerdict(
        start=fields.count("start"),
        end=fields.count("end"),
        support=fields.choice("support", Support),
        quote=quote,
        probability=fields.optional_share("probability"),
        stage=fields.optional_choice("stage", Stage),
    )
    fields.close()
    return unit


def _parse_usage(fields: Fields) -> Usage:
    usage = Usage(
        calls=fields.count("calls"),
        cached_calls=fields.count("cached_calls"),
        prompt_tokens=fields.count("prompt_tokens"),
        completion_tokens=fields.count("completion_tokens"),
        cost=fields.amount("cost"),
        latency_ms=fields.count("latency_ms"),
    )
    fields.close()
    return usage
