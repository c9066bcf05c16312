"""`assay runs compare`: any number of runs against one baseline."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assay.app.comparisons import Compared, compare_named, write_comparison, write_document, write_regressions
from assay.app.pairwise import Preference, compare_answers
from assay.app.workspace import Workspace
from assay.cli._compared_tables import comparison_document, show_compared
from assay.cli._output import emit_json, say, show
from assay.cli._pairwise import preference_document, show_preferences
from assay.kernel import InputError
from evaluation.comparison import CompareOptions

__all__ = ["Form", "compare"]


class Form(StrEnum):
    """How it is shown."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"


_Runs = Annotated[list[str], typer.Argument(metavar="CANDIDATE... BASELINE", help="Runs; the last is the baseline.")]
_Slices = Annotated[
    list[str] | None,
    typer.Option("--slice", help="tag, document, language, or what precedes the colon of a tag; may be repeated."),
]
_Good = Annotated[float | None, typer.Option(min=0, max=1, help="Least value that is good, for regressions.")]
_Again = Annotated[
    Path | None, typer.Option(metavar="FILE.jsonl", help="Write the rows that got worse as questions to ask again.")
]
_Baseline = Annotated[str | None, typer.Option(metavar="RUN", help="The baseline; all others are candidates.")]
_Metrics = Annotated[list[str] | None, typer.Option(help="Metric to compare; may be repeated. All without it.")]
_Pairwise = Annotated[bool, typer.Option("--pairwise", help="Let a judge say which answer is better, in both orders.")]


def compare(
    *,
    runs: _Runs,
    baseline: _Baseline = None,
    metric: _Metrics = None,
    slices: _Slices = None,
    good: _Good = None,
    keep: Annotated[int, typer.Option(min=0, max=100, help="Biggest wins and losses to show.")] = 5,
    form: Annotated[Form, typer.Option("--format", help="A table, JSON, or a page.")] = Form.TABLE,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the page or the JSON goes.")] = None,
    regressions: _Again = None,
    pairwise: _Pairwise = False,
    judge: Annotated[str | None, typer.Option(help="Who compares with --pairwise [default: assay.yaml].")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare runs on the same questions with a baseline, pair by pair.

    Example: assay runs compare run-20260102t120000z-abc123 run-20260101t120000z-def456 --slice language
    """
    if out is not None and form is Form.TABLE:
        raise InputError(f"a table is not written to {out}", hint="--format html or --format json")
    options = CompareOptions(metrics=tuple(metric or ()), slices=tuple(slices or ()), keep=keep, good=good)
    workspace = Workspace.find()
    compared = compare_named(workspace, runs, baseline, options)
    document = _document(compared)
    if regressions is not None:
        document["regression_questions"] = _ask_again(compared, regressions)
    if form is Form.HTML:
        document["file"] = str(write_comparison(workspace, compared, out))
    preferences: list[Preference] = []
    if pairwise:
        preferences = _preferences(workspace, [*runs, *([] if baseline is None else [baseline])], judge)
        document["preferences"] = [preference_document(one) for one in preferences]
    if form is Form.JSON and out is not None:
        document["file"] = str(write_document(json.dumps(document, ensure_ascii=True), out))
    _print(compared, document, form, as_json=as_json)
    if preferences and not as_json and form is not Form.JSON:
        show_preferences(preferences)


def _preferences(workspace: Workspace, names: list[str], judge: str | None) -> list[Preference]:
    *candidates, last = names
    return [compare_answers(workspace, one, last, judge=judge, on_message=say) for one in candidates]


def _document(compared: Compared) -> dict[str, object]:
    refused = [
        {"candidate": one.candidate.run, "metric": refusal.metric, "reason": refusal.reason}
        for one in compared.found
        for refusal in one.refused
    ]
    notes = [note for one in compared.found for note in one.notes]
    return {"comparisons": comparison_document(compared.view), "refused": refused, "notes": notes}


def _ask_again(compared: Compared, file: Path) -> dict[str, object]:
    written, gone = write_regressions(compared, file)
    say(f"{written} questions in {file}" + (f"; the texts of {gone} rows are gone" if gone else ""))
    return {"file": str(file), "questions": written, "texts_gone": gone}


def _print(compared: Compared, document: dict[str, object], form: Form, *, as_json: bool) -> None:
    if "file" in document and not as_json:
        show(str(document["file"]))
    elif as_json or form is Form.JSON:
        emit_json(document)
    else:
        show_compared(compared.view)
