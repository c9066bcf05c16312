"""Whether what is erased because its time is up has had its time.

Rules of this place: only the ground `retention_end` says so, and only of what has one beginning: a run, a row of it, a
piece of evidence; every other ground is recorded and not checked.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from assay.app.workspace import Workspace
from assay.kernel import InputError, SystemClock, format_time, parse_time
from evaluation.runs import RunLog

if TYPE_CHECKING:
    from governance.record import Record
    from governance.retention import ErasureGround, ErasureSubject

__all__ = ["refuse_early"]


def refuse_early(
    workspace: Workspace, record: "Record", kind: "ErasureSubject", name: str, ground: "ErasureGround"
) -> None:
    """Raise `InputError` where something that is still to be kept would go because its time is up."""
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.retention import ErasureGround, ErasureSubject, kept_classes  # noqa: PLC0415

    if ground is not ErasureGround.RETENTION_END:
        return
    if kind in (ErasureSubject.RUN, ErasureSubject.ROW):
        of, begun = "texts", RunLog.open(workspace.run_dir(name.partition("/")[0])).plan.created_at
    elif kind is ErasureSubject.EVIDENCE:
        of, begun = "technical_file", record.evidence.item(name).recorded_at
    else:
        return
    days = next(one.kept_days for one in kept_classes(workspace.settings.retention) if one.id == of)
    until = parse_time(begun) + timedelta(days=days)
    if SystemClock().now() < until:
        raise InputError(
            f"{kind.value}:{name} is kept until {format_time(until)[:10]} ({of}, {days} days): its time is not up",
            hint="assay retention classes; another ground, such as request, where there is one",
        )
