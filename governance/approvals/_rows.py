"""Requests and answers from their rows."""

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import parse_strict
from governance._payloads import payload_text
from governance.access import ANY_SYSTEM, Role
from governance.approvals._types import Answer, ApprovalPurpose, ApprovalRequest, Ground, Verdict
from governance.store import ApprovalBarRow, ApprovalRequestRow, ApprovalRow, table_of

__all__ = ["read_answers", "read_request", "read_requests"]

_REQUESTS, _ANSWERS, _BARS = table_of(ApprovalRequestRow), table_of(ApprovalRow), table_of(ApprovalBarRow)


def read_request(connection: Connection, identity: str) -> ApprovalRequest | None:
    """Return a request, if it is there."""
    row = connection.execute(select(_REQUESTS).where(_REQUESTS.c.request == identity)).mappings().first()
    return None if row is None else _request_of(connection, row)


def read_requests(connection: Connection, *, system: str | None = None) -> tuple[ApprovalRequest, ...]:
    """Return the requests, newest first, about one system or about all."""
    wanted = select(_REQUESTS).order_by(_REQUESTS.c.seq.desc())
    if system is not None:
        wanted = wanted.where(_REQUESTS.c.system == system)
    return tuple(_request_of(connection, row) for row in connection.execute(wanted).mappings().all())


def read_answers(connection: Connection, request: str) -> tuple[Answer, ...]:
    """Return the answers to a request, oldest first."""
    wanted = select(_ANSWERS).where(_ANSWERS.c.request == request).order_by(_ANSWERS.c.seq)
    return tuple(
        Answer(
            id=row["approval"],
            seq=row["seq"],
            request=row["request"],
            approver=row["approver"],
            role=row["role"],
            method=row["method"],
            verdict=Verdict(row["verdict"]),
            four_eyes=bool(row["four_eyes"]),
            subject_digest=row["subject_digest"],
            expires_at=row["expires_at"],
            recorded_at=row["recorded_at"],
            comment=payload_text(connection, row["seq"], "comment"),
        )
        for row in connection.execute(wanted).mappings().all()
    )


def _request_of(connection: Connection, row: RowMapping) -> ApprovalRequest:
    bars = connection.execute(
        select(_BARS.c.person, _BARS.c.ground).where(_BARS.c.request == row["request"]).order_by(_BARS.c.person)
    )
    roles = parse_strict(row["roles"].encode("ascii"))
    return ApprovalRequest(
        id=row["request"],
        seq=row["seq"],
        purpose=ApprovalPurpose(row["purpose"]),
        system=None if row["system"] == ANY_SYSTEM else row["system"],
        subject_type=row["subject_type"],
        subject=row["subject"],
        subject_digest=row["subject_digest"],
        requester=row["requester"],
        needed=row["needed"],
        roles=tuple(Role(str(role)) for role in roles) if isinstance(roles, list) else (),
        barred=tuple((str(person), Ground(ground)) for person, ground in bars),
        expires_at=row["expires_at"],
        recorded_at=row["recorded_at"],
        comment=payload_text(connection, row["seq"], "comment"),
    )
