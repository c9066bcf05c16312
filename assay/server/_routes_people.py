"""Systems, and requests for approval; answers take a person who is signed in, so there is no route for them."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from assay.server._answers import Approval, ApprovalList, SystemFound, SystemList
from assay.server._asking import Caller, Limit, Served, System
from governance.access import Permission, Role
from governance.approvals import ApprovalDraft, ApprovalPurpose, ApprovalState

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1")


class ApprovalAsked(BaseModel):
    """What is to be approved."""

    model_config = ConfigDict(extra="forbid")

    purpose: Literal["decision", "release", "policy", "waiver"] = "decision"
    subject_type: Literal["run", "scan", "decision", "report"]
    subject: str = Field(max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")
    subject_digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")
    needed: int = Field(default=1, ge=1, le=10)
    roles: list[Literal["reviewer", "approver"]] = Field(default=["reviewer", "approver"], min_length=1, max_length=2)
    days: int = Field(default=14, ge=1, le=366)
    comment: str = Field(default="", max_length=2000)


@router.get("/systems")
def list_systems(served: Served, caller: Caller) -> SystemList:
    """List what is governed."""
    kept = served.access.readable(caller, served.record.systems(), lambda one: one.id)
    return SystemList(systems=[SystemFound.of(one) for one in kept])


@router.get("/approvals")
def list_approvals(served: Served, caller: Caller, system: System = None, limit: Limit = 100) -> ApprovalList:
    """List requests for approval with their states now, newest first."""
    found = served.record.approvals.standings(system=system)
    kept = served.access.readable(caller, found, lambda one: one.request.system)
    return ApprovalList(approvals=[Approval.of(one) for one in kept[:limit]])


@router.post("/approvals", status_code=201)
def request_approval(asked: Annotated[ApprovalAsked, Body()], served: Served, caller: Caller) -> Approval:
    """Ask people to approve something of the record: they answer signed in, never by a token."""
    system = served.system_of(asked.subject_type, asked.subject)
    served.access.see(caller, system, f"{asked.subject_type} {asked.subject!r}", Permission.REQUEST_APPROVAL)
    digest = asked.subject_digest or served.record.approvals.digest_of(asked.subject_type, asked.subject)
    draft = ApprovalDraft(
        purpose=ApprovalPurpose(asked.purpose),
        system=system,
        subject_type=asked.subject_type,
        subject=asked.subject,
        subject_digest=digest,
        needed=asked.needed,
        roles=tuple(dict.fromkeys(map(Role, asked.roles))),
        days=asked.days,
        comment=asked.comment,
    )
    made = served.record.approvals.request(caller, draft)
    return Approval.asked(made, state=ApprovalState.PENDING.value, missing=made.needed, four_eyes=False)
