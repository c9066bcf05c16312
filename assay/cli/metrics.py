"""`assay metrics`: what can be measured, what each metric needs of a row, and who can judge it."""

from typing import Annotated

import typer

from assay.cli._output import emit_json, show_table
from evaluation.judges import metrics
from evaluation.metrics import MetricInfo, Need

__all__ = ["app"]

app = typer.Typer(name="metrics", help="Show what can be measured.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document as the last line.")]


@app.callback()
def _group() -> None:
    """Keep `list` a word of its own, though it is the only one."""


@app.command("list", epilog="Example: assay metrics list --json")
def list_metrics(*, as_json: _Json = False) -> None:
    """List the metrics: what each measures, what it needs of a row, and which judges can do it."""
    infos = metrics.infos()
    if as_json:
        emit_json({"metrics": [_document(info) for info in infos]})
        return
    rows = [(info.id, info.measures, ", ".join(_needs(info)) or "–", _who(info)) for info in infos]
    show_table(("metric", "measures", "needs", "judges"), rows)


def _document(info: MetricInfo) -> dict[str, object]:
    return {
        "id": info.id,
        "measures": info.measures,
        "needs": _needs(info),
        "computed": info.computed,
        "judges": [judge.value for judge in info.judges],
        "source": info.source,
    }


def _needs(info: MetricInfo) -> list[str]:
    return [need.value for need in Need if need in info.needs]


def _who(info: MetricInfo) -> str:
    return "computed" if info.computed else ", ".join(info.judges)
