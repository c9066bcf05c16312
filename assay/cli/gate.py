"""`assay gate`: hold a run or a release against a policy that was fixed beforehand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from assay.app.gate import Asked, GateOutputs, GateResult, gate_run
from assay.app.gate_policy import PolicyWords
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import InputError, MissingError, SystemClock
from governance.gate import AttemptValue, Decision, DecisionOutcome, RuleResult
from reports.gate import describe_need, describe_observed, explained, json_document, next_step

__all__ = ["command"]

_Run = Annotated[str | None, typer.Option(help="Directory of a run log, id of a run in this workspace, or latest.")]
_Release = Annotated[
    str | None, typer.Option(help="Id of a release: decide about what its manifest names, and all evidence of it.")
]
_Policy = Annotated[Path | None, typer.Option(help="Gate policy, a YAML file [default: the workspace's gate file].")]
_Baseline = Annotated[str | None, typer.Option(help="Run to compare with, for rules that ask for a baseline.")]
_Markdown = Annotated[Path | None, typer.Option(help="Write the decision as Markdown.")]
_Junit = Annotated[Path | None, typer.Option(help="Write the decision as JUnit XML, one case a rule.")]
_Sarif = Annotated[Path | None, typer.Option(help="Write what blocks as SARIF, at its line of the policy file.")]
_Attestation = Annotated[
    Path | None, typer.Option(help="Write the decision as a signed in-toto test result in a DSSE envelope.")
]
_AttestationKey = Annotated[
    str | None, typer.Option(help="Ed25519 key in PEM that signs it: a file or env:NAME [default: the ledger's key].")
]
_Receipt = Annotated[Path | None, typer.Option(help="Receipt of the policy's registration, where there is no store.")]
_Vkey = Annotated[str | None, typer.Option(help="Public key of the log that you trust, or its file [env: ASSAY_VKEY].")]
_Base = Annotated[
    str | None, typer.Option(help="Git revision where the change under test begins [default: what CI says].")
]
_Explain = Annotated[bool, typer.Option("--explain", help="Show every expectation and why it holds or not.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def command(
    *,
    run: _Run = None,
    release: _Release = None,
    policy: _Policy = None,
    baseline: _Baseline = None,
    markdown: _Markdown = None,
    junit: _Junit = None,
    sarif: _Sarif = None,
    attestation: _Attestation = None,
    attestation_key: _AttestationKey = None,
    registration: _Receipt = None,
    vkey: _Vkey = None,
    base: _Base = None,
    explain: _Explain = False,
    as_json: _Json = False,
) -> None:
    """Decide a release: pass, fail or inconclusive, which blocks like a fail.

    Ends with 0 pass · 1 fail, or bytes that are not what was recorded · 2 wrong usage or a malformed policy · 3 cannot
    decide: not enough is known, or the policy or the run is absent. With --release it decides about what a release's
    manifest stands for. Example: assay gate --run RUN --policy gate.yaml --markdown gate.md
    """
    if (run is None) == (release is None):
        raise InputError("a gate decides about a run or about a release", hint="--run RUN, or --release RELEASE")
    outputs = GateOutputs(
        markdown=markdown, junit=junit, sarif=sarif, attestation=attestation, attestation_key=attestation_key
    )
    asked = Asked(run=run, release=release, baseline=baseline)
    words = PolicyWords(receipt=registration, vkey=vkey, base=base)
    result = gate_run(
        asked, policy=policy, outputs=outputs, workspace=_workspace(), now=SystemClock().now(), words=words
    )
    if as_json:
        emit_json(json_document(result.sheet))
    else:
        _show(result, explain=explain)
    raise typer.Exit(result.decision.outcome.exit_code)


def _workspace() -> Workspace | None:
    try:
        return Workspace.find()
    except MissingError:
        return None  # store-less: the run log and the policy are enough


def _show(result: GateResult, *, explain: bool) -> None:
    decision = result.decision
    if explain:
        for line in explained(result.sheet):
            show(line)
    else:
        _show_blocking([one for one in decision.results if one.threshold is not None or _blocks(one)])
    about = f"run {decision.run}" if decision.release is None else f"release {decision.release}, run {decision.run},"
    show(f"{decision.outcome.value}: {about} under policy {decision.policy}")
    _show_attempts(decision)
    if result.seq is not None:
        say(f"recorded as {result.id}, entry {result.seq} of the ledger")
    if decision.release is not None and decision.outcome is DecisionOutcome.PASS:
        say(f"next, for a draft: assay releases request {decision.release}")


def _show_attempts(decision: Decision) -> None:
    """Tell all attempts where there are several: what they measured, and how they stand to this one."""
    if len(decision.attempts) < 2:  # noqa: PLR2004  itself and another
        return
    rows = (
        (one.run, one.kind.value.replace("_", " "), one.declared[:20], value.metric, _value(value))
        for one in decision.attempts
        for value in one.values
    )
    show_table(["attempt", "it is", "version", "metric", "observed (95 % interval)"], rows)


def _value(value: AttemptValue) -> str:
    if value.mean is None or value.lower is None or value.upper is None:
        return "no score"
    return f"{value.mean:.3f} ({value.lower:.3f} to {value.upper:.3f}), {value.scored} of {value.asked}"


def _show_blocking(shown: Sequence[RuleResult]) -> None:
    show_table(
        ["rule", "observed (95 % interval)", "needed", "outcome"],
        [(one.rule, describe_observed(one), describe_need(one), one.outcome.value) for one in shown],
    )
    for one in filter(_blocks, shown):
        show(f"{one.rule}: {one.reason}{_next(one)}")


def _next(result: RuleResult) -> str:
    """Tell what would settle it, where the reason does not."""
    if result.outcome is not DecisionOutcome.INCONCLUSIVE or "assay " in result.reason:
        return ""
    step = next_step(result)
    return f"; next: {step}" if step else ""


def _blocks(result: RuleResult) -> bool:
    return result.outcome is not DecisionOutcome.PASS
