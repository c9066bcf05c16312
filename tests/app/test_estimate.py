"""`--estimate`: what a run takes is known before, and nothing is asked, written or hidden in a single number."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assay.app.init import create_workspace
from assay.app.run import RunRequest, RunResult, run
from assay.app.run_estimate import RunEstimate, estimate_run_before
from assay.app.run_load import Range, load_of
from assay.app.workspace import Workspace
from assay.kernel import MissingError
from evaluation.llm import Budget, Characters, Price, Tally
from tests.app.test_budget import PRICES, execute, fake, workspace_with
from tests.fakes.openai_server import FakeOpenAI

__all__ = ["fake"]


def with_answers(folder: Path, url: str, rows: int = 10) -> tuple[Workspace, RunRequest]:
    """Return a workspace with answers, and a request that judges them."""
    workspace = workspace_with(folder, url, **PRICES)
    lines = [
        {
            "id": f"q{n}",
            "question": f"How many live in {n}?",
            "answer": f"{n} people. It is old.",
            "contexts": [f"In {n}."],
        }
        for n in range(rows)
    ]
    (workspace.root / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    request = RunRequest(answers=workspace.root / "a.jsonl", judge="gpt", metrics=("faithfulness", "relevancy"))
    return workspace, request


def judged(workspace: Workspace, request: RunRequest) -> RunResult:
    """Run it."""
    return run(workspace, request, on_message=lambda _: None, on_progress=lambda _: None)


def test_the_calls_that_are_made_lie_in_the_range(tmp_path: Path, fake: FakeOpenAI) -> None:
    """The rehearsal asks what the run asks; afterwards everything is kept and costs nothing more."""
    workspace, request = with_answers(tmp_path, fake.url)

    (before,) = estimate_run_before(workspace, request).judges
    judged(workspace, request)
    (after,) = estimate_run_before(workspace, request).judges

    assert 0 < before.calls.low <= len(fake.calls) <= before.calls.high
    assert (after.calls.high, after.kept.low, after.money.high if after.money else None) == (0, len(fake.calls), 0)


def test_nothing_is_asked_and_nothing_written(tmp_path: Path, fake: FakeOpenAI) -> None:
    """Not even a folder."""
    workspace, request = with_answers(tmp_path, fake.url)
    before = sorted(workspace.root.rglob("*"))

    found = estimate_run_before(workspace, request)

    assert sorted(workspace.root.rglob("*")) == before
    assert not fake.calls
    assert found.money is not None
    assert 0 < found.money.low < found.money.high
    assert 0 < found.minutes.low < found.minutes.high


def test_rows_that_are_done_are_not_counted_again(tmp_path: Path, fake: FakeOpenAI) -> None:
    """What a budget left over is what is left to do."""
    workspace = workspace_with(tmp_path, fake.url)
    first = execute(workspace, Budget(calls=11))
    request = RunRequest(questions=str(workspace.root / "q.jsonl"), judge="gpt")

    found = estimate_run_before(workspace, request)

    assert (found.done, found.draws) == (first.completeness.found, 10 - first.completeness.found)


def test_an_application_is_counted_and_its_answers_are_assumed_until_they_are_known(
    tmp_path: Path, fake: FakeOpenAI
) -> None:
    """Without an earlier run the range is wide and says so; with one its answers are rehearsed."""
    workspace = workspace_with(tmp_path, fake.url, **PRICES)
    request = RunRequest(questions=str(workspace.root / "q.jsonl"), judge="gpt", repeat=3)

    before = estimate_run_before(workspace, request)
    done = execute(workspace, None)
    after = estimate_run_before(workspace, request)

    assert before.target is not None
    assert before.target.calls.low == before.target.calls.high == 30
    assert any("no earlier run of this target" in note for note in before.notes)
    assert any(f"like those of {done.log.plan.run}" in note for note in after.notes)
    assert not any("no earlier run by this judge" in note for note in after.notes)


def test_what_has_no_price_is_not_free(tmp_path: Path, fake: FakeOpenAI) -> None:
    """Money is unknown, and the note says whose."""
    workspace = workspace_with(tmp_path, fake.url)

    found = estimate_run_before(workspace, RunRequest(questions=str(workspace.root / "q.jsonl"), judge="gpt"))

    assert found.money is None
    assert {note for note in found.notes if "has no price" in note} == {
        "'gpt' has no price in assay.yaml: what it costs is not in the money",
        "'app' has no price in assay.yaml: what it costs is not in the money",
    }


def test_limits_of_an_endpoint_lengthen_the_time(tmp_path: Path) -> None:
    """Ten requests a minute are ten a minute, however many may be under way."""
    workspace, request = with_answers(tmp_path, "http://127.0.0.1:9/v1", rows=40)
    settings = yaml.safe_load((workspace.root / "assay.yaml").read_text())
    settings["judges"]["gpt"]["requests_per_minute"] = 10
    (workspace.root / "assay.yaml").write_text(yaml.safe_dump(settings))

    found = estimate_run_before(Workspace(workspace.root), request)

    assert found.minutes.low >= found.judges[0].calls.low / 10


def test_what_is_wrong_with_a_run_is_wrong_with_its_estimate(tmp_path: Path) -> None:
    """An unknown target is said now and not after the decision to spend."""
    workspace = create_workspace(tmp_path / "w")
    (workspace.root / "q.jsonl").write_text('{"question": "why?"}\n')

    with pytest.raises(MissingError, match="nope"):
        estimate_run_before(
            workspace, RunRequest(questions=str(workspace.root / "q.jsonl"), target="nope", judge="checks")
        )


def test_free_checks_cost_no_calls(tmp_path: Path) -> None:
    """Our own work is the only time."""
    workspace, request = with_answers(tmp_path, "http://127.0.0.1:9/v1")

    found: RunEstimate = estimate_run_before(workspace, RunRequest(answers=request.answers, judge="checks"))

    assert (found.judges, found.target, found.money) == ((), None, Range(low=0, high=0))
    assert found.minutes.high < 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30), st.integers(0, 1000))
def test_a_range_holds_the_sample_and_grows_with_what_was_not_rehearsed(
    calls: list[tuple[int, int]], more: int
) -> None:
    """Low is never above high; a run that was rehearsed whole has no sampling error."""
    draws = [[Tally(calls=one, characters=Characters(ascii=one)) for one in draw] for draw in calls]

    whole = load_of("x", draws, len(draws), Price())
    larger = load_of("x", draws, len(draws) + more, Price())

    assert whole.calls.low == pytest.approx(sum(min(draw) for draw in calls))
    assert whole.calls.high == pytest.approx(sum(max(draw) for draw in calls))
    assert 0 <= larger.calls.low <= larger.calls.high
    assert larger.prompt_tokens.low <= larger.prompt_tokens.high
