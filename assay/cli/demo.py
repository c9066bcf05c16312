"""`assay demo`: the worked example from documents to decisions."""

from pathlib import Path
from typing import Annotated

import typer

from assay.app.demo import BASELINE, CANDIDATE, DemoResult, run_demo
from assay.cli._output import emit_json, say, show, show_table
from assay.cli._progress import progress_on_stderr
from assay.cli._statuses import how_to
from evaluation.runs import estimate_run
from evaluation.statistics import Estimate

__all__ = ["command"]

_DOCUMENT = "govern-4.1.md"  # one of those that the reviewed questions are about


def command(
    folder: Annotated[Path, typer.Option("--dir", help="Folder to make; the same one again goes on.")] = Path("demo"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Measure and gate two versions of a small RAG application on NIST's AI RMF Playbook.

    Then gather evidence about the version in use, and say how its 55 risks stand. Takes minutes on two cores and needs
    no key and no network once the weights (1.1 GB) are here. Ends with 0 when the gate stopped the broken version, did
    not fail the other, and the ledger holds. Example: assay demo --dir demo
    """
    with progress_on_stderr() as on_progress:
        result = run_demo(folder, on_message=say, on_progress=on_progress)
    if as_json:
        emit_json(_document(result))
    else:
        _show(result)
    raise typer.Exit(0 if result.as_expected else 1)


def _show(result: DemoResult) -> None:
    show_table(("stage", "seconds>"), [(stage.name, f"{stage.seconds:.0f}") for stage in result.stages])
    rows = [
        (target, one.metric, f"{one.scored} of {one.asked}", _interval(one))
        for target, log in result.logs.items()
        for one in estimate_run(log)
    ]
    show_table(("version", "metric", "scored", "mean (95 % interval)"), rows)
    for one in result.comparisons:
        if one.difference is not None:
            show(
                f"{one.metric}: {CANDIDATE} − {BASELINE} = {one.difference:+.2f} ({one.lower:+.2f} to {one.upper:+.2f})"
            )
    show(_sentence(result))
    show(f"ledger: {result.ledger.verdict.value}, {result.ledger.size} entries")
    for target, paths in result.reports.items():
        show(f"report on {target}: {paths[0]}")
    show(f"open one: python -m webbrowser {result.reports[CANDIDATE][0].as_uri()}")
    _show_standing(result)
    show(f"look around: cd {result.folder} && assay dashboard")


def _show_standing(result: DemoResult) -> None:
    standing, version = result.standing, f"{result.release.version}, {result.release.state.value}"
    told = ", ".join(f"{count} {shown}" for shown, count in standing.counts.items())
    show(f"\n{standing.status.system} ({version}): of {len(standing.status.risks)} risks {told}")
    show("what would take it further with the least effort:")
    for piece in standing.cheapest:
        lacks = "this alone" if piece.missing == 1 else f"this and {piece.missing - 1} more"
        show(f"  {piece.risk} needs {lacks}: {how_to(piece.need) or piece.need.ask.of}")
    show("why: assay risks list; assay risks show 9.8; assay evidence facts")
    show(f"what rests on a document: assay lineage impact document:{_DOCUMENT}")


def _interval(one: Estimate) -> str:
    return "unknown" if one.mean is None else f"{one.mean:.2f} ({one.lower:.2f} to {one.upper:.2f})"


def _sentence(result: DemoResult) -> str:
    good, wrong = (result.decisions[target].outcome.value for target in (BASELINE, CANDIDATE))
    end = "as it should be" if result.as_expected else "this is not what the example is made to show"
    return f"the gate says {good} for {BASELINE!r} and {wrong} for {CANDIDATE!r}: {end}"


def _document(result: DemoResult) -> dict[str, object]:
    return {
        "folder": str(result.folder),
        "questions": len(result.questions.questions),
        "runs": {target: log.plan.run for target, log in result.logs.items()},
        "decisions": {target: decision.outcome.value for target, decision in result.decisions.items()},
        "reports": {target: [str(path) for path in paths] for target, paths in result.reports.items()},
        "stages": [{"name": stage.name, "seconds": round(stage.seconds, 1)} for stage in result.stages],
        "ledger": result.ledger.verdict.value,
        "release": {"id": result.release.id, "state": result.release.state.value},
        "risks": dict(result.standing.counts),
        "needed": [
            {"risk": one.risk, "kind": one.need.ask.kind.value, "of": one.need.ask.of, "missing": one.missing}
            for one in result.standing.cheapest
        ],
        "as_expected": result.as_expected,
    }
