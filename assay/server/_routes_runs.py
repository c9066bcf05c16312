"""Runs and decisions: push a run log, ask for a decision, read both."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from assay.app.server import ServedRecord
from assay.app.server_gate import Asked, decide_for, held_policy
from assay.server._answers import DecisionList, DecisionMade, Pushed, Run, RunList
from assay.server._asking import Caller, Identity, Limit, Served, System
from assay.server._problems import RefusedError
from governance.access import Permission

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1")
_TYPES: Final = ("application/x-tar", "application/gzip", "application/octet-stream")
_BINARY: Final = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES}
_ARCHIVE: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": _BINARY}}


class DecisionAsked(BaseModel):
    """Which run or release is to be held against which policy of the server."""

    model_config = ConfigDict(extra="forbid")

    run: str | None = Field(default=None, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    release: str | None = Field(default=None, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    baseline: str | None = Field(default=None, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    policy: str | None = Field(default=None, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")
    policy_digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")


@router.post("/runs", status_code=201, openapi_extra=_ARCHIVE, responses={200: {"model": Pushed}})
async def push_run(request: Request, response: Response, served: Served, caller: Caller) -> Pushed:
    """Record a run log: a tar, plain or gzipped, of run.json, verdicts.jsonl and payloads.jsonl.

    201 where it is new, 200 where exactly this log was recorded before, 409 where its id stands for another log.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _TYPES:
        raise RefusedError(415, f"the body is to be one of {', '.join(_TYPES)}")
    with served.intake.upload() as stream:
        async for chunk in request.stream():
            await run_in_threadpool(stream.write, chunk)
        most = served.settings.expanded_mib << 20
        done = await run_in_threadpool(served.intake.take, stream, caller, most=most)
    response.status_code = 201 if done.is_new else 200
    return Pushed.of(done)


@router.get("/runs")
def list_runs(
    served: Served,
    caller: Caller,
    system: System = None,
    outcome: Literal["complete", "partial"] | None = None,
    limit: Limit = 100,
) -> RunList:
    """List recorded runs, newest first."""
    found = (one for one in served.record.runs(system=system) if outcome in {None, one.outcome.value})
    kept = served.access.readable(caller, found, lambda one: one.system)
    return RunList(runs=[Run.of(one) for one in kept[:limit]])


@router.get("/runs/{run}")
def show_run(run: Identity, served: Served, caller: Caller) -> Run:
    """Show a recorded run with its estimates."""
    found = served.run(run)
    served.access.see(caller, found.system, f"run {run!r}")
    return Run.of(found)


@router.post("/decisions")
def decide(asked: Annotated[DecisionAsked, Body()], served: Served, caller: Caller) -> DecisionMade:
    """Hold a recorded run or a release against a policy that this server holds, and record what was decided.

    pass, fail and inconclusive all answer 200; `exit_code` is what a pipeline ends with: 0, 1 or 3.
    """
    if (asked.run is None) == (asked.release is None):
        raise RefusedError(422, "a gate decides about a run or about a release", "send one of them")
    for what, system in _systems_of(asked, served):
        served.access.see(caller, system, what, Permission.RECORD_DECISION)
        served.record.people.allowed(caller, Permission.RECORD_DECISION, system)
    policy = held_policy(served.workspace, asked.policy, asked.policy_digest)
    made = decide_for(
        caller,
        Asked(run=asked.run, release=asked.release, baseline=asked.baseline),
        policy,
        workspace=served.workspace,
        record=served.record,
        now=served.clock.now(),
    )
    return DecisionMade.of(made)


def _systems_of(asked: DecisionAsked, served: ServedRecord) -> Iterator[tuple[str, str]]:
    """Yield what is asked about, in words, and its system."""
    for run in filter(None, (asked.run, asked.baseline)):
        yield f"run {run!r}", served.run(run).system
    if asked.release is not None:
        yield f"release {asked.release!r}", served.release(asked.release).system


@router.get("/decisions")
def list_decisions(served: Served, caller: Caller, system: System = None, limit: Limit = 100) -> DecisionList:
    """List decisions, newest first."""
    kept = served.access.readable(caller, served.record.decisions(system=system), lambda one: one.system)
    return DecisionList(decisions=[DecisionMade.of(one) for one in kept[:limit]])


@router.get("/decisions/{decision}")
def show_decision(decision: Identity, served: Served, caller: Caller) -> DecisionMade:
    """Show a decision."""
    found = served.decision(decision)
    served.access.see(caller, found.system, f"decision {decision!r}")
    return DecisionMade.of(found)
