"""Labels and judge cards: their rows, written with one ledger entry and read back.

Rules of this place: a label set and what follows from it (cards, or a corrected estimate) come in one transaction, all
or nothing; the ledger holds digests and counts, never a text or a person's name; a person labels a row of a run once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import (
    InputError,
    IntegrityError,
    JsonValue,
    MissingError,
    canonical_bytes,
    content_id,
    decimal_text,
    digest_json,
    digest_text,
)
from evaluation.calibration import (
    FEWEST_LABELS,
    JudgeCard,
    Label,
    LabelSet,
    Sampling,
    SamplingStrategy,
    card_document,
    parse_card,
)
from evaluation.runs import RunLog
from governance._change import Change, StateRow
from governance._estimate_rows import Cell, estimate_cells
from governance._readers import read_estimates, run_version
from governance._types import ImportedLabels, RecordedCard, RecordedCards
from governance.ledger import Action, Subject
from governance.store import EstimateRow, JudgeCardRow, LabelRow, LabelSetRow, table_of

__all__ = ["import_labels", "read_cards", "read_label_sets", "record_cards"]

_SETS, _LABELS, _CARDS = table_of(LabelSetRow), table_of(LabelRow), table_of(JudgeCardRow)
_DIGITS = 9


def record_cards(change: Change, labels: LabelSet, cards: Sequence[JudgeCard]) -> RecordedCards:
    """Write the cards of one judge, and the labels behind them where they are not there yet."""
    if not cards or {card.metric for card in cards} != {labels.metric} or len({card.judge for card in cards}) > 1:
        raise InputError("cards to record are of one judge and of the metric of their labels, at least one")
    known = _known_set(change.connection, labels.id)
    rows = [StateRow(JudgeCardRow, _card_cells(card, labels.id)) for card in cards]
    details: dict[str, JsonValue] = {
        "metric": labels.metric,
        "judge": cards[0].judge,
        "cards": len(cards),
        "labels": len(labels.labels),
        "rubric": digest_text(labels.rubric) if labels.rubric else None,
    }
    subject = Subject(type="label_set", id=labels.id, version=1, digest=labels.digest)
    seq = change.record(Action.JUDGE_CARD, subject, [*([] if known else _set_rows(labels, change.at)), *rows], details)
    return RecordedCards(label_set=labels.id, seq=seq, cards=tuple(cards))


def import_labels(change: Change, log: RunLog, labels: LabelSet) -> ImportedLabels:
    """Write labels of a run's rows, and a new version of the estimate where they are enough to correct it.

    Raise `MissingError` for a run that is not recorded, `IntegrityError` for a log that is not the recorded one,
    `InputError` for a row that the same person labelled before.
    """
    run = log.plan.run
    known = run_version(change.connection, run)
    if known is None:
        raise MissingError(f"the run {run!r} is not in the record", hint=f"assay runs ingest {log.directory}")
    if known["digest"] != log.digest() or labels.run_digest != known["digest"]:
        raise IntegrityError(
            f"the labels are about {labels.run_digest}, the record holds {run!r} as {known['digest']}",
            hint="assay review export RUN --rows N --out FILE, and label the rows of the recorded run",
        )
    earlier = read_label_sets(change.connection, str(known["digest"]), labels.metric)
    _refuse_unnamed(labels)
    same = next((found for found in earlier if found.id == labels.id), None)
    sets = earlier if same is not None else (*earlier, labels)
    seq = None if same is not None else _import(change, log, labels, known, sets)
    newest = read_estimates(change.connection, run, int(str(known["seq"])))
    rows = {(one.row, one.repeat) for found in sets for one in found.labels}
    return ImportedLabels(
        label_set=labels.id,
        run=run,
        metric=labels.metric,
        seq=seq,
        labelled=len(rows),
        missing=max(0, FEWEST_LABELS - len(rows)),
        estimate=next((found for found in newest if found.metric == labels.metric), None),
        sets=sets,
    )


def read_label_sets(connection: Connection, run_digest: str, metric: str) -> tuple[LabelSet, ...]:
    """Return the label sets about one run log and metric, oldest first."""
    wanted = select(_SETS).where(_SETS.c.run_digest == run_digest, _SETS.c.metric == metric).order_by(_SETS.c.seq)
    return tuple(_set_of(connection, row) for row in connection.execute(wanted).mappings().all())


def read_cards(connection: Connection) -> tuple[RecordedCard, ...]:
    """Return the newest card of each judge, metric and language, newest first."""
    newest: dict[tuple[str, str, str], RecordedCard] = {}
    for row in connection.execute(select(_CARDS).order_by(_CARDS.c.seq.desc())).mappings():
        key = (row["judge"], row["metric"], row["language"])
        card = parse_card(json.loads(row["document"]))
        newest.setdefault(key, RecordedCard(id=row["card"], seq=row["seq"], label_set=row["label_set"], card=card))
    return tuple(newest.values())


def _import(
    change: Change, log: RunLog, labels: LabelSet, known: Mapping[str, JsonValue], sets: Sequence[LabelSet]
) -> int:
    _refuse_twice(labels, sets[:-1])
    # Lazy: it brings the judges, which no other command that opens the record needs.
    from evaluation.calibration import correct_estimate  # noqa: PLC0415

    corrected = correct_estimate(log, labels.metric, sets)
    estimates = read_estimates(change.connection, log.plan.run, int(str(known["seq"])))
    rows = _set_rows(labels, change.at)
    for found in estimates:
        if found.metric == labels.metric and corrected is not None:
            cells = estimate_cells(replace(found, corrected=corrected), log.plan.run, change.next_seq)
            rows.append(StateRow(EstimateRow, cells))
    details: dict[str, JsonValue] = {
        "run": log.plan.run,
        "run_digest": labels.run_digest,
        "metric": labels.metric,
        "labels": len(labels.labels),
        "corrected": corrected is not None,
        "rubric": digest_text(labels.rubric) if labels.rubric else None,
    }
    subject = Subject(type="label_set", id=labels.id, version=1, digest=labels.digest)
    return change.record(Action.LABELS_IMPORTED, subject, rows, details)


def _refuse_unnamed(labels: LabelSet) -> None:
    if labels.sampling is None or any(one.probability is None for one in labels.labels):
        raise InputError("labels of a run come with the sample that they are from", hint="assay review export RUN")


def _refuse_twice(labels: LabelSet, earlier: Sequence[LabelSet]) -> None:
    before = {(one.row, one.repeat, one.annotator) for found in earlier for one in found.labels}
    for one in labels.labels:
        if (one.row, one.repeat, one.annotator) in before:
            raise InputError(
                f"the row {one.row!r} was labelled before by {'the same person' if one.annotator else 'nobody named'}",
                hint="name who labelled with --annotator NAME, or leave these rows without a label",
            )


def _known_set(connection: Connection, identity: str) -> bool:
    return connection.execute(select(_SETS.c.seq).where(_SETS.c.label_set == identity).limit(1)).first() is not None


def _set_rows(labels: LabelSet, at: str) -> list[StateRow]:
    cells: dict[str, Cell] = {
        "label_set": labels.id,
        "metric": labels.metric,
        "digest": labels.digest,
        "rubric": labels.rubric,
        "skipped": labels.skipped,
        "run_digest": labels.run_digest,
        "sampling": None if labels.sampling is None else _design(labels.sampling),
        "recorded_at": at,
    }
    return [StateRow(LabelSetRow, cells), *(StateRow(LabelRow, _label_cells(one, labels.id)) for one in labels.labels)]


def _label_cells(one: Label, label_set: str) -> dict[str, Cell]:
    return {
        "label_set": label_set,
        "row": one.row,
        "repeat": one.repeat,
        "annotator": one.annotator,
        "good": int(one.good),
        "language": one.language,
        "probability": None if one.probability is None else decimal_text(one.probability, _DIGITS),
        "commitment": one.commitment,
    }


def _card_cells(card: JudgeCard, label_set: str) -> dict[str, Cell]:
    document = card_document(card)
    return {
        "card": content_id("judge-card", digest_json(document)),
        "judge": card.judge,
        "metric": card.metric,
        "language": card.language,
        "label_set": label_set,
        "document": canonical_bytes(document).decode("utf-8"),
    }


def _set_of(connection: Connection, row: RowMapping) -> LabelSet:
    wanted = select(_LABELS).where(_LABELS.c.label_set == row["label_set"], _LABELS.c.seq == row["seq"])
    ordered = wanted.order_by(_LABELS.c.row, _LABELS.c.repeat, _LABELS.c.annotator)
    return LabelSet(
        metric=row["metric"],
        digest=row["digest"],
        rubric=row["rubric"],
        labels=tuple(_label_of(found) for found in connection.execute(ordered).mappings()),
        skipped=row["skipped"],
        run_digest=row["run_digest"],
        sampling=None if row["sampling"] is None else _sampling_of(json.loads(row["sampling"])),
    )


def _label_of(row: RowMapping) -> Label:
    return Label(
        row=row["row"],
        repeat=row["repeat"],
        annotator=row["annotator"],
        good=bool(row["good"]),
        language=row["language"],
        probability=None if row["probability"] is None else float(row["probability"]),
        commitment=row["commitment"],
    )


def _design(sampling: Sampling) -> str:
    return canonical_bytes(
        {
            "strategy": str(sampling.strategy),
            "metric": sampling.metric,
            "rows": sampling.rows,
            "seed": sampling.seed,
        }
    ).decode("utf-8")


def _sampling_of(document: Mapping[str, Any]) -> Sampling:
    return Sampling(
        strategy=SamplingStrategy(document["strategy"]),
        metric=document["metric"],
        rows=document["rows"],
        seed=document["seed"],
    )
