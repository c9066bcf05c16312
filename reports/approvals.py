"""Requests for approval as a reader is shown them: what was seen, who answered, who may not, and why.

Rules of this place: what is shown of a request's subject is the version with the digest that the request is about, or a
sentence that it is not there; what a reader may do is asked of the service that will be asked again; people appear by
name where the record still has it; whoever may not read a system is told of none of its requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Permission
from governance.approvals import RELEASE, ApprovalState, Ground, OldProofError
from governance.releases import ReleaseState
from reports.build import recorded_view, run_line
from reports.releases import release_facts, what_is_missing
from reports.views import DecisionView, Fact, RunLine

if TYPE_CHECKING:
    from governance import Actor, Record, RecordedDecision
    from governance.approvals import ApprovalRequest, Standing

__all__ = [
    "ALONE",
    "AnswerView",
    "ApprovalsView",
    "AskView",
    "BarredView",
    "RequestLine",
    "RequestView",
    "SeenView",
    "approvals_view",
    "request_view",
]

ALONE: Final = "single user: not four eyes"
_GROUNDS: Final = {
    Ground.REQUESTER: "asked for this",
    Ground.EVIDENCE_SUBMITTER: "handed in what it rests on",
    Ground.POLICY_AUTHOR: "wrote the policy",
}
_STATES: Final = {
    ApprovalState.PENDING: "waits",
    ApprovalState.APPROVED: "approved",
    ApprovalState.REJECTED: "rejected",
    ApprovalState.EXPIRED: "expired",
    ApprovalState.VOID: "void: what was asked about has changed",
}
_Reads = Callable[[str | None], bool]


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """One request in a list."""

    id: str
    state: str  # in words
    purpose: str
    system: str  # * for the whole store
    about: str  # kind and id
    requester: str  # the name alone
    asked_at: str
    expires_at: str
    missing: int  # approvals that are still needed
    label: str  # that a single user answered, "" otherwise


@dataclass(frozen=True, kw_only=True)
class AskView:
    """The newest decision, where the reader may ask for its approval."""

    decision: str
    digest: str
    system: str
    view: DecisionView


@dataclass(frozen=True, kw_only=True)
class ApprovalsView:
    """The requests of the systems that the reader may read, newest first."""

    waiting: tuple[RequestLine, ...]  # for the reader's answer
    asked: tuple[RequestLine, ...]  # by the reader
    everything: tuple[RequestLine, ...]
    newest: AskView | None


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """What one person said."""

    who: str
    verdict: str
    role: str
    at: str
    comment: str
    label: str


@dataclass(frozen=True, kw_only=True)
class BarredView:
    """Somebody who may not answer."""

    who: str
    why: str


@dataclass(frozen=True, kw_only=True)
class SeenView:
    """What the request is about, in the version with its digest."""

    decision: DecisionView | None = None
    run: RunLine | None = None
    facts: tuple[Fact, ...] = ()
    note: str = ""  # why there is less to see


@dataclass(frozen=True, kw_only=True)
class RequestView:
    """One request, with everything that somebody needs who is to answer it."""

    line: RequestLine
    subject: str  # id of what is asked about
    digest: str  # of what is shown, and what an answer is bound to
    needed: int
    roles: tuple[str, ...]
    comment: str
    seen: SeenView
    barred: tuple[BarredView, ...]
    answers: tuple[AnswerView, ...]
    may_answer: bool
    may_take_up: bool  # a release whose review nobody has begun, by somebody who may answer
    needs_proof: bool  # a new sign-in is all that is missing
    why_not: str


def approvals_view(record: "Record", actor: "Actor", may_read: _Reads) -> ApprovalsView:
    """Return the lists of a reader."""
    names = _names(record)
    standings = [one for one in record.approvals.standings() if may_read(one.request.system)]
    waiting = [one for one in standings if _waits_for(record, actor, one)]
    return ApprovalsView(
        waiting=tuple(_line(one, names) for one in waiting),
        asked=tuple(_line(one, names) for one in standings if one.request.requester == actor.id),
        everything=tuple(_line(one, names) for one in standings),
        newest=_newest(record, actor, may_read),
    )


def request_view(record: "Record", request: str, actor: "Actor", may_read: _Reads) -> RequestView:
    """Return one request; raise `MissingError` where there is none that the reader may read."""
    standing = record.approvals.standing(request)
    about = standing.request
    if not may_read(about.system):
        raise MissingError(f"there is no request {request!r}", hint="assay approvals list")
    names = _names(record)
    refusal = _refusal(record, actor, standing)
    return RequestView(
        line=_line(standing, names),
        subject=about.subject,
        digest=about.subject_digest,
        needed=about.needed,
        roles=tuple(role.value for role in about.roles),
        comment=about.comment or "",
        # A release is shown though it has changed: what changed is what its reader has to see.
        seen=_seen_release(record, about) if about.subject_type == RELEASE else _seen(record, about),
        barred=tuple(BarredView(who=_name(names, who), why=_GROUNDS[why]) for who, why in about.barred),
        answers=_answers(standing, names),
        may_answer=refusal is None,
        may_take_up=refusal is None and _may_take_up(record, about),
        needs_proof=isinstance(refusal, OldProofError),
        why_not="" if refusal is None else refusal.message,
    )


def _waits_for(record: "Record", actor: "Actor", standing: "Standing") -> bool:
    refusal = _refusal(record, actor, standing)
    return refusal is None or isinstance(refusal, OldProofError)


def _refusal(record: "Record", actor: "Actor", standing: "Standing") -> ForbiddenError | InputError | None:
    if standing.state is not ApprovalState.PENDING:
        return InputError(f"this request is {_STATES[standing.state]}")
    try:
        record.approvals.check_right(actor, standing.request.id)
    except (ForbiddenError, InputError) as refusal:
        return refusal
    return None


def _line(standing: "Standing", names: Mapping[str, str]) -> RequestLine:
    about = standing.request
    return RequestLine(
        id=about.id,
        state=_STATES[standing.state],
        purpose=about.purpose.value,
        system=about.system or "*",
        about=about.subject if about.subject.startswith(f"{about.subject_type}-") else _about(about),
        requester=names.get(about.requester, about.requester),
        asked_at=about.recorded_at,
        expires_at=about.expires_at,
        missing=standing.missing,
        label=ALONE if any(not one.four_eyes for one in standing.answers) else "",
    )


def _about(request: "ApprovalRequest") -> str:
    return f"{request.subject_type} {request.subject}"


def _answers(standing: "Standing", names: Mapping[str, str]) -> tuple[AnswerView, ...]:
    return tuple(
        AnswerView(
            who=_name(names, one.approver),
            verdict=one.verdict.value,
            role=one.role,
            at=one.recorded_at,
            comment=one.comment or "",
            label="" if one.four_eyes else ALONE,
        )
        for one in standing.answers
    )


def _seen(record: "Record", about: "ApprovalRequest") -> SeenView:
    shown = _SHOWN.get(about.subject_type)
    if shown is None:
        return SeenView(note="This is about something that the record knows by its digest alone.")
    if record.approvals.digest_of(about.subject_type, about.subject) != about.subject_digest:
        return SeenView(note="What was asked about is not what is there now, so it is not shown.")
    return shown(record, about)


def _seen_release(record: "Record", about: "ApprovalRequest") -> SeenView:
    release = record.releases.release(about.subject)
    standing = record.approvals.standing(about.id)
    found = next((one for one in record.decisions(system=release.system) if one.id == release.decision), None)
    made = None if found is None else found.decision
    return SeenView(
        decision=recorded_view(found),
        run=None if made is None else _run(record, made.run, made.run_digest, made.outcome.value),
        facts=release_facts(release),
        note=what_is_missing(release, standing),
    )


def _may_take_up(record: "Record", about: "ApprovalRequest") -> bool:
    if about.subject_type != RELEASE:
        return False
    return record.releases.release(about.subject).state is ReleaseState.REQUESTED


def _seen_waiver(record: "Record", about: "ApprovalRequest") -> SeenView:
    found = next(one for one in record.waivers.waivers(str(about.system)) if one.id == about.subject)
    facts = (
        Fact(label="Does without", value=found.control),
        Fact(label="For the risk", value=found.risk or "each that the control is mapped to"),
        Fact(label="Until", value=found.expires_at[:10]),
        Fact(label="Reason", value=found.reason or "erased"),
        Fact(label="Instead", value=found.compensating or "nothing was said"),
    )
    return SeenView(facts=facts, note="Approved, it leaves a risk accepted at best, never treated.")


def _seen_decision(record: "Record", about: "ApprovalRequest") -> SeenView:
    found = next(one for one in record.decisions() if one.id == about.subject)
    made = found.decision
    return SeenView(decision=recorded_view(found), run=_run(record, made.run, made.run_digest, made.outcome.value))


def _seen_run(record: "Record", about: "ApprovalRequest") -> SeenView:
    return SeenView(run=_run(record, about.subject, about.subject_digest, "none"))


def _seen_scan(_record: "Record", _about: "ApprovalRequest") -> SeenView:
    return SeenView(note="A scan has no view here yet: look at it with `assay scan`, and compare the digest.")


def _seen_report(record: "Record", about: "ApprovalRequest") -> SeenView:
    found = next(one for one in record.reports() if one.id == about.subject).report
    facts = (
        Fact(label="Document", value=f"{found.kind} ({found.format})"),
        Fact(label="About the run", value=found.subject),
        Fact(label="As of entry", value=str(found.as_of)),
    )
    return SeenView(facts=facts, note="The document is the file with this digest; what it says is not repeated here.")


_SHOWN: Final[Mapping[str, Callable[["Record", "ApprovalRequest"], SeenView]]] = {
    "decision": _seen_decision,
    "report": _seen_report,
    "run": _seen_run,
    "scan": _seen_scan,
    "waiver": _seen_waiver,
}


def _run(record: "Record", run: str, digest: str | None, outcome: str) -> RunLine | None:
    try:
        return run_line(record.version(run, digest or ""), outcome)
    except MissingError:  # a decision about a run whose log was never handed in
        return None


def _newest(record: "Record", actor: "Actor", may_read: _Reads) -> AskView | None:
    found = next((one for one in record.decisions() if may_read(one.system)), None)
    if found is None or not _may_ask(record, actor, found):
        return None
    return AskView(
        decision=found.id,
        digest=record.approvals.digest_of("decision", found.id),
        system=found.system,
        view=recorded_view(found),
    )


def _may_ask(record: "Record", actor: "Actor", found: "RecordedDecision") -> bool:
    try:
        record.people.allowed(actor, Permission.REQUEST_APPROVAL, found.system)
    except ForbiddenError:
        return False
    return True


def _names(record: "Record") -> dict[str, str]:
    return {one.id: one.identity.name if one.identity else "erased" for one in record.people.persons()}


def _name(names: Mapping[str, str], person: str) -> str:
    return f"{names[person]} ({person})" if person in names else person
