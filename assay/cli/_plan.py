"""`assay runs plan`: how many questions a gate needs before the run, so that it can decide."""

import math
from typing import Annotated

import typer

from assay.cli._output import emit_json, show
from assay.kernel import CannotDecideError, InputError
from evaluation.statistics import Plan, Shape, plan_non_inferiority, plan_threshold

__all__ = ["plan"]

_HINT = "for example: assay runs plan --margin 0.05 --changed 0.1"


def plan(
    *,
    margin: Annotated[float | None, typer.Option(help="Margin of a rule with a baseline, 0..1.")] = None,
    changed: Annotated[float, typer.Option(help="Share of rows whose verdict differs between two runs.")] = 0.1,
    at_least: Annotated[float | None, typer.Option(help="Bound of a threshold rule, 0..1.")] = None,
    expected: Annotated[float | None, typer.Option(help="What you expect the metric to be, 0..1.")] = None,
    per_document: Annotated[int, typer.Option(help="Questions of one document.")] = 1,
    correlation: Annotated[float, typer.Option(help="Correlation of values within a document, 0..1.")] = 0.1,
    youden: Annotated[float, typer.Option(help="Youden's J of the judge: it shrinks every difference.")] = 1.0,
    rules: Annotated[int, typer.Option(help="Rules that must all pass.")] = 1,
    power: Annotated[float, typer.Option(help="Chance to pass where all is as expected.")] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say how many questions, of how many documents, a rule needs to pass where nothing is wrong.

    Example: assay runs plan --margin 0.05 --changed 0.1 --per-document 10
    """
    try:
        shape = Shape(per_document=per_document, correlation=correlation, youden=youden, rules=rules, power=power)
        found = _planned(margin, changed, at_least, expected, shape)
    except ValueError as error:
        raise InputError(str(error), hint=_HINT) from error
    if found is None:
        raise CannotDecideError("no number of questions would do: what is expected does not exceed the bound")
    if as_json:
        emit_json({"questions": found.questions, "documents": found.documents, "design_effect": found.design_effect})
        return
    show(f"{found.questions} questions from {found.documents} documents; power of one rule {found.power:.0%}")


def _planned(
    margin: float | None, changed: float, at_least: float | None, expected: float | None, shape: Shape
) -> Plan | None:
    if margin is not None and at_least is None and changed >= 0:
        return plan_non_inferiority(margin=margin, sd=math.sqrt(changed), shape=shape)
    if margin is None and at_least is not None and expected is not None:
        return plan_threshold(expected=expected, bound=at_least, shape=shape)
    raise InputError("a plan is for --margin, or for --at-least with --expected", hint=_HINT)
