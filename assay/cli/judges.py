"""`assay judges`: which judges there are, and how well each of them agrees with people."""

from pathlib import Path
from typing import Annotated

import typer

from assay.app.judge_cards import ListedJudge, list_judges
from assay.app.judge_check import CheckRequest, CheckResult, check_judge
from assay.app.workspace import Workspace
from assay.cli._cards import card_lines, disagreement_rows
from assay.cli._output import emit_json, say, show, show_table
from assay.cli._progress import progress_on_stderr
from assay.kernel import MissingError
from evaluation.calibration import JudgeCard, card_document

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="List judges, and hold them against people's labels.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_SHOWN = 20


@app.command("list")
def list_all(as_json: _Json = False) -> None:
    """List every judge on every metric, with the judge cards that exist.

    Example: assay judges list
    """
    found = list(list_judges(_workspace()))
    if as_json:
        emit_json({"judges": [_document(one) for one in found]})
        return
    show_table(
        ("judge", "metric", "language", "labels>", "sensitivity", "specificity", "Youden's J", "card"),
        [row for one in found for row in _rows(one)],
    )


@app.command("check")
def check(
    labels: Annotated[Path, typer.Option(help="Answers with a `label` each: JSONL, CSV or Parquet.")],
    metric: Annotated[str, typer.Option(help="What people's labels are about.")] = "faithfulness",
    judge: Annotated[str | None, typer.Option(help="A built-in judge, or one of assay.yaml.")] = None,
    repeat: Annotated[int, typer.Option(help="How often each row is judged, for the flip rate.")] = 1,
    rubric: Annotated[Path | None, typer.Option(help="What people were told: a text file.")] = None,
    as_json: _Json = False,
) -> None:
    """Hold a judge against people's labels, and record its card, one per language.

    A row of FILE is a row of an answers file with `label` (1 or true: good, 0 or false: not, null: not labelled), and
    where known `annotator`, `language`, `rubric`. Example: assay judges check --labels labels.jsonl --judge local
    """
    request = CheckRequest(labels=labels, metric=metric, judge=judge, repeat=repeat, rubric=rubric)
    with progress_on_stderr() as on_progress:
        result = check_judge(Workspace.find(), request, on_message=say, on_progress=on_progress)
    if as_json:
        emit_json(_checked(result))
    else:
        _show(result)


def _workspace() -> Workspace | None:
    try:
        return Workspace.find()
    except MissingError:
        return None  # the built-in judges can be listed anywhere


def _rows(one: ListedJudge) -> list[tuple[object, ...]]:
    if one.spec is None:
        return [(one.judge, one.metric, "", "", "", "", "", f"cannot judge: {one.problem}")]
    if not one.cards:
        return [(one.judge, one.metric, "", "", "", "", "", "none")]
    return [(one.judge, one.metric, *_card_cells(card)) for card in one.cards]


def _card_cells(card: JudgeCard) -> tuple[object, ...]:
    found = card.agreement
    rates = (found.sensitivity, found.specificity, found.youden)
    cells = (
        "unknown" if rate is None else f"{rate.value:.2f} ({rate.lower:.2f} to {rate.upper:.2f})" for rate in rates
    )
    return (card.language, found.n, *cells, card.shortcoming or f"yes: {card.source}")


def _document(one: ListedJudge) -> dict[str, object]:
    return {
        "judge": one.judge,
        "metric": one.metric,
        "digest": None if one.spec is None else one.spec.digest,
        "model": "" if one.spec is None else one.spec.model,
        "model_digest": "" if one.spec is None else one.spec.model_digest,
        "problem": one.problem,
        "cards": [{**card_document(card), "shortcoming": card.shortcoming} for card in one.cards],
    }


def _checked(result: CheckResult) -> dict[str, object]:
    return {
        "cards": [{**card_document(card), "shortcoming": card.shortcoming} for card in result.cards],
        "disagreements": [
            {
                "id": one.id,
                "language": one.language,
                "judge": one.judge,
                "people": one.people,
                "labels": one.labels,
                "value": one.value,
                "probability": one.probability,
                "reason": one.reason,
            }
            for one in result.disagreements
        ],
        "unlabelled": result.unlabelled,
        "label_set": result.label_set,
        "ledger_entry": result.seq,
    }


def _show(result: CheckResult) -> None:
    for card in result.cards:
        show(f"{card.metric} by {card.name} in {card.language}: {card.agreement.n} of {card.labelled} labelled rows")
        show_table(("", "value>", "95 % interval", "what it says"), card_lines(card))
        if card.shortcoming:
            show(f"not enough for a gate: {card.shortcoming}")
        show("")
    if result.unlabelled:
        show(f"{result.unlabelled} rows have no label and were skipped")
    if result.disagreements:
        show(f"judge and people differ on {len(result.disagreements)} rows; look at them before you blame the judge:")
        show_table(("row", "people", "judge", "value>", "the judge's reason"), disagreement_rows(result, _SHOWN))
        if len(result.disagreements) > _SHOWN:
            show(f"and {len(result.disagreements) - _SHOWN} more: --json lists them all")
    if not result.rubric:
        show("no rubric was given: agreement belongs to a rubric, name it with --rubric FILE")
    say(f"recorded as entry {result.seq} of the ledger")
