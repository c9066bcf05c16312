"""`run.json`: a run's plan as canonical bytes and back.

Rules of this place: exactly the fields of the contract, no unknown keys; bytes that are not canonical were not written
by us; a run's id and a system's are plain names, because files are named after them; two plans ask for the same work
when they differ in nothing but the run's id and its time.
"""

import dataclasses
import re
from collections.abc import Mapping

from assay.kernel import InputError, IntegrityError, JsonValue, canonical_bytes, parse_strict, parse_time
from evaluation.runs._fields import Fields, as_list
from evaluation.runs._types import Origin, QuestionsRef, RunPlan

__all__ = ["PLAN_FORMAT", "parse_plan", "plan_bytes", "same_work"]

PLAN_FORMAT = "assay-run/1"
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_SYSTEM_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


def plan_bytes(plan: RunPlan) -> bytes:
    """Return the bytes of `run.json`."""
    document: dict[str, JsonValue] = {
        "format": PLAN_FORMAT,
        "run": plan.run,
        "system": plan.system,
        "created_at": plan.created_at,
        "metrics": list(plan.metrics),
        "repeats": plan.repeats,
        "questions": dataclasses.asdict(plan.questions),
        "judges": [dict(judge) for judge in plan.judges],
        "target": _copy(plan.target),
        "answers_digest": plan.answers_digest,
        "corpus": _copy(plan.corpus),
        "policy": plan.policy,
        "environment": dict(plan.environment),
        "git": _copy(plan.git),
        "seed": plan.seed,
        "origin": dataclasses.asdict(plan.origin),
    }
    return canonical_bytes(document)


def parse_plan(data: bytes, where: str = "run.json") -> RunPlan:
    """Read `run.json`; raise `InputError` for a wrong field, `IntegrityError` for bytes that are not canonical."""
    try:
        document = parse_strict(data)
    except InputError as error:
        raise InputError(f"{where}: {error.message}") from error
    fields = Fields(document, where)
    found = fields.text("format")
    if found != PLAN_FORMAT:
        raise InputError(f"{where}: the format is {found!r}, expected {PLAN_FORMAT!r}")
    plan = _plan(fields, where)
    fields.close()
    if canonical_bytes(document) != data:
        raise IntegrityError(f"{where} is not in canonical form: it was changed after it was written")
    return plan


def same_work(one: RunPlan, other: RunPlan) -> bool:
    """Whether two plans ask for the same: they may differ in id, time, and which job or machine began them."""
    return _asked(one) == _asked(other)


def _asked(plan: RunPlan) -> bytes:
    environment = {name: value for name, value in plan.environment.items() if name != "platform"}
    nobody = Origin(kind=plan.origin.kind, actor="")
    return plan_bytes(dataclasses.replace(plan, run="", created_at="", environment=environment, origin=nobody))


def _plan(fields: Fields, where: str) -> RunPlan:
    created_at = fields.text("created_at")
    parse_time(created_at)
    judges = tuple(_object(judge, f"{where}, judges") for judge in as_list(fields.any("judges"), f"{where}, judges"))
    plan = RunPlan(
        run=_name(fields, "run", _RUN_ID),
        system=_name(fields, "system", _SYSTEM_ID),
        created_at=created_at,
        metrics=fields.texts("metrics"),
        repeats=_one_or_more(fields, "repeats"),
        questions=_questions(fields.inner("questions")),
        judges=judges,
        target=fields.optional_mapping("target"),
        answers_digest=fields.optional_text("answers_digest"),
        corpus=fields.optional_mapping("corpus"),
        policy=fields.optional_text("policy"),
        environment=fields.mapping("environment"),
        git=fields.optional_mapping("git"),
        seed=fields.count("seed"),
        origin=_origin(fields.inner("origin")),
    )
    if not plan.metrics or len(set(plan.metrics)) != len(plan.metrics):
        raise InputError(f"{where}: metrics holds {list(plan.metrics)!r}, expected one or more, each once")
    return plan


def _questions(fields: Fields) -> QuestionsRef:
    questions = QuestionsRef(
        digest=fields.text("digest"), count=_one_or_more(fields, "count"), ids_digest=fields.text("ids_digest")
    )
    fields.close()
    return questions


def _origin(fields: Fields) -> Origin:
    origin = Origin(
        kind=fields.text("kind"), actor=fields.text("actor"), job=fields.text("job"), commit=fields.text("commit")
    )
    fields.close()
    return origin


def _name(fields: Fields, field: str, form: re.Pattern[str]) -> str:
    value = fields.text(field)
    if form.fullmatch(value):
        return value
    raise fields.refuse(field, value, f"a plain name, {form.pattern}")


def _one_or_more(fields: Fields, field: str) -> int:
    value = fields.count(field)
    if value:
        return value
    raise fields.refuse(field, value, "1 or more")


def _object(value: JsonValue, where: str) -> Mapping[str, JsonValue]:
    if isinstance(value, dict):
        return value
    raise InputError(f"{where}: expected objects, got {value!r}")


def _copy(value: Mapping[str, JsonValue] | None) -> dict[str, JsonValue] | None:
    return None if value is None else dict(value)
