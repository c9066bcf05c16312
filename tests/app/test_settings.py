"""assay.yaml is checked whole, secrets stay references, and the environment wins over the file."""

from pathlib import Path

import pytest
import yaml

from assay.app.compose import build_target
from assay.app.init import create_workspace
from assay.app.settings import HttpTargetSettings, SecretValue, load_settings, resolve_secret
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, InputError, MissingError
from evaluation.llm import Courier
from evaluation.questions import Question
from evaluation.targets import HttpTarget


def written(folder: Path, text: str) -> Path:
    """Write an assay.yaml and return its path."""
    path = folder / "assay.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_workspace_works_unedited(tmp_path: Path) -> None:
    """What init writes loads, and a folder name in capitals and blanks becomes a system id."""
    workspace = create_workspace(tmp_path / "My App 2")
    assert workspace.settings.default_system == "my-app-2"
    assert set(workspace.settings.targets) == {"app"}
    assert workspace.gate_file.is_file()


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    """A second init is refused and changes no byte."""
    workspace = create_workspace(tmp_path)
    before = (workspace.root / "assay.yaml").read_bytes()
    with pytest.raises(InputError, match="nothing was changed"):
        create_workspace(tmp_path)
    assert (workspace.root / "assay.yaml").read_bytes() == before


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """An unknown key gets its neighbour, a wrong value its place."""
    path = written(tmp_path, "jugde: local\ntargets:\n  a: {kind: http, url: x, timeout_s: -1}\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, {})
    assert "jugde: unknown key; did you mean 'judge'?" in caught.value.message
    assert "targets.a.http.timeout_s" in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "judges: {j: {base_url: u, model: m, api_key: CANARY-123}}",
        "targets: {a: {kind: http, url: u, headers: {Authorization: CANARY-123}}}",
        "targets: {a: {kind: http, url: u, headers: {X: {secret: CANARY-123}}}}",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    """Secrets come by reference only."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(written(tmp_path, text), {})
    assert "env:" in caught.value.message
    assert "CANARY" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "targets: {a: {kind: command, command: [a], environment: {APP_TOKEN: CANARY-123}}}",
        "targets: {a: {kind: command, command: [a], environment: CANARY-123}}",
        "targets: {a: {kind: command, command: CANARY-123}}",
        "targets: {a: {kind: http, url: u, query: {api_key: CANARY-123}}}",
        "targets: {a: {kind: http, url: 'https://u:CANARY-123@app.test/'}}",
        "targets: {a: {kind: http, url: 'https://app.test/?api_key=CANARY-123'}}",
        "judges: {j: {base_url: 'https://u:CANARY-123@llm.test/v1', model: m}}",
        "judge: none\njudges: {j: {base_url: u, model: CANARY-123}}",
        "store: 'postgresql://assay:CANARY-123@db.test/assay'",
        "store: 'postgresql://db.test/assay?password=CANARY-123'",
        "mlflow: {tracking_uri: 'https://u:CANARY-123@mlflow.test'}",
        "store: [CANARY-123]",
        "systems: {password: CANARY-123}",
        'judges:\n  j:\n    api_key: "CANARY-123\n  broken',
        "judges: {j: {api_key: CANARY-123, base_url: [}}",
        "judges: {j: {api_key: *CANARY-123 }}",
        "store: CANARY-123\x00",
    ],
)
def test_no_error_about_the_file_repeats_a_secret(tmp_path: Path, text: str) -> None:
    """Neither a refused value, nor what stands around a wrong one, nor a broken line is shown."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(written(tmp_path, text), {})
    assert "CANARY" not in caught.value.message + caught.value.hint


def test_a_broken_line_is_named_by_line_and_column(tmp_path: Path) -> None:
    """The place and the problem are said, the line is not."""
    path = written(tmp_path, "version: 1\njudge: [local\nstore: x\n")
    with pytest.raises(ConfigurationError, match="line 3, column 6: expected"):
        load_settings(path, {})


def test_a_wrong_harmless_value_is_still_shown(tmp_path: Path) -> None:
    """A person sees what was found where no secret can stand."""
    path = written(tmp_path, "targets: {a: {kind: command, command: [a], timeout_s: soon}}")
    with pytest.raises(ConfigurationError, match=r"timeout_s: .*\(got 'soon'\)"):
        load_settings(path, {})


def test_a_secret_may_stand_in_the_query_by_reference_and_the_store_in_the_environment(tmp_path: Path) -> None:
    """What is refused in the file has a way; a parameter that carries the question is no secret."""
    query = "query: {keywords: '{{question}}', api_key: {secret: env:APP_KEY}}"
    path = written(tmp_path, f"targets: {{a: {{kind: http, url: u, {query}}}}}")
    settings = load_settings(path, {"ASSAY_STORE": "postgresql://assay:pw@db.test/assay"})
    assert settings.store == "postgresql://assay:pw@db.test/assay"
    target = settings.targets["a"]
    assert isinstance(target, HttpTargetSettings)
    assert target.query["api_key"] == SecretValue(secret="env:APP_KEY")


def test_a_secret_of_the_query_is_resolved_for_the_call_and_shown_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The target sends it; what describes the target does not hold it."""
    monkeypatch.setenv("APP_KEY", "CANARY-123")
    text = "targets: {a: {kind: http, url: u, query: {api_key: {secret: env:APP_KEY}}}}"
    written(tmp_path, text)
    target = build_target(Workspace(tmp_path), "a", Courier(tmp_path / "c"), scope="r")
    assert isinstance(target, HttpTarget)
    assert "api_key=CANARY-123" in target._call(Question(id="i", text="?"), 0).url
    assert "CANARY" not in repr(target.spec) + repr(target._options)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """Precedence is option, environment, file, default."""
    path = written(tmp_path, "judge: embedded\n")
    assert load_settings(path, {"ASSAY_JUDGE": "local"}).judge == "local"
    assert load_settings(path, {}).judge == "embedded"


def test_a_judge_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """The message lists the judges that do."""
    with pytest.raises(ConfigurationError, match="embedded"):
        load_settings(written(tmp_path, "judge: gpt\n"), {})


def test_secrets_resolve_from_environment_and_file(tmp_path: Path) -> None:
    """A reference is resolved when used; a missing one names the reference."""
    (tmp_path / "key").write_text("abc\n", encoding="utf-8")
    assert resolve_secret("env:K", {"K": "abc"}) == "abc"
    assert resolve_secret(f"file:{tmp_path / 'key'}", {}) == "abc"
    with pytest.raises(ConfigurationError, match="env:K"):
        resolve_secret("env:K", {})


@pytest.mark.parametrize("run", ["../x", "a/b", "", ".", "..", "a\0b", "a\\b"])
def test_a_run_id_is_a_plain_name(tmp_path: Path, run: str) -> None:
    """What the user types never becomes a path outside the runs."""
    with pytest.raises(InputError):
        create_workspace(tmp_path).run_dir(run)


def test_latest_is_the_newest_run_that_was_begun(tmp_path: Path) -> None:
    """Ids sort by time; a folder without a plan is no run, and without a run there is no latest."""
    workspace = create_workspace(tmp_path)
    with pytest.raises(MissingError, match="no run in this workspace yet"):
        workspace.run_dir("latest")
    for name in ("run-20260101t000000z-ffffff", "run-20260102t000000z-000000", "run-20260103t000000z-000000"):
        (workspace.runs / name).mkdir(parents=True)
        (workspace.runs / name / "run.json").write_text("{}", encoding="utf-8")
    (workspace.runs / "run-20260103t000000z-000000" / "run.json").unlink()

    assert workspace.run_dir("latest").name == "run-20260102t000000z-000000"


def test_a_workspace_is_found_from_below_and_its_absence_is_said(tmp_path: Path) -> None:
    """Looking creates nothing."""
    root = create_workspace(tmp_path / "w").root
    (root / "a" / "b").mkdir(parents=True)
    assert Workspace.find(root / "a" / "b").root == root
    assert not (root / ".assay").exists()
    with pytest.raises(MissingError):
        Workspace.find(tmp_path)


@pytest.mark.parametrize(
    ("jury", "wrong"),
    [
        ({"jury": ["local", "nobody"]}, "['nobody'] are none of ['checks', 'embedded', 'gpt', 'local']"),
        ({"jury": ["local", "panel"]}, "['panel'] are none of"),
        ({"jury": ["local", "local"]}, "a member comes twice"),
        ({"jury": ["local"]}, "panel.jury.jury"),
        ({"jury": ["local", "gpt"], "quorum": 3}, "3 of 2 members can never be reached"),
        ({"jury": ["local", "gpt"], "model": "m"}, "model: unknown key"),
    ],
)
def test_a_jury_that_could_not_sit_is_refused(tmp_path: Path, jury: dict[str, object], wrong: str) -> None:
    """Members exist, sit once, and no jury sits in a jury."""
    gpt = {"base_url": "http://127.0.0.1:9/v1", "model": "m"}
    path = tmp_path / "assay.yaml"
    path.write_text(yaml.safe_dump({"judges": {"panel": jury, "gpt": gpt}}))

    with pytest.raises(ConfigurationError) as caught:
        load_settings(path, {})

    assert wrong in caught.value.message


@pytest.mark.parametrize(
    ("metrics", "words"),
    [("[faithfulness, bleuu]", "did you mean 'bleu'?"), ("[recall]", "there is no metric 'recall'"), ("[]", "metrics")],
)
def test_a_metric_that_does_not_exist_is_found_when_settings_are_read(tmp_path: Path, metrics: str, words: str) -> None:
    """The nearest id is named, long before a run."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(written(tmp_path, f"metrics: {metrics}"), {})
    assert words in caught.value.message


def test_computed_metrics_may_stand_in_the_settings(tmp_path: Path) -> None:
    """Every id of `assay metrics list` is known."""
    assert load_settings(written(tmp_path, "metrics: [rougeL, refusal]"), {}).metrics == ["rougeL", "refusal"]
