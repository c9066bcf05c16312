"""`assay judges check`: labelled answers through a judge of this workspace, and the cards that come of it.

Rules of this place: the labels are read and checked whole before anything starts; nothing is recorded before every row
was judged; texts stay where they are, the record holds ids, labels and commitments under a salt that lies beside the
runs and can be deleted.
"""

import asyncio
import json
import secrets
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import build_judges, judge_name, open_engine, open_record
from assay.app.judges import computed_alone, endpoints_of
from assay.app.jury_quality import measured_quality
from assay.app.rubric import read_rubric
from assay.app.workspace import Workspace
from assay.kernel import (
    Clock,
    InputError,
    SystemClock,
    commitment,
    digest_text,
    format_time,
    private_folder,
    replace_durably,
)
from evaluation.calibration import JudgeCard, Label, LabelSet
from evaluation.runs import RunProgress
from evaluation.verdicts import Outcome

if TYPE_CHECKING:
    from evaluation.calibration import Disagreement, JudgedRow, LabelledRow
    from evaluation.judges import Judge

__all__ = ["CheckRequest", "CheckResult", "check_judge"]

_MOST_REPEATS = 100
_SALT_BYTES = 32
_FAILED = frozenset(Outcome) - {Outcome.SCORED, Outcome.NOT_APPLICABLE}


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """What a person asked for."""

    labels: Path
    metric: str = "faithfulness"
    judge: str | None = None
    repeat: int = 1
    rubric: Path | None = None


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """The cards, and what a person should look at."""

    cards: tuple[JudgeCard, ...]  # one a language, most rows first
    disagreements: "tuple[Disagreement, ...]"
    unlabelled: int  # rows of the file without a label
    rubric: str
    label_set: str
    seq: int  # of the ledger entry


def check_judge(
    workspace: Workspace,
    request: CheckRequest,
    *,
    on_message: Callable[[str], None],
    on_progress: Callable[[RunProgress], None],
    clock: Clock | None = None,
) -> CheckResult:
    """Judge the labelled rows, make the cards, record them; raise for what is wrong before anything was judged."""
    from evaluation.calibration import checked_rows, make_cards, read_labels, rubric_of  # noqa: PLC0415  lazy: judges
    from evaluation.questions import answers_digest  # noqa: PLC0415

    _refuse(request)
    rows, digest = read_labels(request.labels), answers_digest(request.labels)
    rubric = rubric_of(rows, read_rubric(request.rubric))
    name = judge_name(workspace, request.judge, [request.metric])
    judge, judged = asyncio.run(_judged(workspace, name, request, rows, on_message, on_progress))
    labels = _label_set(workspace, request.metric, digest, rubric, rows)
    cards, disagreements = make_cards(
        judge.spec,
        checked_rows(rows, judged),
        labels_digest=digest,
        rubric_digest=digest_text(rubric) if rubric else "",
        source=request.labels.name,
        made_at=format_time((clock or SystemClock()).now()),
    )
    with closing(open_record(workspace)) as record:
        recorded = record.record_cards(labels, cards, current_actor(record))
    return CheckResult(
        cards=cards,
        disagreements=disagreements,
        unlabelled=labels.skipped,
        rubric=rubric,
        label_set=labels.id,
        seq=recorded.seq,
    )


def _refuse(request: CheckRequest) -> None:
    if not 1 <= request.repeat <= _MOST_REPEATS:
        raise InputError(f"--repeat is {request.repeat!r}, expected 1 to {_MOST_REPEATS}")
    if computed_alone([request.metric]):
        raise InputError(
            f"code computes {request.metric!r}: it has no judge that could be held against people",
            hint="assay judges list",
        )


async def _judged(
    workspace: Workspace,
    name: str,
    request: CheckRequest,
    rows: "Sequence[LabelledRow]",
    on_message: Callable[[str], None],
    on_progress: Callable[[RunProgress], None],
) -> "tuple[Judge, tuple[JudgedRow, ...]]":
    from evaluation.calibration import judge_rows  # noqa: PLC0415  lazy: as above

    items = {row.item.id: row.item for row in rows if row.good is not None}
    done = failed = 0

    def count(row: "JudgedRow") -> None:
        nonlocal done, failed
        done, failed = done + 1, failed + (row.verdict.outcome in _FAILED)
        on_progress(RunProgress(expected=len(items) * request.repeat, done=done, failed=failed))

    async with open_engine(workspace, name, alone=True, on_message=on_message) as engine:
        (judge,) = build_judges(engine, [request.metric], quality_of=measured_quality(workspace))
        judged = await judge_rows(
            judge,
            items.values(),
            repeats=request.repeat,
            concurrency=max((one.concurrency for one in endpoints_of(workspace.settings, name).values()), default=1),
            row_timeout_s=workspace.settings.limits.row_timeout_s,
            on_judged=count,
        )
    return judge, judged


def _label_set(workspace: Workspace, metric: str, digest: str, rubric: str, rows: "Sequence[LabelledRow]") -> LabelSet:
    labelled = [row for row in rows if row.good is not None]
    bare = LabelSet(
        metric=metric,
        digest=digest,
        rubric=rubric,
        labels=tuple(_label(row, None) for row in labelled),
        skipped=len(rows) - len(labelled),
    )
    salt = _salt(workspace, bare.id)
    return LabelSet(
        metric=metric,
        digest=digest,
        rubric=rubric,
        labels=tuple(_label(row, salt) for row in labelled),
        skipped=bare.skipped,
    )


def _label(row: "LabelledRow", salt: bytes | None) -> Label:
    answer = row.item.answer
    words = json.dumps([row.item.question, answer.text, answer.contexts], ensure_ascii=True)
    return Label(
        row=row.item.id,
        good=bool(row.good),
        annotator=row.annotator,
        language=row.language,
        commitment=None if salt is None else commitment(salt, words),
    )


def _salt(workspace: Workspace, label_set: str) -> bytes:
    """Return the salt of a label set; whoever deletes its file leaves commitments that nobody can open."""
    workspace.prepare_state()
    folder = workspace.state / "labels"
    private_folder(folder)
    path = folder / f"{label_set}.salt"
    if not path.is_file():
        replace_durably(path, secrets.token_bytes(_SALT_BYTES), mode=0o600)
    return path.read_bytes()
