"""`assay run` below the command line: nothing is written before all is checked, and a cut run is found again."""

import json
from pathlib import Path

import pytest
import yaml

from assay.app.exports import export_run
from assay.app.init import create_workspace
from assay.app.run import RunRequest, RunResult, run
from assay.app.runs import list_runs, open_run
from assay.app.workspace import Workspace
from assay.kernel import AssayError, InputError, MissingError
from evaluation.runs import ExportFormat, RunOutcome


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace without a store mirror."""
    return create_workspace(tmp_path / "w")


def answers(workspace: Workspace, *names: str) -> Path:
    """Write one answer for each id."""
    path = workspace.root / "answers.jsonl"
    rows = [{"id": n, "question": f"What is {n}?", "answer": f"It is {n}.", "contexts": [f"It is {n}."]} for n in names]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def execute(workspace: Workspace, **request: object) -> tuple[RunResult, list[str]]:
    """Run without a model; return the result and the messages."""
    said: list[str] = []
    made = RunRequest(judge="local", **request)  # type: ignore[arg-type]  # by name
    return run(workspace, made, on_message=said.append, on_progress=lambda _: None), said


def run_with(workspace: Workspace, **request: object) -> RunResult:
    """Run with the settings as they are in the file now."""
    made = RunRequest(**request)  # type: ignore[arg-type]  # by name
    return run(Workspace(workspace.root), made, on_message=lambda _: None, on_progress=lambda _: None)


def configure(workspace: Workspace, **changes: object) -> None:
    """Change keys of assay.yaml."""
    path = workspace.root / "assay.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))


def cut(result: RunResult, lines: int) -> None:
    """Leave the first lines of the verdicts and a torn one, as a crash does."""
    kept = result.log.verdicts_file.read_bytes().split(b"\n")
    result.log.verdicts_file.write_bytes(b"\n".join(kept[:lines]) + b"\n" + kept[lines][:30])


def test_answers_are_judged_and_recorded(workspace: Workspace) -> None:
    """Every answer has its verdicts, and the record knows the run."""
    result, _ = execute(workspace, answers=answers(workspace, "a", "b"))

    assert result.completeness.outcome is RunOutcome.COMPLETE
    assert [estimate.asked for estimate in result.estimates] == [2, 2]
    assert result.recorded
    assert result.log.plan.policy is not None


def test_a_record_that_refuses_is_told_with_its_own_next_step_first(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First what mends it, then the command that hands the run over."""
    execute(workspace, answers=answers(workspace, "a"))
    monkeypatch.setenv("ASSAY_KEYS", str(tmp_path / "no-keys"))

    result, said = execute(workspace, answers=answers(workspace, "a", "b"))

    assert not result.recorded
    assert f"; then assay runs ingest {result.log.directory}" in said[-1]
    assert said[-1].index("ASSAY_KEYS") < said[-1].index("assay runs ingest")


def test_a_run_that_was_cut_is_gone_on_with_and_a_complete_one_is_not(workspace: Workspace) -> None:
    """The newest run of the same plan is resumed when it is partial."""
    file = answers(workspace, "a", "b", "c")
    first, _ = execute(workspace, answers=file)
    cut(first, 1)

    second, said = execute(workspace, answers=file)
    third, _ = execute(workspace, answers=file)

    assert (second.resumed, second.log.plan.run) == (True, first.log.plan.run)
    assert second.completeness.outcome is RunOutcome.COMPLETE
    assert any("going on with" in message for message in said)
    assert (third.resumed, third.log.plan.run != first.log.plan.run) == (False, True)


def test_another_attempt_at_a_complete_run_is_said_before_and_meant_with_new(workspace: Workspace) -> None:
    """A gate counts the first attempt: nobody should learn that from the gate."""
    file = answers(workspace, "a")
    first, _ = execute(workspace, answers=file)

    _, unasked = execute(workspace, answers=file)
    _, meant = execute(workspace, answers=file, fresh=True)

    assert any(said.startswith(f"{first.log.plan.run} asked exactly this") and "--new" in said for said in unasked)
    assert not any("asked exactly this" in said for said in meant)


def test_an_application_that_is_down_leaves_a_partial_run_however_few_the_questions(workspace: Workspace) -> None:
    """Two questions that nobody answered are no measurement; the same command asks them again."""
    configure(workspace, targets={"app": {"kind": "command", "command": ["false"]}})
    questions = workspace.root / "q.jsonl"
    questions.write_text('{"id": "a", "question": "a?"}\n{"id": "b", "question": "b?"}\n')

    result = run_with(workspace, questions=str(questions), judge="checks")

    assert (result.completeness.outcome, result.completeness.found) == (RunOutcome.PARTIAL, 0)
    assert result.hopeless
    assert result.stopped.startswith("the first 2 rows all failed")


def test_a_new_run_can_be_forced(workspace: Workspace) -> None:
    """With `fresh`, a partial run stays as it is."""
    file = answers(workspace, "a", "b")
    first, _ = execute(workspace, answers=file)
    cut(first, 1)

    second, _ = execute(workspace, answers=file, fresh=True)

    assert second.log.plan.run != first.log.plan.run
    assert first.log.completeness().outcome is RunOutcome.PARTIAL


def test_other_answers_are_another_run(workspace: Workspace) -> None:
    """A changed file is never mixed into a run that was begun with the old one."""
    first, _ = execute(workspace, answers=answers(workspace, "a", "b"))
    cut(first, 1)
    changed = answers(workspace, "a", "x")

    with pytest.raises(InputError, match=r"another plan; different: questions, answers_digest"):
        execute(workspace, answers=changed, resume=first.log.plan.run)
    second, _ = execute(workspace, answers=changed)
    assert not second.resumed


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"metrics": ("no_such_metric",)}, "no_such_metric"),
        ({"metrics": ("relevancy", "relevancy")}, "comes twice"),
        ({"repeat": 0}, "--repeat is 0"),
        ({"repeat": 10_000_000}, "--repeat is 10000000, expected 1 to 1000"),
        ({"limit": 0}, "--limit is 0"),
        ({"limit": -1}, "--limit is -1, expected 1 or more"),
        ({"resume": "../../etc"}, "not a run id"),
        ({"resume": "run-none"}, "no run 'run-none'"),
        ({"policy": Path("missing.yaml")}, "missing.yaml"),
        ({"target": "app"}, "cannot stand beside it"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_written(
    workspace: Workspace, request_: dict[str, object], error: str
) -> None:
    """No run folder and no cache appear."""
    file = answers(workspace, "a")

    with pytest.raises(AssayError, match=error):
        execute(workspace, answers=file, **request_)
    assert not workspace.state.exists()


def test_a_target_that_is_not_configured_is_said_before_anything_is_written(workspace: Workspace) -> None:
    """The message names the targets that exist."""
    questions = workspace.root / "q.jsonl"
    questions.write_text('{"question": "why?"}\n')

    with pytest.raises(MissingError, match=r"'nope'.*there are: app"):
        execute(workspace, questions=str(questions), target="nope")
    assert not workspace.state.exists()


def test_a_command_target_is_asked_and_its_failures_are_told(workspace: Workspace) -> None:
    """One question is answered, one crashes the program: both are rows, and the example says why."""
    program = "import json,sys\nfor l in sys.stdin:\n q=json.loads(l)\n assert q['id']!='b'\n"
    program += " print(json.dumps({'id':q['id'],'answer':'It is '+q['id'],'contexts':[]}),flush=True)\n"
    (workspace.root / "app.py").write_text(program)
    settings = yaml.safe_load((workspace.root / "assay.yaml").read_text())
    settings["targets"] = {"app": {"kind": "command", "command": ["python", "app.py"]}}
    (workspace.root / "assay.yaml").write_text(yaml.safe_dump(settings))
    questions = workspace.root / "q.jsonl"
    questions.write_text('{"id": "a", "question": "a?"}\n{"id": "b", "question": "b?"}\n')

    result, _ = execute(Workspace(workspace.root), questions=str(questions))

    assert result.completeness.outcome is RunOutcome.COMPLETE
    assert result.failed == 1
    assert result.example.startswith("b: there is no answer to judge: no reply came: it exited with status 1")
    assert result.log.plan.target is not None


def test_computed_metrics_ask_no_judge_and_need_no_weights(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workspace's judge is `embedded`, nothing was pulled, and every row is scored all the same."""
    monkeypatch.setenv("ASSAY_CACHE", str(workspace.root / "empty"))
    file = answers(workspace, "a", "b")

    with pytest.raises(AssayError, match="judge"):
        run_with(workspace, answers=file, metrics=("refusal", "relevancy"))
    result = run_with(workspace, answers=file, metrics=("refusal", "bleu"))

    assert result.completeness.outcome is RunOutcome.COMPLETE
    assert {estimate.metric: estimate.scored for estimate in result.estimates} == {"refusal": 2, "bleu": 0}
    assert [judge["options"]["computed"] for judge in result.log.plan.judges] == [True, True]  # type: ignore[index, call-overload]


def test_texts_that_had_to_be_found_reach_the_retrieval_metrics(workspace: Workspace) -> None:
    """A question's `relevant` is carried through the target; the second of two contexts holds it."""
    reply = "{'id':q['id'],'answer':'12 euro','contexts':['Hello.','The fee is 12 euro.']}"
    program = f"import json,sys\nfor l in sys.stdin:\n q=json.loads(l); print(json.dumps({reply}),flush=True)\n"
    (workspace.root / "app.py").write_text(program)
    configure(workspace, targets={"app": {"kind": "command", "command": ["python", "app.py"]}})
    questions = workspace.root / "q.jsonl"
    questions.write_text('{"id": "a", "question": "How much?", "relevant": ["the fee is 12 euro"]}\n')

    result = run_with(workspace, questions=str(questions), metrics=("mrr", "recall_at_k"))

    assert {estimate.metric: estimate.mean for estimate in result.estimates} == {"mrr": 0.5, "recall_at_k": 1}


def test_limit_asks_the_first_rows_alone(workspace: Workspace) -> None:
    """The plan counts what is asked."""
    result, _ = execute(workspace, answers=answers(workspace, "a", "b", "c"), limit=2)

    assert {row.id for row in result.log.rows()} == {"a", "b"}
    assert result.completeness.outcome is RunOutcome.COMPLETE


def test_a_jury_judges_like_a_judge_and_is_recorded_with_its_members(workspace: Workspace) -> None:
    """Its name stands in the plan, with who sat and what each weighs."""
    configure(workspace, judges={"panel": {"jury": ["checks", "local"]}})

    result = run_with(workspace, answers=answers(workspace, "a", "b"), judge="panel")

    assert result.completeness.outcome is RunOutcome.COMPLETE
    (jury, _) = result.log.plan.judges
    assert jury["name"] == "panel"
    assert [member["name"] for member in jury["options"]["jury"]] == ["checks", "local"]  # type: ignore[index,union-attr,call-overload]  # JSON
    assert all(verdict.disagreement is not None for row in result.log.rows() for verdict in row.verdicts)


def test_an_unreadable_run_is_listed_and_not_left_out(workspace: Workspace) -> None:
    """A folder that was damaged is shown with its error."""
    result, _ = execute(workspace, answers=answers(workspace, "a"))
    (result.log.directory / "run.json").write_text("{")

    ((name, error),) = list_runs(workspace)

    assert name == result.log.plan.run
    assert isinstance(error, AssayError)


def test_an_export_that_fails_leaves_no_half_file(workspace: Workspace, tmp_path: Path) -> None:
    """A damaged log stops the export, and the file is as it was."""
    result, _ = execute(workspace, answers=answers(workspace, "a", "b"))
    text = result.log.verdicts_file.read_bytes()
    result.log.verdicts_file.write_bytes(text + b"not json\n")
    out = tmp_path / "rows.jsonl"
    out.write_text("before")

    with (tmp_path / "stdout").open("wb") as stdout, pytest.raises(InputError, match="line 3"):
        export_run(workspace, open_run(workspace, result.log.plan.run), ExportFormat.JSONL, out, stdout)

    assert out.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if "tmp" in path.name] == []


def test_the_order_of_contexts_is_checked_on_a_sample_beside_the_run(workspace: Workspace) -> None:
    """The free checks look at all contexts alike; a run that was not asked to check says nothing."""
    path = workspace.root / "answers.jsonl"
    rows = [
        {"id": n, "question": f"What is {n}?", "answer": f"It is {n}.", "contexts": [f"It is {n}.", "Rain."]}
        for n in "abc"
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))

    plain = run_with(workspace, answers=path, judge="checks")
    checked = run_with(workspace, answers=path, judge="checks", order_check=2, fresh=True)

    assert plain.order == ()
    assert {one.metric: one.rows for one in checked.order} == {"faithfulness": 2, "relevancy": 2}
    assert all(one.changed is not None and one.changed.value == 0 for one in checked.order)
    assert checked.completeness.outcome is RunOutcome.COMPLETE
