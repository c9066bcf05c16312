"""`assay run`: ask, judge, and keep the run log."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from assay.app.run import RunRequest, RunResult, run
from assay.app.run_budget import parse_budget
from assay.app.run_estimate import estimate_run_before
from assay.app.workspace import Workspace
from assay.cli._estimates import estimate_document, show_estimates
from assay.cli._output import emit_json, say, show
from assay.cli._progress import progress_on_stderr
from assay.cli._repeats import order_document, show_order, show_repeats
from assay.cli._run_estimate import show_estimate
from assay.cli._suites import show_attacks, suites_document
from evaluation.runs import RunOutcome
from evaluation.verdicts import Outcome

__all__ = ["command"]

_PARTIAL_EXIT = 3
_LACKING = "no row has the fields that the metrics need, which `assay metrics list` names; add them to the answers"
_LOOK = "assay targets check and assay doctor; mend the target or judge in assay.yaml"


_Budget = Annotated[
    list[str] | None,
    typer.Option(metavar="LIMIT", help="Hard stop: 2.50 (money), 5000calls or 2Mtokens; again for another kind."),
]
_Suite = Annotated[
    list[str] | None,
    typer.Option(metavar="SUITE", help="Attack it: injection, leak, toxicity, bias or a file; several by commas."),
]
_Canary = Annotated[
    list[str] | None,
    typer.Option(metavar="TEXT", help="Stands in the application's instructions; --suite leak looks for it."),
]
_Vary = Annotated[
    int, typer.Option(metavar="N", min=0, max=20, help="Attack also with N rewordings of each, written by the judge.")
]
_OrderCheck = Annotated[
    int, typer.Option(metavar="N", min=0, help="Judge N rows once more with their contexts reversed.")
]
_Estimate = Annotated[
    bool, typer.Option("--estimate", help="Say what it would cost and how long it would take; ask nothing.")
]


def command(
    *,
    target: Annotated[str | None, typer.Option(help="Which target of assay.yaml to ask.")] = None,
    questions: Annotated[str | None, typer.Option(help="Name of a question set, or a JSONL/CSV file.")] = None,
    answers: Annotated[Path | None, typer.Option(help="Judge answers from this JSONL, CSV or Parquet file.")] = None,
    suite: _Suite = None,
    canary: _Canary = None,
    vary: _Vary = 0,
    metrics: Annotated[str, typer.Option(help="Metrics, separated by commas [default: assay.yaml].")] = "",
    judge: Annotated[str | None, typer.Option(help="embedded, local, checks, or an endpoint of assay.yaml.")] = None,
    repeat: Annotated[int, typer.Option(help="How often every question is asked and judged.")] = 1,
    policy: Annotated[Path | None, typer.Option(help="Gate policy that is fixed beforehand.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first N questions.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this run.", metavar="RUN")] = None,
    budget: _Budget = None,
    order_check: _OrderCheck = 0,
    estimate: _Estimate = False,
    new: Annotated[bool, typer.Option("--new", help="Start a new run, even if one was cut short.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ask every question, judge every answer, and keep each row as it ends. A run that was cut short is gone on with.

    A budget is what this command alone may spend; each call is reserved at its worst before it is sent. Exit 0 when
    every row is there, 3 when the run is partial.

    Example: assay run --answers answers.jsonl --judge local
    """
    asked = RunRequest(target=target, questions=questions, answers=answers, limit=limit, policy=policy, resume=resume)
    attacks = replace(asked, suites=_names(",".join(suite or ())), canaries=tuple(canary or ()), vary=vary)
    judged = replace(attacks, metrics=_names(metrics), judge=judge, repeat=repeat, order_check=order_check)
    _perform(replace(judged, fresh=new, budget=parse_budget(budget or [])), estimate=estimate, as_json=as_json)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _perform(request: RunRequest, *, estimate: bool, as_json: bool) -> None:
    if estimate:
        show_estimate(estimate_run_before(Workspace.find(), request), as_json=as_json)
        return
    with progress_on_stderr() as on_progress:
        result = run(Workspace.find(), request, on_message=say, on_progress=on_progress)
    if as_json:
        emit_json(_document(result))
    else:
        _show(result)
    if result.completeness.outcome is RunOutcome.PARTIAL:
        raise typer.Exit(_PARTIAL_EXIT)


def _document(result: RunResult) -> dict[str, object]:
    return {
        "run": result.log.plan.run,
        "outcome": result.completeness.outcome,
        "expected": result.completeness.expected,
        "found": result.completeness.found,
        "reason": result.stopped or result.completeness.reason,
        "failed": result.failed,
        "example": result.example,
        "resumed": result.resumed,
        "recorded": result.recorded,
        "directory": str(result.log.directory),
        "digest": result.log.digest(),
        "estimates": [estimate_document(one, result.repeats.get(one.metric)) for one in result.estimates],
        "order": order_document(result.order),
        **suites_document(result.log),
    }


def _show(result: RunResult) -> None:
    name, complete = result.log.plan.run, result.completeness
    reason = result.stopped or complete.reason
    show(
        f"{name}: {complete.outcome}, {complete.found} of {complete.expected} rows" + (f" ({reason})" if reason else "")
    )
    show_estimates(result.estimates)
    show_attacks(result.log)
    show_repeats(result.repeats)
    show_order(result.order)
    show(f"run log: {result.log.directory}")
    if complete.outcome is RunOutcome.PARTIAL:
        mend = f"{_LOOK}, then " if result.hopeless else ""
        say(f"next: {mend}assay run --resume {name} with the same options{_larger(reason)}")
        return
    if result.failed:
        say(f"{result.failed} rows could not be judged on every metric; the first: {result.example}")
        say(f"      all of them: assay runs export {name} --format csv")
    if result.hopeless:
        say(f"next: {_LACKING if _is_not_applicable(result) else _LOOK}, then assay run --new with the same options")
        return
    say(f"next: assay gate --run {name}")


def _is_not_applicable(result: RunResult) -> bool:
    """Whether nothing failed: no row had what a metric needs."""
    return all(set(each.failures) == {Outcome.NOT_APPLICABLE} for each in result.estimates)


def _larger(reason: str) -> str:
    return " and a larger --budget" if reason.startswith("budget: ") else ", or the same command again"
