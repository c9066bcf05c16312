"""`assay runs compare --pairwise`: answers of two runs, judged in both orders."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assay.app.pairwise import compare_answers
from assay.app.run import RunRequest, run
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, InputError
from tests.app.test_budget import fake, workspace_with
from tests.fakes.openai_server import FakeOpenAI

__all__ = ["fake"]


def longer(body: Mapping[str, Any]) -> str:
    """Prefer the longer answer, whatever its place."""
    text = body["messages"][-1]["content"]
    first, second = (text.split(f"<answer-{letter}-")[1].split("</")[0] for letter in "AB")
    better = "same" if len(first) == len(second) else "first" if len(first) > len(second) else "second"
    return json.dumps({"better": better})


def made(workspace: Workspace, name: str, answers: Mapping[str, str]) -> str:
    """Judge answers by the free checks and return the run's id."""
    path = workspace.root / f"{name}.jsonl"
    lines = [{"id": n, "question": f"What of {n}?", "answer": text} for n, text in answers.items()]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    request = RunRequest(answers=path, judge="checks", metrics=("relevancy",))
    return run(workspace, request, on_message=lambda _: None, on_progress=lambda _: None).log.plan.run


def test_wins_losses_and_ties_are_counted_with_an_interval(tmp_path: Path, fake: FakeOpenAI) -> None:
    """Two calls for each pair that differs, none for one that does not."""
    fake._reply = longer
    workspace = workspace_with(tmp_path, fake.url)
    old = made(workspace, "old", {"a": "xx", "b": "xx", "c": "xxxx", "d": "same"})
    new = made(workspace, "new", {"a": "xxx", "b": "xxxx", "c": "x", "d": "same"})

    found = compare_answers(workspace, new, old, judge="gpt", on_message=lambda _: None)

    assert (found.wins, found.ties, found.losses, found.pairs) == (2, 1, 1, 4)
    assert found.preferred is not None
    assert found.preferred.value == pytest.approx(2.5 / 4)
    assert found.preferred.lower < 2.5 / 4 < found.preferred.upper
    assert len(fake.calls) == 6


def test_a_judge_that_loves_the_first_place_prefers_nobody(tmp_path: Path, fake: FakeOpenAI) -> None:
    """Every pair is a tie, and the count says why."""
    fake._reply = lambda _: '{"better": "first"}'
    workspace = workspace_with(tmp_path, fake.url)
    old, new = (made(workspace, name, {"a": name, "b": name * 2}) for name in ("old", "newer"))

    found = compare_answers(workspace, new, old, judge="gpt", on_message=lambda _: None)

    assert (found.wins, found.ties, found.losses, found.order_changed) == (0, 2, 0, 2)


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    """Other questions, and a judge without a language model."""
    workspace = workspace_with(tmp_path, "http://127.0.0.1:9/v1")
    one, other, same = (made(workspace, f"f{n}", {key: "x" * n}) for n, key in enumerate(["a", "b", "a"], start=1))

    with pytest.raises(InputError, match="different questions"):
        compare_answers(workspace, one, other, judge="gpt", on_message=lambda _: None)
    with pytest.raises(ConfigurationError, match="'local' cannot compare"):
        compare_answers(workspace, one, same, judge="local", on_message=lambda _: None)
